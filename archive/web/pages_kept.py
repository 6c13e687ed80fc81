"""How an item is kept, as anybody may know it: when it was checked, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable

from archive.models import today
from archive.services.show import PUBLIC_EVENTS
from archive.services.views import EventView
from archive.web import labels
from archive.web.words import _, checked_ago, day

CHECK = "validate"
DESCRIBED = frozenset({"describe", "correct"})


def checked(events: Iterable[EventView]) -> str:
    """When its bag was last read in full and found unchanged; empty where nobody has."""
    days = [one.on for one in events if one.kind == CHECK and one.outcome == "success"]
    if not days:
        return ""
    return f"{checked_ago((today() - max(days)).days)} ({day(max(days))})."


def history(events: Iterable[EventView]) -> tuple[tuple[str, str], ...]:
    """What became of it, day by day: how it came, that it was shown, that it was described again, and never by whom."""
    told: list[tuple[str, str]] = []
    is_published = False
    for one in events:
        if one.kind not in PUBLIC_EVENTS - {CHECK} or one.outcome != "success":
            continue
        if one.kind in DESCRIBED and not is_published:
            # What was written before anybody could read it is not part of the public record.
            continue
        line = (day(one.on), _words(one.kind, again=is_published))
        is_published = is_published or one.kind == "publish"
        if line not in told[-1:]:
            told.append(line)
    return tuple(told)


def _words(kind: str, *, again: bool) -> str:
    if kind in DESCRIBED:
        return _("Described again")
    if kind == "publish" and again:
        return _("Published again")
    return labels.of(labels.EVENTS, kind)
