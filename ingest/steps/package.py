"""Builds the bag of an item from bytes that have arrived: they are renamed into it, never copied."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import bindparam, select

from archive.bags import PayloadFile, bag_key, write_bag
from archive.models import File
from archive.services.record import as_files, records
from ingest.item_parcel import ItemParcel, Tools, bag_staging

# Names in staging are the pipeline's business, so they are not in the record.
STAGED = select(File.id, File.staged_as).where(File.item_id == bindparam("item"))


def run(parcel: ItemParcel, tools: Tools) -> ItemParcel:
    """Build the bag in staging, unless the store has it already; a run that was killed is finished by the next."""
    archive = tools.archive
    if archive.store.exists(f"{bag_key(parcel.item_id)}/bagit.txt"):
        return parcel
    with archive.db.read() as session:
        record = records(session, [parcel.item_id])[parcel.item_id]
        staged_as = dict(session.execute(STAGED, {"item": parcel.item_id}).all())
    payload = [
        PayloadFile(
            source=archive.settings.staging / staged_as[file["id"]],
            name=file["safe_name"],
            sha512=file["sha512"],
            size=file["size"],
        )
        for file in record["files"]
    ]
    info = {
        "Source-Organization": archive.settings.organisation or archive.settings.site_name,
        "Bag-Group-Identifier": record["item"]["submission"],
        "Internal-Sender-Identifier": record["item"]["collection"],
        "Bagging-Date": record["item"]["received_on"],
    }
    staged = bag_staging(archive, parcel.item_id)
    staged.parent.mkdir(exist_ok=True)
    revision = as_files(record)
    write_bag(staged, item_id=parcel.item_id, payload=payload, info=info, revision=revision)
    return replace(parcel, staged=staged, size=sum(file.size for file in payload))
