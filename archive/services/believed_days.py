"""Days that were written down by a clock that was ahead: nothing may rest on them until they have come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, case, literal

# Stands for a day that nobody can believe: everything is due then.
NEVER = date(1970, 1, 1)


def believed(day: ColumnElement[Any], on: Callable[[], date]) -> ColumnElement[Any]:
    """A day on which something was read, NEVER where it is later than `on()` when the query runs."""
    ahead = day > bindparam(None, callable_=on, type_=Date, unique=True)
    return case((ahead, literal(NEVER, Date)), else_=day)
