"""What the columns of a table are called in which somebody's consent is written down."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import cache

CONSENT_PREFIX = "consent_"
CONSENT_COLUMNS = tuple(
    CONSENT_PREFIX + part
    for part in (
        "keep",
        "audience",
        "not_before",
        "not_after",
        "place_precision",
        "place_shown",
        "reuse",
        "others",
        "others_words",
        "naming",
        "name_shown",
        "agreement_version",
        "agreement_language",
        "agreement_fingerprint",
    )
)
# How alike two words are that differ in a letter or two.
_NEAR = 0.85


@cache
def consent_column(name: str) -> str | None:
    """The part of a consent that the head of a column means, "" for one that is no part of it; None for other columns.

    What somebody closed stays closed where its name is written another way: `Consent audience`, `consent-audiance`.
    """
    letters = _letters(name)
    parts = {_letters(column): column for column in CONSENT_COLUMNS}
    if near := get_close_matches(letters, parts, n=1, cutoff=_NEAR):
        return parts[near[0]]
    return "" if letters.startswith(_letters(CONSENT_PREFIX)) else None


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())
