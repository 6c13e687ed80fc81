"""Words that are read from right to left, kept apart from what stands around them (Unicode Standard Annex 9, isolates)."""

from __future__ import annotations

import re
from html import escape

from flask import Flask

from archive.web.markdown import Html

FIRST, LAST = "\u2068", "\u2069"
# The blocks of the scripts that are written so: Hebrew, Arabic, Syriac, Thaana, N'Ko and those that followed them.
READ_SO = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
MARKS = re.compile(f"[{FIRST}{LAST}]")
ISOLATED = re.compile(f"{FIRST}([^{FIRST}{LAST}]*){LAST}")


def install(app: Flask) -> None:
    """Give templates the filter `apart`."""
    app.jinja_env.filters["apart"] = apart


def isolated(words: str) -> str:
    """The words between the marks of an isolate where any is read from right to left; where none is, as they are.

    For a sentence that is put together of several: without the marks, a name before a year and a place after it change places.
    """
    return f"{FIRST}{MARKS.sub('', words)}{LAST}" if READ_SO.search(words) else words


def apart(words: str) -> Html:
    """A sentence for a page, with `<bdi>` where it has isolates, so that whoever copies it copies no marks.

    Words that are of one piece are an isolate themselves where any of them is read from right to left.
    """
    said = str(words)
    if FIRST not in said:
        said = isolated(said)
    return Html(ISOLATED.sub(r"<bdi>\1</bdi>", escape(said)))
