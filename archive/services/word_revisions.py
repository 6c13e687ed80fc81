"""What was said of the names and words that items share: read side by side, kept through merges, brought back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import Authority, Event, MergedAuthority, SharedRevision
from archive.services import authorities, shared_bags, shared_revisions, shared_withdrawing
from archive.services.authorities import Wording, wording_of
from archive.services.known_words import Row
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.rooms import Room, name_of, room_of
from archive.services.shared_revisions import NOBODY_KNOWS, Change, Said, Since

# What nobody types: which of the other names lead on, and the id of the word to prefer, whatever it is called.
FORMER, PREFERRED_ID = "former", "preferred_id"
UNSEEN = (FORMER, PREFERRED_ID)
CHANGES = ("add-word", "reword", "merge-words")


@dataclass(frozen=True)
class Merged:
    """What was said of a word before it was merged into another one; `name` is what it was called last."""

    name: str
    changes: tuple[Change, ...]


def history(
    archive: Archive, actor: Actor, room_name: str, word_id: str
) -> tuple[tuple[Change, ...], tuple[Merged, ...]]:
    """Every revision of a word, the newest first, and those of the words that were merged into it."""
    authorities.check(actor)
    with archive.db.read() as session:
        authorities.found(session, actor, room_of(room_name), word_id)
        merged = select(MergedAuthority.old_id).where(MergedAuthority.new_id == word_id)
        old_ids = session.scalars(merged.order_by(MergedAuthority.old_id)).all()
        others = (_merged(session, one) for one in old_ids)
        return (
            shared_revisions.history(session, subject_of(word_id), UNSEEN),
            tuple(one for one in others if one.changes),
        )


def typed_then(archive: Archive, room: Room, word_id: str, number: int) -> Said:
    """What a revision says, as a person would type it now.

    The word to prefer is told by the name that it bears today, and where the name was let go the present one stays.
    """
    with archive.db.read() as session:
        said = shared_revisions.said_then(session, subject_of(word_id), number)
        row = session.get(room.model, word_id)
        said = {**said, "name": said.get("name") or (name_of(row) if row else "")}
        wanted = said.get(PREFERRED_ID, "")
        merged = session.get(MergedAuthority, wanted)
        preferred = session.get(room.model, merged.new_id if merged else wanted)
        return {**said, "preferred": name_of(preferred)} if preferred else said


def said_of(session: Session, archive: Archive, row: Row) -> Said:
    """What is said of a word now."""
    known = session.get(Authority, row.id)
    former = sorted(one.name for one in known.names if one.former) if known else []
    preferred = known.preferred_id if known else None
    wording = wording_of(session, archive, row)
    return {**as_typed(wording), FORMER: "\n".join(former), PREFERRED_ID: preferred or ""}


def as_typed(wording: Wording) -> Said:
    """A wording as a person would type it, by field."""
    return {
        "name": wording.name,
        "kind": wording.kind,
        "others": "\n".join(wording.others),
        "links": "\n".join(wording.links),
        "standing": wording.standing,
        "preferred": wording.preferred,
        "note": wording.note,
        "latitude": _degrees(wording.latitude),
        "longitude": _degrees(wording.longitude),
        "precision": wording.precision,
    }


def keep(session: Session, archive: Archive, row: Row, before: Mapping[str, str], actor: Actor) -> None:
    """Keep what is said of a word now, in the caller's transaction; `before` is what was, empty where it is new."""
    after, since = said_of(session, archive, row), _since(session, row.id)
    shared_revisions.keep(session, subject_of(row.id), dict(before), after, agent_of(actor), since)
    shared_bags.touch(session, shared_bags.word(row.id))
    names = (after["name"], *after["others"].splitlines())
    again = [kind(one) for one in names for kind in (shared_withdrawing.name, shared_withdrawing.former_name)]
    again.append(shared_withdrawing.note(after["note"]))
    shared_withdrawing.say_again(archive, shared_bags.word(row.id), again)


def stand(session: Session, archive: Archive, row: Row) -> None:
    """Keep what is said of a word that is about to go, where no revision says it."""
    since = _since(session, row.id)
    shared_revisions.stand(session, subject_of(row.id), said_of(session, archive, row), since)


def follow(session: Session, archive: Archive, room: Room, ids: Iterable[str], actor: Actor) -> None:
    """Keep what is said now of words of which the word to prefer was changed, where they have revisions."""
    for row in session.scalars(select(room.model).where(room.model.id.in_(sorted(ids)))).all():
        said = said_of(session, archive, row)
        shared_revisions.follow(session, subject_of(row.id), said, agent_of(actor))
        shared_bags.touch(session, shared_bags.word(row.id))


def let_go(session: Session, word_id: str, name: str, now: str) -> None:
    """Take a name that was a mistake, or harms, out of every revision of the word that bears another one `now`."""
    merged = session.scalars(select(MergedAuthority.old_id).where(MergedAuthority.new_id == word_id))
    subjects = [subject_of(one) for one in (word_id, *merged)]
    own = SharedRevision.subject.in_(subjects)
    named = cast(SharedRevision.said, Text).contains(word_id)
    touched = {word_id, *session.scalars(select(Authority.id).where(Authority.preferred_id == word_id))}
    for row in session.scalars(select(SharedRevision).where(or_(own, named))).all():
        said = dict(row.said)
        if row.subject in subjects:
            said["name"] = "" if said["name"] == name else said["name"]
            for field in ("others", FORMER):
                said[field] = "\n".join(one for one in said[field].splitlines() if one != name)
        elif (said[PREFERRED_ID], said["preferred"]) == (word_id, name):
            said["preferred"] = now
        if said != row.said:
            touched.add(row.subject.removeprefix(subject_of("")))
        row.said = said
    session.flush()
    _begin_anew(session, touched)


def forget(session: Session, ids: Sequence[str]) -> None:
    """Forget the revisions of words that are no more, of what was merged into them, and that others said to use them."""
    merged = session.scalars(select(MergedAuthority.old_id).where(MergedAuthority.new_id.in_(ids)))
    gone = [*ids, *merged]
    shared_revisions.forget(session, [subject_of(one) for one in gone])
    named = [cast(SharedRevision.said, Text).contains(one) for one in gone]
    touched = set()
    for row in session.scalars(select(SharedRevision).where(or_(*named))).all() if named else ():
        if row.said.get(PREFERRED_ID) in gone:
            row.said = {**row.said, "preferred": "", PREFERRED_ID: ""}
            touched.add(row.subject.removeprefix(subject_of("")))
    session.flush()
    touched |= set(session.scalars(select(Authority.id).where(Authority.preferred_id.in_(ids))))
    _begin_anew(session, touched.difference(gone))


def _begin_anew(session: Session, ids: Collection[str]) -> None:
    """Have other bags take the place of those of words, or of what these were merged into, that hold what is gone."""
    query = select(MergedAuthority.old_id, MergedAuthority.new_id).where(MergedAuthority.old_id.in_(ids))
    led = dict(session.execute(query).all())
    shared_bags.begin_anew(session, (shared_bags.word(led.get(one, one)) for one in ids))


def subject_of(word_id: str) -> str:
    """What the revisions of a word are of."""
    return f"word/{word_id}"


def _merged(session: Session, word_id: str) -> Merged:
    changes = shared_revisions.history(session, subject_of(word_id), UNSEEN)
    if not changes:
        return Merged("", ())
    last = shared_revisions.said_then(session, subject_of(word_id), changes[0].number)
    return Merged(last.get("name", ""), changes)


def _since(session: Session, word_id: str) -> Since:
    query = select(Event).where(Event.subject_id == word_id, Event.kind.in_(CHANGES))
    event = session.scalars(query.order_by(Event.sequence.desc()).limit(1)).first()
    return (event.agent, event.at.date()) if event else NOBODY_KNOWS


def _degrees(value: float | None) -> str:
    """Degrees in as few characters as say all of them."""
    if value is None:
        return ""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)
