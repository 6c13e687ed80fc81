"""Opens the ZIPs among what is given: into scratch folders that are gone when the work is done."""

from __future__ import annotations

import errno
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from archive.bags import UnpackLimits, unpack_files
from archive.models.errors import ArchiveError, StorageFullError
from archive.services.scratch import scratch_folder
from archive.settings import Settings
from ingest.bulk.keep_out import KeepOut
from ingest.bulk.model import Refusal
from ingest.bulk.table import is_nearly_table_name, is_table_name
from ingest.bulk.walk import LITTER, tables_in

# What one system adds to every ZIP it makes.
TWINS = "__MACOSX"
ZIP = ".zip"
SCRATCH = "unzip-"
MOST_FILES = 20_000


@dataclass(frozen=True)
class Opened:
    """The paths to plan, ZIPs replaced by what they hold; the ZIPs refused; which ZIP each folder came from.

    `keep_out` knows what of the archive itself lies about, and lets in what was unpacked.
    """

    paths: tuple[Path, ...]
    refusals: tuple[Refusal, ...]
    sources: dict[Path, Path]
    keep_out: KeepOut = field(default_factory=KeepOut)

    def shown(self, path: Path) -> Path:
        """A path as a person knows it: what was in a ZIP lies below the ZIP."""
        for folder, source in self.sources.items():
            if path.is_relative_to(folder):
                return source / path.relative_to(folder)
        return path


@contextmanager
def opened_zips(settings: Settings, paths: Iterable[Path]) -> Iterator[Opened]:
    """Unpack every ZIP among `paths`, and those in a folder that holds nothing but gifts of that kind.

    A ZIP that lies in a folder with other things is a file like any other; one in the home of an archive stays closed.
    StorageFullError when there is no room.
    """
    keep_out = KeepOut.of(settings)
    found: list[Path] = []
    refusals: list[Refusal] = []
    sources: dict[Path, Path] = {}
    with ExitStack() as scratch:
        for path in (each for one in paths for each in _gifts_in(one)):
            if not _is_zip(path):
                found.append(path)
                continue
            if (own := keep_out.around(path)) is not None:
                refusals.append(own)
                continue
            folder = scratch.enter_context(scratch_folder(settings.run, SCRATCH)) / path.stem
            try:
                unpack_files(path, folder, limits=limits_for(settings, path))
            except ArchiveError as error:
                refusals.append(Refusal(path, error.code, str(error)))
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise StorageFullError("There is no room left to unpack the ZIP.") from error
                refusals.append(Refusal(path, "unreadable", f"It cannot be read: {error.strerror}."))
            else:
                sources[folder] = path
                found.append(_inner(folder))
        yield Opened(tuple(found), tuple(refusals), sources, KeepOut.of(settings, sources))


def _gifts_in(path: Path) -> list[Path]:
    """The ZIPs of a folder of nothing but gifts in ZIPs; any other path by itself."""
    if not path.is_dir() or path.is_symlink():
        return [path]
    try:
        children = sorted(child for child in path.iterdir() if child.name not in LITTER)
    except OSError:
        # Whoever plans the folder says why it cannot be read.
        return [path]
    return children if children and all(_is_zip(one) and _holds_table(one) for one in children) else [path]


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ZIP and path.is_file() and not path.is_symlink()


def _holds_table(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        return False
    last = [name.rpartition("/")[2] for name in names]
    # One whose table has nearly that name is opened too, so that the name is told.
    return any(is_table_name(name) or is_nearly_table_name(name) for name in last)


def _inner(folder: Path) -> Path:
    """The folder that a ZIP was made of, where it holds one and nothing beside it: its name is the gift's."""
    shutil.rmtree(folder / TWINS, ignore_errors=True)
    children = [child for child in folder.iterdir() if child.name not in LITTER]
    only = children[0] if len(children) == 1 else None
    return only if only is not None and only.is_dir() and not tables_in(folder) else folder


def limits_for(settings: Settings, path: Path) -> UnpackLimits:
    """What an archive may unpack to: no more than there is room for twice, unpacked and in staging.

    StorageFullError when not even its own size is there.
    """
    room = (shutil.disk_usage(settings.run).free - settings.free_space_floor) // 2
    if room < path.stat().st_size:
        raise StorageFullError("There is no room left to unpack it.")
    return UnpackLimits(most_bytes=min(room, UnpackLimits.most_bytes), most_files=MOST_FILES)
