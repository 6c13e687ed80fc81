"""Bags of before, in which stood what another thing of the gift is called, do not tell it any more."""

from __future__ import annotations

import shutil

from archive.bags import add_revision, bag_key, read_bag, verify
from archive.models import Item
from archive.services import quarantine, records
from archive.services.describe import Description
from tests.fixtures.copying import revise as revised
from tests.fixtures.letters_kept import shelf
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import files_with

__all__ = ["shelf"]


def test_what_another_thing_of_the_gift_is_called_goes_out_of_bags_of_before(shelf: Shelf) -> None:
    """Once it stood in the record of everything that was given together; what was given alone keeps its revisions."""
    archive, title = shelf.archive, "The diary of Ama"
    alone = shelf.items["two"]
    for item_id in shelf.items.values():
        with archive.db.read() as session:
            record = records.records(session, [item_id])[item_id]
        record["submission"]["title"] = title
        del record["item"]["shown_to"]
        folder = archive.bag_folder(bag_key(item_id))
        # The bag as it was written then: this one first.
        add_revision(folder, records.as_files(record), alone=True)
        assert files_with(folder, title.encode())
    with archive.db.write() as session:
        other = shelf.item(session, "three", Description(title="The letter"))
        other.submission_id = session.get_one(Item, shelf.items["one"]).submission_id
    apart = shutil.copytree(
        archive.bag_folder(bag_key(shelf.items["one"])), quarantine.place_for(archive, shelf.items["one"])
    )
    for item_id in (shelf.items["one"], alone):
        revised(archive, item_id)
    one, two = (archive.bag_folder(bag_key(item_id)) for item_id in (shelf.items["one"], alone))
    assert files_with(one, title.encode()) == files_with(apart, title.encode()) == []
    assert verify(one).ok and len(read_bag(one).revisions) == 1
    assert len(read_bag(two).revisions) == 2
    revised(archive, shelf.items["one"])
    assert len(read_bag(one).revisions) == 2
