"""A day that was asked for, as it was typed, or the one that was chosen where that could mean two."""

from __future__ import annotations

from flask import request

from archive.models.errors import BadInputError
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
