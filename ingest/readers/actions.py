"""The functions that the sandbox's child runs: JSON in, JSON out; here a reader is chosen and called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ingest.options import ExamineOptions
from ingest.parcel import Inspection, identification_from_json
from ingest.readers import reader_for
from ingest.readers.base import Reader, Work

Progress = Callable[[], None]


def identify(arguments: dict[str, Any], scratch: Path, progress: Progress) -> dict[str, Any]:
    """Say what format a file is; see `ingest.readers.formats.identify`."""
    from ingest.readers import formats

    progress()
    return asdict(formats.identify(Path(arguments["path"]), arguments["name"], scratch))


def inspect(arguments: dict[str, Any], scratch: Path, progress: Progress) -> dict[str, Any]:
    """Return the inspection of a file and notes."""
    reader, work = _open(arguments, scratch, progress)
    return {"inspection": asdict(reader.inspect(work)), "notes": work.notes}


def text(arguments: dict[str, Any], scratch: Path, progress: Progress) -> dict[str, Any]:
    """Return the passages of a file, cut at the longest text that is kept, and notes."""
    reader, work = _open(arguments, scratch, progress)
    passages, room = [], work.options.max_text
    for passage in reader.text(work):
        if len(passage.text) > room:
            work.note("text-cut")
            passage = replace(passage, text=passage.text[:room])
        if passage.text:
            passages.append(asdict(passage))
        room -= len(passage.text)
    return {"passages": passages, "notes": work.notes}


def copies(arguments: dict[str, Any], scratch: Path, progress: Progress) -> dict[str, Any]:
    """Make access copies in the scratch folder; return what was made, and notes."""
    reader, work = _open(arguments, scratch, progress)
    return {"copies": [asdict(copy) for copy in reader.copies(work)], "notes": work.notes}


def _open(arguments: dict[str, Any], scratch: Path, progress: Progress) -> tuple[Reader, Work]:
    identification = identification_from_json(arguments["identification"])
    reader = reader_for(identification, arguments["name"])
    assert reader is not None, "the parent asks only where there is a reader"
    options = arguments["options"]
    work = Work(
        path=Path(arguments["path"]),
        media_type=identification.media_type,
        name=arguments["name"],
        scratch=scratch,
        options=ExamineOptions(**{**options, "ocr_languages": tuple(options["ocr_languages"])}),
        progress=progress,
        inspection=Inspection(**(arguments["inspection"] or {})),
    )
    return reader, work
