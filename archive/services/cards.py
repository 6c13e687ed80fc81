"""Makes views from rows: the same item looks the same in a list, a search and on its page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor, visible
from archive.dates import in_words
from archive.models import AccessCopy, File, Item
from archive.services.labels import label
from archive.services.opening import Archive
from archive.services.views import Card, CopyView, PlaceView

# The first of these that an item has stands for it in lists.
FACES = ("thumbnail", "poster", "waveform")
# Decimals of a degree that each precision of a consent leaves: about 1 km, 10 km, 100 km.
DECIMALS = {"exact": 6, "town": 2, "region": 0}


def copy_view(copy: AccessCopy) -> CopyView:
    """An access copy as it is shown."""
    return CopyView(
        id=copy.id,
        kind=copy.kind,
        media_type=copy.media_type,
        size=copy.size,
        sha512=copy.sha512,
        width=copy.width,
        height=copy.height,
        page=copy.page,
        duration_ms=copy.duration_ms,
    )


def faces(session: Session, item_ids: Sequence[str]) -> dict[str, CopyView]:
    """The picture that stands for each item, for those that have one."""
    rows = session.execute(
        select(File.item_id, AccessCopy)
        .join(AccessCopy.__table__, AccessCopy.file_id == File.id)
        .where(File.item_id.in_(item_ids), AccessCopy.kind.in_(FACES))
        .order_by(File.position, AccessCopy.page)
    )
    best: dict[str, AccessCopy] = {}
    for item_id, copy in rows:
        known = best.get(item_id)
        if known is None or FACES.index(copy.kind) < FACES.index(known.kind):
            best[item_id] = copy
    return {item_id: copy_view(copy) for item_id, copy in best.items()}


def card(archive: Archive, item: Item, face: CopyView | None, language: str) -> Card:
    """An item in a list."""
    return Card(
        id=item.id,
        collection=item.collection,
        state=item.state,
        title=item.title,
        kind=item.kind,
        names=tuple(link.agent.name for link in item.agents),
        date_words=in_words(item.date_edtf, language),
        places=tuple(link.place.name for link in item.places),
        content_note=item.content_note,
        thumbnail=face,
        kind_label=label(archive, "kind", item.kind, language),
    )


def cards(archive: Archive, session: Session, items: Iterable[Item], language: str) -> list[Card]:
    """Items in a list, in the order given."""
    known = list(items)
    pictures = faces(session, [item.id for item in known])
    return [card(archive, item, pictures.get(item.id), language) for item in known]


def seen_in_order(session: Session, actor: Actor, ids: Sequence[str]) -> list[Item]:
    """Those of `ids` that `actor` may see at this moment, in that order: an index may be a second behind."""
    found = {item.id: item for item in session.scalars(select(Item).where(Item.id.in_(ids), visible(actor)))}
    return [found[item_id] for item_id in ids if item_id in found]


def places_of(item: Item, *, exact: bool) -> tuple[PlaceView, ...]:
    """An item's places, coordinates as precise as its consent allows (or exact, for staff)."""
    precision = "exact" if exact else item.consent.place_precision
    if precision == "none":
        return ()
    digits = DECIMALS.get(precision, 0)
    given = [(link.place.name, link.place.latitude, link.place.longitude) for link in item.places]
    if item.latitude is not None and not any(latitude is not None for _, latitude, _ in given):
        given.append(("", item.latitude, item.longitude))
    return tuple(
        PlaceView(
            name,
            None if latitude is None else round(latitude, digits),
            None if longitude is None else round(longitude, digits),
        )
        for name, latitude, longitude in given
    )
