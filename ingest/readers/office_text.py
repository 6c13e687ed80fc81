"""Text and properties of office documents through kreuzberg, after a look at how far the file would unpack."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import kreuzberg

from ingest.failures import ReadFailure
from ingest.parcel import Inspection, Passage, Says
from ingest.readers import rtf_cuts
from ingest.readers.base import Work, clean
from ingest.readers.office_heads import around
from ingest.readers.office_kinds import BY_EXTENSION
from ingest.readers.office_seen import seen
from ingest.readers.plain_text import tidy

MOST_UNPACKED = 192 << 20
MOST_XML = 48 << 20
MOST_ENTRIES = 5000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
KINDS = {media_type: kind for kind, media_type in BY_EXTENSION.items()} | {"text/rtf": "rtf"}
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
PROPERTIES = {
    "title": "title",
    "subject": "subject",
    "description": "caption",
    "created_by": "creator",
    "created_at": "date_created",
    "modified_at": "date_modified",
    "language": "language",
}


def inspect(work: Work) -> Inspection:
    """Return what the document's properties say."""
    _check(work)
    if KINDS.get(_media_type(work)) == "rtf" and rtf_cuts.breaks_off(work.path.read_bytes()):
        work.note("cut-short")
    found: dict[str, Any] = dict(_extract(work, work.path).metadata)
    says: Says = {word: value for key, word in PROPERTIES.items() if (value := _plain(found.get(key)))}
    if authors := found.get("authors"):
        says["creator"] = "; ".join(clean(str(author)) for author in authors)
    if keywords := [clean(str(keyword)) for keyword in found.get("keywords") or []]:
        says["keywords"] = keywords
    software = found.get("application") or found.get("generator")
    if software:
        says["software"] = clean(str(software))
    if "creator" in says:
        work.note("says-who")
    return Inspection(says=says)


def text(work: Work) -> list[Passage]:
    """Return the whole text as one passage, without what the document hides, and once what stands on each page around it."""
    _check(work)
    kind = KINDS.get(_media_type(work), "")
    with seen(work, kind) as path:
        heads, feet = around(path, kind)
        pieces = (tidy(one).strip() for one in (heads, _extract(work, path).content, feet))
        words = "\n\n".join(filter(None, pieces))
    return [Passage(words)] if words else []


def _extract(work: Work, path: Path) -> kreuzberg.ExtractionResult:
    config = kreuzberg.ExtractionConfig(
        use_cache=False,
        output_format="plain",
        enable_quality_processing=False,
        max_concurrent_extractions=1,
    )
    work.progress()
    return kreuzberg.extract_file_sync(str(path), _media_type(work), config=config)


def _media_type(work: Work) -> str:
    return BY_EXTENSION.get(work.extension, work.media_type) if work.is_vague else work.media_type


def _check(work: Work) -> None:
    """Refuse what is locked, and what would unpack to more than such a document can need."""
    with work.path.open("rb") as stream:
        if stream.read(8) == OLE:
            stream.seek(0)
            if ENCRYPTED_STREAM in stream.read(MOST_UNPACKED):
                raise ReadFailure("encrypted")
            return
    if not zipfile.is_zipfile(work.path):
        return
    with zipfile.ZipFile(work.path) as parts:
        entries = parts.infolist()
        if len(entries) > MOST_ENTRIES:
            raise ReadFailure("too-many-parts")
        if any(entry.flag_bits & 1 for entry in entries):
            raise ReadFailure("encrypted")
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise ReadFailure("too-much-output")
        if any(entry.file_size > MOST_XML for entry in entries if entry.filename.endswith((".xml", ".rels"))):
            raise ReadFailure("too-much-output")
        manifest = parts.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in parts.namelist() else b""
        if b"encryption-data" in manifest:
            raise ReadFailure("encrypted")


def _plain(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""
