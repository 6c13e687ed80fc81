"""What the pipeline noticed in a file, in plain words, for whoever decides about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from archive.models import FileState
from archive.services.views import FileView
from archive.web import desk_words
from archive.web.names_in_text import names_in
from archive.web.words import _

Rows = tuple[tuple[str, str], ...]
MOST_NAMES = 12


def noticed(file: FileView) -> Rows:
    """What was noticed of a file that tells nothing of what is in it: it may stand before a content note is passed."""
    name = f"{file.format_name} ({file.puid})" if file.puid else file.format_name
    return filled(
        (
            (_("Format"), ", ".join(part for part in (name, file.media_type) if part)),
            (_("Damage"), _damage(file)),
            (_("Viruses"), _viruses(file)),
        )
    )


def noticed_inside(file: FileView, known: Sequence[str]) -> Rows:
    """What of its contents was noticed, in plain words; a heading for which there is nothing says so where that matters.

    Names that are `known` to be none of people are not told as such.
    """
    none = _("The file says nothing of it")
    return filled(
        (
            (_("Days it names"), _of(file.says, desk_words.SAYS_DAY) or none),
            (_("Where it was made"), _of(file.says, desk_words.SAYS_WHERE) or none),
            (_("Made with"), _of(file.says, desk_words.SAYS_DEVICE) or none),
            (_("Names in it"), _of(file.says, desk_words.SAYS_WHO) or none),
            (_("Text found"), _("Yes") if file.passages else _("None")),
            (_("Names its text may hold"), _names(file, known) if file.passages else ""),
        )
    )


def _names(file: FileView, known: Sequence[str]) -> str:
    found = names_in((one.text for one in file.passages), known)
    if not found:
        return _("Capital letters point to none; others may be in it")
    shown = "; ".join(found[:MOST_NAMES])
    if len(found) > MOST_NAMES:
        return _("%(names)s and more (guessed by capital letters)", names=shown)
    return _("%(names)s (guessed by capital letters)", names=shown)


def _viruses(file: FileView) -> str:
    return str(desk_words.VIRUSES.get(file.viruses, desk_words.VIRUSES[""]))


def _damage(file: FileView) -> str:
    if file.failure and file.viruses != "virus-found":
        return _(file.failure)
    return _("None was found") if file.state == FileState.EXAMINED else _("Not looked for yet")


def _of(says: Mapping[str, Any], keys: Sequence[str]) -> str:
    values = (says[key] for key in keys if says.get(key) not in (None, "", []))
    return "; ".join(", ".join(map(str, one)) if isinstance(one, list) else str(one) for one in values)


def filled(rows: Sequence[tuple[str, str]]) -> Rows:
    """The rows in which something stands."""
    return tuple((heading, words) for heading, words in rows if words)
