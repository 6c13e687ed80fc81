"""Builds the bag of an item in a staging folder out of bytes that have arrived already: they are renamed, not copied."""

from __future__ import annotations

import datetime
import errno
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive import __version__
from archive.bags.info import format_info
from archive.bags.layout import (
    DECLARATION,
    DECLARATION_BYTES,
    INFO,
    MANIFEST,
    PAYLOAD,
    PENDING,
    RECORD,
    TAG_MANIFEST,
    is_item_id,
    revision_folder,
)
from archive.bags.manifest import format_manifest
from archive.bags.names import fold, name_fault
from archive.bags.our_profile import PROFILE_ID, PROFILE_LABEL, missing
from archive.bags.verify import hash_file
from archive.durable import cut_times, fsync_path
from archive.models.errors import BadInputError, IntegrityError

_SHA512 = re.compile(r"[0-9a-f]{128}")
_OURS = {DECLARATION, INFO, MANIFEST, TAG_MANIFEST, PAYLOAD, RECORD}


@dataclass(frozen=True)
class PayloadFile:
    """An arrived original: where it is, its safe name in the bag, SHA-512 and size in bytes as taken on arrival.

    With `move` (the default) the source is renamed into the bag; without, and from another file system, it is
    copied, its SHA-512 compared, and the source stays.
    """

    source: Path
    name: str
    sha512: str
    size: int
    move: bool = True


@dataclass(frozen=True)
class StagedBag:
    """A whole bag that nobody sees yet: give `path` to the object store's publish_folder."""

    path: Path
    item_id: str


def write_bag(
    staged: Path,
    *,
    item_id: str,
    payload: Sequence[PayloadFile],
    info: Mapping[str, str],
    revision: Mapping[str, bytes],
    profile_id: str = PROFILE_ID,
) -> StagedBag:
    """Build the bag of an item in the folder `staged`, on the file system of its sources, and return it.

    `info` are the labels of bag-info.txt beyond the computed ones; Bagging-Date is today (UTC) unless it says
    otherwise, so give it for a repeatable bag. `revision` are the files of the first revision of the record by name;
    with all that the profile `profile_id` asks for (`our_profile.PROFILES`) the bag is named as one that keeps it.
    After a crash the same call finishes the same bag; once the store has published it, `staged` is gone and the
    call has nothing to build from: look in the store first. Flushing is publish_folder's part.
    Raises BadInputError (`bag-item-id`, `bag-empty`, `bag-record`, `bag-name`, `bag-label`, `bag-staged-stranger`)
    and IntegrityError (`bag-payload-lost`, `bag-payload-size`, `bag-payload-changed`).
    """
    _check(item_id, payload)
    check_record(revision)
    placed = _clear(staged, {file.name for file in payload})
    for file in payload:
        _place(file, os.path.join(staged, PAYLOAD, file.name), file.name in placed)  # noqa: PTH118  a Path is dear
    tags = {
        DECLARATION: DECLARATION_BYTES,
        MANIFEST: format_manifest({f"{PAYLOAD}/{file.name}": file.sha512 for file in payload}),
        **{f"{revision_folder(1)}/{name}": data for name, data in revision.items()},
    }
    tags[INFO] = format_info(_info(item_id, payload, info, tags, profile_id))
    (staged / revision_folder(1)).mkdir(parents=True)
    for path, data in tags.items():
        (staged / path).write_bytes(data)
    (staged / TAG_MANIFEST).write_bytes(
        format_manifest({path: sha512_of(data) for path, data in tags.items()})
    )
    cut_times(staged)
    return StagedBag(staged, item_id)


def sha512_of(data: bytes) -> str:
    """Return the lower-case hexadecimal SHA-512 of `data`."""
    return hashlib.sha512(data).hexdigest()


def check_record(files: Mapping[str, bytes]) -> None:
    """Raise BadInputError (`bag-record`) unless `files` can be the files of a revision: plain names, at least one."""
    names = list(files)
    if (
        not names
        or any(not _is_plain(name) for name in names)
        or len({fold(name) for name in names}) < len(names)
    ):
        raise BadInputError("A revision of the record needs files with plain names.", code="bag-record")


def _is_plain(name: str) -> bool:
    return bool(name) and not name.startswith((".", "~")) and name_fault(name) is None


def _check(item_id: str, payload: Sequence[PayloadFile]) -> None:
    if not is_item_id(item_id):
        raise BadInputError("That cannot be the identifier of an item.", code="bag-item-id")
    if not payload:
        raise BadInputError("A bag needs at least one file.", code="bag-empty")
    if len({fold(file.name) for file in payload}) < len(payload):
        raise BadInputError("Two files of a bag have the same name.", code="bag-name")
    for file in payload:
        if not _is_plain(file.name) or not _SHA512.fullmatch(file.sha512) or file.size < 0:
            raise BadInputError("A file of a bag has an unsafe name or no SHA-512.", code="bag-name")


def _clear(staged: Path, payload_names: set[str]) -> set[str]:
    """Make room: remove what an interrupted run wrote, never a byte that may be an original; tell what it placed."""
    (staged / PAYLOAD).mkdir(parents=True, exist_ok=True)
    placed = {path.name for path in (staged / PAYLOAD).iterdir()}
    pending = {name for name in placed if name.startswith(PENDING)}
    if placed - pending - payload_names or {path.name for path in staged.iterdir()} - _OURS:
        raise BadInputError("Something else lies where the bag is to be built.", code="bag-staged-stranger")
    for name in pending:
        (staged / PAYLOAD / name).unlink()
    shutil.rmtree(staged / RECORD, ignore_errors=True)
    for name in (DECLARATION, INFO, MANIFEST, TAG_MANIFEST):
        (staged / name).unlink(missing_ok=True)
    return placed


def _place(file: PayloadFile, target: str, is_placed: bool) -> None:
    """Bring a file to its place, unless an earlier run did; each is looked at once."""
    if is_placed:
        _check_size(file, target)
        return
    _check_size(file, file.source)
    if not file.move or not _renamed(file.source, target):
        _copy(file, Path(target))


def _check_size(file: PayloadFile, path: str | Path) -> None:
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        raise IntegrityError(f"The bytes of {file.name} are gone.", code="bag-payload-lost") from None
    if not stat.S_ISREG(status.st_mode) or status.st_size != file.size:
        raise IntegrityError(f"{file.name} is not as long as it was on arrival.", code="bag-payload-size")


def _renamed(source: Path, target: str) -> bool:
    try:
        os.rename(source, target)  # noqa: PTH104  a Path is dear
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return False
    return True


def _copy(file: PayloadFile, target: Path) -> None:
    """Copy where a rename cannot serve; the copy gets its name only when its bytes are the ones that arrived."""
    temporary = target.with_name(f"{PENDING}{target.name}"[:200])
    shutil.copyfile(file.source, temporary, follow_symlinks=False)
    if hash_file(temporary) != file.sha512:
        temporary.unlink()
        raise IntegrityError(f"{file.name} changed since its arrival.", code="bag-payload-changed")
    # Flushed before it has its name: a copy whose flush failed is made again, never flushed again.
    fsync_path(temporary)
    temporary.rename(target)


def _info(
    item_id: str,
    payload: Sequence[PayloadFile],
    info: Mapping[str, str],
    tag_files: Collection[str],
    profile_id: str,
) -> dict[str, str]:
    """All labels; the bag says that it keeps the profile only when it does."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    labels = {
        "Bagging-Date": today,
        "Bag-Software-Agent": f"Remembrance {__version__}",
        **info,
        "External-Identifier": item_id,
        "Payload-Oxum": f"{sum(file.size for file in payload)}.{len(payload)}",
    }
    named = {PROFILE_LABEL: profile_id, **labels}
    return labels if missing(named, tag_files, profile_id) else named
