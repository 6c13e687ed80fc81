"""A draft is saved as it is typed, seen by nobody else, and sent whole or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC, contributor
from archive.models import DESCRIBED, Consent, Draft, Item, ItemState, new_id
from archive.models.errors import BadInputError, NotFoundError
from archive.services import desk_queue, drafts, sending, show
from archive.services.opening import Archive
from tests.fixtures.drafts import READY, add, begin


def items_of(archive: Archive, submission_id: str) -> list[Item]:
    with archive.db.read() as session:
        query = select(Item).where(Item.submission_id == submission_id).order_by(Item.position)
        found = list(session.scalars(query.options(*DESCRIBED)))
        for item in found:
            assert item.files is not None
        return found


def test_what_was_typed_is_kept_whether_or_not_it_can_be_used(archive: Archive) -> None:
    submission_id, who = begin(archive)
    drafts.save(archive, who, submission_id, {"about": {"date": "the day after never"}})
    drafts.save(archive, who, submission_id, {"people": "agreed"})
    answers = drafts.view(archive, who, submission_id).answers
    assert (answers.about, answers.people) == ({"date": "the day after never"}, "agreed")


def test_nobody_else_sees_a_draft_not_even_staff(archive: Archive) -> None:
    submission_id, who = begin(archive)
    add(archive, submission_id, b"A letter.", "letter.txt")
    (item,) = items_of(archive, submission_id)
    for somebody in (PUBLIC, OPERATOR, contributor([new_id()])):
        with pytest.raises(NotFoundError):
            drafts.view(archive, somebody, submission_id)
        with pytest.raises(NotFoundError):
            drafts.save(archive, somebody, submission_id, {"people": "none"})
        with pytest.raises(NotFoundError):
            show.item(archive, somebody, item.id)
    everything = desk_queue.queue(archive, OPERATOR, desk_queue.Asked(state=desk_queue.ALL))
    assert item.id not in {one.card.id for one in everything.items}
    assert show.item(archive, who, item.id).id == item.id


@pytest.mark.parametrize(
    ("missing", "page", "question"),
    [
        ({"about": {}}, "about", "title"),
        ({"about": {"title": "x", "date": "3/4/1807"}}, "about", "date"),
        ({"people": ""}, "people", "people"),
        ({"keep": ""}, "show", "keep"),
        ({"audience": "the whole town"}, "show", "audience"),
        ({"not_before": "soon"}, "show", "not_before"),
        ({"not_before": "2030-01-02", "not_after": "2030-01-01"}, "show", "not_after"),
        ({"place_precision": ""}, "show", "place_precision"),
        ({"places_shown": {}}, "show", "town:12 Elm Street, Richmond"),
        ({"reuse": "https://example.org/anything-goes"}, "show", "reuse"),
        ({"naming": ""}, "name", "naming"),
        ({"naming": "own-name", "name_shown": " "}, "name", "name_shown"),
    ],
)
def test_a_draft_is_not_sent_before_it_is_ready_and_nothing_is_lost(
    archive: Archive, missing: dict[str, object], page: str, question: str
) -> None:
    submission_id, who = begin(archive)
    add(archive, submission_id, b"A letter.", "letter.txt")
    drafts.save(archive, who, submission_id, READY)
    drafts.save(archive, who, submission_id, missing)
    before = drafts.view(archive, who, submission_id)
    troubles = sending.check(archive, before, "en").troubles
    assert [key.rpartition(":")[2] if ":" in key and page == "about" else key for key in troubles[page]] == [
        question
    ]
    with pytest.raises(BadInputError) as caught:
        sending.send(archive, who, submission_id, "en")
    assert caught.value.code == "draft-not-ready"
    after = drafts.view(archive, who, submission_id)
    assert (after.answers, [one.id for one in after.files]) == (
        before.answers,
        [one.id for one in before.files],
    )


def test_a_date_that_can_be_read_in_two_ways_is_asked_about_and_kept_as_written(archive: Archive) -> None:
    submission_id, who = begin(archive)
    add(archive, submission_id, b"A letter.", "letter.txt")
    drafts.save(archive, who, submission_id, READY | {"about": {"title": "x", "date": "3/4/1807"}})
    trouble = next(
        iter(
            sending.check(archive, drafts.view(archive, who, submission_id), "en").troubles["about"].values()
        )
    )
    assert [edtf for edtf, _ in trouble.choices] == ["1807-03-04", "1807-04-03"]
    drafts.save(archive, who, submission_id, {"date_choices": {"": {"3/4/1807": "1807-04-03"}}})
    sending.send(archive, who, submission_id, "en")
    (item,) = items_of(archive, submission_id)
    assert (item.date_given, item.date_edtf) == ("3/4/1807", "1807-04-03")


def test_a_draft_that_was_kept_before_readings_had_a_thing_is_read_as_it_was(archive: Archive) -> None:
    submission_id, who = begin(archive)
    photos = [add(archive, submission_id, b"photo %d" % n, f"IMG_{n}.jpg") for n in range(3)]
    apart = {photos[1]: {"date": "3/4/1807"}, photos[2]: {"date": "3/4/1807"}}
    drafts.save(archive, who, submission_id, READY | {"apart": apart})
    with archive.db.write() as session:
        draft = session.get_one(Draft, submission_id)
        draft.answers = {**draft.answers, "date_choices": {"3/4/1807": "1807-04-03"}}
    # What is chosen since is of one thing, and counts there.
    answers = drafts.view(archive, who, submission_id).answers
    chosen = answers.with_reading(photos[2], "3/4/1807", "1807-03-04")
    drafts.save(archive, who, submission_id, {"date_choices": chosen})
    sending.send(archive, who, submission_id, "en")
    assert [one.date_edtf for one in items_of(archive, submission_id)] == [
        "1920~",
        "1807-04-03",
        "1807-03-04",
    ]


def test_forty_photos_share_one_description_and_any_of_them_can_differ(archive: Archive) -> None:
    submission_id, who = begin(archive)
    photos = [add(archive, submission_id, b"photo %d" % n, f"IMG_{n:04}.jpg") for n in range(40)]
    apart = {photos[3]: {"title": "The fountain"}, photos[17]: {"date": "1963"}, photos[39]: {"place": ""}}
    drafts.save(archive, who, submission_id, READY | {"apart": apart})
    sending.send(archive, who, submission_id, "en")
    items = items_of(archive, submission_id)
    assert [item.files[0].id for item in items] == photos
    assert {item.state for item in items} == {ItemState.RECEIVED}
    assert [item.title for item in items] == ["Grandmother’s letter"] * 3 + ["The fountain"] + [
        "Grandmother’s letter"
    ] * 36
    assert [item.date_edtf for item in items if item.date_edtf != "1920~"] == ["1963"]
    assert [len(item.places) for item in items].count(0) == 1


def test_a_recording_and_its_transcript_are_one_thing_and_so_is_whatever_one_says_belongs_together(
    archive: Archive,
) -> None:
    submission_id, who = begin(archive)
    for name in ("talk.mp3", "talk.en.vtt", "page-1.jpg", "page-2.jpg"):
        add(archive, submission_id, name.encode(), name)
    things = drafts.view(archive, who, submission_id).things
    assert [[file.given_name for file in thing] for thing in things] == [
        ["talk.mp3", "talk.en.vtt"],
        ["page-1.jpg"],
        ["page-2.jpg"],
    ]
    drafts.save(archive, who, submission_id, READY | {"together": drafts.TOGETHER})
    sending.send(archive, who, submission_id, "en")
    (item,) = items_of(archive, submission_id)
    files = {file.given_name: file for file in item.files}
    assert list(files) == ["talk.mp3", "page-1.jpg", "page-2.jpg", "talk.en.vtt"]
    assert files["talk.en.vtt"].role == "captions"
    assert files["talk.en.vtt"].accompanies_id == files["talk.mp3"].id


def test_the_captions_of_the_second_talk_of_a_gift_are_beside_the_second_talk(archive: Archive) -> None:
    submission_id, who = begin(archive)
    for name in ("one.mp3", "two.mp3", "two.jpg", "two.en.vtt", "one.en.vtt"):
        add(archive, submission_id, name.encode(), name)
    drafts.save(archive, who, submission_id, READY | {"together": drafts.TOGETHER})
    sending.send(archive, who, submission_id, "en")
    (item,) = items_of(archive, submission_id)
    files = {file.given_name: file for file in item.files}
    for name in ("one", "two"):
        assert files[f"{name}.en.vtt"].accompanies_id == files[f"{name}.mp3"].id


def test_two_files_of_one_name_are_both_kept(archive: Archive) -> None:
    submission_id, who = begin(archive)
    for content in (b"one", b"two"):
        add(archive, submission_id, content, "scan.pdf")
    drafts.save(archive, who, submission_id, READY | {"together": drafts.TOGETHER})
    sending.send(archive, who, submission_id, "en")
    (item,) = items_of(archive, submission_id)
    assert [file.given_name for file in item.files] == ["scan.pdf", "scan.pdf"]
    assert len({file.safe_name for file in item.files}) == 2


def test_what_was_agreed_is_kept_whole(archive: Archive) -> None:
    submission_id, who = begin(archive)
    add(archive, submission_id, b"A letter.", "letter.txt")
    licence = "http://creativecommons.org/licenses/by/4.0/"
    drafts.save(
        archive,
        who,
        submission_id,
        READY | {"reuse": licence, "naming": "other-name", "name_shown": " A. Friend "},
    )
    sending.send(archive, who, submission_id, "es")
    with archive.db.read() as session:
        (consent,) = session.scalars(select(Consent).where(Consent.submission_id == submission_id))
    agreement = archive.profiles["march-25"].agreement
    assert consent.agreement_text == agreement.texts["es"]
    assert (consent.agreement_version, consent.agreement_language) == (agreement.version, "es")
    assert consent.agreement_fingerprint == agreement.fingerprint
    assert (consent.audience, consent.naming, consent.name_shown) == ("public", "other-name", "A. Friend")
    assert consent.places_shown == {"12 Elm Street, Richmond": "Richmond, Virginia"}
    (item,) = items_of(archive, submission_id)
    assert item.rights_uri == licence


def test_sending_twice_sends_once_and_more_can_be_added_later(archive: Archive) -> None:
    submission_id, who = begin(archive)
    add(archive, submission_id, b"A letter.", "letter.txt")
    drafts.save(archive, who, submission_id, READY)
    sending.send(archive, who, submission_id, "en")
    with pytest.raises(NotFoundError):
        sending.send(archive, who, submission_id, "en")
    drafts.add_more(archive, who, submission_id)
    add(archive, submission_id, b"Its envelope.", "envelope.txt")
    again = drafts.view(archive, who, submission_id)
    assert again.is_addition
    assert [file.given_name for file in again.files] == ["envelope.txt"]
    drafts.save(archive, who, submission_id, {"about": {"title": "The envelope"}})
    sending.send(archive, who, submission_id, "en")
    assert [item.title for item in items_of(archive, submission_id)] == [
        "Grandmother’s letter",
        "The envelope",
    ]
    with archive.db.read() as session:
        assert session.get(Draft, submission_id) is None
        versions = select(Consent.version).where(Consent.submission_id == submission_id)
        assert sorted(session.scalars(versions)) == [1]
