"""Keeps the two search indexes true to the database: the public one with what the public may see, the staff one with all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from archive.access import PUBLIC, SEALED, can_see, visible
from archive.dates import reach
from archive.models import DESCRIBED, Consent, File, Item, ItemState, Redaction, days_now, id_in
from archive.models.errors import IndexUnusableError
from archive.search import OUTDATED, IndexDocument, years
from archive.services import known_words, names_forgotten, public_records
from archive.services.kept import for_everybody
from archive.services.known_words import Known, KnownOf, Profiles
from archive.services.opening import Archive, exclusively, exclusively_or_not
from archive.services.relations import entries
from archive.services.shown import giver, places_of, tells_name, untold_names
from archive.services.turned_names import turned
from archive.services.written_in import DESCRIPTION_LANGUAGE, languages_spoken

BATCH = 200
LOCK = "index.lock"
OBSERVANCES = "observances"
KINDS = "kinds"
ON_ITS_WAY = (ItemState.RECEIVED, ItemState.IN_REVIEW)
# What staff find. Of what is destroyed not even an empty entry stays, which an index made of bags would not have either.
FOR_STAFF = and_(Item.state != ItemState.DRAFT, Item.erasure == "")


def drain(archive: Archive) -> int:
    """Bring both indexes up to date with every item that waits for it now; return how many were.

    One writer at a time on this machine: who finds another at work leaves it to them. Indexes that another version
    made are made anew.
    """
    with exclusively_or_not(archive.settings.run / LOCK) as mine:
        if not mine:
            return 0
        if is_outdated(archive):
            _anew(archive)
        done = 0
        batch = _waiting(archive)
        while batch:
            _write(archive, batch)
            done += len(batch)
            # What comes meanwhile is for the next call: a commit costs an index the same for one item as for many.
            batch = _waiting(archive) if len(batch) == BATCH else []
        return done


def tidy(archive: Archive) -> None:
    """Have both indexes put together what changes left apart, unless somebody is at them."""
    with exclusively_or_not(archive.settings.run / LOCK) as mine:
        if mine:
            archive.indexes.public.tidy()
            archive.indexes.staff.tidy()


def pending(archive: Archive) -> int:
    """How many items wait to be indexed."""
    with archive.db.read() as session:
        return session.scalar(select(func.count()).where(Item.index_pending)) or 0


def lacking(archive: Archive, *, staff: bool) -> int:
    """How many items an index lacks that do not wait for it: more than none when its files are gone or of another day.

    What opens or closes on some day is left out: the index hears of it in the course of that day.
    """
    meant = FOR_STAFF if staff else and_(visible(PUBLIC), Item.consent_id.not_in(_edge()))
    with archive.db.read() as session:
        due = session.scalar(select(func.count()).where(meant, ~Item.index_pending)) or 0
    index = archive.indexes.staff if staff else archive.indexes.public
    return max(0, due - index.count())


def is_pressing(archive: Archive) -> bool:
    """Whether something waits to be indexed that is, or was, further than the desk."""
    further = or_(Item.state.not_in(ON_ITS_WAY), Item.published_on.is_not(None))
    waits = select(Item.id).where(Item.index_pending, further).limit(1)
    with archive.db.read() as session:
        return session.scalar(waits) is not None


def rebuild(archive: Archive, progress: Callable[[int], None] | None = None) -> tuple[int, int]:
    """Make both indexes anew from the database while the old ones serve; return how many are in (public, staff)."""
    with exclusively(archive.settings.run / LOCK):
        return _anew(archive, progress)


def is_outdated(archive: Archive) -> bool:
    """Whether another version made an index, so that nothing is found before it is made anew."""
    try:
        for index in (archive.indexes.public, archive.indexes.staff):
            index.count()
    except IndexUnusableError as error:
        return error.code == OUTDATED
    return False


def renew(archive: Archive) -> bool:
    """Make indexes that another version made anew, unless somebody is at it; returns whether that was done here."""
    if not is_outdated(archive):
        return False
    with exclusively_or_not(archive.settings.run / LOCK) as mine:
        if not mine or not is_outdated(archive):
            return False
        _anew(archive)
        return True


def mark_turn_of_day(archive: Archive) -> int:
    """Have items indexed again whose consent opens or closes with a day; return how many."""
    with archive.db.write() as session:
        items = session.scalars(
            select(Item).where(Item.state == ItemState.PUBLISHED, Item.consent_id.in_(_edge()))
        ).all()
        # Few items have such dates, so all of them are looked at rather than trusting yesterday to have run.
        ids = [item.id for item in items]
        session.execute(update(Item).where(Item.id.in_(ids)).values(index_pending=True))
        return len(ids)


def _anew(archive: Archive, progress: Callable[[int], None] | None = None) -> tuple[int, int]:
    with archive.db.read() as session:
        public = archive.indexes.public.rebuild(_documents(session, archive.profiles, staff=False), progress)
    public_records.keep_up_with_all(archive)
    with archive.db.read() as session:
        staff = archive.indexes.staff.rebuild(_documents(session, archive.profiles, staff=True), progress)
    return public, staff


def _edge() -> Select[str]:
    return select(Consent.id).where(or_(Consent.not_before.is_not(None), Consent.not_after.is_not(None)))


def _days(item: Item) -> dict[str, Any]:
    """Days and decades to look for it under: wider than those that are kept where its date is only about right.

    A date without an end reaches to this year, whenever it was written down.
    """
    kept: dict[str, Any] = {
        "date_start": item.date_start,
        "date_end": item.date_end,
        "decades": item.decades,
    }
    is_about = any(mark in item.date_edtf for mark in "~%")
    is_of_several = item.date_edtf.startswith(("[", "{"))
    if is_about or is_of_several or (item.date_edtf and (item.date_start is None) != (item.date_end is None)):
        found = reach(item.date_edtf)
        kept = {"date_start": found.start, "date_end": found.end, "decades": found.decades}
        kept["years"] = found.years
    # It stands among others as it is dated.
    return kept | {"date_order": (item.date_start or item.date_end) if is_about else None}


def document(item: Item, known: KnownOf, profiles: Profiles, *, staff: bool) -> IndexDocument:
    """An item as it may be found, by what is `known` of its words too; its files and their passages are loaded already.

    Of what was taken back or declined no word is in any index: staff find it by its state alone, so that a search is no
    look at it that nobody wrote down.
    """
    if item.state in SEALED:
        return IndexDocument(
            id=item.id, title="", collection=item.collection, added=_day(item), state=item.state
        )
    passages = (passage.text for file in item.files for passage in file.passages)
    titles = (file.title for file in item.files if file.title and file.title != item.title)
    names = [
        *(link.agent.name for link in item.agents),
        *([name] if (name := giver(item.consent)) else []),
    ]
    other_names = _others(known, (link.agent_id for link in item.agents))
    extra = item.extra if staff else for_everybody(profiles, item)
    more = (text for name, value in extra.items() for text in _words(name, value, staff=staff))
    days = _days(item)
    told = map(str, days["years"]) if days.get("years") else years(item.date_start, item.date_end)
    return IndexDocument(
        id=item.id,
        title=item.title,
        names=names,
        subjects=[link.term.label for link in item.terms],
        places=[place.name for place in places_of(item, exact=staff) if place.name],
        # A year is found as a word too, also where only the date says it.
        description="\n".join([item.description, *titles, *more, *told]),
        text="\n".join(passages),
        kind=item.kind,
        kind_names=known_words.called(profiles, KINDS, item.kind),
        collection=item.collection,
        languages=item.languages,
        written_in=languages_spoken(item, (file.language for file in item.files)),
        # Only statements of the closed list make a facet; anybody's own words would make one value an item.
        rights=item.rights_uri,
        observances=entries(extra.get(OBSERVANCES)),
        **days,
        added=_day(item),
        state=item.state if staff else "",
        other_names=[*other_names, *turned([*names, *other_names])],
        other_subjects=_others(known, (link.term_id for link in item.terms)),
        other_places=_other_places(item, known, staff=staff),
        whole_names=[link.agent.name for link in item.agents],
        subject_values=[_known(known, link.term_id).value or link.term.label for link in item.terms],
    )


def _words(name: str, value: object, *, staff: bool) -> list[str]:
    """What is found of a field that a profile adds; what names another item may name what is hidden."""
    if name in (OBSERVANCES, DESCRIPTION_LANGUAGE):
        return []
    return [one for one in entries(value) if staff or not id_in(one)]


def _others(known: KnownOf, ids: Iterable[str]) -> list[str]:
    return [word for one in ids for word in _known(known, one).also]


def _known(known: KnownOf, word_id: str) -> Known:
    return known.get(word_id, Known(""))


def _other_places(item: Item, known: KnownOf, *, staff: bool) -> list[str]:
    """Other names of its places; those of a place that is not told may tell it, also where another place has them."""
    untold = frozenset[str]() if staff else untold_names(item, known)
    told = (link.place_id for link in item.places if staff or tells_name(item.consent))
    return [name for name in _others(known, told) if name.casefold() not in untold]


def _day(item: Item) -> int:
    day = item.published_on or item.received_on
    return day.year * 10000 + day.month * 100 + day.day


def _waiting(archive: Archive) -> list[tuple[str, int]]:
    with archive.db.read() as session:
        rows = session.execute(select(Item.id, Item.version).where(Item.index_pending).limit(BATCH))
        return [(item_id, version) for item_id, version in rows]


def _write(archive: Archive, batch: Sequence[tuple[str, int]]) -> None:
    ids, on = [item_id for item_id, _ in batch], days_now()
    with archive.db.read() as session:
        items = session.scalars(_loaded().where(Item.id.in_(ids))).all()
        open_items = [item for item in items if can_see(PUBLIC, item, on)]
        staff_items = [item for item in items if item.state != ItemState.DRAFT and not item.erasure]
        known = known_words.of_items(session, archive.profiles, items)
        staff_documents = [document(item, known, archive.profiles, staff=True) for item in staff_items]
        withdrawn = [item.id for item in items if item.state == ItemState.WITHDRAWN]
        public_documents = [document(item, known, archive.profiles, staff=False) for item in open_items]
        hidden = set(ids) - {item.id for item in open_items}
        once_public = [item.id for item in items if item.published_on and item.id in hidden]
        # A consent that was changed may name somebody or a place no more, and the words are to leave the disk too.
        once_public += [item.id for item in open_items if item.consent.version > 1]
        # The same goes for words that were taken out, in either index.
        marked = select(File.item_id).join(Redaction, Redaction.file_id == File.id)
        redacted = list(session.scalars(marked.where(File.item_id.in_(ids)).distinct()))
        # And for what somebody wished to be forgotten.
        forgetful = names_forgotten.submissions(session, {item.submission_id for item in items})
        forgotten = [item.id for item in items if item.submission_id in forgetful]
    # What is to disappear disappears first.
    archive.indexes.public.update(public_documents, hidden)
    if once_public or redacted:
        archive.indexes.public.merge_away({*once_public, *redacted})
    archive.indexes.staff.update(staff_documents, set(ids) - {item.id for item in staff_items})
    if withdrawn or redacted or forgotten:
        archive.indexes.staff.merge_away({*withdrawn, *redacted, *forgotten})
    with archive.db.write_again() as session:
        public_records.keep_up(session, ids)
        for item_id, version in batch:
            # An item that changed meanwhile keeps its mark and is indexed again.
            done = update(Item).where(Item.id == item_id, Item.version == version)
            session.execute(done.values(index_pending=False))


def _documents(session: Session, profiles: Profiles, *, staff: bool) -> Iterator[IndexDocument]:
    which = visible(PUBLIC) if not staff else FOR_STAFF
    # Always in the same order: what is found equally well stands as it does in the index.
    order = (Item.received_on, Item.submission_id, Item.position, Item.id)
    ids = session.scalars(select(Item.id).where(which).order_by(*order)).all()
    for start in range(0, len(ids), BATCH):
        items = session.scalars(_loaded().where(Item.id.in_(ids[start : start + BATCH]))).all()
        known = known_words.of_items(session, profiles, items)
        for item in items:
            yield document(item, known, profiles, staff=staff)
        session.expunge_all()


def _loaded() -> Select[Item]:
    return select(Item).options(*DESCRIBED, selectinload(Item.files).selectinload(File.passages))
