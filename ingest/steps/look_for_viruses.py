"""Has ClamAV look through the file before anything opens it, where the archive's settings name one."""

from __future__ import annotations

from ingest.parcel import FileParcel
from ingest.scanner import Verdict, scan
from ingest.steps.tools import Tools


def run(parcel: FileParcel, tools: Tools) -> FileParcel:
    """Mark a file with a virus in it as failed: it is kept, and nothing opens it."""
    if not tools.options.virus_scanner:
        return parcel
    verdict = scan(tools.options.virus_scanner, parcel.path)
    if verdict is Verdict.FOUND:
        return parcel.failed("virus-found")
    return parcel.noted("virus-none" if verdict is Verdict.CLEAN else "virus-not-looked-for")
