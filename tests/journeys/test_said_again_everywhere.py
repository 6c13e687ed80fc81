"""Words that were taken out of a file reach no public page by any road, unless whoever takes it says that they are meant.

Changes of many and spreadsheets: `test_batch_said_again`. Files put together in another way: `test_arrange_marked`.
"""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.access import contributor
from archive.models import ItemState, Message
from archive.models.errors import BadInputError
from archive.services import consents
from tests.fixtures.items import item_of, put
from tests.fixtures.redacting import Place, master, place
from tests.fixtures.said_again import (
    ASKED,
    BROUGHT_BACK,
    MEANT,
    WORD,
    Road,
    by_a_story_around_it,
    by_the_description,
    by_the_introduction_of_its_collection,
    by_the_text_of_another_file,
    fields_on,
    giver,
    marked,
    said_in_public,
)
from tests.fixtures.withdrawn import settle

__all__ = ["master", "place"]


# Each road ends at the same question; every second of them is gone in the thorough run alone.
@pytest.mark.parametrize(
    "road",
    [
        pytest.param(road, id=name, marks=pytest.mark.slow if number % 2 else ())
        for number, (name, road) in enumerate(ASKED.items())
    ],
)
def test_whoever_says_it_again_is_asked_first(place: Place, road: Road) -> None:
    road.before(place)
    stood = said_in_public(place)
    answer = road.send(place, {})
    assert answer.status_code == 400
    assert 'name="anyway"' in answer.text and "taken out of" in answer.text
    settle(place.archive)
    assert said_in_public(place) == stood
    assert road.send(place, MEANT).status_code == 303
    if road.shows:
        settle(place.archive)
        assert said_in_public(place), "this is no road"


@pytest.mark.parametrize(("before", "send"), BROUGHT_BACK.values(), ids=BROUGHT_BACK)
def test_what_was_said_before_it_was_taken_out_is_not_brought_back(
    place: Place, before: Callable[[Place], None], send: Callable[[Place], TestResponse]
) -> None:
    before(place)
    settle(place.archive)
    stood = said_in_public(place)
    answer = send(place)
    assert answer.status_code == 409 and "so it was not brought back" in answer.text
    settle(place.archive)
    assert said_in_public(place) == stood


def test_a_correction_by_its_giver_goes_to_the_curators_who_are_asked(place: Place) -> None:
    item_id = place.items["note"]
    marked(place)
    put(place.archive, item_id, ItemState.RETURNED)
    client = giver(place)
    client.open(f"/mine/items/{item_id}")
    client.fill(f"/mine/items/{item_id}", {"about-title": f"By {WORD}"})
    assert client.path == "/mine" and f"Title: By {WORD}" in unescape(client.text)
    assert "It was not changed at once" in client.text
    # What was asked back is answered by it.
    item = item_of(place.archive, item_id)
    assert WORD not in item.title and item.state == ItemState.IN_REVIEW
    # What says nothing of it is put right at once, as ever.
    client.open(f"/mine/items/{item_id}")
    client.fill(f"/mine/items/{item_id}", {"about-title": "A note by my uncle"})
    assert item_of(place.archive, item_id).title == "A note by my uncle"
    with place.archive.db.read() as session:
        assert len(session.scalars(select(Message)).all()) == 1
    assert by_the_description(place, {}).status_code == 400


def test_words_for_a_place_are_asked_about_too(place: Place) -> None:
    marked(place)
    submission_id = item_of(place.archive, place.items["note"]).submission_id
    who, words = contributor([submission_id]), {"places_shown": {"Quillfeather": f"Near {WORD}"}}
    with pytest.raises(BadInputError) as caught:
        consents.revise(place.archive, who, submission_id, words)
    assert caught.value.code == "taken-out"
    number = consents.revise(place.archive, who, submission_id, words, anyway=True)
    assert number > 1
    # What stands there is not asked about with every other change.
    assert consents.revise(place.archive, who, submission_id, {"reuse": ""}) >= number


def test_a_page_around_it_that_says_it_still_is_told_to_whoever_takes_it_out(place: Place) -> None:
    assert by_a_story_around_it(place, {}).status_code == 303
    assert by_the_introduction_of_its_collection(place, {}).status_code == 303
    marked(place)
    item_id = place.items["note"]
    assert "the story “A story”" in unescape(place.curator.get(f"/desk/items/{item_id}").text)
    page = unescape(place.curator.get(f"/desk/items/{item_id}/redact").text)
    assert f"“{WORD}”: the story “A story”" in page
    assert f"“{WORD}”: the introduction of its collection (English)" in page
    # Around something else it says what it says.
    assert "A story" not in place.curator.get(f"/desk/items/{place.items['photo']}").text


def test_what_is_taken_out_of_every_text_or_of_this_one_is_not_asked_about(place: Place) -> None:
    place.mark("captions", words=WORD, everywhere="yes")
    place.work()
    assert by_the_text_of_another_file(place, {}).status_code == 303
    place.work()
    assert not said_in_public(place)


def test_a_draft_says_again_what_must_be_ticked_and_keeps_no_tick(place: Place) -> None:
    marked(place)
    address = f"/desk/items/{place.items['note']}/describe"
    fields = fields_on(place.curator.get(address).text, address)
    typed = fields | {"about-title": f"By {WORD}", **MEANT}
    assert place.curator.post(address, data=typed | {"do": "keep"}).status_code == 303
    page = place.curator.get(address).text
    told = unescape(page)
    assert f"This was taken out of a file: “{WORD}”" in told and "A tick is not kept with a draft" in told
    again = fields_on(page, address)
    assert again["about-title"] == f"By {WORD}" and "anyway" not in again
    assert place.curator.post(address, data=again | {"do": "save"}).status_code == 400
    assert place.curator.post(address, data=again | {"do": "save", **MEANT}).status_code == 303
    assert item_of(place.archive, place.items["note"]).title == f"By {WORD}"


def test_a_draft_begun_before_it_was_taken_out_says_so_when_it_is_opened(place: Place) -> None:
    address = f"/desk/items/{place.items['note']}/describe"
    fields = fields_on(place.curator.get(address).text, address)
    assert (
        place.curator.post(address, data=fields | {"about-title": f"By {WORD}", "do": "keep"}).status_code
        == 303
    )
    assert 'name="anyway"' not in place.curator.get(address).text
    marked(place)
    assert 'name="anyway"' in place.curator.get(address).text
