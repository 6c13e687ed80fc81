"""Makes the finding aid of one collection: its items as everybody sees them, each part under what it is a part of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import BinaryIO

from sqlalchemy import func, select

from archive.exchange.ead import CollectionDescribed, Component, FileDescribed, write_ead
from archive.models import Item
from archive.profiles import say
from archive.services.export_public import changed, public_item
from archive.services.kept import everything_in
from archive.services.opening import Archive
from archive.services.parts import parts_in


def write_finding_aid(
    archive: Archive, ids: Sequence[str], stream: BinaryIO, told: Callable[[int], None]
) -> None:
    """Write the EAD3 of these items, all public and of one collection; `told` hears how many are done.

    ConflictError (`export-changed`) where one of them is not for everybody any more.
    """
    slug, newest = _collection_of(archive, ids)
    profile = archive.profiles[slug]
    collection = CollectionDescribed(
        slug=slug,
        title=say(profile.title, "en"),
        description=say(profile.description, "en"),
        archive=archive.settings.site_name,
        keeper=archive.settings.organisation,
        on=newest.isoformat(),
    )
    write_ead(stream, collection, _components(archive, ids, _parts_by_whole(archive, slug, ids), told))


def _collection_of(archive: Archive, ids: Sequence[str]) -> tuple[str, date]:
    """The one collection that items are of, and the day on which the newest of them was published."""
    with archive.db.read() as session:
        query = select(Item.collection, func.max(Item.published_on)).where(Item.id.in_(ids))
        found = session.execute(query.group_by(Item.collection)).all()
    if len(found) != 1 or found[0][1] is None:
        raise changed()
    return found[0][0], found[0][1]


def _parts_by_whole(archive: Archive, slug: str, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Which of `ids` stand under which other of them, in their order there, each once; nobody hears of any other item."""
    fields = everything_in(archive.profiles, slug).fields
    with archive.db.read() as session:
        rows = session.execute(select(Item.id, Item.extra).where(Item.id.in_(ids)).order_by(Item.id)).all()
    named = {item_id: parts_in(extra, fields) for item_id, extra in rows}
    # What is a part has no parts of its own, whatever stands in it.
    left = set(ids)
    wholes = left.difference(*named.values())
    found = {}
    for whole in sorted(wholes):
        found[whole] = tuple(one for one in named.get(whole, ()) if one in left and one not in wholes)
        left -= set(found[whole])
    return {whole: parts for whole, parts in found.items() if parts}


def _components(
    archive: Archive, ids: Sequence[str], parts: Mapping[str, Sequence[str]], told: Callable[[int], None]
) -> Iterator[Component]:
    under = {part for held in parts.values() for part in held}
    done = 0

    def component(item_id: str) -> Component:
        nonlocal done
        told(done)
        done += 1
        item = public_item(archive, item_id)
        files = tuple(FileDescribed(one.title, one.format_name) for one in item.view.files)
        return Component(item.described, files, tuple(component(one) for one in parts.get(item_id, ())))

    return (component(item_id) for item_id in ids if item_id not in under)
