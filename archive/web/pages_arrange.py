"""The page on which files are put together in another way."""

from __future__ import annotations

from dataclasses import dataclass

from archive.profiles import say
from archive.services.arranging import LONGEST_TITLE, as_title
from archive.services.opening import Archive
from archive.services.regrouping import Arrangeable
from archive.services.taken_out import TAKEN_OUT
from archive.web.i18n import language
from archive.web.pages_conflict import conflict_words
from archive.web.pages_form import SAID_AGAIN, Option, too_long
from archive.web.words import _


@dataclass(frozen=True)
class ArrangePage:
    """What may be done with an item's files; `places` are the items that took its place."""

    id: str
    title: str
    version: int
    files: tuple[Option, ...]
    typed: str
    beside: tuple[Option, ...]
    collections: tuple[Option, ...]
    is_under_way: bool
    places: tuple[str, ...]
    trouble: str
    asks_anyway: bool


def arrange_page(
    archive: Archive,
    found: Arrangeable,
    places: tuple[str, ...],
    chosen: frozenset[str],
    typed: str,
    trouble: str,
) -> ArrangePage:
    """The page, with what was chosen and typed so far."""
    return ArrangePage(
        id=found.id,
        title=found.title or _("Without a title"),
        version=found.version,
        files=tuple(Option(one, name, chosen=one in chosen) for one, name in found.files),
        typed=typed,
        beside=tuple(
            Option(one.id, one.title or _("Without a title"), chosen=one.id in chosen) for one in found.beside
        ),
        collections=tuple(
            Option(one, say(archive.profiles[one].title, language()), chosen=one in chosen)
            for one in found.collections
        ),
        is_under_way=found.is_under_way,
        places=places,
        trouble=_trouble(trouble, typed),
        asks_anyway=trouble == TAKEN_OUT,
    )


def _trouble(code: str, typed: str) -> str:
    known = {
        "": "",
        "nothing-to-split": _(
            "Choose some of the files, not all of them, and write a title for the new item."
        ),
        "title-too-long": too_long(LONGEST_TITLE, as_title(typed)),
        "stale-version": _("Somebody else changed this first.")
        + " "
        + _("Look at it as it is now and decide again."),
        "other-submission": _(
            "They were given apart, and what one giver allows must not come to stand for what another gave."
        ),
        "other-consent": " ".join(conflict_words()["other-consent"]),
        "marked-together": _(
            "Something is taken out of several of its files at once. Mark it in each file by itself first."
        ),
        TAKEN_OUT: str(SAID_AGAIN),
        "nothing-to-join": _("Choose the other item."),
        "no-such-collection": _("Choose a collection."),
    }
    return known.get(code, _("This cannot be done with it now."))
