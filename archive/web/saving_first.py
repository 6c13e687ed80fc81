"""Ways that lead off a page of questions by its own form, so that what was typed there is kept before anybody goes."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for

from archive.web.giving_words import STEPS

FIELD = "to"
LATER, ALONE = "later", "alone"
ROOMS = {
    LATER: "mine.later",
    "writing": "contribute.writing",
    "record": "uploads.record",
    "throw-away": "unsent.look",
}


def wished(form: Mapping[str, str]) -> str:
    """The page to which somebody wished to go instead of on; nothing where they did not, or where there is none."""
    to, _, which = form.get(FIELD, "").partition("/")
    if to == ALONE and which:
        return url_for("contribute.apart", file_id=which)
    room = f"contribute.{to}" if to in STEPS else ROOMS.get(to)
    return url_for(room) if room else ""
