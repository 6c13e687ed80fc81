"""An e-mail shown as a letter: what stands above its words."""

from __future__ import annotations

from dataclasses import dataclass

from archive.services.views import FileView
from archive.web.formats import size_words
from archive.web.words import _, day


@dataclass(frozen=True)
class LetterHead:
    """Lines above a letter, each a label with its words, and what was enclosed: a name or a kind, and how large."""

    lines: tuple[tuple[str, str], ...]
    enclosed: tuple[tuple[str, str], ...]


def letter_head(file: FileView) -> LetterHead | None:
    """What stands above a message; None for what is none."""
    letter = file.letter
    if letter is None:
        return None
    lines = (
        (_("From"), "; ".join(letter.sender)),
        (_("To"), "; ".join(letter.to)),
        (_("Copied to"), "; ".join(letter.copied)),
        (_("Date"), day(letter.on) if letter.on else ""),
        (_("About"), letter.subject),
    )
    return LetterHead(
        tuple(line for line in lines if line[1]),
        tuple((name or media_type, size_words(size)) for name, media_type, size in letter.attachments),
    )
