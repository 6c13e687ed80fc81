"""The small markup of the sample's texts: paragraphs with blank lines between them, headings that begin with #."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """A heading or a paragraph, on one line."""

    text: str
    heading: bool


def blocks(text: str) -> list[Block]:
    """The headings and paragraphs of a text in order."""
    parts = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    return [Block(part.lstrip("# "), part.startswith("#")) for part in parts if part]


def wrap(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """The lines of a paragraph, none wider than `width` as `measure` tells (a single word may be)."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and measure(longer) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line
