"""Words read from right to left, or in another language than their sentence, kept apart from what stands around them.

The marks are those of Unicode Standard Annex 9 for isolates; a page has `<bdi>` in their place.
"""

from __future__ import annotations

import re
from html import escape

from flask import Flask

from archive.web.markdown import Html

FIRST, LAST = "\u2068", "\u2069"
# Stands within an isolate between a language and the words that are in it, and in no text that people give.
SPOKEN = "\x1f"
# The blocks of the scripts that are written so: Hebrew, Arabic, Syriac, Thaana, N'Ko and those that followed them.
READ_SO = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
MARKS = re.compile(f"[{FIRST}{LAST}{SPOKEN}]")
ISOLATED = re.compile(f"{FIRST}(?:([^{FIRST}{LAST}{SPOKEN}]+){SPOKEN})?([^{FIRST}{LAST}]*){LAST}")


def install(app: Flask) -> None:
    """Give templates the filter `apart`."""
    app.jinja_env.filters["apart"] = apart


def isolated(words: str, lang: str = "") -> str:
    """The words between the marks of an isolate where any is read from right to left; where none is, as they are.

    For a sentence that is put together of several: without the marks, a name before a year and a place after it change places.
    Words of another language than the sentence, which `lang` says, are always between them.
    """
    if not lang and not READ_SO.search(words):
        return words
    return f"{FIRST}{lang}{SPOKEN if lang else ''}{MARKS.sub('', words)}{LAST}"


def apart(words: str) -> Html:
    """A sentence for a page, with `<bdi>`, and their `lang`, where it has isolates, so that whoever copies it copies no marks.

    Words that are of one piece are an isolate themselves where any of them is read from right to left.
    """
    said = str(words)
    if FIRST not in said:
        said = isolated(said)
    return Html(ISOLATED.sub(_bdi, escape(said)))


def _bdi(found: re.Match[str]) -> str:
    lang, words = found.groups()
    return f'<bdi lang="{lang}">{words}</bdi>' if lang else f"<bdi>{words}</bdi>"
