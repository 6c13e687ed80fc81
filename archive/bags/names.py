"""File names: safe ones made from whatever was given, and what makes a name unsafe on some system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

LONGEST_SAFE_NAME = 100
LONGEST_NAME = 255

_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d",
     "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
)  # fmt: skip
"""Letters that no Unicode decomposition turns into ASCII."""

_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?", re.IGNORECASE | re.DOTALL
)
_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,198}[A-Za-z0-9_-]")
"""Most names, ours all: told to be safe without a look at each character."""
_EXTENSION = re.compile(r"(.+)\.([A-Za-z0-9]{1,10})")
_FORBIDDEN = frozenset('<>:"|?*\\/')
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


def safe_name(given: str, taken: Collection[str]) -> str:
    """Return an ASCII name for a payload file, made from the name as given, unlike all in `taken`.

    At most 100 characters of `A-Z a-z 0-9 . _ -`; the stem stays readable where it can, the extension is in lower
    case. Never hidden, never reserved by Windows, never equal to a taken name when case is ignored. The caller adds
    the result to `taken` and keeps the name as given in the record.
    """
    stem, extension = _split(_ascii(given))
    folded = {fold(name) for name in taken}
    number = 1
    while True:
        tail = (f"-{number}" if number > 1 else "") + extension
        name = stem[: LONGEST_SAFE_NAME - len(tail)].rstrip(".-") + tail
        if fold(name) not in folded:
            return name
        number += 1


def _ascii(given: str) -> str:
    """Keep the ASCII letters under accents, drop marks that cannot be seen, put a hyphen for all else."""
    decomposed = unicodedata.normalize("NFKD", given.translate(_LETTERS))
    seen = "".join(
        character for character in decomposed if unicodedata.category(character) not in ("Mn", "Cf")
    )
    return re.sub(r"[^A-Za-z0-9._-]+", "-", seen).rstrip(".-")


def _split(plain: str) -> tuple[str, str]:
    # Hyphens before an extension go first, or a second look at the name would see another extension.
    plain = re.sub(r"(?<=.)-*\.[.-]*", ".", plain)
    match = _EXTENSION.fullmatch(plain)
    stem, extension = (match[1], f".{match[2].lower()}") if match else (plain, "")
    stem = re.sub(r"-{2,}", "-", stem).strip(".-") or "file"
    return (f"file-{stem}" if _RESERVED.fullmatch(stem) else stem), extension


@lru_cache(4096)
def fold(path: str) -> str:
    """Return what `path` becomes where neither case nor the form of accents counts (Unicode caseless match)."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


@lru_cache(4096)
def name_fault(name: str) -> str | None:
    """Say what makes one part of a path unsafe on some system, None when nothing does."""
    if _PLAIN.fullmatch(name) and not _RESERVED.fullmatch(name):
        return None
    try:
        length = len(name.encode("utf-8"))
    except UnicodeEncodeError:
        return "is not UTF-8"
    faults = (
        (any(unicodedata.category(character) in _UNSEEN for character in name), "holds a control character"),
        (any(character in _FORBIDDEN for character in name), "holds a character that Windows forbids"),
        (name != name.strip(), "starts or ends with a blank"),
        (name.endswith("."), "ends with a dot"),
        (_RESERVED.fullmatch(name) is not None, "is reserved by Windows"),
        (length > LONGEST_NAME, f"is longer than {LONGEST_NAME} bytes"),
    )
    return next((words for wrong, words in faults if wrong), None)


def shown(path: str) -> str:
    """Return `path` as it can stand in a sentence: 200 characters at most, whatever cannot be seen escaped."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in path[:200]
    )
