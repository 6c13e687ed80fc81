"""Adding to a gift changes nothing of what was allowed before, and shows nothing wider without its giver saying so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, Actor, is_open
from archive.models import Audience, Consent, Days, Embargo, Event, Item, ItemState, days_now
from archive.services import consents, drafts, embargo, sending
from archive.services.additions import offered
from archive.services.first_days import FirstDays
from archive.services.opening import Archive
from tests.fixtures.drafts import READY, add, begin
from tests.fixtures.items import put

LICENCE = "http://creativecommons.org/licenses/by/4.0/"
FAR, LAST = "2060-01-01", "2090-01-01"
NARROW: dict[str, dict[str, Any]] = {
    "audience": {"audience": "staff"},
    "not before": {"not_before": FAR},
    "not after": {"not_after": LAST},
    "naming": {"naming": "other-name", "name_shown": "A friend"},
    "no name": {"naming": "no-name"},
    "the town": {"place_precision": "town"},
    "no place": {"place_precision": "none"},
    "the exact place": {"place_precision": "exact"},
    "reuse": {"reuse": LICENCE},
    "people": {"people": "refused", "people_words": "Ask my aunt first."},
}
# Another choice that is made afterwards, for each of them one that it is not.
OTHER = {"people_words": "And my uncle."}


def gift(archive: Archive, **answers: Any) -> tuple[str, Actor, str]:
    """A letter that was sent with these answers and is published: the submission, its giver, the item."""
    submission_id, who = begin(archive)
    add(archive, submission_id, b"A letter.", "letter.txt")
    drafts.save(archive, who, submission_id, READY | answers)
    sending.send(archive, who, submission_id, "en")
    (item_id,) = items(archive, submission_id)
    put(archive, item_id, ItemState.PUBLISHED)
    return submission_id, who, item_id


def items(archive: Archive, submission_id: str) -> list[str]:
    with archive.db.read() as session:
        query = select(Item.id).where(Item.submission_id == submission_id).order_by(Item.position)
        return list(session.scalars(query))


def begin_more(archive: Archive, who: Actor, submission_id: str, about: dict[str, str] | None = None) -> None:
    drafts.add_more(archive, who, submission_id)
    add(archive, submission_id, b"Its envelope.", "envelope.txt")
    drafts.save(archive, who, submission_id, {"about": {"title": "The envelope"} | (about or {})})


def add_to(archive: Archive, who: Actor, submission_id: str, **answers: Any) -> str:
    """An envelope that is added, with every page left as offered but for `answers`; returns its item's id."""
    begin_more(archive, who, submission_id)
    drafts.save(archive, who, submission_id, answers)
    sending.send(archive, who, submission_id, "en")
    return items(archive, submission_id)[-1]


def allowed(archive: Archive, item_id: str) -> dict[str, Any]:
    """What the consent that an item follows allows."""
    with archive.db.read() as session:
        consent = session.get_one(Item, item_id).consent
        return offered(consent, FirstDays(consent.not_before))


def is_public(archive: Archive, item_id: str, on: Days | None = None) -> bool:
    with archive.db.read() as session:
        return is_open(session.get_one(Item, item_id), {Audience.PUBLIC}, on or days_now())


@pytest.mark.parametrize("choice", NARROW)
def test_an_addition_left_as_offered_changes_nothing_of_the_gift_then_or_at_the_next_change(
    archive: Archive, choice: str
) -> None:
    submission_id, who, letter = gift(archive, **NARROW[choice])
    before = allowed(archive, letter)
    assert NARROW[choice].items() <= before.items()
    envelope = add_to(archive, who, submission_id)
    assert allowed(archive, letter) == allowed(archive, envelope) == before
    consents.revise(archive, who, submission_id, OTHER)
    assert allowed(archive, letter) == allowed(archive, envelope) == before | OTHER


def test_every_choice_is_offered_again_as_it_stands(archive: Archive) -> None:
    submission_id, who, _letter = gift(archive, not_before=FAR, people_words="Ask my aunt first.")
    drafts.add_more(archive, who, submission_id)
    answers = drafts.view(archive, who, submission_id).answers
    assert (answers.not_before, answers.people_words) == (FAR, "Ask my aunt first.")
    assert answers.places_shown == READY["places_shown"]
    assert set(offered(Consent(places_shown={}), FirstDays(None))) == set(consents.CHOICES)


def test_what_is_chosen_with_an_addition_holds_for_all_and_the_history_tells(archive: Archive) -> None:
    submission_id, who, letter = gift(archive)
    envelope = add_to(archive, who, submission_id, audience="staff", not_before=FAR)
    for one in (letter, envelope):
        assert (allowed(archive, one)["audience"], allowed(archive, one)["not_before"]) == ("staff", FAR)
    with archive.db.read() as session:
        told = [
            event.detail
            for event in session.scalars(select(Event).where(Event.subject_id == letter))
            if event.kind == "consent"
        ]
        # What is only being given has no history yet that something could be changed in.
        of_envelope = select(Event.kind).where(Event.subject_id == envelope)
        assert "consent" not in set(session.scalars(of_envelope))
    assert told == [{"changed": ["audience", "not_before"], "version": 2}]


def test_words_for_the_places_of_an_addition_stand_beside_those_of_the_gift(archive: Archive) -> None:
    submission_id, who, letter = gift(archive)
    begin_more(archive, who, submission_id, {"place": "3 Mill Lane, Bristol"})
    drafts.save(archive, who, submission_id, {"places_shown": {"3 Mill Lane, Bristol": "Bristol"}})
    sending.send(archive, who, submission_id, "en")
    assert allowed(archive, letter)["places_shown"] == {
        "12 Elm Street, Richmond": "Richmond, Virginia",
        "3 Mill Lane, Bristol": "Bristol",
    }


def test_what_is_narrowed_while_an_addition_waits_stays_narrow_when_it_is_sent(archive: Archive) -> None:
    submission_id, who, letter = gift(archive, naming="own-name", name_shown="Ana")
    begin_more(archive, who, submission_id)
    drafts.save(archive, who, submission_id, {"audience": "public"})
    consents.revise(archive, who, submission_id, {"audience": "staff", "naming": "no-name", "name_shown": ""})
    assert drafts.view(archive, who, submission_id).answers.audience == "staff"
    sending.send(archive, who, submission_id, "en")
    now = allowed(archive, letter)
    assert (now["audience"], now["naming"], now["name_shown"]) == ("staff", "no-name", "")


def test_a_day_that_staff_chose_stays_theirs_when_something_is_added(archive: Archive) -> None:
    submission_id, who, letter = gift(archive)
    embargo.keep_back(archive, OPERATOR, letter, date(2060, 1, 1))
    begin_more(archive, who, submission_id)
    # What is offered is what its giver chose; the day of staff stands apart from it, and a last day before it is refused.
    seen = drafts.view(archive, who, submission_id)
    assert (seen.answers.not_before, seen.put_off) == ("", date(2060, 1, 1))
    drafts.save(archive, who, submission_id, {"audience": "community", "not_after": "2050-01-01"})

    def is_refused() -> bool:
        draft = drafts.view(archive, who, submission_id)
        (why,) = sending.check(archive, draft, "en").troubles["show"].values()
        return (why.code, why.day) == ("put-off", date(2060, 1, 1))

    assert is_refused()
    # A later day of their own covers it: no sooner one that is typed over it, and none, is a way around.
    drafts.save(archive, who, submission_id, {"not_after": ""})
    consents.revise(archive, who, submission_id, {"not_before": date(2070, 1, 1)})
    assert drafts.view(archive, who, submission_id).answers.not_before == "2070-01-01"
    for typed in ("2040-01-01", ""):
        drafts.save(archive, who, submission_id, {"not_before": typed, "not_after": "2050-01-01"})
        assert is_refused()
    drafts.save(archive, who, submission_id, {"not_after": ""})
    sending.send(archive, who, submission_id, "en")
    envelope = items(archive, submission_id)[-1]
    assert allowed(archive, letter)["not_before"] == allowed(archive, envelope)["not_before"] == FAR
    with archive.db.read() as session:
        row, item = session.get_one(Embargo, submission_id), session.get_one(Item, letter)
        assert (row.consent_version, row.allowed_from) == (item.consent.version, None)
    embargo.keep_back(archive, OPERATOR, envelope, None)
    assert allowed(archive, letter)["not_before"] == ""


def test_an_addition_begun_before_it_was_kept_what_was_offered_takes_nothing_back(archive: Archive) -> None:
    submission_id, who, letter = gift(archive, not_before=FAR, people_words="Ask my aunt first.")
    before = allowed(archive, letter)
    begin_more(archive, who, submission_id)
    with archive.db.write() as session:
        row = session.get_one(drafts.Draft, submission_id)
        forgotten = {"offered": {}, "not_before": "", "people_words": "", "places_shown": {}}
        row.answers = row.answers | forgotten
    sending.send(archive, who, submission_id, "en")
    assert allowed(archive, letter) == before


def left_behind(archive: Archive) -> tuple[str, Actor, str, str]:
    """A gift of which the first thing follows an older, narrower consent than what was added: as was made once."""
    submission_id, who, letter = gift(archive, not_before=FAR, naming="own-name", name_shown="Ana")
    envelope = add_to(archive, who, submission_id)
    with archive.db.write() as session:
        first = session.get_one(Item, letter).consent
        values = {name: getattr(first, name) for name in (*consents.CHOICES, *consents.AGREEMENT)}
        row = Consent(submission_id=submission_id, version=2, **values | {"not_before": None})
        session.add(row)
        session.flush()
        session.get_one(Item, envelope).consent_id = row.id
    put(archive, envelope, ItemState.PUBLISHED)
    assert (is_public(archive, letter), is_public(archive, envelope)) == (False, True)
    return submission_id, who, letter, envelope


def test_what_was_left_behind_narrower_stays_so_at_the_next_change_of_another_choice(
    archive: Archive,
) -> None:
    submission_id, who, letter, envelope = left_behind(archive)
    whole = {"naming": "no-name", "name_shown": "", "not_before": None}
    consents.revise(archive, who, submission_id, whole)
    for one in (letter, envelope):
        assert (allowed(archive, one)["not_before"], allowed(archive, one)["naming"]) == (FAR, "no-name")


def test_staff_who_keep_back_what_was_added_open_nothing_of_what_was_given_before(archive: Archive) -> None:
    _submission_id, _who, letter, envelope = left_behind(archive)
    embargo.keep_back(archive, OPERATOR, envelope, date(2050, 1, 1))
    assert not is_public(archive, letter, Days(date(2055, 1, 1), date(2055, 1, 1)))
