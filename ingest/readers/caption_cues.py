"""Reading cues with webvtt-py and writing them again as plain WebVTT (https://www.w3.org/TR/webvtt1/)."""

from __future__ import annotations

import html
import io
import re

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from archive.captions import ARROW, FAULTS, read_captions, without_tags
from ingest.failures import ReadFailure
from ingest.parcel import Copy, Passage
from ingest.readers.base import Work
from ingest.readers.plain_text import decode_file
from ingest.readers.removing import redacted

MOST_CUES, MOST_FAULTS = 50_000, 10
LONGEST_CHECKED = 4 << 20


def read(work: Work) -> list[Passage]:
    """Return one passage a cue; raises ReadFailure when the file holds none or is malformed."""
    words, _ = decode_file(work)
    # Counted before anything is built from them.
    if words.count(ARROW) > MOST_CUES:
        raise ReadFailure("too-many-parts")
    kind = "vtt" if words.lstrip().startswith("WEBVTT") else "srt"
    words = words if kind == "vtt" else _numbered(words)
    try:
        cues = webvtt.from_buffer(io.StringIO(words), format=kind).captions
    except (MalformedFileError, MalformedCaptionError) as error:
        raise ReadFailure("damaged") from error
    passages = [
        Passage(said, start_ms=_ms(cue.start), end_ms=_ms(cue.end), speaker=cue.voice or None)
        for cue in cues
        if (said := without_tags(cue.text))
    ]
    if not passages:
        raise ReadFailure("damaged")
    return passages


def faults(work: Work) -> list[tuple[str, str]]:
    """The first faults of WebVTT or SubRip, each as a code and a sentence with its line; none of what is not UTF-8 text.

    Whether it can be read all the same is for `read` to find.
    """
    with work.path.open("rb") as stream:
        data = stream.read(LONGEST_CHECKED)
    # What is not UTF-8 differs in its letters only; UTF-16, which is rare, is full of zeros and left to the reader.
    if b"\0" in data or data.count(ARROW.encode()) > MOST_CUES:
        return []
    found = read_captions(data.decode("utf-8", "replace")).faults[:MOST_FAULTS]
    return [(one.code, f"Line {one.line}: {FAULTS[one.code]}") for one in found]


def write(passages: list[Passage], work: Work) -> list[Copy]:
    """Write the cues with their speakers and without styles, notes, settings, identifiers and what the marks take out."""
    passages = redacted(passages, work.marks)
    cues = [f"{_time(one.start_ms)} --> {_time(one.end_ms)}\n{_said(one)}\n" for one in passages]
    (work.scratch / "captions.vtt").write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8", newline="\n")
    end = max(one.end_ms or 0 for one in passages)
    return [Copy("captions", "captions.vtt", "text/vtt; charset=utf-8", duration_ms=end)]


def _numbered(words: str) -> str:
    """SubRip in which every caption has a number: some programs write none, and the times tell all."""
    lines: list[str] = []
    for line in words.splitlines():
        if ARROW in line and (not lines or not lines[-1].strip()):
            lines.append("1")
        lines.append(line)
    return "\n".join(lines)


def _said(passage: Passage) -> str:
    # A blank line would end the cue.
    words = html.escape(re.sub(r"\n\s*\n", "\n", passage.text), quote=False)
    speaker = re.sub(r"[\s<>&]+", " ", passage.speaker or "").strip()
    return f"<v {speaker}>{words}" if speaker else words


def _ms(time: str) -> int:
    parts = re.split(r"[:.,]", str(time))
    hours, minutes, seconds, thousandths = (["0"] * (4 - len(parts)) + parts)[-4:]
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(thousandths)


def _time(milliseconds: int | None) -> str:
    seconds, thousandths = divmod(milliseconds or 0, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"
