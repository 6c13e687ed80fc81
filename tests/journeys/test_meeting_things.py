"""Whoever looks at painful things meets them as they can bear it: veiled, after a word, and told what was noticed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from archive.models import Consent, Item, ItemState, Passage
from archive.services.describe import Description
from tests.fixtures import given
from tests.fixtures.batching import describe
from tests.fixtures.desk import client, master, shelf, token_of
from tests.fixtures.items import put
from tests.fixtures.queue_pages import add_user, line, listed, sign_in
from tests.fixtures.reviewing import form, opened
from tests.fixtures.shelf import Shelf

__all__ = ["client", "master", "shelf"]


@pytest.fixture
def item_id(shelf: Shelf) -> str:
    """A photograph that waits, with nothing to be warned of."""
    put(shelf.archive, shelf.items["photo"], ItemState.IN_REVIEW)
    return shelf.items["photo"]


@pytest.fixture
def second(shelf: Shelf, client: FlaskClient) -> Iterator[FlaskClient]:
    """Another curator, called Ada, at another desk."""
    with shelf.archive.db.write() as session:
        add_user(session, "ada", "curator")
    yield sign_in(client.application.test_client(), "ada")


def test_pictures_are_blurred_until_somebody_asks_for_one(client: FlaskClient, item_id: str) -> None:
    sign_in(client)
    assert 'class="veil"' in line(client, item_id)
    asked = line(client, item_id, f"?show={item_id}")
    assert 'class="veil"' not in asked and "<img" in asked
    page = f"/desk/items/{item_id}"
    assert 'class="viewer veil"' in client.get(page).text
    assert 'class="viewer veil"' not in client.get(f"{page}?show=1").text


def test_so_are_they_in_the_list_of_what_uses_a_name(client: FlaskClient, shelf: Shelf, item_id: str) -> None:
    sign_in(client)
    describe(shelf, "photo", title="A photograph", people="Somebody")
    with shelf.archive.db.read() as session:
        agent = session.get_one(Item, item_id).agents[0].agent_id
    page = client.get(f"/desk/words/agents/{agent}").text
    assert 'class="picture veil"' in page and 'class="picture"' not in page


@pytest.mark.parametrize("what", ["files", "files/{file}/transcript", "redact", "redact/{file}"])
def test_so_are_they_where_one_works_at_files_and_what_is_typed_there_stays(
    client: FlaskClient, shelf: Shelf, item_id: str, what: str
) -> None:
    sign_in(client)
    address = f"/desk/items/{item_id}/{what.format(file=shelf.files['photo', 0])}"
    page = client.get(address).text
    assert 'veil"><img' in page or re.search(r'viewer veil"[^>]*>\s*(<figure.*)?<img', page, re.DOTALL)
    assert f"{address}?show=1" in page
    if what.startswith("redact"):
        shown = client.get(f"{address}?show=1").text
    else:
        fields = form(client, address, what.rpartition("/")[2]) | {"do": "edit"}
        name = next(one for one in fields if one == "text" or one.startswith("title-"))
        shown = client.post(f"{address}?show=1", data=fields | {name: "Typed <so far>"}).text
        assert "Typed &lt;so far&gt;" in shown and "Typed &lt;" not in client.get(address).text
    assert "veil" not in shown and "<img" in shown


def test_nothing_of_a_thing_with_a_content_note_is_in_a_page_before_it_is_asked_for(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client)
    item_id = shelf.items["hidden-in_review"]
    page = client.get(f"/desk/items/{item_id}").text
    assert "zibbleforth note" in page and "Show it" in page
    assert "zibbleforth text" not in page and "zibbleforth description" not in page
    assert "/media/" not in page and "/media/" not in line(client, item_id)
    asked = client.get(f"/desk/items/{item_id}?show=1").text
    assert asked.index("zibbleforth note") < asked.index("zibbleforth text")
    assert "/media/" in line(client, item_id, f"?show={item_id}")


@pytest.mark.parametrize(
    "where",
    [
        "/desk/items/{item}/describe",
        "/desk/items/{item}/files/{file}/transcript",
        "/desk/items/{item}/redact/{file}",
        "/items/{item}",
    ],
)
def test_wherever_one_works_at_it_the_note_comes_first_and_is_asked_about_once(
    client: FlaskClient, shelf: Shelf, where: str
) -> None:
    sign_in(client)
    address = where.format(item=shelf.items["hidden-in_review"], file=shelf.files["hidden-in_review", 0])
    page = client.get(address).text
    assert "zibbleforth note" in page and f'href="{address}?show=1"' in page
    assert "zibbleforth text" not in page and "/media/" not in page
    asked = client.get(f"{address}?show=1").text
    assert "zibbleforth text" in asked and "veil" not in asked
    if "/desk/" in where:
        # Whatever is sent from there comes back to where the thing is shown.
        assert re.search(rf'action="{address}\?show=1"', asked)


@pytest.mark.parametrize(
    ("where", "shows", "sends"),
    [
        ("files", "/media/", "files"),
        ("redact", "/media/", "redact/marks/[^/]+/remove"),
        ("history", "Said anew", "history/2"),
    ],
)
def test_so_it_does_before_its_files_what_is_taken_out_of_them_and_how_it_changed(
    client: FlaskClient, shelf: Shelf, where: str, shows: str, sends: str
) -> None:
    put(shelf.archive, shelf.items["photo"], ItemState.IN_REVIEW)
    sign_in(client)
    for said in ("Said once", "Said anew"):
        describe(shelf, "photo", title="A photograph", description=said)
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items["photo"]).content_note = "A whipping"
    item = f"/desk/items/{shelf.items['photo']}"
    marked = f"{item}/redact/{shelf.files['photo', 0]}"
    region = form(client, marked, shelf.files["photo", 0]) | dict.fromkeys(("x-1", "y-1"), "1")
    if where == "redact":
        client.post(marked, data=region | {"width-1": "1", "height-1": "1"})
    page = client.get(f"{item}/{where}").text
    assert "A whipping" in page and f'href="{item}/{where}?show=1"' in page
    assert "/media/" not in page and "Said" not in page
    asked = client.get(f"{item}/{where}?show=1").text
    assert shows in asked or where == "redact"
    # Whatever is sent from there comes back to where the thing is shown.
    (action,) = set(re.findall(rf'action="({item}/{sends}\?show=1)"', asked))
    answer = client.post(action, data=form(client, f"{item}/{where}", sends.rpartition("/")[2]))
    assert answer.status_code == 303 and answer.headers["Location"].endswith("?show=1")


@pytest.mark.parametrize("asked", ["endpoint=x", "_method=POST", "_anchor=a&page=2&page=3", "show=0"])
def test_whatever_else_an_address_asks_for_the_note_leads_on(
    client: FlaskClient, shelf: Shelf, asked: str
) -> None:
    sign_in(client)
    address = f"/items/{shelf.items['hidden-in_review']}"
    page = client.get(f"{address}?{asked}")
    assert page.status_code == 200 and "zibbleforth text" not in page.text
    link = re.search(r'href="([^"]+)">Show it<', page.text)
    assert link is not None and link[1].startswith(f"{address}?") and link[1].endswith("show=1")


def test_the_text_of_what_is_not_open_yet_comes_after_its_note_as_well(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client)
    item, file = shelf.items["hidden-in_review"], shelf.files["hidden-in_review", 0]
    assert "zibbleforth text" not in client.get(f"/items/{item}/text/{file}").text
    assert "zibbleforth text" in client.get(f"/items/{item}/text/{file}?show=1").text


def test_what_is_not_open_yet_is_veiled_on_its_own_page_for_those_who_work_with_it(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client)
    page = client.get(f"/items/{item_id}").text
    assert 'class="viewing veil"' in page and ' still"' in page
    assert "veil" not in client.get(f"/items/{item_id}?show=1").text
    with shelf.archive.db.write() as session:
        film = shelf.file(session, session.get_one(Item, item_id), b"film", "film.mp4", "video/mp4")
        shelf.copy(session, film, "video", b"film", "video/mp4")
        said = {"role": "transcript", "accompanies_id": film.id}
        told = shelf.file(session, session.get_one(Item, item_id), b"told", "film.txt", "text/plain", **said)
        session.add(Passage(file_id=told.id, position=0, text="They lit a candle."))
        text = f"/items/{item_id}/text/{told.id}"
    # Where its text is read by itself, it is seen as well.
    read = client.get(text).text
    assert 'class="veil"' in read and "<video" in read and f'href="{text}?show=1"' in read
    asked = client.get(f"{text}?show=1").text
    assert "veil" not in asked and "<video" in asked


def test_what_is_open_to_all_is_shown_to_staff_as_to_all(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client)
    for item in ("photo", "letter"):
        page = client.get(f"/items/{shelf.items[item]}").text
        assert "veil" not in page and "/media/" in page


def test_how_one_wishes_to_meet_things_is_kept_for_oneself_alone(
    client: FlaskClient, second: FlaskClient, item_id: str, shelf: Shelf
) -> None:
    sign_in(client)
    token = token_of(client.get("/desk/care").text)

    def choose(**form: str) -> str:
        assert client.post("/desk/care", data={"csrf_token": token} | form).status_code == 303
        return client.get(f"/desk/items/{item_id}").text

    page = choose(grey="yes")
    assert "viewer veil" not in page and ' grey"' in page and "desk.js" not in page
    assert 'preload="metadata"' in client.get(f"/desk/items/{shelf.items['talk']}").text
    page = choose(every="all")
    assert "viewer veil" in page and " grey still" in page and "desk.js" not in page
    assert 'preload="none"' in client.get(f"/desk/items/{shelf.items['talk']}").text
    page = choose(every="none", blur="yes")
    assert "viewer veil" not in page and " grey" not in page
    theirs = second.get(f"/desk/items/{item_id}").text
    assert "viewer veil" in theirs and "desk.js" in theirs


def test_every_page_of_the_desk_leads_to_its_rooms_and_no_other_page_does(
    client: FlaskClient, item_id: str
) -> None:
    sign_in(client)
    for address in (
        "/desk",
        "/desk/messages",
        "/desk/care",
        f"/desk/items/{item_id}",
        f"/fr/desk/items/{item_id}",
    ):
        page = client.get(address).text
        assert len(rooms(page)) > 3, address
    assert "tabs rooms" not in client.get("/").text
    sign_in(archivist := client.application.test_client(), "archivist")
    theirs = rooms(archivist.get("/desk").text)
    # What only who decides needs is not offered to who does not, and the other way round.
    assert "/desk/messages" not in theirs and "/desk/audit" in theirs
    assert "/desk/audit" not in rooms(client.get("/desk").text)


def rooms(page: str) -> list[str]:
    """The ways to other rooms on a page of the desk."""
    return re.findall(r'href="([^"]+)"', page.partition('class="tabs rooms"')[2].partition("</nav>")[0])


def test_what_the_pipeline_noticed_and_the_giver_allows_is_said_in_plain_words(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client)
    with shelf.archive.db.write() as session:
        item = shelf.item(
            session, "said", Description(title="A picture that says much"), state=ItemState.IN_REVIEW
        )
        says = {"camera": "Canon A1", "date_taken": "2012-09-29", "latitude": 29.76, "creator": "Ann Lee"}
        says["exposure"] = "1/60"
        file = shelf.file(
            session, item, given.jpeg(), "said.jpg", "image/jpeg", puid="fmt/43", says=says,
            notes=[{"code": "says-where", "sentence": "The file says where it was made."}],
        )  # fmt: skip
        shelf.copy(session, file, "web", given.jpeg(), "image/jpeg", width=640, height=480)
        session.get_one(Consent, item.consent_id).people = "refused"
    assert listed(client, "?flag=where") == [shelf.items["said"]]
    page = client.get(f"/desk/items/{shelf.items['said']}").text
    for words in (
        "fmt/43",
        "Canon A1",
        "2012-09-29",
        "29.76",
        "Ann Lee",
        "Not looked for",
        "says where it was made",
        # What has no plain words yet is said as the file says it.
        "<dt>Day and time it was taken</dt>",
        "<dt>exposure</dt>",
    ):
        assert words in page, words
    assert "Somebody in it does not wish to be shown" in page and "Everyone" in page
    # The photograph on the shelf holds the same bytes.
    assert f"/desk/items/{shelf.items['photo']}" in page and "The same bytes are here" in page


@pytest.mark.parametrize("is_installed", [True, False])
def test_beside_a_picture_stands_that_nobody_has_looked_for_faces_and_where_a_machine_can_be_asked(
    is_installed: bool, client: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.web.pages_review.is_installed", lambda: is_installed)
    photo, letter = shelf.items["photo"], shelf.items["letter"]
    marking = f'<a href="/desk/items/{photo}/redact/{shelf.files["photo", 0]}">Look for faces'
    sign_in(client)
    page = opened(client, f"/desk/items/{photo}")
    said = "Looked for only when somebody asks" if is_installed else "Not looked for"
    assert f"<dt>Faces</dt><dd>{said}" in page and (marking in page) is is_installed
    assert "<dt>Faces</dt>" not in opened(client, f"/desk/items/{letter}")
    # Who may not mark anything is told, and not sent where they may not go.
    sign_in(archivist := client.application.test_client(), "archivist")
    page = opened(archivist, f"/desk/items/{photo}")
    assert "<dt>Faces</dt><dd>Not looked for" in page and marking not in page
