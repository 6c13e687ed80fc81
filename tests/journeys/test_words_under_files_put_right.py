"""What somebody wrote under a file is shown to others, so whoever wrote it sees it and can put it right, as all else they said."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Action, Arrangement, Event, File
from archive.services import arrangements, arranging, lifecycle, messages
from archive.services.arrangements import Place
from archive.services.opening import Archive
from tests.fixtures.coming_back import items, keep
from tests.fixtures.contributor import Contributor
from tests.fixtures.items import actor

NAMES_HER = "The second row names Maria Blatz."
WITHOUT = "The second row."


@pytest.fixture
def giver(app: Flask) -> Contributor:
    """Somebody who gave two pages of one letter, with words under the first, and looks where things stand."""
    found = Contributor(app.test_client())
    found.begin()
    found.add(one__txt=b"Dear sister.", two__txt=b"Yours.")
    fields = re.findall(r'name="(caption-[^"]+)"', found.text)
    found.go_on(together="together", **{fields[0]: NAMES_HER})
    found.open("/give/files")
    found.answer()
    found.send()
    found.open("/mine")
    return found


def under(archive: Archive) -> list[str]:
    """What stands under each file, in their order."""
    with archive.db.read() as session:
        return [file.title for file in session.scalars(select(File).order_by(File.position))]


def form_of(giver: Contributor, archive: Archive) -> tuple[str, list[str]]:
    """The form of the letter, opened, and its fields for words under files."""
    (item,) = items(archive)
    there = f"/mine/items/{item.id}"
    giver.open(there)
    return there, re.findall(r'<input id="(caption-[^"]+)"', giver.text)


def test_whoever_wrote_them_sees_them_and_puts_them_right(
    app: Flask, giver: Contributor, archive: Archive
) -> None:
    keep(archive)
    assert NAMES_HER in giver.text
    there, (first, second) = form_of(giver, archive)
    assert f'value="{NAMES_HER}"' in giver.text and "A few words about “one.txt”" in giver.text
    giver.fill(there, {first: WITHOUT, second: "Only her name."})
    assert giver.path == "/mine" and NAMES_HER not in giver.text and WITHOUT in giver.text
    keep(archive, publish=True)
    page = app.test_client().get(f"/items/{items(archive)[0].id}").text
    assert WITHOUT in page and "Only her name." in page and "Maria Blatz" not in page


def test_every_change_stays_and_the_history_tells_the_file_and_not_the_words(
    giver: Contributor, archive: Archive
) -> None:
    keep(archive)
    revision = items(archive)[0].record_revision
    there, (first, _) = form_of(giver, archive)
    giver.fill(there, {first: WITHOUT})
    (item,) = items(archive)
    assert item.record_revision > revision, "the bag is to say it too"
    with archive.db.read() as session:
        stood = session.scalars(select(Arrangement).order_by(Arrangement.number)).all()
        assert [[one["title"] for one in row.files] for row in stood] == [[NAMES_HER, ""], [WITHOUT, ""]]
        (event,) = session.scalars(select(Event).where(Event.kind == "arrange"))
    assert (event.agent, event.detail) == ("contributor", {"files": [first.removeprefix("caption-")]})
    # Saved again as it stands, nothing is written.
    there, _ = form_of(giver, archive)
    giver.fill(there)
    assert giver.path == "/mine" and items(archive)[0].record_revision == item.record_revision


def test_once_somebody_has_decided_it_goes_to_them_as_a_message(giver: Contributor, archive: Archive) -> None:
    keep(archive, publish=True)
    there, (first, second) = form_of(giver, archive)
    giver.fill(there, {first: WITHOUT, second: "Her name."})
    (message,) = messages.thread(archive, actor("curator"), items(archive)[0].submission_id)
    wished = [f"A few words about “one.txt”: {WITHOUT}", "A few words about “two.txt”: Her name."]
    assert message.text.splitlines()[1:] == wished
    assert under(archive) == [NAMES_HER, ""]
    there, (first, _) = form_of(giver, archive)
    giver.fill(there, {first: ""})
    *_, message = messages.thread(archive, actor("curator"), items(archive)[0].submission_id)
    assert message.text.splitlines()[1:] == ["A few words about “one.txt”: nothing"]


def test_what_curators_wrote_there_meanwhile_is_not_written_over_unseen(
    giver: Contributor, archive: Archive
) -> None:
    keep(archive)
    there, (first, _) = form_of(giver, archive)
    (item,) = items(archive)
    stood = arrangements.arranged(archive, OPERATOR, item.id)
    theirs = [Place(stood[0].file_id, "A list of names."), stood[1]]
    arranging.arrange(archive, OPERATOR, item.id, theirs, arrangements.mark_of(stood))
    giver.fill(there, {first: WITHOUT})
    assert giver.at.status_code == 409 and '<dd class="as-typed">A list of names.</dd>' in giver.text
    assert f'value="{WITHOUT}"' in giver.text and under(archive) == ["A list of names.", ""]
    giver.fill(there)
    assert giver.path == "/mine" and under(archive) == [WITHOUT, ""]


def test_what_is_too_long_is_told_at_its_file_and_nothing_is_lost(
    giver: Contributor, archive: Archive
) -> None:
    keep(archive)
    there, (first, _) = form_of(giver, archive)
    giver.fill(there, {first: "w" * 1001, "about-title": "My letter"})
    assert giver.at.status_code == 400 and f'id="{first}-trouble"' in giver.text and "w" * 1001 in giver.text
    assert under(archive) == [NAMES_HER, ""] and items(archive)[0].title == "A letter"


def test_what_is_half_typed_there_is_kept_when_another_page_is_opened(
    giver: Contributor, archive: Archive
) -> None:
    keep(archive)
    there, (first, _) = form_of(giver, archive)
    giver.fill(there, {first: WITHOUT, "to": "allow"})
    assert giver.path == "/mine/allow" and under(archive) == [NAMES_HER, ""]
    giver.open(there)
    assert f'value="{WITHOUT}"' in giver.text


def test_a_thing_returned_with_a_question_goes_on_with_them(giver: Contributor, archive: Archive) -> None:
    keep(archive)
    (item,) = items(archive)
    lifecycle.change_state(archive, OPERATOR, item.id, Action.RETURN)
    there, (first, _) = form_of(giver, archive)
    giver.fill(there, {first: WITHOUT})
    assert under(archive) == [WITHOUT, ""] and items(archive)[0].state == "in_review"
