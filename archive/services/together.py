"""What is shown together on one page, to whoever may see each of it; asked at each look, so what is taken back is gone from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import PUBLIC, SEALED, Actor, can_see, is_shown_to, visible
from archive.models import DESCRIBED, Item, Revision
from archive.models.errors import BadInputError, ConflictError
from archive.profiles import CollectionProfile, Field
from archive.services import relations, revisions, show
from archive.services.answers import Trouble, understand_about
from archive.services.cards import cards
from archive.services.describe import Description
from archive.services.kept import asked_of, everything_in
from archive.services.labels import label
from archive.services.letters import with_letters
from archive.services.lifecycle import STALE, changing
from archive.services.opening import Archive
from archive.services.parts import parts_field, parts_in, wholes_told
from archive.services.shown import giver
from archive.services.told_sums import untold
from archive.services.views import Card, ItemView
from archive.services.whole import beginning_of
from archive.services.written_in import written_in

# So many parts are shown whole on the page of another; a page that never ends is paid by the megabyte.
MOST_WHOLE = 8


@dataclass(frozen=True)
class Part:
    """An item on the page of another: as it stands in a list, by whom it was given, and what others may do with it.

    `view` is what there is to look at, for those that are shown whole there.
    """

    card: Card
    given_by: str
    rights: str
    view: ItemView | None = None


@dataclass(frozen=True)
class Whole:
    """The item on whose page one is shown, and what stands there before and after it (ids, or nothing)."""

    id: str
    title: str
    written_in: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Together:
    """The parts of an item in their order, and the items of which it is a part."""

    parts: tuple[Part, ...] = ()
    wholes: tuple[Whole, ...] = ()


@dataclass(frozen=True)
class Joinable:
    """What stands on the page of an item besides itself: ids on lines, now and before the last change of it.

    `hidden` counts those that the public is not shown now; `seen` is the mark of what is said of the item.
    """

    id: str
    title: str
    said: str
    before: str | None
    parts: tuple[Part, ...]
    hidden: int
    seen: str


def of(archive: Archive, actor: Actor, item_id: str, language: str = "en") -> Together:
    """What `actor` is shown together with an item that they may see."""
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None or not can_see(actor, item):
            return Together()
        return beside(archive, session, actor, item, language)


def beside(archive: Archive, session: Session, actor: Actor, item: Item, language: str) -> Together:
    """The same of an item that is loaded; who may see it is decided before."""
    ids = parts_in(item.extra, _fields(archive, item))
    wholes = _wholes(archive, session, actor, item)
    return Together(_parts(archive, session, actor, ids, language, MOST_WHOLE), wholes)


def look(archive: Archive, actor: Actor, item_id: str, language: str = "en") -> Joinable:
    """What is shown together with an item, for somebody who may change it; BadInputError where nothing can be.

    ConflictError (`cannot-be-arranged`) for what was declined or taken back.
    """
    with archive.db.read() as session:
        item = _changeable(revisions.for_describing(session, actor, item_id))
        profile, field = _asked(archive, session, item)
        said = revisions.said_of(item, profile.fields)
        ids = parts_in(item.extra, profile.fields)
        shown = _parts(archive, session, PUBLIC, ids, language)
        title, mark = item.title, revisions.mark_now(archive.profiles, item)
    earlier = [pair for one in revisions.history(archive, actor, item_id) for pair in one.changed]
    before = next((was for name, was, now in earlier if name == field.name and now == said[name]), None)
    return Joinable(item_id, title, said[field.name], before, shown, len(ids) - len(shown), mark)


def preview(
    archive: Archive, actor: Actor, item_id: str, typed: str, language: str = "en"
) -> tuple[Together, int, Trouble | None]:
    """What the public would see beside an item, how much of it they would not, and why it cannot be; nothing is changed."""
    with archive.db.read() as session:
        item = _changeable(revisions.for_describing(session, actor, item_id))
        profile, field = _asked(archive, session, item)
        given, trouble = _understood(profile, session, actor, item, field, typed)
        ids = parts_in(given.extra, (field,)) if trouble is None else ()
        shown = _parts(archive, session, PUBLIC, ids, language)
        return Together(shown), len(ids) - len(shown), trouble


def change(archive: Archive, actor: Actor, item_id: str, typed: str, seen: str) -> Trouble | None:
    """Show these items on the page of one, in this order, and no others; returns why that cannot be.

    `seen` is the mark of what was said of it: ConflictError (`stale-version`) when that is not what is said now.
    ForbiddenError for what one gave oneself, ConflictError (`cannot-be-arranged`) as `look`.
    """
    with changing(archive, item_id) as (session, item):
        revisions.check_describing(actor, _changeable(item))
        profile, field = _asked(archive, session, item)
        if seen != revisions.mark_now(archive.profiles, item):
            raise ConflictError(STALE, code="stale-version")
        given, trouble = _understood(profile, session, actor, item, field, typed)
        if trouble is None:
            revisions.revise(session, item, profile, (field,), given, actor, "describe")
        return trouble


def _changeable(item: Item) -> Item:
    """The item, unless it is sealed: nothing is put beside what nobody is shown, and its own page says what it is."""
    if item.state in SEALED:
        raise ConflictError("This was taken back or declined.", code="cannot-be-arranged")
    return item


def _understood(
    profile: CollectionProfile, session: Session, actor: Actor, item: Item, field: Field, typed: str
) -> tuple[Description, Trouble | None]:
    said = {field.name: typed}
    understood, troubles = understand_about(profile, said, {}, "en", (field,))
    troubles |= relations.troubles(session, actor, item, (field,), said)
    return understood.description(), troubles.get(field.name)


def _parts(
    archive: Archive, session: Session, actor: Actor, ids: Sequence[str], language: str, whole: int = 0
) -> tuple[Part, ...]:
    """Those of `ids` that `actor` is shown, in that order; the first `whole` of them with all there is to look at."""
    query = select(Item).options(*DESCRIBED).where(Item.id.in_(ids), visible(actor))
    # Whoever looks after the archive sees nothing more here: what was taken back is gone for them too.
    found = [row for row in session.scalars(query) if is_shown_to(actor, row)] if ids else []
    rows = sorted(found, key=lambda row: ids.index(row.id))
    views = [_view(archive, session, row, language) for row in rows[:whole]]
    views += [None] * (len(rows) - len(views))
    shown = zip(cards(archive, session, rows, language, actor), rows, views, strict=True)
    return tuple(
        Part(card, giver(row.consent), label(archive, "rights", row.rights_uri, language) or row.rights, view)
        for card, row, view in shown
    )


def _view(archive: Archive, session: Session, row: Item, language: str) -> ItemView | None:
    """What there is to look at, as everybody is shown it whoever looks: what staff know besides stands on its own page."""
    with beginning_of(session, row.id) as item:
        if item is None:
            return None
        view = show.item_view(
            archive, item, (), (), staff=False, language=language, untold=untold(session, item)
        )
        return with_letters(session, item, view)


def _wholes(archive: Archive, session: Session, actor: Actor, item: Item) -> tuple[Whole, ...]:
    told = wholes_told(session, [item.id])
    query = select(Item).where(Item.id.in_(told), visible(actor)).order_by(Item.id)
    found = []
    for whole in session.scalars(query) if told else ():
        ids = parts_in(whole.extra, _fields(archive, whole))
        if item.id in ids and is_shown_to(actor, whole):
            beside = session.scalars(select(Item).where(Item.id.in_(ids), visible(actor)))
            seen = {one.id for one in beside if is_shown_to(actor, one)}
            shown = [one for one in ids if one in seen or one == item.id]
            place = shown.index(item.id)
            before, after = "".join(shown[max(0, place - 1) : place]), "".join(shown[place + 1 : place + 2])
            language = written_in(archive.profiles, whole)
            found.append(Whole(whole.id, whole.title, language, before, after))
    return tuple(found)


def _fields(archive: Archive, item: Item) -> tuple[Field, ...]:
    return (
        everything_in(archive.profiles, item.collection).fields if item.collection in archive.profiles else ()
    )


def _asked(archive: Archive, session: Session, item: Item) -> tuple[CollectionProfile, Field]:
    """The item's profile and its field of parts: of one that was moved, also where what it kept was taken away since."""
    said = session.scalars(select(Revision.said).where(Revision.item_id == item.id))
    ever = {name for one in said for name, text in one.items() if text}
    profile = asked_of(archive.profiles, item, ever)
    field = parts_field(profile.fields)
    if field is None:
        raise BadInputError("In this collection nothing is shown together.", code="no-parts-here")
    return profile, field
