"""Builds the bag of an item from bytes that have arrived: they are renamed into it, never copied."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import selectinload

from archive.bags import PayloadFile, bag_key, write_bag
from archive.models import Item
from archive.services.records import revision_files
from ingest.item_parcel import ItemParcel, Tools, bag_staging


def run(parcel: ItemParcel, tools: Tools) -> ItemParcel:
    """Build the bag in staging, unless the store has it already; a run that was killed is finished by the next."""
    archive = tools.archive
    if archive.store.exists(f"{bag_key(parcel.item_id)}/bagit.txt"):
        return parcel
    with archive.db.read() as session:
        item = session.get_one(Item, parcel.item_id, options=[selectinload(Item.files)])
        payload = [
            PayloadFile(
                source=archive.settings.staging / file.staged_as,
                name=file.safe_name,
                sha512=file.sha512,
                size=file.size,
            )
            for file in item.files
        ]
        info = {
            "Source-Organization": archive.settings.organisation or archive.settings.site_name,
            "Bag-Group-Identifier": item.submission_id,
            "Internal-Sender-Identifier": item.collection,
            "Bagging-Date": item.received_on.isoformat(),
        }
        revision = revision_files(session, item)
    staged = bag_staging(archive, parcel.item_id)
    staged.parent.mkdir(exist_ok=True)
    write_bag(staged, item_id=parcel.item_id, payload=payload, info=info, revision=revision)
    return replace(parcel, staged=staged)
