"""What contributors see of what they gave, and what they may do with it: look, correct, add."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from archive.access import Actor
from archive.models import Action, Contact, Draft, Item, ItemState, Message, ReturnCode, Submission
from archive.models.errors import ConflictError, NotFoundError
from archive.profiles import CollectionProfile, Field
from archive.services import consents, messages, relations
from archive.services.answers import DATE, Trouble, asked_again, understand_about
from archive.services.captioning import caption_troubles, captions_in, put_captions, words_under
from archive.services.cards import faces
from archive.services.describing import grows, split
from archive.services.drafts import kept_until
from archive.services.first_days import first_days
from archive.services.kept import Profiles, asked_of, home_of, is_kept, spoken_in, spoken_of
from archive.services.lifecycle import NO_SUCH_ITEM, STALE, load_for_change, transition
from archive.services.meanings import chosen_readings
from archive.services.my_items import MySubmission, my_item
from archive.services.of_submission import as_it_is_now, is_held
from archive.services.opening import Archive
from archive.services.revisions import Said, Spoken, mark_of, revise, said_of
from archive.services.taken_out import TAKEN_OUT, said_again

# Until somebody has decided on it, what was said can be put right at once; later it is proposed to the curators.
OPEN_STATES = frozenset({ItemState.RECEIVED, ItemState.IN_REVIEW, ItemState.RETURNED})


def submissions(archive: Archive, actor: Actor) -> tuple[MySubmission, ...]:
    """Everything that `actor` gave or is giving, newest first."""
    with archive.db.read() as session:
        query = select(Submission).where(Submission.id.in_(actor.submissions))
        ids = session.scalars(query.order_by(Submission.received_on.desc(), Submission.id)).all()
    return tuple(submission(archive, actor, one.id) for one in ids)


def submission(archive: Archive, actor: Actor, submission_id: str) -> MySubmission:
    """One submission that `actor` gave; else the answer is as if it never was."""
    with archive.db.read() as session:
        row = session.get(Submission, submission_id) if submission_id in actor.submissions else None
        if row is None:
            # Of what was only a draft nothing is left once it was removed.
            raise NotFoundError("There is no such submission.", code="no-draft")
        query = select(Item).where(Item.submission_id == submission_id, Item.state != ItemState.DRAFT)
        # What was put together in another way is shown once.
        query = query.where(as_it_is_now())
        items = session.scalars(
            query.options(selectinload(Item.files), selectinload(Item.places)).order_by(Item.position)
        ).all()
        pictures = faces(session, [item.id for item in items])
        code = session.get(ReturnCode, submission_id)
        unread = select(Message.id).where(
            Message.submission_id == submission_id, Message.written_by == "curators", Message.seen.is_(False)
        )
        return MySubmission(
            id=row.id,
            collection=row.collection,
            title=row.title or next((item.title for item in items if item.title), ""),
            sent=row.sent,
            received_on=row.received_on,
            items=tuple(my_item(session, item, pictures.get(item.id)) for item in items),
            consent=row.consents[-1],
            days=first_days(session, row.consents[-1]),
            draft_until=kept_until(archive, draft) if (draft := session.get(Draft, submission_id)) else None,
            has_code=code is not None and code.confirmed,
            code_is_shown=code is not None and not code.confirmed,
            is_held=is_held(session, submission_id),
            has_contact=session.get(Contact, submission_id) is not None,
            unread=len(session.scalars(unread).all()),
            places=tuple(dict.fromkeys(link.place.name for item in items for link in item.places)),
        )


def spoken(archive: Archive, actor: Actor, item_id: str, also: Collection[str] = ()) -> Spoken:
    """What is said of an item as its contributor may change it, and the mark by which a change knows that it saw this.

    What stands under its files is said too, by the names of `captioning.words_under`. Its profile has the fields that are
    asked of them: where the item is now, and those in which it keeps what was said
    where it was given, or that are named in `also`. NotFoundError unless `actor` gave it.
    """
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None or not actor.gave(item):
            raise NotFoundError(NO_SUCH_ITEM)
        profile = _asked_of_giver(archive.profiles, item, also)
        now = _told(session, actor, item, profile.fields)
        mark = _mark_now(session, actor, archive.profiles, item)
        return Spoken(item.title, now, chosen_readings(item, {}), mark, profile)


def correct(
    archive: Archive,
    actor: Actor,
    item_id: str,
    typed: Mapping[str, str],
    language: str,
    choices: Mapping[str, str] | None = None,
    words: Mapping[str, str] | None = None,
    *,
    seen: str,
    anyway: bool = False,
) -> dict[str, Trouble]:
    """Put right what is said of an item that nobody has decided on yet; returns what cannot be used, by field.

    `choices` has by the text of a date which reading is meant, beside what was chosen before; `words` by place
    what is shown instead of it, which is a new version of the consent for all that was given with it; `seen` is the
    mark of what the person had before them. Of a field that is not in `typed` nothing is said, and it stays as it is. An
    item that was returned with a question goes back to the curators. ConflictError (`stale-version`) when something else is said now than was seen or typed, (`taken-out`) when it says again what curators took
    out of a file, which they are asked about then, and another one when it was decided on. `anyway` as in `consents.revise`.
    """
    with archive.db.write() as session:
        known = session.get(Item, item_id)
        if known is None or not actor.gave(known):
            raise NotFoundError(NO_SUCH_ITEM)
        # What was given together is held before one thing of it, as by every change of a consent.
        newest = consents.newest(session, known.submission_id)
        item = load_for_change(session, item_id)
        _changed(session, actor, archive.profiles, item, typed, choices, seen)
        if item.state not in OPEN_STATES:
            raise ConflictError(
                "This was decided on already.", remedy="Write to the curators what should change."
            )
        profile = _asked_of_giver(archive.profiles, item, spoken_in(typed))
        meant = _with_untold(session, actor, item, profile.fields, typed)
        fields = tuple(one for one in spoken_of(archive.profiles, item, profile, meant) if one.name in typed)
        readings = chosen_readings(item, choices or {})
        understood, troubles = understand_about(profile, meant, readings, language, fields)
        troubles |= relations.unseen_troubles(session, actor, item, fields, typed)
        if troubles := troubles | caption_troubles(typed):
            return troubles
        if said_again(session, [item.id], _told(session, actor, item, fields), typed):
            raise ConflictError(
                "Words in it were taken out of a file.",
                code=TAKEN_OUT,
                remedy="Write to the curators what should change.",
            )
        changes = {"places_shown": {**newest.places_shown, **(words or {})}}
        consents.revise_in(archive, session, actor, item.submission_id, changes, anyway=anyway)
        revise(session, item, profile, fields, understood.description(), actor, "correct")
        put_captions(session, item, typed, actor)
        if item.state == ItemState.RETURNED:
            transition(session, item, Action.RESEND, actor)
    return {}


def propose(
    archive: Archive,
    actor: Actor,
    submission_id: str,
    item_id: str,
    text: str,
    towns: Mapping[str, str],
    *,
    anyway: bool = False,
) -> None:
    """Write to the curators what should change of an item, if anything, and say what is shown instead of places at once.

    That is a new version of the consent, beside what is known of other places; where one of both cannot be done, neither
    is. `anyway` as in `consents.revise`; BadInputError (`bad-message`) where `text` is too long.
    """

    def write(session: Session) -> None:
        newest = consents.newest(session, submission_id)
        changes = {"places_shown": {**newest.places_shown, **towns}}
        consents.revise_in(archive, session, actor, submission_id, changes, anyway=anyway)
        if text:
            messages.add_once(archive, session, actor, submission_id, text, item_id=item_id)

    archive.db.write_until_done(write)


def wished(
    archive: Archive,
    actor: Actor,
    item_id: str,
    typed: Mapping[str, str],
    choices: Mapping[str, str] | None = None,
    *,
    seen: str,
) -> dict[str, str]:
    """What somebody wishes to change of an item that was decided on, by field, to be written to the curators.

    `choices` has by the text of a date which reading is meant: another one than before is a change too. ConflictError (`stale-version`) when there is something, and what is said now is not what they had `seen`.
    """
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None or not actor.gave(item):
            raise NotFoundError(NO_SUCH_ITEM)
        return _changed(session, actor, archive.profiles, item, typed, choices, seen)


def unclear(
    profile: CollectionProfile, changed: Mapping[str, str], choices: Mapping[str, str], language: str
) -> dict[str, Trouble]:
    """What cannot be understood of the dates in a wish, by field: whoever reads it later could only guess."""
    dates = [one for one in asked_again(profile) if one.kind == "date" and changed.get(one.name)]
    return understand_about(profile, changed, choices, language, dates)[1]


def entries(field: Field, text: str) -> list[str]:
    """What is written in a field, to be told from something else: how lines end and lists are parted says nothing."""
    if field.kind == "observance":
        # Boxes that are ticked have no order.
        return sorted(split(text))
    # A semicolon may be part of a place's name.
    if grows(field) and field.kind not in ("place", "relation"):
        return split(text)
    return [line.rstrip() for line in text.strip().splitlines()]


def _asked_of_giver(profiles: Profiles, item: Item, also: Collection[str] = ()) -> CollectionProfile:
    """The item's profile as `asked_of`, with those of its fields alone that its giver may put right."""
    profile = asked_of(profiles, item, also)
    # What one collection leaves to curators stays with them, also where another one would ask it of anybody.
    theirs = {home_of(one) for each in profiles.values() for one in each.fields if one.staff}
    asked = (
        one
        for one in asked_again(profile)
        if not is_kept(profiles, item.collection, one) or home_of(one) not in theirs
    )
    return replace(profile, fields=tuple(asked))


def _told(session: Session, actor: Actor, item: Item, fields: Sequence[Field]) -> Said:
    """What whoever gave an item is told of it: what curators said it belongs with may name what is hidden from them."""
    said = said_of(item, fields)
    belongs = {
        one.name: relations.told(session, actor, said[one.name]) for one in fields if one.kind == "relation"
    }
    return said | belongs | words_under(item)


def _with_untold(
    session: Session, actor: Actor, item: Item, fields: Sequence[Field], typed: Mapping[str, str]
) -> dict[str, str]:
    """What was typed, beside what they were not told and did not take away."""
    stands = said_of(item, fields)
    belongs = {
        one.name: relations.with_untold(session, actor, stands[one.name], typed[one.name])
        for one in fields
        if one.kind == "relation" and one.name in typed
    }
    return {**typed, **belongs}


def _mark_now(session: Session, actor: Actor, profiles: Profiles, item: Item) -> str:
    return mark_of(_told(session, actor, item, _asked_of_giver(profiles, item).fields))


def _changed(
    session: Session,
    actor: Actor,
    profiles: Profiles,
    item: Item,
    typed: Mapping[str, str],
    choices: Mapping[str, str] | None,
    seen: str,
) -> dict[str, str]:
    """What was typed otherwise than it is said now, by field: ConflictError (`stale-version`) if that is not what was `seen`.

    Whoever sends the same once more changes nothing, whatever they had seen, if all of it has a place here.
    """
    fields = _asked_of_giver(profiles, item, spoken_in(typed)).fields
    now, meant = _told(session, actor, item, fields), chosen_readings(item, {})
    stands = captions_in(words_under(item))
    read_anew = {text for text, edtf in (choices or {}).items() if edtf and edtf != meant.get(text)}
    # Only what the form asked: what it left out is not wished away.
    asked = [one for one in fields if one.name in typed]
    words = {name: text for name, text in captions_in(typed).items() if text != stands.get(name, text)}
    changed = words | {
        one.name: typed[one.name].strip()
        for one in asked
        if entries(one, typed[one.name]) != entries(one, now[one.name])
        or (one.name == DATE and typed[one.name].strip() in read_anew)
    }
    # What there is no field for since the item was moved is said nowhere yet.
    unheard = {*spoken_in(typed)} - {one.name for one in fields} - stands.keys()
    if (changed or unheard) and seen != _mark_now(session, actor, profiles, item):
        raise ConflictError(STALE, code="stale-version")
    return changed
