"""Words for why something cannot be searched for, in the visitor's language."""

from __future__ import annotations

from archive.web.words import _


def trouble(code: str) -> str:
    """Why a search cannot be asked as it was typed."""
    known = {
        "query-too-long": _("This search is too long."),
        "query-too-many-words": _(
            "This search has too many words; a phrase and a beginning with a star count for several."
        ),
        "query-too-costly": _(
            "This search would take too long: its words are in too many of the items here."
        ),
        "query-star": _("A star stands behind the beginning of a word: remem*"),
    }
    return known.get(code) or _("This search cannot be understood.")
