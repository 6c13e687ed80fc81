"""An e-mail shown as a letter: what stands above its words, and above each message and enclosure that follows."""

from __future__ import annotations

from dataclasses import dataclass

from archive.services.letter_view import Letter
from archive.services.views import FileView
from archive.web.formats import size_words
from archive.web.words import _, day

# What is looked at or heard is more than any words found in it.
SEEN = ("image/", "audio/", "video/")


@dataclass(frozen=True)
class LetterHead:
    """Lines above a letter, each a label with its words, and what was enclosed.

    Of that each a name or a kind, how large, and where it is not shown a word about that.
    """

    lines: tuple[tuple[str, str], ...]
    enclosed: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Heading:
    """What stands before a message of several, or before what is enclosed; `head` where it is a message."""

    words: str
    head: LetterHead | None = None


def letter_head(file: FileView) -> LetterHead | None:
    """What stands above a message, or above a box of them; None for what is none."""
    if file.letter is None:
        return None
    return LetterHead(
        _lines(file.letter),
        tuple(
            (name or media_type, size_words(size) if size else "", _unseen(file, number, media_type))
            for number, (name, media_type, size) in enumerate(file.letter.attachments, start=1)
        ),
    )


def heading(file: FileView, message: int | None, enclosure: int | None) -> Heading | None:
    """What stands before words of a message, or of what it encloses; None where the letter's own words begin."""
    if message is None:
        return None
    if enclosure is None:
        if not file.letters:
            return None
        head = LetterHead(_lines(file.letters[message - 1])) if message <= len(file.letters) else None
        return Heading(_("Message %(number)s", number=message), head)
    enclosed = file.letter.attachments[enclosure - 1 : enclosure] if file.letter else ()
    name = " ".join(one or media_type for one, media_type, _size in enclosed)
    if file.letters:
        return Heading(_("Enclosed with message %(number)s: %(name)s", number=message, name=name))
    return Heading(_("Enclosed: %(name)s", name=name))


def _lines(letter: Letter) -> tuple[tuple[str, str], ...]:
    lines = (
        (_("From"), "; ".join(letter.sender)),
        (_("To"), "; ".join(letter.to)),
        (_("Copied to"), "; ".join(letter.copied)),
        (_("Date"), day(letter.on) if letter.on else ""),
        (_("About"), letter.subject),
    )
    return tuple(line for line in lines if line[1])


def _unseen(file: FileView, enclosure: int, media_type: str) -> str:
    """That what is enclosed is not shown; "" where its words are, and where nobody knows whose they are."""
    is_known = not file.passages or any(one.message is not None for one in file.passages)
    has_words = any(one.enclosure == enclosure for one in file.passages)
    if media_type.startswith(SEEN) or (is_known and not has_words):
        return _("In the original; not shown here")
    return ""
