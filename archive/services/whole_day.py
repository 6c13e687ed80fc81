"""A whole day as people write it, such as the one before which nobody may see something."""

from __future__ import annotations

import re
from datetime import date

from archive.dates import Ambiguous, UnderstoodDate, understand
from archive.models.errors import BadInputError
from archive.services.describing import AmbiguousDateError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# A day to come is asked for as often as one that was: of two digits nobody knows the century.
_WHOLE_YEAR = re.compile(r"\d{4}")


def read_day(text: str, language: str) -> date | None:
    """The day that is written (“25 March 2030”, 25/03/2030, 2030-03-25), None for nothing.

    BadInputError (`not-a-day`) for what is not one whole day, AmbiguousDateError where it may be one of two.
    """
    text = text.strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    days = [one for one in _read(text, language) if _DAY.fullmatch(one.edtf)]
    if not days:
        raise BadInputError("This is not one whole day.", code="not-a-day")
    if len(days) > 1:
        raise AmbiguousDateError(text, tuple(days))
    return date.fromisoformat(days[0].edtf)


def _read(text: str, language: str) -> tuple[UnderstoodDate, ...]:
    if not _WHOLE_YEAR.search(text):
        return ()
    try:
        found = understand(text, language=language)
    except BadInputError:
        return ()
    return found.choices if isinstance(found, Ambiguous) else (found,)
