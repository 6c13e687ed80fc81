"""Putting right what was given: at once until somebody decided, then as a wish; nobody writes over anybody else."""

from __future__ import annotations

import pytest
from flask import Flask

from archive.access import OPERATOR
from archive.models import Action, ItemState
from archive.services import lifecycle, messages, revisions, withdrawing
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.coming_back import items, keep, two_letters
from tests.fixtures.contributor import Contributor
from tests.fixtures.items import actor


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    """Somebody who gave two letters, back at another browser."""
    app: Flask = create_app(archive.settings, archive)
    back = Contributor(app.test_client())
    back.come_back(two_letters(app))
    return back


def test_a_thing_that_came_back_with_a_question_is_corrected_and_goes_on(
    giver: Contributor, archive: Archive
) -> None:
    keep(archive)
    (item, _) = items(archive)
    lifecycle.change_state(archive, OPERATOR, item.id, Action.RETURN)
    giver.open("/mine")
    assert "Somebody has a question about it" in giver.text
    giver.open(f"/mine/items/{item.id}")
    giver.fill(f"/mine/items/{item.id}", {"about-title": "Two letters home", "about-date": "3/4/1807"})
    assert giver.at.status_code == 400 and "two ways" in giver.text
    giver.fill(f"/mine/items/{item.id}", {"about-date": "April 1807"})
    assert giver.path == "/mine"
    (now, _) = items(archive)
    assert (now.title, now.date_edtf, now.state) == ("Two letters home", "1807-04", ItemState.IN_REVIEW)


def test_a_correction_of_what_is_public_goes_to_the_curators(giver: Contributor, archive: Archive) -> None:
    keep(archive, publish=True)
    (item, _) = items(archive)
    giver.open(f"/mine/items/{item.id}")
    giver.fill(f"/mine/items/{item.id}", {"about-title": "Two letters home"})
    assert items(archive)[0].title == "Two letters"
    (message,) = messages.thread(archive, actor("curator"), item.submission_id)
    # In words, and of two things with one name it says which.
    assert message.text == "What should change of “Two letters (letter.txt)”:\nTitle: Two letters home"
    assert item.id not in message.text
    # Saved again as it was, nothing is written.
    giver.open(f"/mine/items/{item.id}")
    giver.fill(f"/mine/items/{item.id}")
    assert len(messages.thread(archive, actor("curator"), item.submission_id)) == 1


@pytest.mark.parametrize(
    ("written", "first", "words"),
    [("3/4/1807", "1807-03-04", "March 4, 1807"), ("the 60s", "196X", "the 1960s")],
)
def test_a_date_that_is_not_clear_is_asked_about_before_it_is_proposed(
    giver: Contributor, archive: Archive, written: str, first: str, words: str
) -> None:
    keep(archive, publish=True)
    (item, _) = items(archive)
    path = f"/mine/items/{item.id}"
    giver.open(path)
    giver.fill(path, {"about-date": written, "about-title": "Two letters home"})
    assert giver.at.status_code == 400 and f'value="{first}"' in giver.text
    assert 'value="Two letters home"' in giver.text, "nothing typed is lost"
    assert messages.thread(archive, actor("curator"), item.submission_id) == ()
    giver.fill(path, {"reading-about-date": first})
    assert giver.path == "/mine"
    (message,) = messages.thread(archive, actor("curator"), item.submission_id)
    assert f"{written} (meant is: {words})" in message.text


def test_a_date_that_cannot_be_read_may_be_proposed_as_it_was_written(
    giver: Contributor, archive: Archive
) -> None:
    keep(archive, publish=True)
    (item, _) = items(archive)
    path = f"/mine/items/{item.id}"
    giver.open(path)
    giver.fill(path, {"about-date": "when the mill burned"})
    assert giver.at.status_code == 400 and "Keep it as I wrote it" in giver.text
    giver.fill(path, {"reading-about-date": "as-written"})
    (message,) = messages.thread(archive, actor("curator"), item.submission_id)
    assert message.text.endswith(": when the mill burned")


def test_another_reading_of_the_same_date_is_a_wish_too(giver: Contributor, archive: Archive) -> None:
    (item, _) = items(archive)
    path = f"/mine/items/{item.id}"
    giver.open(path)
    giver.fill(path, {"about-date": "3/4/1807", "reading-about-date": "1807-03-04"})
    keep(archive, publish=True)
    giver.open(path)
    giver.fill(path, {"reading-about-date": "1807-04-03"})
    (message,) = messages.thread(archive, actor("curator"), item.submission_id)
    assert message.text.endswith("3/4/1807 (meant is: April 3, 1807)")
    giver.open(path)
    giver.fill(path)
    assert len(messages.thread(archive, actor("curator"), item.submission_id)) == 1


def test_a_correction_too_long_for_a_message_stays_in_the_form(giver: Contributor, archive: Archive) -> None:
    keep(archive, publish=True)
    (item, _) = items(archive)
    giver.open(f"/mine/items/{item.id}")
    long = "She kept it. " * (messages.LONGEST // 12)
    giver.fill(f"/mine/items/{item.id}", {"about-description": long, "about-title": "Two letters home"})
    assert giver.at.status_code == 400 and "too long for one message" in giver.text
    assert long.strip() in giver.text and 'value="Two letters home"' in giver.text
    assert messages.thread(archive, actor("curator"), item.submission_id) == ()
    giver.fill(f"/mine/items/{item.id}", {"about-description": "Short."})
    assert giver.path == "/mine" and ": Short." in giver.text


@pytest.mark.parametrize("is_public", [False, True])
def test_who_corrects_what_a_curator_changed_meanwhile_sees_both_and_loses_nothing(
    giver: Contributor, archive: Archive, is_public: bool
) -> None:
    keep(archive, publish=is_public)
    (item, _) = items(archive)
    giver.open(f"/mine/items/{item.id}")
    theirs = revisions.spoken(archive, OPERATOR, item.id)
    said = theirs.said | {"description": "Found by a curator."}
    assert revisions.change(archive, OPERATOR, item.id, said, {}, "en", theirs.mark) == {}
    mine = {"about-title": "Two letters home", "about-description": "Mine."}
    giver.fill(f"/mine/items/{item.id}", mine)
    assert giver.at.status_code == 409
    assert "Found by a curator." in giver.text and ">Mine.<" in giver.text
    assert 'value="Two letters home"' in giver.text
    now = items(archive)[0]
    assert (now.title, now.description) == ("Two letters", "Found by a curator.")
    # Whoever has read it may save all the same.
    giver.fill(f"/mine/items/{item.id}")
    assert giver.path == "/mine", giver.text
    assert is_public or items(archive)[0].description == "Mine."


@pytest.mark.parametrize("before", ["hidden", "declined"])
def test_what_is_shown_to_nobody_can_still_be_destroyed(
    giver: Contributor, archive: Archive, before: str
) -> None:
    keep(archive)
    (item, _) = items(archive)
    if before == "hidden":
        withdrawing.withdraw_item(archive, OPERATOR, item.id)
    else:
        lifecycle.change_state(archive, OPERATOR, item.id, Action.DECLINE)
    giver.open("/mine")
    assert f"correct/{item.id}" not in giver.text
    assert f"take-back/{item.id}" in giver.text
    giver.open(f"/mine/take-back?item={item.id}")
    giver.fill("/mine/take-back", {"how": "destroy", "sure": "yes"})
    assert giver.path == "/mine" and "It is hidden. It is being destroyed; look again." in giver.text
    assert "It was destroyed" not in giver.text
    assert f"take-back/{item.id}" not in giver.text


def test_what_it_belongs_with_is_asked_again_as_it_was_said(archive: Archive) -> None:
    giver = Contributor(create_app(archive.settings, archive).test_client())
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.answer(relation="A book about estuaries")
    giver.send()
    keep(archive)
    there = f"/mine/items/{items(archive)[0].id}"
    giver.open(there)
    assert "A book about estuaries</textarea>" in giver.text
    giver.fill(there, {"about-relation": "A map\n0123456789abcdef"})
    assert giver.at.status_code == 400 and "There is no other item of this number" in giver.text
    giver.fill(there, {"about-relation": "A map"})
    assert giver.path == "/mine" and items(archive)[0].extra["relation"] == ["A map"]
