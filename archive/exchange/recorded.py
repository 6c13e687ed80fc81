"""What the record in a bag says of its item, for the documents that lie beside it: all of it, since bags are for staff."""

from __future__ import annotations

from typing import Any

from archive.exchange.described import MADE_BY, Described

Record = dict[str, Any]


def described_by(record: Record) -> Described:
    """The description in a record; its address is the item's identifier, which stays when a site has gone."""
    item, said = record["item"], record["description"]
    return Described(
        id=item["id"],
        address=item["id"],
        title=said["title"],
        kind=said["kind"],
        creators=tuple(dict.fromkeys(one["name"] for one in said["names"] if one["role"] in MADE_BY)),
        others=tuple((one["role"], one["name"]) for one in said["names"] if one["role"] not in MADE_BY),
        date_edtf=said["date"]["edtf"],
        description=said["description"],
        subjects=tuple(said["subjects"]),
        places=tuple(place["name"] for place in said["places"] if place["name"]),
        languages=tuple(said["languages"]),
        rights=said["rights"],
        rights_uri=said["rights_uri"],
        source=said["source"],
        collection=item["collection"],
    )
