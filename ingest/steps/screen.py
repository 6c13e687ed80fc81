"""Refuses to open what is no ordinary file or holds nothing, and notes a name that misleads."""

from __future__ import annotations

import stat
import unicodedata

from ingest.parcel import FileParcel
from ingest.steps.tools import Tools

MISLEADING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def run(parcel: FileParcel, tools: Tools) -> FileParcel:
    """Look at the file from outside, without reading it."""
    about = parcel.path.lstat()
    if any(unicodedata.category(character) in MISLEADING for character in parcel.given_name):
        parcel = parcel.noted("unusual-name")
    if not stat.S_ISREG(about.st_mode):
        return parcel.failed("not-a-file")
    if about.st_size == 0:
        return parcel.failed("empty")
    return parcel
