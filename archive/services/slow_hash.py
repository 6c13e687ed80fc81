"""Hashes of what people type to be let in: slow on purpose, so that a stolen table does not tell it (Argon2id)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
# Looked at where there is nothing to look at, so that both answers take the same time.
UNUSABLE = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$q8zR0m8Z3v7k4bYx3xkq0C3cB0m1u3cYv3l4n1yq2bM"


def slow_hash(text: str) -> str:
    """The Argon2id hash of a text, with its own salt and parameters in it."""
    return _hasher.hash(text)


def matches(stored: str, text: str) -> bool:
    """Whether `stored` is the hash of the text; what is no hash matches nothing, and no hash at all takes as long."""
    try:
        return _hasher.verify(stored or UNUSABLE, text) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False
