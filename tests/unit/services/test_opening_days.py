"""What opens on a day opens once that day has begun for everybody, and closes once it is over for anybody."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from archive.access import PUBLIC
from archive.models import ItemState, clock, new_id
from archive.services import indexing, planned
from archive.services.opening import Archive
from archive.services.upkeep import AnotherDay
from tests.fixtures.curators import curator
from tests.fixtures.items import give, item_of
from tests.unit.services.test_indexing import found, hits


def test_a_day_is_waited_for_by_the_last_of_those_who_live_it_and_ends_with_the_first(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = f"word{new_id()}"
    day, look, shown = date(2041, 3, 25), AnotherDay(archive), []
    opens = give(archive, title=word, state=ItemState.PUBLISHED, not_before=day, not_after=day)
    due = give(archive, title=word, state=ItemState.ACCEPTED)
    planned.publish_later(archive, curator(archive), due, day)
    # Midnight in Hawaii, and at the end of the day in Puerto Rico.
    for hour in ((25, 9, 59), (25, 10, 0), (26, 3, 59), (26, 4, 0)):
        moment = datetime(2041, 3, *hour, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        look()
        indexing.drain(archive)
        shown.append((opens in found(archive, PUBLIC, word), hits(archive, word)[0]))
        assert (item_of(archive, due).state == ItemState.PUBLISHED) == (hour != (25, 9, 59))
    assert shown == [(False, 0), (True, 2), (True, 2), (False, 1)]
