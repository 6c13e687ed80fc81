"""Words that nobody is to read by looking into the database: sealed with a key that is kept outside it."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from archive.models.errors import IntegrityError
from archive.services.keys import secret_key
from archive.services.opening import Archive

NONCE_BYTES = 12


def seal(archive: Archive, of: str, words: bytes) -> bytes:
    """The words, sealed for the row with the id `of`: moved to another they do not open."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key(archive)).encrypt(nonce, words, of.encode())


def unseal(archive: Archive, of: str, kept: bytes) -> bytes:
    """What was sealed for the row with the id `of`; IntegrityError (`sealed-elsewhere`) where the key is another."""
    nonce, sealed = kept[:NONCE_BYTES], kept[NONCE_BYTES:]
    try:
        return AESGCM(_key(archive)).decrypt(nonce, sealed, of.encode())
    except InvalidTag as error:
        raise IntegrityError(
            "This was sealed with another key than this archive has.",
            code="sealed-elsewhere",
            remedy="An archive that was restored without its keys cannot open it; put keys/contacts.key back.",
        ) from error


def _key(archive: Archive) -> bytes:
    return secret_key(archive.settings.home / "keys", "contacts")
