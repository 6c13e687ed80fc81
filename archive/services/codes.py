"""The code somebody comes back with: nine words, shown once, recognised and never readable."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import ReturnCode
from archive.models.errors import ConflictError
from archive.services.drafts import own_submission
from archive.services.keys import secret_key
from archive.services.opening import Archive
from archive.services.slow_hash import matches, slow_hash

# BIP-39's lists: 2048 words each, told apart by their first four letters. Nine words are 99 bits.
LISTS = {"en": "english", "es": "spanish", "fr": "french", "pt": "portuguese"}
WORDS = 9
TELLING = 4
LONGEST_WORD = 9
LONGEST = 400
# Before the words of a code when the offline kit takes their fingerprint, so that it is one of nothing else.
OF_KIT = "remembrance return code\n"
# However a text without spaces may be cut into words, no more ways than these are tried.
MOST_WAYS = 16
# And of a text of more than nine words no more runs of nine than these: one try is to stay about one code.
MOST_RUNS = 16
# Letters that a hand or a phone writes for those of the lists, none of which has any of these: joined, without the
# dot or with a stroke; and, in this order, the Cyrillic ones that look like them, small or capital.
ALIKE = {"\u0153": "oe", "\u00e6": "ae", "\u0131": "i", "\u00f8": "o", "\u0142": "l"}
CYRILLIC = (
    "\u0430\u0432\u0441\u0501\u0435\u043d\u04bb\u0456\u0458\u043a\u04cf"
    "\u043c\u043f\u043e\u0440\u051b\u0455\u0442\u051d\u0445\u0443"
)
LATIN = "abcdehhijklmnopqstwxy"
_ALIKE = str.maketrans(ALIKE | dict(zip(CYRILLIC, LATIN, strict=True)))


@dataclass(frozen=True)
class Minted:
    """A new code: its words, for whoever is to have it, and what is kept of it."""

    words: str
    lookup: str
    hash: str


def mint(archive: Archive, language: str) -> Minted:
    """A new code in words of `language`; whoever asks for it keeps `lookup` and `hash`, and shows the words once."""
    words = word_list(language)
    chosen = [secrets.choice(words) for _ in range(WORDS)]
    canonical = " ".join(fold(word) for word in chosen)
    return Minted(" ".join(chosen), _lookup(archive, canonical), slow_hash(canonical))


def make(archive: Archive, actor: Actor, submission_id: str, language: str) -> str:
    """A new code for a submission that `actor` gave, in words of `language`: the only time it can be read.

    One that nobody typed again is replaced, for nobody has it; ConflictError (`code-exists`) once one was.
    """
    minted = mint(archive, language)
    with archive.db.write() as session:
        own_submission(session, actor, submission_id)
        known = session.get(ReturnCode, submission_id, with_for_update=True)
        if known is not None and known.confirmed:
            raise ConflictError(
                "There is a code already.", code="code-exists", remedy="It cannot be shown again."
            )
        if known is None:
            known = ReturnCode(submission_id=submission_id)
            session.add(known)
        known.lookup, known.hash = minted.lookup, minted.hash
    return minted.words


def confirm(archive: Archive, actor: Actor, submission_id: str, typed: str) -> bool:
    """Whether what was typed is the submission's code; from then on it is the only one there will be."""
    if find(archive, typed) != submission_id:
        return False
    with archive.db.write() as session:
        own_submission(session, actor, submission_id)
        session.get_one(ReturnCode, submission_id).confirmed = True
    return True


def come_back(archive: Archive, typed: str) -> str | None:
    """The submission that somebody comes back to, as `find`: whoever has its code has typed it again by that."""
    found = find(archive, typed)
    if found is not None:
        mark = update(ReturnCode).where(ReturnCode.submission_id == found, ~ReturnCode.confirmed)
        with archive.db.write() as session:
            session.execute(mark.values(confirmed=True))
    return found


def find(archive: Archive, typed: str) -> str | None:
    """The submission whose code was typed, None when it is no code; both answers take the same work."""
    lookups = possible(archive, typed)
    with archive.db.read() as session:
        row = session.scalars(select(ReturnCode).where(ReturnCode.lookup.in_(lookups))).first()
    is_right = fits(lookups, row.lookup if row else "", row.hash if row else "")
    return row.submission_id if row and is_right else None


def possible(archive: Archive, typed: str) -> Mapping[str, str]:
    """What may be kept of the code that was typed, by its lookup; never empty, so that no answer is quicker than another."""
    readings = list(_readings(typed[:LONGEST]))
    readings += [fingerprint(one) for one in readings]
    return {_lookup(archive, one): one for one in readings} or {_lookup(archive, ""): ""}


def fingerprint(canonical: str) -> str:
    """What a parcel of the offline kit holds of the code that the kit showed: SHA-256, from which nobody reads the words.

    They are 99 bits of chance, so that no trying finds them.
    """
    return hashlib.sha256(f"{OF_KIT}{canonical}".encode()).hexdigest()


def brought(archive: Archive, session: Session, submission_id: str, mark: str) -> bool:
    """Keep the code whose `fingerprint` came with a submission just made, in the caller's transaction; its giver has it.

    False where it opens something else already, as when a parcel was saved twice: that stays so.
    """
    lookup = _lookup(archive, mark)
    if session.scalar(select(ReturnCode.submission_id).where(ReturnCode.lookup == lookup)):
        return False
    row = ReturnCode(submission_id=submission_id, lookup=lookup, hash=slow_hash(mark), confirmed=True)
    session.add(row)
    return True


def word_list(language: str) -> tuple[str, ...]:
    """The words that codes are made of in a language."""
    return _words(language if language in LISTS else "en")


def fits(lookups: Mapping[str, str], lookup: str = "", hashed: str = "") -> bool:
    """Whether the code that was found by `lookup` is the one that was typed; where none was, the work is the same."""
    return matches(hashed, lookups.get(lookup, ""))


def fold(text: str) -> str:
    """The letters of a text without case and accents, and as they are where they only look alike."""
    return "".join(letter for letter in alike(text) if letter.isascii() and letter.isalpha())


def alike(text: str) -> str:
    """A text such that those which look alike are the same: without case, accents and letters of other alphabets."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_ALIKE)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _readings(typed: str) -> Iterator[str]:
    """The codes that may be meant: words told by their first letters, or a text cut into words where spaces are missing."""
    # Accents that stand alone after their letter must not part a word.
    plain = "".join(one for one in unicodedata.normalize("NFKD", typed) if not unicodedata.combining(one))
    given = [word for word in (fold(part) for part in re.split(r"[\W\d_]+", plain)) if word]
    yield from islice(_runs(given), MOST_RUNS)
    # Also of nine parts: one space may be missing where another is too many.
    if len("".join(given)) <= WORDS * LONGEST_WORD:
        for language in LISTS:
            for _, way in zip(range(MOST_WAYS), _cut("".join(given), WORDS, _folded(language)), strict=False):
                yield " ".join(way)


def _runs(given: Sequence[str]) -> Iterator[str]:
    """Every nine words of a list that stand together: something may be written before the code, or a word twice."""
    for known in map(_by_telling, LISTS):
        told = [known.get(word[:TELLING], "") for word in given]
        for start in range(len(told) - WORDS + 1):
            if all(run := told[start : start + WORDS]):
                yield " ".join(run)


def _cut(letters: str, words: int, known: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Every way to cut letters into that many known words."""
    if words == 0:
        if not letters:
            yield ()
        return
    for length in range(3, min(LONGEST_WORD, len(letters)) + 1):
        if letters[:length] in known:
            for rest in _cut(letters[length:], words - 1, known):
                yield (letters[:length], *rest)


def _lookup(archive: Archive, canonical: str) -> str:
    key = secret_key(archive.settings.home / "keys", "codes")
    return hmac.new(key, canonical.encode(), hashlib.sha256).hexdigest()


@cache
def _words(language: str) -> tuple[str, ...]:
    text = (files("mnemonic") / "wordlist" / f"{LISTS[language]}.txt").read_text(encoding="utf-8")
    return tuple(unicodedata.normalize("NFC", word) for word in text.split())


@cache
def _folded(language: str) -> frozenset[str]:
    return frozenset(fold(word) for word in _words(language))


@cache
def _by_telling(language: str) -> dict[str, str]:
    return {word[:TELLING]: word for word in _folded(language)}
