"""The transcript of a recording: lines that lead to their second, in stretches where there are very many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.services.views import FileView, PassageView
from archive.web import labels
from archive.web.formats import clock
from archive.web.i18n import language
from archive.web.links import item_href
from archive.web.words import _

# All is on the page and in sight, so that it can be read, searched and followed; a stretch can be folded away.
STRETCHES_ABOVE, STRETCH_S = 200, 600


@dataclass(frozen=True)
class Line:
    """A piece of a transcript: following `href` plays the recording from there, from `second` on.

    `anchor` is "" where another line has that place on the page.
    """

    text: str
    clock: str
    second: int
    href: str
    anchor: str
    speaker: str
    here: bool


@dataclass(frozen=True)
class Stretch:
    """Lines that follow each other; `title` says from when to when, "" where there is one alone."""

    title: str
    lines: tuple[Line, ...]


def first_told(files: Sequence[FileView], named: str) -> FileView | None:
    """Which of several that say the same in words comes first: the `named` one, else the page's language, else the first."""

    def order(file: FileView) -> tuple[bool, bool]:
        return file.id != named, labels.language_tag(file.language) != language()

    return min(files, key=order, default=None)


def is_timed(file: FileView) -> bool:
    """Whether it is known of a file's words when they are heard."""
    return any(passage.start_ms is not None for passage in file.passages)


def transcript(
    item_id: str,
    file_id: str,
    passages: Sequence[PassageView],
    second: int | None,
    *,
    is_opened: bool,
    is_shown: bool,
) -> tuple[Stretch, ...]:
    """A transcript's lines, which lead to themselves: `file_id` is where they are; the one at `second` is marked.

    Places on the page belong to the recording at which the page `is_opened`; `is_shown` as in `item_href`.
    """
    lines = _lines(item_id, file_id, passages, second, is_opened=is_opened, is_shown=is_shown)
    if len(lines) <= STRETCHES_ABOVE:
        return (Stretch("", lines),) if lines else ()
    runs: dict[int, list[Line]] = {}
    for line in lines:
        runs.setdefault(line.second // STRETCH_S, []).append(line)
    return tuple(
        Stretch(
            _("%(start)s to %(end)s", start=run[0].clock, end=clock((number + 1) * STRETCH_S * 1000)),
            tuple(run),
        )
        for number, run in sorted(runs.items())
    )


def _lines(
    item_id: str,
    file_id: str,
    passages: Sequence[PassageView],
    second: int | None,
    *,
    is_opened: bool,
    is_shown: bool,
) -> tuple[Line, ...]:
    timed = [
        (passage, (passage.start_ms or 0) // 1000) for passage in passages if passage.start_ms is not None
    ]
    heard = [passage for passage, at in timed if second is not None and at <= second]
    here = heard[-1] if heard else None
    found: list[Line] = []
    before = -1
    for passage, at in timed:
        found.append(
            Line(
                passage.text,
                clock(passage.start_ms or 0),
                at,
                item_href(item_id, file_id=file_id, start_ms=passage.start_ms, is_shown=is_shown),
                f"t={at}" if is_opened and at != before else "",
                passage.speaker,
                passage is here,
            )
        )
        before = at
    return tuple(found)
