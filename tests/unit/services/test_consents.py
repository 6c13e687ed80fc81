"""What a contributor allows can be changed at any time, every version is kept, and the history tells of it without a word of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC, Actor, contributor
from archive.models import Audience, Consent, Event, Item, ItemState, Place, first_broken_link, new_id, today
from archive.models.errors import BadInputError, ConflictError, NotFoundError
from archive.services import authorities, consents, indexing, show
from archive.services.authority_changes import add, change
from archive.services.contribute import ConsentDraft, ItemDraft, SubmissionDraft, receive
from archive.services.describe import Description, PlaceGiven, describe
from archive.services.lifecycle import load_for_change
from archive.services.opening import Archive
from archive.services.shown import tells_name, without_words
from tests.fixtures.items import actor, give, item_of, put, staged


def versions(archive: Archive, submission_id: str) -> list[Consent]:
    with archive.db.read() as session:
        query = select(Consent).where(Consent.submission_id == submission_id).order_by(Consent.version)
        return list(session.scalars(query))


def published(archive: Archive) -> tuple[str, str, Actor]:
    """An item that everyone sees, its submission, and who gave it."""
    item_id = give(archive, state=ItemState.PUBLISHED, rights="All rights", rights_uri="")
    submission_id = item_of(archive, item_id).submission_id
    return item_id, submission_id, contributor([submission_id])


def test_a_change_is_a_new_version_that_every_item_follows_and_the_old_ones_stay(archive: Archive) -> None:
    item_id, submission_id, giver = published(archive)
    before = item_of(archive, item_id)
    words = {"agreement_version": "2", "agreement_text": "The whole text.", "agreement_fingerprint": "f" * 64}
    assert consents.revise(archive, giver, submission_id, {"audience": "staff", **words}, version=1) == 2
    old, new = versions(archive, submission_id)
    assert (old.audience, new.audience) == (Audience.PUBLIC, Audience.STAFF)
    assert (new.agreement_text, new.agreement_version, new.given_on) == ("The whole text.", "2", today())
    after = item_of(archive, item_id)
    assert after.consent.id == new.id
    assert (after.version, after.record_revision) == (before.version + 1, before.record_revision + 1)
    assert after.index_pending
    with pytest.raises(NotFoundError):
        show.item(archive, PUBLIC, item_id)


def test_the_history_tells_which_choices_changed_and_no_word_of_them(archive: Archive) -> None:
    item_id, submission_id, giver = published(archive)
    consents.revise(archive, giver, submission_id, {"naming": "own-name", "name_shown": "Ama Secretname"})
    with archive.db.read() as session:
        events = list(
            session.scalars(select(Event).where(Event.subject_id == item_id).order_by(Event.sequence))
        )
    assert events[-1].kind == "consent"
    assert events[-1].detail == {"changed": ["name_shown", "naming"], "version": 2}
    assert first_broken_link(events) is None


def test_what_changes_nothing_makes_no_version(archive: Archive) -> None:
    _, submission_id, giver = published(archive)
    assert consents.revise(archive, giver, submission_id, {"audience": "public", "people": ""}) == 1
    assert len(versions(archive, submission_id)) == 1


def test_a_stale_version_and_what_is_no_choice_are_refused(archive: Archive) -> None:
    _, submission_id, giver = published(archive)
    consents.revise(archive, giver, submission_id, {"audience": "community"}, version=1)
    with pytest.raises(ConflictError) as stale:
        consents.revise(archive, giver, submission_id, {"audience": "public"}, version=1)
    assert stale.value.code == "stale-version"
    # Said once more, it is what stands there already.
    assert consents.revise(archive, giver, submission_id, {"audience": "community"}, version=1) == 2
    tomorrow = today() + timedelta(days=1)
    wrong = (
        {"audience": "world"},
        {"naming": "my-name"},
        {"people": "perhaps"},
        {"place_precision": "street"},
        {"not_before": "soon"},
        {"not_before": tomorrow, "not_after": today()},
        {"keep": True},
        {"version": 7},
    )
    for changes in wrong:
        with pytest.raises(BadInputError):
            consents.revise(archive, giver, submission_id, changes)
    assert len(versions(archive, submission_id)) == 2


def test_who_gave_it_and_staff_who_review_may_and_to_others_it_is_not_there(archive: Archive) -> None:
    _, submission_id, giver = published(archive)
    for somebody in (
        PUBLIC,
        actor("member"),
        actor("archivist"),
        actor("curator", "convenings"),
        contributor(["x"]),
    ):
        with pytest.raises(NotFoundError):
            consents.revise(archive, somebody, submission_id, {"audience": "staff"})
    assert consents.revise(archive, actor("curator", "march-25"), submission_id, {"audience": "staff"}) == 2
    assert consents.revise(archive, giver, submission_id, {"audience": "public"}) == 3
    assert consents.revise(archive, OPERATOR, submission_id, {"audience": "staff"}) == 4


def test_another_licence_is_what_the_item_says_of_its_rights_from_then_on(archive: Archive) -> None:
    item_id, submission_id, giver = published(archive)
    rights = archive.profiles["march-25"].vocabularies["rights"]
    licence = next(term.uri for term in rights.terms if term.uri and "creativecommons" in term.uri)
    consents.revise(archive, giver, submission_id, {"reuse": licence})
    assert show.item(archive, PUBLIC, item_id).rights_uri == licence
    consents.revise(archive, giver, submission_id, {"reuse": ""})
    assert show.item(archive, PUBLIC, item_id).rights_uri == ""


def test_a_name_that_is_no_longer_given_leaves_the_bytes_of_the_public_index(archive: Archive) -> None:
    if not archive.db.is_sqlite:
        pytest.skip("the index lies in the database, whose files tests/unit/search looks at")
    _, submission_id, giver = published(archive)
    consents.revise(archive, giver, submission_id, {"naming": "own-name", "name_shown": "Quillfeathername"})
    indexing.drain(archive)
    folder = archive.settings.index / "public"
    assert any(
        b"quillfeathername" in path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()
    )
    consents.revise(archive, giver, submission_id, {"naming": "no-name"})
    indexing.drain(archive)
    assert not any(
        b"quillfeathername" in path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()
    )


def renamed(archive: Archive, place: str) -> str:
    """A place that is called otherwise now; returns its present name."""
    curator = actor("curator")
    with archive.db.read() as session:
        found = session.scalars(select(Place.id).where(Place.name == place)).first()
    word_id = found or add(archive, curator, "places", {"name": place})[0]
    mark = authorities.one(archive, curator, "places", word_id).wording.mark
    assert not change(archive, curator, "places", word_id, {"name": f"New {place}"}, mark)
    return f"New {place}"


def given_with(archive: Archive, places: list[str], shown: dict[str, str]) -> str:
    """A published item at these places, of which its consent lets others read these words."""
    about = Description(title="A note", places=[PlaceGiven(one) for one in places])
    consent = ConsentDraft(audience=Audience.PUBLIC, place_precision="town", places_shown=shown)
    items = [ItemDraft(about, [staged(archive, new_id().encode())])]
    (item_id,) = receive(archive, OPERATOR, SubmissionDraft("march-25", items, consent)).item_ids
    put(archive, item_id, ItemState.PUBLISHED)
    return item_id


def told(archive: Archive, item_id: str) -> tuple[list[str], list[bool]]:
    """What everyone reads of an item's places, and whether their own names are told."""
    with archive.db.read() as session:
        item = session.get_one(Item, item_id)
        tells = [tells_name(item.consent) for link in item.places]
    seen = [place.name for place in show.item(archive, PUBLIC, item_id).places]
    return seen, tells


@pytest.mark.parametrize(
    "said", [{"people": "none"}, {"agreement_version": "1"}, {"places_shown": {"x": "y"}}]
)
@pytest.mark.parametrize("precision", ["town", "region"])
def test_a_place_without_words_is_not_shown_where_somebody_was_asked(
    archive: Archive, said: dict[str, Any], precision: str
) -> None:
    place = f"14 Oak Street {new_id()}"
    item_id = given_with(archive, [place], {})
    # Nobody answered for it but whoever brought it, and wrote that name.
    assert told(archive, item_id) == ([place], [True])
    with archive.db.write() as session:
        consent = session.get_one(Item, item_id).consent
        for name, value in (said | {"place_precision": precision}).items():
            setattr(consent, name, value)
    assert told(archive, item_id) == ([], [False])
    with archive.db.read() as session:
        assert without_words(session.get_one(Item, item_id)) == (place,)


def test_a_place_given_by_the_name_it_bore_is_told_by_none_of_its_names(archive: Archive) -> None:
    old = f"Old Farm {new_id()}"
    renamed(archive, old)
    item_id = given_with(archive, [old], {old: "near Norfolk"})
    assert told(archive, item_id) == (["near Norfolk"], [False])


def test_a_consent_that_names_a_place_as_it_was_called_when_its_form_was_opened_hides_it(
    archive: Archive,
) -> None:
    old = f"Old Farm {new_id()}"
    item_id = given_with(archive, [old], {old: "Virginia"})
    renamed(archive, old)
    submission_id = item_of(archive, item_id).submission_id
    consents.revise(archive, contributor([submission_id]), submission_id, {"places_shown": {old: "Norfolk"}})
    assert told(archive, item_id) == (["Norfolk"], [False])


def test_a_place_that_staff_spell_otherwise_is_not_shown_until_there_are_words_for_it(
    archive: Archive,
) -> None:
    street = f"14 Oak Street {new_id()}"
    item_id = given_with(archive, [street], {street: "Norfolk"})
    with archive.db.write() as session:
        described = Description(places=[PlaceGiven(f"{street}, Norfolk", 36.85, -76.29)])
        describe(session, load_for_change(session, item_id), described)
    assert told(archive, item_id) == ([], [False])


def test_a_place_that_comes_back_into_a_description_under_its_old_name_stays_hidden(archive: Archive) -> None:
    old = f"Old Farm {new_id()}"
    item_id = given_with(archive, [], {old: "near Norfolk"})
    renamed(archive, old)
    with archive.db.write() as session:
        describe(session, load_for_change(session, item_id), Description(places=[PlaceGiven(old)]))
    assert told(archive, item_id) == (["near Norfolk"], [False])
