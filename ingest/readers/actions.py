"""The functions that the sandbox's child runs: JSON in, JSON out; here a reader is chosen and called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ingest.allowance import PageAllowance
from ingest.failures import ReadFailure
from ingest.marks import Marks
from ingest.options import ExamineOptions
from ingest.parcel import Identification, Inspection, Passage, identification_from_json
from ingest.readers import mail, reader_for
from ingest.readers.base import Reader, Work
from ingest.readers.removing import is_found, redacted

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


def caption_faults(arguments: dict[str, Any], scratch: Path, progress: Progress) -> dict[str, Any]:
    """Return what is wrong in captions, by code and sentence; see `ingest.readers.caption_cues.faults`."""
    from ingest.readers import caption_cues

    _, work = _open(arguments, scratch, progress)
    return {"faults": caption_cues.faults(work)}


def text(arguments: dict[str, Any], scratch: Path, progress: Progress) -> dict[str, Any]:
    """Return the passages of a file without what its marks take out, cut at the longest text that is kept, and notes."""
    reader, work = _open(arguments, scratch, progress)
    passages, room = [], work.options.max_text
    for passage in _words(reader, work):
        if len(passage.text) > room:
            work.note("text-cut")
            passage = replace(passage, text=passage.text[:room])
        if passage.text:
            passages.append(asdict(passage))
        room -= len(passage.text)
    return {"passages": passages, "notes": work.notes}


def copies(arguments: dict[str, Any], scratch: Path, progress: Progress) -> dict[str, Any]:
    """Make access copies in the scratch folder, without what the file's marks take out; return them, and notes."""
    reader, work = _open(arguments, scratch, progress)
    made = [] if _is_withheld(reader, work) else reader.copies(work)
    return {"copies": [asdict(copy) for copy in made], "notes": work.notes}


def faces(arguments: dict[str, Any], scratch: Path, progress: Progress) -> dict[str, Any]:
    """Return what may be faces on one page of a file; see `ingest.readers.faces.find`."""
    from ingest.readers import faces as finder

    _, work = _open(arguments, scratch, progress)
    return {"faces": finder.find(work, arguments["page"])}


def _words(reader: Reader, work: Work) -> list[Passage]:
    if _is_withheld(reader, work):
        return []
    found = reader.text(work)
    texts = [one.text for one in found]
    named = [*texts, *(one.speaker for one in found if one.speaker)]
    # Which of several is meant was counted in what is said, as it is taken out.
    hits = {one: is_found(named if one.occurrence is None else texts, one) for one in work.marks.words}
    if any(words.sought and not hit for words, hit in hits.items()):
        work.note("words-not-found")
    if "text-by-machine" in work.notes and any(hits.values()):
        work.note("words-in-picture")
    return redacted(found, work.marks)


def _is_withheld(reader: Reader, work: Work) -> bool:
    """Whether nothing of the file may be shown; ReadFailure for marks that its reader does not uphold."""
    beyond = work.marks.kinds - reader.MATCHES.upholds
    # A text without times beside a recording: nobody can tell which of its words are in the range.
    if beyond == {"range"}:
        if work.marks.withhold_untimed:
            work.note("beside-a-range")
        return work.marks.withhold_untimed
    if beyond:
        raise ReadFailure("mark-not-upheld")
    return False


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
        marks=Marks.from_json(arguments["marks"]),
        allowance=PageAllowance(*(arguments.get("allowance") or ())),
        reader_of=_reader_of_attachment,
    )
    return reader, work


def _reader_of_attachment(identification: Identification, name: str) -> Reader | None:
    """The reader for what a message encloses; none for another message, which may enclose a third one."""
    found = reader_for(identification, name)
    return None if found is mail else found
