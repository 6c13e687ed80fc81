"""Which days it is where people live: a day has begun once it has for all, and is over once it is for one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from archive.models import Days, clock, days_now, live_in

THE_24TH, THE_25TH, THE_26TH = (date(2026, 3, day) for day in (24, 25, 26))


@pytest.mark.parametrize(
    ("zones", "hour", "first", "last"),
    [
        (("America/Puerto_Rico", "Pacific/Honolulu"), 3, THE_24TH, THE_24TH),
        (("America/Puerto_Rico", "Pacific/Honolulu"), 4, THE_24TH, THE_25TH),
        (("America/Puerto_Rico", "Pacific/Honolulu"), 10, THE_25TH, THE_25TH),
        (("Pacific/Kiritimati", "Pacific/Pago_Pago"), 10, THE_24TH, THE_26TH),
        ((), 0, THE_25TH, THE_25TH),
    ],
)
def test_days_are_those_of_where_people_live(
    monkeypatch: pytest.MonkeyPatch, zones: tuple[str, ...], hour: int, first: date, last: date
) -> None:
    monkeypatch.setattr(clock, "_zones", ())
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 25, hour, tzinfo=UTC))
    live_in(zones)
    on = days_now()
    assert on == Days(first, last)
    assert on.has_begun(first) and not on.has_begun(first + timedelta(days=1))
    assert on.is_over(last - timedelta(days=1)) and not on.is_over(last)


def test_a_day_of_utc_is_of_two_days_where_people_live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_zones", ())
    live_in(("America/Puerto_Rico", "Pacific/Honolulu"))
    assert Days.within(THE_25TH) == Days(THE_24TH, THE_25TH)
    live_in(("Pacific/Auckland",))
    assert Days.within(THE_25TH) == Days(THE_25TH, THE_26TH)
