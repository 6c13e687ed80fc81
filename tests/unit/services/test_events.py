"""History that cannot be rewritten without telling."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from archive.models import Event, first_broken_link, new_id, record_event
from archive.services.opening import Archive
from tests.fixtures.tampering import tampering

CHANGES: list[dict[str, Any]] = [
    {"kind": "publish"},
    {"agent": "somebody-else"},
    {"outcome": "failure"},
    {"detail": {"reason": "another"}},
    {"hash": "0" * 64},
    {"previous_hash": "1" * 64},
]


def chain(archive: Archive, subject: str) -> list[Event]:
    with archive.db.read() as session:
        query = select(Event).where(Event.subject_id == subject).order_by(Event.sequence)
        return list(session.scalars(query))


@pytest.fixture
def subject(archive: Archive) -> str:
    """A subject with five events, told in every alphabet."""
    subject = new_id()
    with archive.db.write() as session:
        for number in range(5):
            record_event(session, subject, "validate", "pipeline", {"pass": number, "words": "Ọ̀ṣun 🕯 \u0000"})
    assert first_broken_link(chain(archive, subject)) is None
    return subject


@pytest.mark.parametrize(
    "way", [update(Event).values(agent="somebody-else"), delete(Event)], ids=["changed", "removed"]
)
def test_the_database_itself_lets_no_event_be_changed_or_removed(
    archive: Archive, subject: str, way: Any
) -> None:
    with pytest.raises(DBAPIError, match="append only"), archive.db.write() as session:
        session.execute(way.where(Event.subject_id == subject, Event.sequence == 3))
    assert len(chain(archive, subject)) == 5 and first_broken_link(chain(archive, subject)) is None


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_a_changed_event_tells(archive: Archive, subject: str, change: dict[str, Any]) -> None:
    with tampering(archive) as session:
        session.execute(
            update(Event).where(Event.subject_id == subject, Event.sequence == 3).values(**change)
        )
    broken = first_broken_link(chain(archive, subject))
    assert broken is not None
    assert broken.sequence == 3


def test_an_event_forged_with_its_own_hash_is_told_by_the_one_after_it(
    archive: Archive, subject: str
) -> None:
    with tampering(archive) as session:
        query = select(Event).where(Event.subject_id == subject).order_by(Event.sequence)
        _, forged, after, *_ = session.scalars(query)
        forged.agent = "somebody-else"
        forged.hash = after.previous_hash = forged.chained_hash()
    broken = first_broken_link(chain(archive, subject))
    assert broken is not None
    assert broken.sequence == 3


@pytest.mark.parametrize("sequence", [1, 3])
def test_a_removed_event_tells(archive: Archive, subject: str, sequence: int) -> None:
    with tampering(archive) as session:
        session.execute(delete(Event).where(Event.subject_id == subject, Event.sequence == sequence))
    broken = first_broken_link(chain(archive, subject))
    assert broken is not None
    assert broken.sequence == sequence + 1


def test_events_in_another_order_tell(archive: Archive, subject: str) -> None:
    with tampering(archive) as session:
        for place, new in ((2, 99), (3, 2), (99, 3)):
            where = (Event.subject_id == subject, Event.sequence == place)
            session.execute(update(Event).where(*where).values(sequence=new))
    assert first_broken_link(chain(archive, subject)) is not None


def test_an_event_moved_to_another_subject_tells(archive: Archive, subject: str) -> None:
    other = new_id()
    with tampering(archive) as session:
        session.execute(update(Event).where(Event.subject_id == subject).values(subject_id=other))
    assert first_broken_link(chain(archive, other)) is not None


def test_the_moment_of_an_act_is_told_by_day_only(archive: Archive, subject: str) -> None:
    assert {event.at.time().isoformat() for event in chain(archive, subject)} == {"00:00:00"}
