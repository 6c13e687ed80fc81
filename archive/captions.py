"""Captions as people type them: WebVTT and SubRip read line by line, and what is wrong told by line and reason.

A leaf that anything may import. (https://www.w3.org/TR/webvtt1/)
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

ARROW = "-->"
MOST_FAULTS = 50
FAULTS = {
    "no-header": "A WebVTT text begins with a line that says WEBVTT and nothing before it.",
    "no-blank-line": "An empty line is missing before this one: each caption stands apart.",
    "no-times": "This caption has no times: a line such as 00:01.000 --> 00:04.000 is needed before its words.",
    "bad-time": "These times cannot be read: write them as 00:01.000 --> 00:04.000.",
    "comma-in-time": "In WebVTT a full stop stands before the thousandths of a second, not a comma.",
    "ends-first": "This caption ends before it begins.",
    "out-of-order": "This caption begins before the one above it.",
    "no-words": "This caption has times and no words.",
    "no-captions": "There is no caption in it.",
}
_HOURS = r"(?:(\d{2,6}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMES = re.compile(rf"{_HOURS}[ \t]+-->[ \t]+{_HOURS}(?:[ \t].*)?")
# No pattern may run over the place where it could begin again: a text of a megabyte would be read a million times.
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^\s<>][^<>]*)>")
_DIGIT = re.compile(r"\d")
_TAGS = ((re.compile(r"<[^>]*>"), ">"), (re.compile(r"\{\\[^}]*\}"), "}"))
_ASIDE = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")


@dataclass(frozen=True)
class Cue:
    """What is said from `start_ms` to `end_ms` (milliseconds), and by whom where that is known."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line (from 1); `code` is one of `FAULTS`."""

    line: int
    code: str


@dataclass
class Captions:
    """What was read: the cues that are right, and what is wrong with the others."""

    cues: list[Cue] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def blame(self, line: int, code: str) -> None:
        """Note one fault; of a file that is wrong throughout the first ones are enough."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(line, code))


def is_captions(text: str) -> bool:
    """Whether a text has times in it, so that it is meant as captions."""
    return text.lstrip("\ufeff \n").startswith("WEBVTT") or (
        ARROW in text and any(_is_timed(line) for line in text.split("\n"))
    )


def read_captions(text: str, *, subrip: bool | None = None) -> Captions:
    """Read WebVTT, or SubRip where `subrip` says so or, when it does not say, no line WEBVTT is there."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = Captions()
    starts_as_vtt = next((line for line in lines if line.strip()), "").startswith("WEBVTT")
    is_vtt = starts_as_vtt if subrip is None else not subrip
    if is_vtt and not re.match(r"WEBVTT(\s|$)", lines[0]):
        found.blame(1, "no-header")
    before = 0
    for number, block in _blocks(lines):
        if is_vtt and number == 1 and block[0].startswith("WEBVTT"):
            _check_header(block, found)
        elif not (is_vtt and _ASIDE.match(block[0])):
            before = _read_block(number, block, before, found, is_vtt=is_vtt)
    if not found.cues and not found.faults:
        found.blame(len(lines), "no-captions")
    return found


def without_tags(text: str) -> str:
    """The words of a caption without tags and styles, characters that are written by name or number put in."""
    for tag, end in _TAGS:
        # What is opened and never closed is words, and its end is not sought from each place where it may begin.
        closed = text.rfind(end) + 1
        text = tag.sub("", text[:closed]) + text[closed:]
    return _unescaped(text).strip()


def write_webvtt(cues: Sequence[Cue]) -> str:
    """The cues as WebVTT that holds times, speakers and words alone."""
    blocks = [f"{_clock(one.start_ms)} {ARROW} {_clock(one.end_ms)}\n{_said(one)}\n" for one in cues]
    return "WEBVTT\n\n" + "\n".join(blocks)


def _is_timed(line: str) -> bool:
    before, arrow, after = line.lstrip(" \t").partition(ARROW)
    return bool(arrow and _DIGIT.match(before) and _DIGIT.search(after))


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:
        # A number of thousands of digits stands for no character.
        return text


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The runs of lines between empty ones, each with the number of its first."""
    block: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []
    if block:
        yield len(lines) - len(block) + 1, block


def _check_header(block: Sequence[str], found: Captions) -> None:
    for offset, line in enumerate(block):
        if ARROW in line:
            found.blame(1 + offset, "no-blank-line")
            return


def _read_block(number: int, block: Sequence[str], before: int, found: Captions, *, is_vtt: bool) -> int:
    """Read one caption; return when it begins, or `before` where that cannot be read."""
    at = next((place for place, line in enumerate(block) if ARROW in line), None)
    if at is None or at > 1:
        found.blame(number if at is None else number + at, "no-times" if at is None else "no-blank-line")
        return before
    times, words = _TIMES.fullmatch(block[at].strip()), block[at + 1 :]
    line = number + at
    if times is None or (is_vtt and "," in block[at].partition(ARROW)[0]):
        found.blame(line, "bad-time" if times is None else "comma-in-time")
        return before
    start, end = _ms(times.groups()[:4]), _ms(times.groups()[4:])
    crossing = next((place for place, words_line in enumerate(words) if ARROW in words_line), None)
    text = without_tags("\n".join(words))
    if crossing is not None:
        found.blame(line + 1 + crossing, "no-blank-line")
    elif end <= start:
        found.blame(line, "ends-first")
    elif start < before:
        found.blame(line, "out-of-order")
    elif not text:
        found.blame(line, "no-words")
    else:
        voice = _VOICE.search("\n".join(words))
        found.cues.append(Cue(start, end, text, _unescaped(voice[1]).strip() if voice else ""))
    return start


def _ms(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"


def _said(cue: Cue) -> str:
    # An empty line would end the caption.
    words = html.escape(re.sub(r"\n\s*\n", "\n", cue.text), quote=False)
    speaker = re.sub(r"[\s<>&]+", " ", cue.speaker).strip()
    return f"<v {speaker}>{words}" if speaker else words
