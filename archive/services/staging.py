"""Bytes on their way into a bag."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from archive.bags.verify import hash_file
from archive.models.errors import IntegrityError


def copy_checked(source: Path, target: Path, sha512: str) -> None:
    """Copy a file so that `target` is there whole, flushed and with that SHA-512 (hexadecimal), or not at all.

    IntegrityError (`bag-payload-changed`) when the bytes are others.
    """
    temporary = target.with_name(f".{target.name}.copying")
    shutil.copyfile(source, temporary, follow_symlinks=False)
    if hash_file(temporary) != sha512:
        temporary.unlink()
        raise IntegrityError("The original is not what it was on arrival.", code="bag-payload-changed")
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    temporary.rename(target)
