"""A curator finds what belongs together by words and ticks it: no number of an item is needed, and no script."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.access import OPERATOR
from archive.models import Holder, Item, ItemState, User
from archive.services import indexing, together
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of, put
from tests.fixtures.reviewing import another, form, sign_in
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import SECRET

__all__ = ["client", "master", "shelf"]


class Curator:
    """Somebody at the page of one item, whose browser runs no script: presses the buttons that stand there."""

    def __init__(self, client: FlaskClient, item_id: str) -> None:
        self.client, self.address = client, f"/desk/items/{item_id}/together"
        self.at: TestResponse = client.get(self.address)

    @property
    def offered(self) -> list[str]:
        """The items that can be ticked."""
        return re.findall(r'name="add" value="(\w+)"', self.at.text)

    @property
    def picked(self) -> list[str]:
        """The items that were picked, in their order."""
        return re.findall(r'value="remove:(\w+)"', self.at.text)

    def press(
        self, button: str, words: str | None = None, tick: tuple[str, ...] = (), **typed: str
    ) -> Curator:
        """Send the form as it stands, with other words in the search and these boxes ticked."""
        assert f'value="{button}"' in self.at.text and set(tick) <= set(self.offered)
        fields = standing(self.at.text) | {"do": button} | typed
        fields |= {} if words is None else {"words": words}
        self.at = self.client.post(self.address, data={**fields, "add": list(tick)}, follow_redirects=True)
        return self


def standing(page: str) -> dict[str, str]:
    """The fields of the form as the page has them."""
    return dict(next(one for one in Forms(page).forms if one["action"].endswith("/together"))["fields"])


def test_items_are_found_by_words_ticked_put_in_order_and_shown_without_any_number(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    photo, letter, talk, papers = (shelf.items[one] for one in ("photo", "letter", "talk", "papers"))
    curator = Curator(client, photo)
    assert curator.offered == [] and curator.picked == []
    curator.press("search", "carriage")
    assert curator.offered == [letter]
    # What is ticked stays picked while one searches again, and is not offered a second time.
    curator.press("search", "demonstration", tick=(letter,))
    assert curator.picked == [letter] and letter not in curator.offered
    assert {talk, papers} <= {*curator.offered} and photo not in curator.offered
    curator.press("add", "demonstration", tick=(talk, papers))
    assert {*curator.picked} == {letter, talk, papers} and "Nothing is changed yet" in curator.at.text
    assert client.application.test_client().get(f"/items/{photo}").text.count("Shown together") == 0
    last = curator.picked[2]
    curator.press(f"earlier:{last}").press(f"remove:{curator.picked[2]}")
    assert curator.picked == [letter, last]
    curator.press("preview")
    assert "So everybody would see it" in curator.at.text and curator.picked == [letter, last]
    curator.press("save")
    assert item_of(shelf.archive, photo).extra == {"parts": [letter, last]}
    # Who never presses anything but the last button has what is ticked saved too, and a number that is typed.
    (other,) = {talk, papers} - {last}
    curator.press("search", "demonstration").press("save", tick=(other,), parts=f"/items/{last}")
    assert item_of(shelf.archive, photo).extra == {"parts": [last, other]}


def test_a_choice_shows_title_kind_and_a_picture_as_veiled_as_elsewhere_on_the_desk(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items["photo"]).title = "A street at dusk"
    indexing.rebuild(shelf.archive)
    curator = Curator(client, shelf.items["talk"]).press("search", "street")
    choice = curator.at.text.partition('class="option pick"')[2].partition("</div>\n    </div>")[0]
    assert "A street at dusk</label>" in choice and "Picture" in choice
    assert 'class="picture veil"' in choice and f"/media/{shelf.copies['photo'][0]}/" in choice
    # Of what has a content note nothing is shown before somebody opens it.
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items["photo"]).content_note = "Shows a funeral."
    curator.press("search", "street")
    assert "Shows a funeral." in curator.at.text and "<img" not in curator.at.text
    curator.press("add", tick=(shelf.items["photo"],))
    assert curator.picked == [shelf.items["photo"]] and "<img" not in curator.at.text


def test_nothing_is_found_that_this_curator_could_not_show_with_it(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "curator")
    archive = shelf.archive
    photo, letter, talk = (shelf.items[one] for one in ("photo", "letter", "talk"))
    curator = Curator(client, photo).press("search", SECRET)
    # Drafts are their givers' alone; what was taken back or not taken in is opened one by one.
    never = {shelf.items[f"hidden-{one}"] for one in ("draft", "withdrawn", "declined")}
    assert curator.offered and not never & {*curator.offered}
    # What one gave oneself, what has parts, and what is taken back since the index heard of it.
    with archive.db.write() as session:
        user = session.scalars(select(User.id).where(User.username == "curator")).one()
        session.add(Holder(submission_id=session.get_one(Item, letter).submission_id, user_id=user))
        session.get_one(Item, shelf.items["papers"]).extra = {"parts": [shelf.items["broken"]]}
    put(archive, shelf.items["book"], ItemState.WITHDRAWN)
    curator.press("search", "demonstration")
    assert {*curator.offered} == {talk, shelf.items["broken"]}
    # A part is no whole: with it nothing can be shown, and the page says so before anybody ticks.
    seen = together.look(archive, OPERATOR, photo).seen
    assert together.change(archive, OPERATOR, photo, talk, seen) is None
    curator = Curator(client, talk).press("search", "demonstration")
    assert curator.offered == [] and "Nothing was found that could be shown with it." in curator.at.text
    # Who looks after another collection does not come here at all.
    stranger = another(client, "elsewhere").get(f"/desk/items/{photo}/together?words={SECRET}")
    assert stranger.status_code == 403 and f"{SECRET} title" not in stranger.text


@pytest.mark.parametrize("words", ["many " * 200, "x " * 65])
def test_a_search_that_cannot_be_asked_is_said_and_nothing_that_was_picked_is_lost(
    client: FlaskClient, shelf: Shelf, words: str
) -> None:
    sign_in(client, "curator")
    curator = Curator(client, shelf.items["photo"]).press("search", "carriage")
    curator.press("search", words, tick=(shelf.items["letter"],))
    assert curator.at.status_code == 400 and 'role="alert"' in curator.at.text
    assert curator.picked == [shelf.items["letter"]] and words.split()[0] in curator.at.text


def test_who_picks_while_somebody_else_saves_is_told_however_often_they_search(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    photo, letter, talk = (shelf.items[one] for one in ("photo", "letter", "talk"))
    curator = Curator(client, photo).press("search", "carriage")
    seen = together.look(shelf.archive, OPERATOR, photo).seen
    assert together.change(shelf.archive, OPERATOR, photo, talk, seen) is None
    curator.press("search", "carriage", tick=(letter,)).press("preview").press("save")
    assert curator.at.status_code == 409 and curator.picked == [letter]
    assert item_of(shelf.archive, photo).extra == {"parts": [talk]}
    curator.press("save")
    assert item_of(shelf.archive, photo).extra == {"parts": [letter]}


def test_a_line_that_leads_nowhere_stays_to_be_put_right_beside_what_was_picked(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    hidden = shelf.items["hidden-draft"]
    curator = Curator(client, shelf.items["photo"])
    curator.press("search", "carriage", parts=f"a book\n{hidden}")
    curator.press("save", tick=(shelf.items["letter"],))
    assert curator.at.status_code == 400 and SECRET not in curator.at.text
    assert form(client, curator.address, "/together")["parts"] == ""
    assert standing(curator.at.text)["parts"] == f"a book\n{hidden}\n{shelf.items['letter']}"
    assert curator.picked == [shelf.items["letter"]] and "a book" in curator.at.text
