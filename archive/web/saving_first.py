"""Ways that lead off a page of questions by its own form, so that what was typed there is kept before anybody goes."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request, url_for

from archive.web.giving_words import STEPS
from archive.web.i18n import LANGUAGES, in_language

FIELD = "to"
LATER, ALONE, IN_LANGUAGE = "later", "alone", "in"
ROOMS = {
    LATER: "mine.later",
    "writing": "contribute.writing",
    "record": "uploads.record",
    "throw-away": "unsent.look",
    "safely": "public.giving_safely",
}
# What is written becomes a file, so nothing of it is left where it was written.
BECOMES_A_FILE = "contribute.write"


def wished(form: Mapping[str, str]) -> str:
    """The page to which somebody wished to go instead of on; nothing where they did not, or where there is none."""
    to, _, which = form.get(FIELD, "").partition("/")
    if to == ALONE and which:
        return url_for("contribute.apart", file_id=which)
    if to == IN_LANGUAGE and which in LANGUAGES:
        return in_language(which, _this_page())
    room = f"contribute.{to}" if to in STEPS else ROOMS.get(to)
    return url_for(room) if room else ""


def _this_page() -> str:
    """The page on which this form stands, without its language: a form is sent to the address that shows it."""
    if request.endpoint == BECOMES_A_FILE:
        return url_for("contribute.files").removeprefix(request.script_root)
    return request.path
