"""Ways that lead off a page of questions by its own form, so that what was typed there is kept before anybody goes."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request, url_for

from archive.web.giving_words import STEPS
from archive.web.i18n import LANGUAGES, in_language

FIELD = "to"
LATER, ALONE, IN_LANGUAGE, ELSEWHERE = "later", "alone", "in", "site"
ROOMS = {
    LATER: "mine.later",
    "writing": "contribute.writing",
    "record": "uploads.record",
    "throw-away": "unsent.look",
    "safely": "public.giving_safely",
}
# The pages of the site to which its head and its foot lead, with the place on the page where there is one.
SITE = frozenset(
    {
        *("public.home", "public.home#collections", "public.search", "public.about", "public.help"),
        *("public.safety", "public.safety#wrong", "browse.places", "browse.years", "browse.people"),
        *("browse.subjects", "stories.listed", "observances.listed", "feeds.new", "contribute.what"),
        *("about.privacy", "about.content_notes", "about.accessibility", "about.proof", "about.taking_down"),
        *("ledger.page", "mine.come_back", "account.sign_in_form", "own.here", "preserve.desk"),
    }
)
# What is written becomes a file, so nothing of it is left where it was written.
BECOMES_A_FILE = "contribute.write"


def wished(form: Mapping[str, str]) -> str:
    """The page to which somebody wished to go instead of on; nothing where they did not, or where there is none."""
    to, _, which = form.get(FIELD, "").partition("/")
    if to == ALONE and which:
        return url_for("contribute.apart", file_id=which)
    if to == IN_LANGUAGE and which in LANGUAGES:
        return in_language(which, _this_page())
    if to == ELSEWHERE and which in SITE:
        endpoint, _, anchor = which.partition("#")
        return url_for(endpoint, _anchor=anchor or None)
    room = f"contribute.{to}" if to in STEPS else ROOMS.get(to)
    return url_for(room) if room else ""


def _this_page() -> str:
    """The page on which this form stands, without its language: a form is sent to the address that shows it."""
    if request.endpoint == BECOMES_A_FILE:
        return url_for("contribute.files").removeprefix(request.script_root)
    return request.path
