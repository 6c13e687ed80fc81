"""A language by whatever it is called: a code of ISO 639 or BCP 47, or its name in one of the archive's languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

from archive.search.words import words

_SPOKEN_HERE = ("en", "es", "fr", "pt")
_CODE = re.compile(r"([a-z]{2,3})(?: (?:[a-z]{2}|[a-z]{4}|\d{3}))*")


@lru_cache(maxsize=2_000)
def language_code(called: str) -> str:
    """The shortest code of a language: "pt" for por, pt-BR, Portuguese, portugués; its folded words where it is not known.

    What is kept and what is asked both go through here: records bear the codes of two letters or of three, as they came.
    """
    asked = " ".join(forms[0] for forms in words(called))
    code = _CODE.fullmatch(asked)
    # "ga" is a code (Irish) and a name (Ga): one word is a code first. "old english" is a name that begins like one.
    if code and asked == code[1] and (found := _by_code(asked)):
        return found
    return _codes_by_name().get(asked) or (_by_code(code[1]) if code else "") or asked


def is_language(called: str) -> bool:
    """Whether folded words are the name of a language in one of the archive's languages."""
    return called in _codes_by_name()


def _by_code(code: str) -> str:
    short = _base(str(get_global("language_aliases").get(code, code)))
    return short if short in _names("en") else ""


@cache
def _names(language: str) -> Mapping[str, str]:
    return {_base(code): str(name) for code, name in Locale(language).languages.items()}


@cache
def _codes_by_name() -> Mapping[str, str]:
    every: dict[str, str] = {}
    for language in _SPOKEN_HERE:
        for code, name in Locale(language).languages.items():
            every.setdefault(" ".join(forms[0] for forms in words(str(name))), _base(code))
    return every


def _base(code: str) -> str:
    return re.split("[-_]", code.lower(), maxsplit=1)[0]
