"""A date that nobody can read as a day stops nobody: its words are kept as they were written, and the item is undated."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from archive.access import OPERATOR, contributor
from archive.models import Item
from archive.services import bringing_back, drafts, lifecycle, mine, revisions, sending
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.contributor import Contributor, Forms
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.drafts import READY, add, begin
from tests.fixtures.items import item_of, put
from tests.fixtures.reviewing import describe, form, item_id, sign_in
from tests.fixtures.shelf import Shelf

__all__ = ["client", "item_id", "master", "shelf"]
WORDS = "during the war"
KEEP = {"reading-about-date": "as-written"}
KEPT = "Kept as it is written"
DATES = ("date_given", "date_edtf", "date_start", "date_end", "decades")


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    giver = Contributor(create_app(archive.settings, archive).test_client())
    giver.begin()
    giver.add_named([("one.txt", b"one"), ("two.txt", b"two")])
    giver.go_on()
    return giver


def send(giver: Contributor) -> None:
    giver.fill("/people", {"people": "none"})
    giver.fill("/show", {"keep": "yes", "audience": "public"})
    giver.fill("/name", {"naming": "no-name"})
    assert f"{WORDS} · {KEPT}" in giver.text
    giver.send()


def dates(item: Item) -> tuple[object, ...]:
    return tuple(getattr(item, name) for name in DATES)


def items(archive: Archive) -> list[Item]:
    with archive.db.read() as session:
        ids = [one.id for one in session.query(Item).order_by(Item.position)]
    return [item_of(archive, one) for one in ids]


def test_the_words_are_kept_when_whoever_wrote_them_says_so(giver: Contributor, archive: Archive) -> None:
    giver.fill("/give/about", {"about-title": "A letter", "about-date": WORDS})
    assert giver.path == "/give/about"
    assert "We could not read this as a date" in giver.text and "Keep it as I wrote it" in giver.text
    giver.fill("/give/about", KEEP)
    assert giver.path == "/give/people"
    send(giver)
    assert [dates(one) for one in items(archive)] == [(WORDS, "", None, None, [])] * 2


def test_it_can_be_taken_back_until_it_is_sent(giver: Contributor) -> None:
    giver.fill("/give/about", {"about-title": "A letter", "about-date": WORDS})
    giver.fill("/give/about", KEEP)
    giver.open("/give/about")
    assert KEPT in giver.text
    giver.fill("/give/about", leave=("reading-about-date",))
    assert giver.path == "/give/about" and "We could not read this as a date" in giver.text
    # Whoever writes something that can be read after all is understood, whatever was ticked.
    giver.fill("/give/about", KEEP | {"about-date": "about 1943"})
    assert giver.path == "/give/people"
    giver.open("/give/check")
    assert "1943~" in giver.text and KEPT not in giver.text


@pytest.mark.parametrize("later", ["3/4/1807", "Marhc 1863", "the 60s"])
def test_what_was_ticked_for_other_words_does_not_swallow_a_later_date(
    giver: Contributor, later: str
) -> None:
    giver.fill("/give/about", {"about-title": "A letter", "about-date": WORDS})
    giver.fill("/give/about", KEEP)
    giver.open("/give/about")
    # The box is ticked still, and nobody touches it.
    giver.fill("/give/about", {"about-date": later})
    assert giver.path == "/give/about" and KEPT not in giver.text
    assert 'class="wrong"' in giver.text


def test_of_two_readings_none_needs_to_be_chosen(giver: Contributor) -> None:
    giver.fill("/give/about", {"about-title": "A letter", "about-date": "3/4/1807"})
    giver.fill("/give/about", KEEP)
    assert giver.path == "/give/people"
    # What was chosen stands there, and may be changed.
    giver.open("/give/about")
    giver.fill("/give/about", {"reading-about-date": "1807-04-03"})
    giver.open("/give/about")
    assert "April 3, 1807 (1807-04-03)" in giver.text


def test_a_reading_of_what_was_written_before_does_not_count(giver: Contributor) -> None:
    giver.fill("/give/about", {"about-title": "A letter", "about-date": "3/4/1807"})
    giver.fill("/give/about", {"about-date": "5/6/1807", "reading-about-date": "1807-04-03"})
    assert giver.path == "/give/about" and "Which one do you mean?" in giver.text


def test_the_words_of_one_thing_are_kept_for_that_thing_alone(archive: Archive) -> None:
    submission_id, who = begin(archive)
    photos = [add(archive, submission_id, b"photo %d" % n, f"IMG_{n}.jpg") for n in range(2)]
    apart = {one: {"date": WORDS} for one in photos}
    kept = {photos[0]: {WORDS: "as-written"}}
    drafts.save(archive, who, submission_id, READY | {"apart": apart, "date_choices": kept})
    checked = sending.check(archive, drafts.view(archive, who, submission_id), "en")
    assert list(checked.troubles["about"]) == [f"{photos[1]}:date"]


def given(archive: Archive) -> tuple[str, str]:
    """Something that was sent with words for a date: its submission and item."""
    submission_id, who = begin(archive)
    add(archive, submission_id, b"A letter.", "letter.txt")
    said = READY | {
        "about": {"title": "A letter", "date": WORDS},
        "date_choices": {"": {WORDS: "as-written"}},
    }
    drafts.save(archive, who, submission_id, said)
    sending.send(archive, who, submission_id, "en")
    (item,) = mine.submission(archive, who, submission_id).items
    return submission_id, item.id


def test_what_is_put_right_later_is_not_stopped_by_the_date(archive: Archive) -> None:
    submission_id, item_id = given(archive)
    who = contributor([submission_id])
    now = mine.spoken(archive, who, item_id)
    said = now.said
    assert mine.correct(archive, who, item_id, said | {"title": "My letter"}, "en", seen=now.mark) == {}
    item = item_of(archive, item_id)
    assert (item.title, item.date_given, item.date_edtf) == ("My letter", WORDS, "")
    # A reading can be chosen there as well.
    again = said | {"date": "3/4/1807"}
    seen = mine.spoken(archive, who, item_id).mark
    assert list(mine.correct(archive, who, item_id, again, "en", seen=seen)) == ["date"]
    meant = {"3/4/1807": "1807-04-03"}
    assert mine.correct(archive, who, item_id, again, "en", meant, seen=seen) == {}
    assert item_of(archive, item_id).date_edtf == "1807-04-03"


def test_the_page_where_it_is_put_right_asks_which_reading_is_meant(
    giver: Contributor, archive: Archive
) -> None:
    giver.fill("/give/about", {"about-title": "A letter", "about-date": WORDS})
    giver.fill("/give/about", KEEP)
    send(giver)
    one = items(archive)[0]
    giver.open(f"/mine/items/{one.id}")
    giver.fill(f"/mine/items/{one.id}", {"about-date": "3/4/1807"}, leave=("reading-about-date",))
    assert "Which one do you mean?" in giver.text
    giver.fill(f"/mine/items/{one.id}", {"reading-about-date": "1807-04-03"})
    assert giver.path == "/mine"
    assert item_of(archive, one.id).date_edtf == "1807-04-03"


def test_a_revision_with_such_words_is_brought_back(archive: Archive) -> None:
    _, item_id = given(archive)
    put(archive, item_id, lifecycle.ItemState.IN_REVIEW)
    spoken = revisions.spoken(archive, OPERATOR, item_id)
    assert not revisions.change(
        archive, OPERATOR, item_id, spoken.said | {"date": "1943"}, {}, "en", spoken.mark
    )
    mark = revisions.spoken(archive, OPERATOR, item_id).mark
    assert not bringing_back.restore(archive, OPERATOR, item_id, 1, mark, "en")
    assert dates(item_of(archive, item_id)) == (WORDS, "", None, None, [])


def test_at_the_desk_the_words_are_kept_shown_and_not_asked_about_again(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    address = f"/desk/items/{item_id}/describe"
    fields = form(client, address, "/describe") | {"about-date": WORDS}
    answer = describe(client, item_id, fields)
    assert answer.status_code == 400 and "Keep it as I wrote it" in answer.text
    preview = describe(client, item_id, fields | KEEP | {"do": "preview"})
    assert f'<dd dir="auto">{WORDS}</dd>' in preview.text
    back = next(one for one in Forms(preview.text).forms if one["action"].endswith("/describe"))
    assert back["fields"]["reading-about-date"] == "as-written"
    assert describe(client, item_id, fields | KEEP).status_code == 303
    assert dates(item_of(shelf.archive, item_id)) == (WORDS, "", None, None, [])
    again = form(client, address, "/describe")
    assert again["reading-about-date"] == "as-written"
    assert describe(client, item_id, again | {"about-title": "Another title"}).status_code == 303
    # Taken back, it is asked about.
    del again["reading-about-date"]
    mark = form(client, address, "/describe")["seen"]
    assert describe(client, item_id, again | {"seen": mark}).status_code == 400


def test_a_date_that_came_with_a_reading_of_its_own_keeps_it(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    with shelf.archive.db.write() as session:
        item = session.get_one(Item, item_id)
        item.date_given, item.date_edtf, item.date_start, item.date_end = WORDS, "1943", 19430101, 19431231
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    # Also when something else is in the way first.
    answer = describe(client, item_id, fields | {"about-title": ""})
    assert answer.status_code == 400 and "Keep it as I wrote it" not in answer.text
    assert describe(client, item_id, fields | {"about-title": "Another title"}).status_code == 303
    assert item_of(shelf.archive, item_id).date_edtf == "1943"
