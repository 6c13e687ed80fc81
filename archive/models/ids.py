"""Names for things: short enough to read aloud, too many to guess."""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 16
_TOKEN = re.compile(r"[^\s/?#,;:.()<>“”\"']+")


def new_id() -> str:
    """A new random id: 16 characters of lower-case Crockford base32 (80 bits).

    Random rather than time-ordered, so that an id never tells when somebody gave something.
    """
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_id(text: str) -> bool:
    """Whether `text` has the form of an id; says nothing about whether the thing exists."""
    return len(text) == LENGTH and all(character in ALPHABET for character in text)


def id_in(text: str) -> str:
    """The id that words hold, by itself or in an address; "" when they hold none."""
    return next((token for token in _TOKEN.findall(text) if is_id(token)), "")
