"""Makes an export as one file, checks it as its receiver will, and puts its checksum beside it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from archive.bags import StockValidator, bag_key, shared_key
from archive.bags.arriving import not_valid, read_bundle
from archive.bags.leaving import INSIDE, SHARED_INSIDE, Part, kept_parts, write_bundle
from archive.bags.verify import hash_file
from archive.durable import new_file
from archive.models.errors import IntegrityError, StorageFullError
from archive.services import shared_writing
from archive.services.export_aid import write_finding_aid
from archive.services.export_check import check_bag, check_by_stock
from archive.services.export_choosing import SHARED_BAGS
from archive.services.export_forms import BAGS, MEDIA_TYPES, Form, Wish, name_of
from archive.services.export_public import public_item, safe_parts
from archive.services.export_reading import reading_room
from archive.services.export_rows import public_csv, public_json, staff_csv, staff_json
from archive.services.opening import Archive

Tell = Callable[[int, int, str], None]
"""Takes how many items are done, of how many, and what is being done."""

SCRATCH = ".unpacked"
README = """This folder is a bag (BagIt 1.0, RFC 8493) that holds other bags.

data/items/     one folder for each item, named after it; each is a whole bag by itself
manifest-sha512.txt     what every file in data/ must be, to its last bit

To check everything: bagit.py --validate FOLDER, or: sha512sum -c manifest-sha512.txt
To check one item: the same in its own folder.
"""
MORE = {
    Form.WITH_SHARED: f"data/{SHARED_INSIDE}/    one folder for each story, for what introduces a collection, and for what was written about a "
    "name or a word;\neach is a whole bag too, and its README.txt says what it is of.\n",
    Form.READING_ROOM: "To look at it: open data/start-here.html. It needs no network and no program but a browser.\n",
}


@dataclass(frozen=True)
class Made:
    """An export on the disk: where, its size in bytes, its SHA-512."""

    path: Path
    size: int
    sha512: str


class ItemRefusedError(IntegrityError):
    """One item (`item_id`) stops an export: what is kept of it is not sound, or is not as its receiver can use it.

    The code and the words are those of what was in the way.
    """

    def __init__(self, item_id: str, why: IntegrityError) -> None:
        super().__init__(str(why), code=why.code, remedy=why.remedy)
        self.item_id = item_id


def make(archive: Archive, wish: Wish, item_ids: Sequence[str], folder: Path, tell: Tell) -> Made:
    """Make the export in the empty folder `folder`, with its checksum beside, all of it flushed to the disk.

    Raises IntegrityError (`export-not-valid`) when what was written is not what its receiver could use, ItemRefusedError where
    it is one item that is not sound, ConflictError (`export-changed`) when something in it changed meanwhile, StorageFullError.
    """
    ids = sorted(item_ids)
    name = name_of(wish.form, ids)
    target = folder / f"{name}.{wish.ending}"
    if wish.form in BAGS:
        shared = shared_ids(archive) if wish.form is Form.WITH_SHARED else []
        _write_bags(archive, wish, (ids, shared), target, name, tell)
        _check(wish, target, name, len(ids) + len(shared), tell)
    else:
        _write_table(archive, wish.form, ids, target, tell)
    made = Made(target, target.stat().st_size, hash_file(target, from_disk=True))
    _write(target.with_name(f"{target.name}.sha512"), [f"{made.sha512}  {target.name}\n".encode()])
    return made


def shared_ids(archive: Archive) -> list[str]:
    """The bags of what belongs to no item, each with the newest that there is to say."""
    shared_writing.write_waiting(archive)
    with archive.db.read() as session:
        return list(session.scalars(SHARED_BAGS))


def check_room(archive: Archive, folder: Path, size: int) -> None:
    """StorageFullError where an export of bags of that size would leave less free than is to stay free, itself and unpacked."""
    if shutil.disk_usage(folder).free - 2 * size < archive.settings.free_space_floor:
        raise StorageFullError("There is no room left to make this export.")


def _write_bags(
    archive: Archive,
    wish: Wish,
    held: tuple[Sequence[str], Sequence[str]],
    target: Path,
    name: str,
    tell: Tell,
) -> None:
    ids, shared = held
    payload = {
        Form.PRESERVATION: _whole,
        Form.WITH_SHARED: _whole,
        Form.SAFE: _safe,
        Form.READING_ROOM: reading_room,
    }[wish.form]
    at: list[str] = []
    readme = README + MORE.get(wish.form, "")
    info = {
        "Source-Organization": archive.settings.organisation,
        "External-Description": f"{len(ids)} items, each a bag of its own in data/{INSIDE}"
        + (f"; {len(shared)} bags of what belongs to no item in data/{SHARED_INSIDE}" if shared else ""),
    }
    with _naming(at):
        parts = chain(
            payload(archive, _told(ids, tell, "written", at)),
            _shared(archive, _told(shared, tell, "written", at) if shared else ()),
        )
        write_bundle(target, wish.wrapping, name, parts, info=info, readme=readme.encode())


def _whole(archive: Archive, ids: Iterable[str]) -> Iterator[Part]:
    for item_id in ids:
        for part in kept_parts(archive.bag_folder(bag_key(item_id))):
            yield part.inside(f"{INSIDE}/{item_id}")


def _shared(archive: Archive, bag_ids: Iterable[str]) -> Iterator[Part]:
    for bag_id in bag_ids:
        for part in kept_parts(archive.bag_folder(shared_key(bag_id))):
            yield part.inside(f"{SHARED_INSIDE}/{bag_id}")


def _safe(archive: Archive, ids: Iterable[str]) -> Iterator[Part]:
    for item_id in ids:
        for part in safe_parts(archive, public_item(archive, item_id)):
            yield part.inside(f"{INSIDE}/{item_id}")


def _check(wish: Wish, target: Path, name: str, count: int, tell: Tell) -> None:
    """Unpack it, and have each bag in it, and then the bag of bags, read by the stock library and by our own reader."""
    scratch = target.parent / SCRATCH / name
    scratch.mkdir(parents=True)
    done = 0
    with StockValidator() as stock:

        def look(item_id: str, root: Path, size: int) -> None:
            nonlocal done
            tell(done, count, "checked")
            with _naming([item_id]):
                check_bag(root, item_id, size, MEDIA_TYPES[wish.wrapping], stock)
            done += 1

        if read_bundle(target, wish.wrapping, name, scratch, look) != count:
            raise not_valid("a bag is missing")
        tell(count, count, "checked")
        check_by_stock(scratch, target.stat().st_size, stock)
    shutil.rmtree(scratch.parent)


def _write_table(archive: Archive, form: Form, ids: Sequence[str], target: Path, tell: Tell) -> None:
    if form is Form.EAD:
        with new_file(target) as stream:
            write_finding_aid(archive, ids, stream, lambda done: tell(done, len(ids), "written"))
            stream.flush()
            os.fsync(stream.fileno())
        tell(len(ids), len(ids), "written")
        return
    lines = {
        Form.CSV: public_csv,
        Form.JSON: public_json,
        Form.CSV_STAFF: staff_csv,
        Form.JSON_STAFF: staff_json,
    }[form](archive, ids)
    tell(0, len(ids), "written")
    _write(target, lines)
    tell(len(ids), len(ids), "written")


@contextmanager
def _naming(at: Sequence[str]) -> Iterator[None]:
    """Have what is not sound say which item it is of: the last of `at`, if there is one."""
    try:
        yield
    except IntegrityError as error:
        if not at:
            raise
        raise ItemRefusedError(at[-1], error) from error


def _told(ids: Sequence[str], tell: Tell, words: str, at: list[str]) -> Iterator[str]:
    """The ids, one by one; `at` holds the one that was handed out last, until all of it is written."""
    for number, item_id in enumerate(ids):
        tell(number, len(ids), words)
        at[:] = [item_id]
        yield item_id
    at.clear()
    tell(len(ids), len(ids), words)


def _write(target: Path, blocks: Iterable[bytes]) -> None:
    """Write a new file to the disk."""
    with new_file(target) as stream:
        stream.writelines(blocks)
        stream.flush()
        os.fsync(stream.fileno())
