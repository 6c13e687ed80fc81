"""The keys that sign checkpoints (Ed25519, RFC 8032): the secret ones in the archive's folder of keys, the public ones published.

A key vouches for the one that follows it, so whoever trusts one can follow to the newest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from archive.durable import cut_times, replace_file
from archive.exchange import signed_note
from archive.exchange.signed_note import VerifierKey
from archive.models import today
from archive.models.errors import ArchiveError, BadInputError, IntegrityError
from archive.services.keys import secret_key
from archive.settings import Settings

FORMAT = "remembrance-key/1"
FILE = "keys.json"
NAME_WITHOUT_ADDRESS = "remembrance/ledger"


@dataclass(frozen=True)
class PublishedKey:
    """One public key: which in order, since which day it signs, itself, and the note by which the key before vouches for it."""

    number: int
    since: str
    key: str
    note: str

    @property
    def verifier(self) -> VerifierKey:
        """The key itself; BadInputError (`bad-key`) when it is none."""
        try:
            return signed_note.read_key(self.key)
        except ValueError as error:
            raise _bad_key() from error

    @property
    def day(self) -> date:
        """The day since which it signs."""
        return date.fromisoformat(self.since)

    @property
    def text(self) -> str:
        """What the key before has to sign."""
        return f"{FORMAT}\n{self.number}\nsince {self.since}\n{self.key}\n"


@dataclass(frozen=True)
class Signer:
    """A secret key, which never leaves this module, and its public one."""

    verifier: VerifierKey
    _secret: Ed25519PrivateKey

    def sign(self, text: str) -> str:
        """The text as a note that this key signed."""
        return signed_note.write(text, [self.signature(text)])

    def signature(self, text: str) -> tuple[VerifierKey, bytes]:
        """This key and what it says of the text."""
        return self.verifier, self._secret.sign(text.encode())


def published(settings: Settings) -> tuple[PublishedKey, ...]:
    """Every public key, the first one first; none before the first checkpoint."""
    path = settings.ledger / FILE
    return read_keys(path.read_text(encoding="utf-8")) if path.exists() else ()


def read_keys(text: str) -> tuple[PublishedKey, ...]:
    """The keys that were published as `text`; BadInputError (`bad-key`) when these are none."""
    try:
        found = tuple(PublishedKey(**one) for one in json.loads(text)["keys"])
        for one in found:
            date.fromisoformat(one.since)
            signed_note.read(one.note)
    except (ValueError, TypeError, KeyError) as error:
        raise _bad_key() from error
    if not found or any(one.verifier.name != found[0].verifier.name for one in found):
        raise _bad_key()
    return found


def as_json(keys: Sequence[PublishedKey]) -> str:
    """The keys as they are published."""
    return json.dumps({"keys": [asdict(one) for one in keys]}, ensure_ascii=False, indent=1) + "\n"


def first_unvouched(keys: Sequence[PublishedKey]) -> PublishedKey | None:
    """The first key whose place is wrong, or for which the key before does not vouch; None when all is well."""
    before = keys[0] if keys else None
    for number, one in enumerate(keys, 1):
        note = signed_note.read(one.note)
        vouched = before is not None and is_signed(note, before.verifier) and is_signed(note, one.verifier)
        later = before is not None and one.since >= before.since
        if one.number != number or note.text != one.text or not vouched or not later:
            return one
        before = one
    return None


def is_signed(note: signed_note.Note, key: VerifierKey) -> bool:
    """Whether the note bears the signature of that key."""
    return signed_note.is_signed_by(note, key, _verify)


def signer(settings: Settings) -> Signer:
    """The newest key; made when there is none yet. IntegrityError (`checkpoint-key-lost`) when the secret one is gone."""
    known = published(settings)
    if not known:
        return rotate(settings)
    return _newest(settings, known[-1])


def can_sign(settings: Settings) -> bool:
    """Whether the secret key is there that was published last, or none was published yet; nothing is made."""
    try:
        known = published(settings)
        if known:
            _newest(settings, known[-1])
    except (ArchiveError, OSError, ValueError):
        return False
    return True


def rotate(settings: Settings) -> Signer:
    """Make a key that signs from now on, for which the one before vouches; whoever calls holds the ledger's lock."""
    known = published(settings)
    name = known[0].verifier.name if known else _name_of_ledger(settings)
    before = signer(settings) if known else None
    new = _secret(settings, len(known) + 1, name)
    unsigned = PublishedKey(len(known) + 1, today().isoformat(), str(new.verifier), "")
    vouching = [before] if before else []
    note = signed_note.write(unsigned.text, [one.signature(unsigned.text) for one in (*vouching, new)])
    key = PublishedKey(unsigned.number, unsigned.since, unsigned.key, note)
    settings.ledger.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(settings.ledger / FILE, as_json([*known, key]).encode())
    cut_times(settings.ledger / FILE)
    return new


def _newest(settings: Settings, newest: PublishedKey) -> Signer:
    if not (folder(settings) / f"{_name(newest.number)}.key").exists():
        raise _lost()
    mine = _secret(settings, newest.number, newest.verifier.name)
    if mine.verifier != newest.verifier:
        raise _lost()
    return mine


def _secret(settings: Settings, number: int, name: str) -> Signer:
    secret = Ed25519PrivateKey.from_private_bytes(secret_key(folder(settings), _name(number)))
    return Signer(VerifierKey(name, secret.public_key().public_bytes_raw()), secret)


def folder(settings: Settings) -> Path:
    """Where the secret keys are."""
    return settings.home / "keys"


def _name(number: int) -> str:
    return f"ledger-{number}"


def _name_of_ledger(settings: Settings) -> str:
    """The name under which all keys sign; it never changes afterwards."""
    host = urlsplit(settings.public_url).netloc
    name = settings.ledger_name or (f"{host}/ledger" if host else NAME_WITHOUT_ADDRESS)
    if not signed_note.NAME.fullmatch(name):
        raise BadInputError(
            "The setting ledger_name can hold no blank and no plus sign.",
            code="bad-setting",
            remedy="Write it as archive.example.org/ledger.",
        )
    return name


def _verify(public: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except InvalidSignature:
        return False
    return True


def _lost() -> IntegrityError:
    return IntegrityError(
        "The secret key of the ledger is gone, or is another one than was published.",
        code="checkpoint-key-lost",
        remedy="Put the folder keys back from its backup. Nothing is signed until then.",
    )


def _bad_key() -> BadInputError:
    return BadInputError(
        "This is no list of a ledger's keys.",
        code="bad-key",
        remedy="Give it as it was published at /ledger/keys.",
    )
