"""Contact details are sealed, opened by their own right alone, and every look is written down."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, ROLES, contributor
from archive.models import Contact, Event, Right, new_id
from archive.models.errors import BadInputError, IntegrityError, NotFoundError
from archive.services import contacts
from archive.services.contacts import Details
from archive.services.opening import Archive
from tests.fixtures.drafts import begin
from tests.fixtures.items import actor
from tests.fixtures.outside import bytes_below

CANARY = "rosa.canary@example.org"


def test_what_was_given_is_read_by_a_correspondent_and_the_look_is_an_event(archive: Archive) -> None:
    submission_id, who = begin(archive)
    contacts.keep(archive, who, submission_id, Details(CANARY, "by Tuesday's choir", "es"))
    found = contacts.read(archive, actor("correspondent"), submission_id)
    assert found == Details(CANARY, "by Tuesday's choir", "es")
    with archive.db.read() as session:
        events = session.scalars(select(Event).where(Event.subject_id == submission_id)).all()
    assert [(one.kind, one.agent, one.detail) for one in events] == [
        ("contact-read", "somebody-correspondent", {})
    ]


def test_no_other_role_reads_them_nor_does_their_giver_through_this(archive: Archive) -> None:
    submission_id, who = begin(archive)
    contacts.keep(archive, who, submission_id, Details(CANARY))
    others = [actor(role) for role, rights in ROLES.items() if Right.READ_CONTACTS not in rights]
    assert len(others) >= 6
    for somebody in (*others, who, actor("correspondent", "convenings")):
        with pytest.raises(NotFoundError):
            contacts.read(archive, somebody, submission_id)


def test_they_are_sealed_in_the_database_and_bound_to_their_submission(archive: Archive) -> None:
    first, who = begin(archive)
    second, other = begin(archive)
    contacts.keep(archive, who, first, Details(CANARY))
    contacts.keep(archive, other, second, Details("else@example.org"))
    with archive.db.write() as session:
        rows = {one: session.get_one(Contact, one) for one in (first, second)}
        assert CANARY.encode() not in rows[first].sealed and b"rosa" not in rows[first].sealed
        rows[second].sealed = rows[first].sealed
    with pytest.raises(IntegrityError) as refused:
        contacts.read(archive, OPERATOR, second)
    assert refused.value.code == "sealed-elsewhere"
    for path, data in bytes_below(archive.settings.home).items():
        assert CANARY.encode() not in data, path


def test_nothing_forgets_them_and_what_is_no_address_is_told(archive: Archive) -> None:
    submission_id, who = begin(archive)
    contacts.keep(archive, who, submission_id, Details(CANARY))
    for wrong in ("nobody", "a@b", "a b@example.org", "x" * 600 + "@example.org"):
        with pytest.raises(BadInputError):
            contacts.keep(archive, who, submission_id, Details(wrong))
    contacts.keep(archive, who, submission_id, Details())
    assert contacts.read(archive, OPERATOR, submission_id) is None


def test_nobody_leaves_details_for_somebody_else(archive: Archive) -> None:
    submission_id, _ = begin(archive)
    with pytest.raises(NotFoundError):
        contacts.keep(archive, contributor([new_id()]), submission_id, Details(CANARY))
