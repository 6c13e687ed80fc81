"""Words in the visitor's language, typed: the only module that knows the translation library."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

import flask_babel
from babel import dates
from flask_babel.speaklater import LazyString

from archive.web.i18n import language, translated


def _(message: str, **values: Any) -> str:
    """The message in the visitor's language, with `%(name)s` filled in."""
    words = translated(message)
    return words % values if values else words


def later(message: str) -> Any:
    """The message, translated only when it is shown; for tables that are made before anybody asks."""
    return LazyString(translated, message)


def day(value: date) -> str:
    """A day as the visitor's language writes it."""
    return _day(value, language())


@lru_cache(4096)
def _day(value: date, locale: str) -> str:
    return str(dates.format_date(value, "long", locale))


def moment(value: datetime) -> str:
    """A day and a time of it, in UTC."""
    return f"{day(value.date())}, {flask_babel.format_time(value, 'short')} UTC"


def month(value: date) -> str:
    """A month as the visitor's language writes it."""
    return str(dates.format_skeleton("yMMMM", value, locale=str(flask_babel.get_locale())))


def days_ago(days: int) -> str:
    """How long ago somebody asked."""
    if days < 1:
        return _("asked today")
    return str(flask_babel.ngettext("asked %(num)s day ago", "asked %(num)s days ago", days))


def checked_ago(days: int) -> str:
    """How long ago something was read in full and compared with its checksums."""
    if days < 1:
        return _("Checked today")
    return str(flask_babel.ngettext("Checked %(num)s day ago", "Checked %(num)s days ago", days))


def bytes_counted(count: int) -> str:
    """How large something small is."""
    return str(flask_babel.ngettext("%(num)s byte", "%(num)s bytes", count))


def damaged_files(kind: str, count: int) -> str:
    """How many files of a bag have one kind of damage."""
    words = {
        "changed": flask_babel.ngettext("%(num)s file is changed:", "%(num)s files are changed:", count),
        "missing": flask_babel.ngettext("%(num)s is missing:", "%(num)s are missing:", count),
        "untracked": flask_babel.ngettext(
            "%(num)s file is in no list:", "%(num)s files are in no list:", count
        ),
        "unreadable": flask_babel.ngettext(
            "%(num)s file cannot be read:", "%(num)s files cannot be read:", count
        ),
        "unsound": flask_babel.ngettext("%(num)s is not as in a bag:", "%(num)s are not as in a bag:", count),
    }
    return str(words[kind])


def number(value: float) -> str:
    """A number as the visitor's language writes it."""
    return str(flask_babel.format_decimal(value))
