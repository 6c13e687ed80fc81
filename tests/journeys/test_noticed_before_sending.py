"""What was noticed in a file stands on the last page before it is sent, also what was noticed while that page was open."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from archive.models import File, FileState, Item, ItemState
from archive.services.noticed import EMPTY, TOLD, UNREAD
from archive.services.opening import Archive
from archive.web.app import create_app
from archive.web.giving_words import NOTICED
from ingest.words import NOTES
from tests.fixtures.contributor import Contributor
from tests.fixtures.whole_archive import make_waiting

SINCE = "since you opened this page, we noticed something in what you give"
ELSEWHERE = "something was changed here since you opened this page"
WHERE = "This file says where it was made."
SAME = "The same is here already: "
LETTERS = ("one.txt", "two.txt", "three.txt")


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    return Contributor(create_app(archive.settings, archive).test_client())


def at_the_last_page(giver: Contributor, **files: bytes) -> None:
    """Somebody who gives three letters, or these files, has the last page open."""
    giver.begin()
    giver.add(**files or {name.replace(".", "__"): name.encode() for name in LETTERS})
    giver.answer(title="A letter")


def examined(archive: Archive, name: str, *codes: str, failure: str = "") -> None:
    """A worker was done with one file, and wrote down these notes."""
    with archive.db.write() as session:
        file = session.scalars(select(File).where(File.given_name == name)).one()
        file.state, file.failure_code = FileState.EXAMINED, failure
        file.notes = [{"code": code, "sentence": NOTES[code]} for code in codes]


def sent(archive: Archive) -> int:
    with archive.db.read() as session:
        return len(session.scalars(select(Item.id).where(Item.state != ItemState.DRAFT)).all())


def picture_of_a_phone() -> bytes:
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x8825] = {1: "N", 2: (37.0, 32.0, 27.0), 3: "W", 4: (77.0, 26.0, 10.0)}
    Image.new("RGB", (64, 48), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_where_a_picture_was_made_is_told_before_it_is_sent_however_late_it_is_noticed(
    giver: Contributor, archive: Archive
) -> None:
    picture = picture_of_a_phone()
    at_the_last_page(giver, one__jpg=picture, two__jpg=picture)
    assert "we are looking at it" in giver.text and WHERE not in giver.text
    make_waiting(archive)
    giver.fill("/send")
    assert giver.at.status_code == 409 and SINCE in giver.text and ELSEWHERE not in giver.text
    assert giver.text.count(WHERE) == 2 and sent(archive) == 0
    giver.send()
    assert sent(archive) == 2


@pytest.mark.parametrize("code", sorted(TOLD))
def test_whatever_a_giver_should_know_is_read_before_it_is_sent(
    giver: Contributor, archive: Archive, code: str
) -> None:
    at_the_last_page(giver)
    examined(archive, "one.txt", code)
    giver.fill("/send")
    assert giver.at.status_code == 409 and str(NOTICED[code]) in giver.text
    giver.send()


def test_that_a_file_could_not_be_looked_into_is_read_before_it_is_sent(
    giver: Contributor, archive: Archive
) -> None:
    at_the_last_page(giver)
    examined(archive, "one.txt", failure="damaged")
    giver.fill("/send")
    assert giver.at.status_code == 409 and "We could not look into this file." in giver.text
    giver.send()


def test_nobody_presses_twice_because_an_examination_came_to_its_end(
    giver: Contributor, archive: Archive
) -> None:
    at_the_last_page(giver)
    examined(archive, "one.txt", "virus-none", "text-cut")
    examined(archive, "two.txt")
    giver.send()
    assert sent(archive) == 3


def test_what_was_told_of_one_file_holds_nobody_up_for_each_of_the_others(
    giver: Contributor, archive: Archive
) -> None:
    at_the_last_page(giver)
    examined(archive, "one.txt", "says-camera")
    giver.open("/give/check")
    examined(archive, "two.txt", "says-camera")
    giver.send()
    assert sent(archive) == 3


def test_each_file_that_seems_to_break_off_is_told_of_before_it_is_sent(
    giver: Contributor, archive: Archive
) -> None:
    at_the_last_page(giver)
    examined(archive, "one.txt", "cut-short")
    giver.open("/give/check")
    examined(archive, "two.txt", "cut-short")
    giver.fill("/send")
    assert giver.at.status_code == 409 and SINCE in giver.text and sent(archive) == 0


def test_that_the_same_file_is_there_twice_stands_on_the_last_page_too(giver: Contributor) -> None:
    at_the_last_page(giver, song__txt=b"We sang.", sang__txt=b"We sang.", letter__txt=b"Dear sister.")
    assert giver.text.count(SAME) == 1
    before, _, after = giver.text.partition(f"{SAME}song.txt.")
    assert "sang.txt" in before and "letter.txt" in after


def test_there_are_words_for_all_that_a_giver_is_told_of() -> None:
    assert set(NOTICED) == TOLD | {EMPTY, UNREAD} and set(NOTES) >= TOLD
