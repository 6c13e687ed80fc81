"""How an item is kept, as anybody may know it: when it was checked, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from archive.models import today
from archive.services.public_history import CHANGES, PUBLIC_EVENTS
from archive.services.views import EventView
from archive.web import labels
from archive.web.words import _, checked_ago, day

CHECKS = frozenset({"validate", "fixity"})
DESCRIBED = frozenset({"describe", "correct"})


def kept(events: Iterable[EventView]) -> str:
    """That its originals are as they were given, and when all of it was last read; of a check that failed, only that."""
    checks = [one for one in events if one.kind in CHECKS]
    if checks and checks[-1].outcome != "success":
        return _(
            "At its last check (%(day)s) not all of it was as it had been kept. Those who look after the archive are told, and put it right from a copy that is whole, where there is one.",
            day=day(checks[-1].on),
        )
    proved = _("The originals are kept byte for byte as they were given. A checksum proves it.")
    if not checks:
        return proved
    last = max(one.on for one in checks if one.outcome == "success")
    return f"{proved} {checked_ago((today() - last).days)} ({day(last)})."


def history(events: Iterable[EventView]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What became of it, day by day: how it came, that it was shown, that what is read of it changed, and never by whom."""
    told: dict[date, list[str]] = {}
    is_published = False
    for one in events:
        if one.kind not in PUBLIC_EVENTS - CHECKS or one.outcome != "success":
            continue
        if one.kind in CHANGES and not is_published:
            # What was written before anybody could read it is not part of the public record.
            continue
        words = _words(one.kind, again=is_published)
        is_published = is_published or one.kind == "publish"
        if words not in told.setdefault(one.on, []):
            told[one.on].append(words)
    return tuple((day(on), tuple(words)) for on, words in told.items())


def _words(kind: str, *, again: bool) -> str:
    if kind in DESCRIBED:
        return _("Described again")
    if kind == "publish" and again:
        return _("Published again")
    return labels.of(labels.EVENTS, kind)
