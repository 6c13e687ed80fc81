"""Dates that were asked for, and what was chosen of those that are not clear."""

from __future__ import annotations

from flask import request

from archive.models.errors import BadInputError
from archive.services.answers import AS_WRITTEN, date_readings
from archive.services.describing import AmbiguousDateError
from archive.services.whole_day import read_day
from archive.web.i18n import language


def day_answer(name: str, otherwise: str = "") -> str:
    """What the form says about the day `name`; `otherwise` where it does not ask."""
    text = request.form.get(name, otherwise).strip()
    meant = request.form.get(f"reading-{name}", "")
    try:
        read_day(text, language())
    except AmbiguousDateError as error:
        # Whoever wrote something else after choosing means what is written.
        return meant if meant in {one.edtf for one in error.choices} else text
    except BadInputError:
        pass
    return text


def reading_answer(field: str, text: str) -> dict[str, str]:
    """By the text of the date in a field of the profile which reading was chosen; nothing where that was not asked.

    "" is the reading where a choice was taken back, or is of something that was typed before.
    """
    text, meant = text.strip(), request.form.get(f"reading-about-{field}", "")
    asked = request.form.get(f"asked-about-{field}", "").strip()
    readings = date_readings(text, language())
    if readings is None or not (meant or asked):
        return {}
    if asked and asked != text:
        # What was chosen was chosen for other words.
        meant = ""
    return {text: meant if meant in {AS_WRITTEN, *(edtf for edtf, _words in readings)} else ""}
