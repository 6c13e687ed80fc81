"""Plans the submissions that bags from elsewhere become: one bag, one item, proved whole before a byte is taken in."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from archive.bags import (
    ForeignBag,
    is_item_id,
    is_packed,
    prove,
    read_foreign,
    safe_name,
    unpack_files,
)
from archive.models.errors import ArchiveError, BadInputError, StorageFullError, TooLargeError
from archive.profiles import CollectionProfile
from archive.services.file_names import bytes_of_name
from archive.services.importing import (
    refuse_item_that_is_here,
    refuse_withdrawn_files,
    refuse_withdrawn_item,
)
from archive.services.opening import Archive
from archive.services.scratch import scratch_folder
from ingest.bulk.model import FilePlan, ItemPlan, Refusal, SubmissionPlan
from ingest.bulk.unzip import MOST_FILES, SCRATCH, limits_for
from ingest.bulk.walk import LITTER, as_text, refusal_of
from ingest.importing.ahead import DECLARATION, PAYLOAD, Found, LookAhead, bags_within, found_in
from ingest.importing.record import FileSaid
from ingest.importing.said import Said, item_in, said_by

Refuse = Callable[[Refusal], None]
Heard = Callable[[int, int], None]


def planned_bags(
    archive: Archive,
    paths: Iterable[Path],
    profile: CollectionProfile,
    refuse: Refuse,
    heard: Heard = lambda _done, _total: None,
) -> Generator[tuple[SubmissionPlan, Path], None, None]:
    """The submission that each bag at `paths` becomes, with the path it was given by.

    A path is a bag, an archive that holds bags, or a folder of such. What was unpacked is gone when the next one is
    asked for. `refuse` hears of every bag that is not taken in, and why: one never stops the rest. `heard` is told
    how many bytes of a bag are proved, and of how many.
    """
    for path in (one for given in paths for one in bags_at(given)):
        for planned in _planned_in(archive, opened_bags(archive, path), path, profile, refuse, heard):
            yield planned, path


def planned_package(
    archive: Archive,
    package: Path,
    given_name: str,
    profile: CollectionProfile,
    refuse: Refuse,
    heard: Heard = lambda _done, _total: None,
) -> Generator[SubmissionPlan, None, None]:
    """The same of the bags in the archive at `package`, which was called `given_name` where it comes from."""
    stem = safe_name(Path(given_name).stem, ())
    opened = _unpacked(archive, package, stem)
    yield from _planned_in(archive, opened, Path(safe_name(given_name, ())), profile, refuse, heard)


def _planned_in(
    archive: Archive,
    opened: AbstractContextManager[Found],
    path: Path,
    profile: CollectionProfile,
    refuse: Refuse,
    heard: Heard,
) -> Generator[SubmissionPlan, None, None]:
    """The submissions of what is opened, and gone again at the end."""
    with ExitStack() as scratch:
        try:
            found = scratch.enter_context(opened)
        except ArchiveError as error:
            refuse(Refusal(path, error.code, str(error)))
            return
        for root in found.bags:
            try:
                if root in found.refused:
                    raise found.refused[root]
                planned = plan_bag(archive, root, profile, heard)
            except ArchiveError as error:
                refuse(Refusal(_shown(root, path, found.roots), error.code, str(error)))
            else:
                yield planned


def plan_bag(
    archive: Archive, root: Path, profile: CollectionProfile, heard: Heard = lambda _done, _total: None
) -> SubmissionPlan:
    """The submission that the bag in `root` becomes, once every byte of it was proved.

    Raises ForeignBagError, what `archive.services.importing` says of what is known here already, TooLargeError, and
    StorageFullError.
    """
    bag = read_foreign(root, most_files=MOST_FILES)
    item_id = item_in(bag)
    # A bag for everybody holds no record, and pages for a reading room hold bags: these too say of which items they are.
    inside = (Path(path).parent.name for path in bag.payload if Path(path).name == DECLARATION)
    for named in filter(is_item_id, {bag.said("External-Identifier"), *inside}):
        refuse_withdrawn_item(archive, named)
    _check_room(archive, bag)
    total = bag.size + sum(bag.tags.values())
    done = 0

    def add(count: int) -> None:
        nonlocal done
        done += count
        heard(min(done, total), total)

    sha512s = prove(bag, add)
    heard(total, total)
    # Every empty file is the same one, and nobody's.
    refuse_withdrawn_files(archive, {sha512s[path] for path, size in bag.payload.items() if size})
    if item_id:
        refuse_item_that_is_here(archive, item_id, list(sha512s.values()))
    try:
        said = said_by(bag, profile)
    except OSError as error:
        raise _unreadable(error) from error
    item = ItemPlan(said.description, _files(bag, sha512s, said), _origin(said))
    return SubmissionPlan(root, (item,), (), said.problems, whole=True)


def _origin(said: Said) -> dict[str, str]:
    origin = {"brought as": "bag"}
    if said.sources:
        origin["described by"] = ", ".join(said.sources)
    return origin | ({"item elsewhere": said.item_id} if said.item_id else {})


def _files(bag: ForeignBag, sha512s: Mapping[str, str], said: Said) -> tuple[FilePlan, ...]:
    """The payload, originals first; what accompanies something comes behind the first of them."""
    told = {path: said.files.get(path.removeprefix(PAYLOAD)) for path in bag.payload}
    order = list(said.files)

    def place(path: str) -> tuple[bool, int, str]:
        one = told[path]
        name = path.removeprefix(PAYLOAD)
        return (one is not None and one.role != "original", order.index(name) if one else len(order), path)

    ordered = sorted(bag.payload, key=place)
    ids = {one.id: number for number, path in enumerate(ordered) if (one := told[path]) and one.id}
    return tuple(
        _file(bag.root / path, path.removeprefix(PAYLOAD), told[path], ids, sha512s[path]) for path in ordered
    )


def _file(path: Path, name: str, said: FileSaid | None, places: Mapping[str, int], sha512: str) -> FilePlan:
    own = bytes_of_name(os.fsencode(name), as_text(name))
    if said is None:
        return FilePlan(path, as_text(name), "", "original", None, "", sha512, own)
    accompanies = places.get(said.accompanies) if said.role != "original" else None
    return FilePlan(
        path=path,
        given_name=said.given_name or as_text(name),
        title=said.title,
        role=said.role,
        accompanies=accompanies,
        language=said.language,
        sha512=sha512,
        given_bytes=said.given_bytes if said.given_name else own,
    )


def _check_room(archive: Archive, bag: ForeignBag) -> None:
    settings = archive.settings
    largest = max(bag.payload.values())
    if largest > settings.max_file_bytes:
        raise TooLargeError(
            f"A file in it is larger than {settings.max_file_bytes} bytes, the limit of this archive."
        )
    if shutil.disk_usage(settings.staging).free - bag.size < settings.free_space_floor:
        raise StorageFullError("There is no room left for this bag.")


def bags_at(path: Path) -> list[Path]:
    """What may be a bag at a path: the path itself, or what lies in a folder that is none."""
    try:
        if not path.is_dir() or path.is_symlink() or (path / DECLARATION).exists():
            return [path]
        children = sorted(child for child in path.iterdir() if child.name not in LITTER)
        found = [child for child in children if (child / DECLARATION).exists() or _is_archive(child)]
    except OSError:
        # Whoever reads it as a bag says why it cannot be read.
        return [path]
    return found or [path]


def _is_archive(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and is_packed(path)


@contextmanager
def opened_bags(archive: Archive, path: Path) -> Iterator[Found]:
    """The folders of the bags at a path, unpacked where they are in an archive."""
    if path.is_dir() and not path.is_symlink():
        yield Found([path], bags_within(path))
        return
    if not os.path.lexists(path):
        raise BadInputError(f"There is nothing at {as_text(path)}.", code="no-such-path")
    if (refusal := refusal_of(path)) is not None:
        raise BadInputError(refusal.reason, code=refusal.code)
    with _unpacked(archive, path, path.stem or "bag") as found:
        yield found


@contextmanager
def _unpacked(archive: Archive, path: Path, name: str) -> Iterator[Found]:
    """The folders of the bags in an archive, unpacked into a folder of that name."""
    with scratch_folder(archive.settings.run, SCRATCH) as scratch:
        folder = scratch / name
        look = LookAhead(folder)
        try:
            unpack_files(path, folder, limits=limits_for(archive.settings, path), ahead=look)
        except OSError as error:
            raise _unreadable(error) from error
        # A TAR in gzip cannot be looked at before all of it is unpacked.
        yield look.found or found_in(folder)


def _unreadable(error: OSError) -> ArchiveError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFullError("There is no room left to unpack it.")
    return BadInputError(f"It cannot be read: {error.strerror or error}.", code="unreadable")


def _shown(root: Path, path: Path, roots: Iterable[Path]) -> Path:
    """The path of a bag as whoever gave it knows it."""
    if path in roots:
        return root
    within = next(one for one in roots if root.is_relative_to(one))
    return path / within.name / root.relative_to(within)
