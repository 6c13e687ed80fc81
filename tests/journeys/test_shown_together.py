"""What different people gave is shown on one page, each under what its own giver allows; what one takes back is gone from it."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR, contributor
from archive.models import Holder, Item, ItemState, User
from archive.services import indexing, mine, parts, revisions, together, withdrawing
from archive.services.record import records
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of, put
from tests.fixtures.reviewing import form, sign_in
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import SECRET
from tests.fixtures.withdrawn import history

__all__ = ["client", "master", "shelf"]


def together_with(client: FlaskClient, item_id: str, *lines: str, do: str = "save", status: int = 303) -> str:
    """Type that into the form of an item, and what the page then says."""
    address = f"/desk/items/{item_id}/together"
    fields = form(client, address, "/together") | {"parts": "\n".join(lines), "do": do}
    answer = client.post(address, data=fields)
    assert answer.status_code == status, answer.text
    return answer.text


def test_items_that_were_given_apart_are_shown_on_one_page_in_order(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    photo, letter, talk = (shelf.items[one] for one in ("photo", "letter", "talk"))
    assert len({item_of(shelf.archive, one).submission_id for one in (photo, letter, talk)}) == 3
    bags = {one: item_of(shelf.archive, one).bag_key for one in (photo, letter, talk)}
    lines = (f"http://localhost/items/{talk}", letter)
    preview = together_with(client, photo, *lines, do="preview", status=200)
    visitor = client.application.test_client()
    assert "Letter to a friend" in preview and "Nothing is changed yet" in preview
    assert "Shown together" not in visitor.get(f"/items/{photo}").text
    together_with(client, photo, *lines)
    page = visitor.get(f"/items/{photo}").text.partition('id="together"')[2].partition('id="cite"')[0]
    assert 0 < page.index(f"/items/{talk}") < page.index(f"/items/{letter}")
    part = visitor.get(f"/items/{letter}").text.partition('id="together"')[2].partition("</section>")[0]
    assert f'href="/items/{photo}">Part of: ' in part and f'href="/items/{talk}">The one before it' in part
    # The parts are found by themselves, nothing was merged, and each history says what was decided.
    indexing.drain(shelf.archive)
    assert f"/items/{letter}" in visitor.get("/search?q=letter").text
    assert {one: item_of(shelf.archive, one).bag_key for one in bags} == bags
    with shelf.archive.db.read() as session:
        record = records(session, [photo, letter])
    assert record[photo]["description"]["extra"] == {"parts": [talk, letter]}
    told = [one for one in record[letter]["events"] if one["kind"] == "show-together"]
    assert [one["detail"] for one in told] == [{"with": photo}]
    # Undone, it is as it was.
    address = f"/desk/items/{photo}/together"
    fields = form(client, address, "/together") | {"parts": "", "do": "save"}
    assert "Undo the last change" in client.get(address).text
    assert client.post(address, data=fields).status_code == 303
    assert "Shown together" not in visitor.get(f"/items/{photo}").text + visitor.get(f"/items/{letter}").text
    assert [one.kind for one in history(shelf.archive, letter)][-1] == "show-apart"


def test_what_one_giver_takes_back_or_keeps_closed_is_on_no_page_and_the_rest_stays(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    archive = shelf.archive
    photo, letter, talk = (shelf.items[one] for one in ("photo", "letter", "talk"))
    hidden = shelf.items["hidden-in_review"]
    together_with(client, photo, letter, talk, hidden)
    visitor = client.application.test_client()
    page = visitor.get(f"/items/{photo}").text
    assert letter in page and talk in page and hidden not in page and SECRET not in page
    assert "Of 1 of them the public is shown nothing now." in client.get(f"/desk/items/{photo}/together").text
    # Its giver sees what they gave as before, and takes back that alone.
    giver = contributor([item_of(archive, letter).submission_id])
    assert hidden not in str(mine.spoken(archive, giver, letter).said) and photo not in str(
        mine.spoken(archive, giver, letter).said
    )
    withdrawing.withdraw_item(archive, giver, letter)
    page = visitor.get(f"/items/{photo}").text
    assert letter not in page and talk in page
    assert visitor.get(f"/items/{letter}").status_code in (404, 410)
    assert "Part of" in visitor.get(f"/items/{talk}").text
    # The whole is taken back: the parts stand by themselves.
    put(archive, photo, ItemState.WITHDRAWN)
    assert photo not in visitor.get(f"/items/{talk}").text


def test_nobody_shows_together_what_they_gave_or_may_not_see_and_what_was_typed_stays(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    archive = shelf.archive
    photo, letter, talk = (shelf.items[one] for one in ("photo", "letter", "talk"))
    for wrong in ("0123456789abcdef", shelf.items["hidden-draft"], photo, "a book"):
        page = together_with(client, photo, letter, wrong, status=400)
        assert "There is no other item of this number" in page and wrong in page
    given = item_of(archive, letter).submission_id
    with archive.db.write() as session:
        curator = session.scalars(select(User.id).where(User.username == "curator")).one()
        session.add(Holder(submission_id=given, user_id=curator))
    assert "cannot be shown together" in together_with(client, photo, letter, status=400)
    assert client.get(f"/desk/items/{letter}/together").status_code == 403
    # A part has no parts, and a whole is no part.
    together_with(client, photo, talk)
    assert "cannot be shown together" in together_with(client, talk, photo, status=400)
    assert item_of(archive, photo).extra == {"parts": [talk]}
    assert client.application.test_client().get(f"/desk/items/{photo}/together").status_code == 303


def test_what_takes_the_place_of_a_part_or_of_a_whole_is_shown_in_it(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    archive, visitor = shelf.archive, client.application.test_client()
    photo, letter, talk = (shelf.items[one] for one in ("photo", "letter", "talk"))
    together_with(client, photo, letter)
    with archive.db.write() as session:
        parts.follow(session, "pipeline", [letter], talk)
    assert item_of(archive, photo).extra == {"parts": [talk]}
    assert f'href="/items/{photo}">Part of: ' in visitor.get(f"/items/{talk}").text
    # Made anew of another, the new one is described as that was, and its parts hear of it.
    with archive.db.write() as session:
        session.get_one(Item, letter).extra = {"parts": [talk]}
        session.flush()
        parts.follow(session, "pipeline", [photo], letter)
    assert f'href="/items/{letter}">Part of: ' in visitor.get(f"/items/{talk}").text


def test_of_two_who_choose_at_once_the_second_is_told_and_nothing_is_lost(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    photo, letter, talk = (shelf.items[one] for one in ("photo", "letter", "talk"))
    address = f"/desk/items/{photo}/together"
    late = form(client, address, "/together") | {"parts": letter, "do": "save"}
    together_with(client, photo, talk)
    answer = client.post(address, data=late)
    assert answer.status_code == 409 and letter in answer.text
    assert item_of(shelf.archive, photo).extra == {"parts": [talk]}
    seen = together.look(shelf.archive, OPERATOR, photo).seen
    assert together.change(shelf.archive, OPERATOR, photo, f"{talk}\n{letter}", seen) is None
    assert [one.number for one in revisions.history(shelf.archive, OPERATOR, photo)] == [3, 2, 1]
