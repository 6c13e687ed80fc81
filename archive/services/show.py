"""What one may look at: an item, a collection, what is new."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import PUBLIC, Actor, can_see, is_sealed_to, may_know_of, may_read_why, visible, widest
from archive.dates import in_words
from archive.models import DESCRIBED, Event, File, Item, ItemState, Right
from archive.models.errors import GoneError, NotFoundError
from archive.services import known_words, public_notes, sealed
from archive.services.cards import FACES, cards, copy_view
from archive.services.collection_view import CollectionView
from archive.services.first_shown import newest_first, shown_since
from archive.services.introductions import introduction
from archive.services.kept import asked_of, told_of, undeclared
from archive.services.labels import label, worded_in
from archive.services.letters import with_letters
from archive.services.lifecycle import NO_SUCH_ITEM
from archive.services.opening import Archive
from archive.services.public_history import public_events
from archive.services.relations import related
from archive.services.shown import giver, places_of, word_notes
from archive.services.taken_back_by import are_words_of_giver
from archive.services.told_sums import NOT_ALL_SHOWN, untold
from archive.services.views import (
    VIRUSES,
    Card,
    CopyView,
    EventView,
    FileView,
    ItemView,
    NameView,
    NoteView,
    PassageView,
)
from archive.services.whole import whole_item
from archive.services.written_in import written_in

TAKEN_BACK = "What was here was taken back."

# Kinds of things whose pictures are no pages to be read: of the DCMI Type Vocabulary.
LOOKED_AT = frozenset(
    f"http://purl.org/dc/dcmitype/{one}" for one in ("StillImage", "MovingImage", "Image", "PhysicalObject")
)
# Notes that whoever looks should know: there is more in the original than is shown, or there was more than came.
CUT = NOT_ALL_SHOWN | {"cut-short"}


def item(archive: Archive, actor: Actor, item_id: str, language: str = "en") -> ItemView:
    """One item, whole, as `actor` may see it; NotFoundError when it is not there or not to be seen.

    GoneError for those who could see it until it was taken back.
    """
    with seen(archive, actor, item_id, language) as (session, row, view):
        return _with_what_is_beside(archive, session, actor, row, view, language)


@contextmanager
def seen(
    archive: Archive, actor: Actor, item_id: str, language: str
) -> Iterator[tuple[Session, Item, ItemView]]:
    """The same without what its public page says beside it, with its row, for what else is read in the same view."""
    with archive.db.read() as session:
        row = whole_item(session, item_id)
        if row is not None and not can_see(actor, row) and may_know_of(actor, row):
            words = row.withdrawal_words if may_read_why(actor, row) else ""
            by_giver = bool(words) and are_words_of_giver(session, row)
            raise GoneError(TAKEN_BACK, on=row.withdrawn_on, words=words, by_giver=by_giver)
        gone = archive.withdrawals.tombstone(item_id) if row is None else None
        if gone is not None:
            # The database was made again of bags, and of what is destroyed there is none.
            raise GoneError(TAKEN_BACK, on=gone.day)
        if row is None or not can_see(actor, row):
            raise NotFoundError(NO_SUCH_ITEM)
        view = _alone(archive, session, actor, row, language)
        yield session, row, replace(view, for_giver=actor.gave(row) and not can_see(PUBLIC, row))
    if is_sealed_to(actor, row):
        sealed.note_look(archive, actor, item_id)


def loaded(archive: Archive, session: Session, actor: Actor, row: Item, language: str) -> ItemView:
    """One item as `item` shows it to `actor`, of its row that is loaded (`whole_item`); who may see it is decided before."""
    view = _alone(archive, session, actor, row, language)
    return _with_what_is_beside(archive, session, actor, row, view, language)


def collections(archive: Archive, actor: Actor, language: str = "en") -> list[CollectionView]:
    """Every collection with how many items `actor` may see in it."""
    counts = select(Item.collection, func.count()).where(visible(actor)).group_by(Item.collection)
    with archive.db.read() as session:
        known = {slug: count for slug, count in session.execute(counts)}  # noqa: C416 - a Row is no tuple to the type checker
    found = []
    for slug, profile in archive.profiles.items():
        title, description = worded_in(profile.title, language), worded_in(profile.description, language)
        found.append(
            CollectionView(
                slug,
                title.words,
                description.words,
                known.get(slug, 0),
                title_in=title.language,
                description_in=description.language,
            )
        )
    return found


def collection(archive: Archive, actor: Actor, slug: str, language: str = "en") -> CollectionView:
    """One collection with its newest items; NotFoundError when there is none of that name."""
    found = next((one for one in collections(archive, actor, language) if one.slug == slug), None)
    if found is None:
        raise NotFoundError("There is no such collection.")
    shown = newest(archive, actor, 24, language, collection=slug)
    with archive.db.read() as session:
        words = introduction(session, slug, language)
    return replace(found, newest=shown, introduction=words)


def newest(
    archive: Archive,
    actor: Actor,
    limit: int,
    language: str = "en",
    *,
    collection: str | None = None,
    kinds: Collection[str] | None = None,
    noted: bool = True,
) -> tuple[Card, ...]:
    """The items that were last to be shown, of one collection or of some kinds where these are given.

    Not `noted`: only those that no content note prepares anybody for.
    """
    query = select(Item).options(*DESCRIBED).where(Item.state == ItemState.PUBLISHED, visible(actor))
    if collection is not None:
        query = query.where(Item.collection == collection)
    if kinds is not None:
        query = query.where(Item.kind.in_(kinds))
    if not noted:
        query = query.where(Item.content_note == "")
    with archive.db.read() as session:
        return tuple(cards(archive, session, newest_first(session, query, limit), language, actor))


def pictures(archive: Archive, actor: Actor, limit: int, language: str = "en") -> tuple[Card, ...]:
    """Of these those that may be looked at before anybody asks: pictures, films and objects, by the DCMI type of their kind.

    None with a content note: its picture is shown to nobody whom it has not prepared.
    """
    terms = (
        term
        for profile in archive.profiles.values()
        if known_words.KINDS in profile.vocabularies
        for term in profile.vocabularies[known_words.KINDS].terms
    )
    kinds = {term.id for term in terms if term.uri in LOOKED_AT}
    return newest(archive, actor, limit, language, kinds=kinds, noted=False)


def item_view(
    archive: Archive,
    row: Item,
    history: Sequence[Event],
    notes: tuple[NoteView, ...],
    *,
    staff: bool,
    language: str,
    untold: Collection[str],
) -> ItemView:
    """An item that is loaded with its files, as staff or as everybody else sees it; who may see it is decided before.

    `history` is what of it they are told, `untold` are the files whose checksum and size staff alone are told.
    """
    files = tuple(_file_view(file, staff=staff, told=staff or file.id not in untold) for file in row.files)
    return ItemView(
        id=row.id,
        collection=row.collection,
        state=row.state,
        title=row.title,
        description=row.description,
        kind=row.kind,
        names=tuple(NameView(link.agent.name, link.role, link.agent.kind) for link in row.agents),
        date_edtf=row.date_edtf,
        date_words=in_words(row.date_edtf, language),
        date_given=row.date_given,
        places=places_of(row, exact=staff),
        subjects=tuple(link.term.label for link in row.terms),
        languages=tuple(row.languages),
        rights=row.rights,
        rights_uri=row.rights_uri,
        source=row.source,
        content_note=row.content_note,
        extra=told_of(archive.profiles, row, staff=staff),
        only_staff=undeclared(archive.profiles, row) if staff else frozenset(),
        audience=row.consent.audience,
        widest=widest(row),
        given_by=giver(row.consent),
        received_on=row.received_on,
        published_on=row.published_on,
        shown_since=shown_since(row),
        withdrawn_on=row.withdrawn_on,
        withdrawal_words=row.withdrawal_words,
        erasure=row.erasure,
        submission_id=row.submission_id if staff else "",
        files=files,
        events=tuple(_event_view(event, staff=staff) for event in history),
        bag_key=row.bag_key if staff else "",
        bag_revision=row.bag_revision,
        version=row.version,
        thumbnail=_face(files),
        kind_label=label(archive, "kind", row.kind, language),
        rights_label=label(archive, "rights", row.rights_uri, language),
        notes=notes,
        public_places=places_of(row, exact=False),
        written_in=written_in(archive.profiles, row),
    )


def _alone(archive: Archive, session: Session, actor: Actor, row: Item, language: str) -> ItemView:
    staff = actor.has(Right.SEE_ALL, row.collection)
    history = session.scalars(select(Event).where(Event.subject_id == row.id).order_by(Event.sequence)).all()
    told = history if staff else public_events(session, row, history)
    return item_view(archive, row, told, (), staff=staff, language=language, untold=untold(session, row))


def _with_what_is_beside(
    archive: Archive, session: Session, actor: Actor, row: Item, view: ItemView, language: str
) -> ItemView:
    fields = asked_of(archive.profiles, row).fields if row.collection in archive.profiles else ()
    known = known_words.of_items(session, archive.profiles, [row], language)
    staff = actor.has(Right.SEE_ALL, row.collection)
    view = replace(
        view,
        notes=public_notes.of_item(session, row.id),
        related=related(session, archive.profiles, actor, row.extra, fields),
        word_notes=word_notes(row, known, staff=staff),
    )
    return with_letters(session, row, view)


def _file_view(file: File, *, staff: bool, told: bool) -> FileView:
    return FileView(
        id=file.id,
        position=file.position,
        # A file's name can say more than its giver meant to: only staff see it.
        given_name=file.given_name if staff else "",
        given_bytes=file.given_bytes if staff else "",
        title=file.title,
        role=file.role,
        accompanies_id=file.accompanies_id,
        language=file.language,
        media_type=file.media_type,
        format_name=file.format_name,
        puid=file.puid,
        size=file.size if told else None,
        sha512=file.sha512 if told else "",
        state=file.state,
        failure=file.failure,
        pages=file.pages,
        duration_ms=file.duration_ms,
        width=file.width,
        copies=tuple(copy_view(copy) for copy in file.copies),
        passages=tuple(
            PassageView(one.text, one.page, one.start_ms, one.end_ms, one.speaker, one.message, one.enclosure)
            for one in file.passages
        ),
        notes=tuple(note["sentence"] for note in file.notes if note["code"] not in VIRUSES) if staff else (),
        viruses=next(
            (one for one in (file.failure_code, *(note["code"] for note in file.notes)) if one in VIRUSES), ""
        ),
        cut=tuple(note["sentence"] for note in file.notes if note["code"] in CUT),
        says=file.says if staff else {},
    )


def _event_view(event: Event, *, staff: bool) -> EventView:
    if not staff:
        # Anybody may know what happened and on which day; by whom and in which particulars is nobody's business.
        return EventView(event.kind, event.outcome, event.at.date(), "", {})
    return EventView(event.kind, event.outcome, event.at.date(), event.agent, event.detail)


def _face(files: tuple[FileView, ...]) -> CopyView | None:
    return next((copy for kind in FACES for file in files for copy in file.copies_of(kind)), None)
