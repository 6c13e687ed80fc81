"""Ways that lead off a page by its own form, so that what was typed there is kept before anybody goes."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import request, url_for

from archive.web.gifts import GIFT, in_address
from archive.web.giving_words import STEPS
from archive.web.i18n import LANGUAGES, in_language, language
from archive.web.links import item_href

FIELD = "to"
LATER, ALONE, IN_LANGUAGE, ELSEWHERE = "later", "alone", "in", "site"
# No other page: what was typed on this one is thrown away.
FORGET = "forget"
# Neither: the script that keeps what is typed asks for no other page.
QUIETLY = "quietly"
CORRECT, TAKE_BACK, LOOK = "correct", "take-back", "look"
ROOMS = {
    LATER: "mine.later",
    "writing": "contribute.writing",
    "record": "uploads.record",
    "throw-away": "unsent.look",
    "safely": "public.giving_safely",
    "mine": "mine.overview",
    "code": "mine.code",
    "allow": "allow.choices",
    "receipt": "more.receipt",
    "contact": "more.contact",
    "account": "account.new",
    TAKE_BACK: "allow.take_back",
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
# Forms that are sent to another address than the one that shows them. What is written becomes a file as soon as somebody
# presses anything, so nothing of it is left where it was written.
SHOWN_AT = {"contribute.write": "contribute.files", "mine.write": "mine.overview"}
TAKEN_BACK = "allow.taken_back"


def wished(form: Mapping[str, str]) -> str:
    """The page to which somebody wished to go instead of on; nothing where they did not, or where there is none."""
    to, _, which = form.get(FIELD, "").partition("/")
    if to == ALONE and which:
        return url_for("contribute.apart", file_id=which)
    if to == IN_LANGUAGE and which in LANGUAGES:
        return _this_page(which, form)
    if to in (FORGET, QUIETLY):
        return _this_page(language(), form)
    if to == ELSEWHERE and which in SITE:
        endpoint, _, anchor = which.partition("#")
        return url_for(endpoint, _anchor=anchor or None)
    if which:
        return _of_item(to, which)
    room = f"contribute.{to}" if to in STEPS else ROOMS.get(to)
    return url_for(room) if room else ""


def is_thrown_away(form: Mapping[str, str]) -> bool:
    """Whether what was typed is not to be kept."""
    return form.get(FIELD) == FORGET


def is_quiet(form: Mapping[str, str]) -> bool:
    """Whether nobody pressed anything: what is typed is kept while it is typed."""
    return form.get(FIELD) == QUIETLY


def _of_item(to: str, item_id: str) -> str:
    """A page about one thing that was given; nothing where there is no such page."""
    if to == CORRECT:
        return url_for("mine.correct", item_id=item_id)
    if to == TAKE_BACK:
        return url_for("allow.take_back", item=item_id)
    return item_href(item_id) if to == LOOK else ""


def _this_page(code: str, form: Mapping[str, str]) -> str:
    """The page on which this form stands, in that language: most forms are sent to the address that shows them."""
    shown_at = SHOWN_AT.get(request.endpoint or "")
    path = url_for(shown_at).partition("?")[0].removeprefix(request.script_root) if shown_at else request.path
    item = form.get("item", "") if request.endpoint == TAKEN_BACK else ""
    asked = {name: value for name, value in (("item", item), (GIFT, in_address())) if value}
    return in_language(code, path) + (f"?{urlencode(asked)}" if asked else "")
