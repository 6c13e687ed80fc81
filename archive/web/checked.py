"""The page that shows everything once more before it is sent, and again where it is not what was seen any more."""

from __future__ import annotations

from flask import render_template

from archive.services import sending
from archive.services.unsent_words import WRITING
from archive.web.giving import Giving
from archive.web.i18n import language
from archive.web.pages_check import check_page
from archive.web.unsent_words import typed_before

# The code of what was changed since a page showed it.
STALE = "stale-version"


def checked(here: Giving, trouble: str = "", *, seen: str | None = None) -> str:
    """Everything once more; `seen` is the mark of the page that was sent, where what it showed is not the same any more."""
    draft, half = here.draft, typed_before(here, WRITING) is not None
    page = check_page(here.archive, draft, sending.check(here.archive, draft, language()), seen)
    said = {"is_half_written": half, "trouble": trouble}
    return render_template("contribute/check.html", page=page, draft=draft, **said)
