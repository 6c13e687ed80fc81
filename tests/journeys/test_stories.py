"""Curators write stories around items: nothing typed is lost, drafts are theirs alone, and what was taken back vanishes at once."""

from __future__ import annotations

import html

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.access import OPERATOR
from archive.models import DeskDraft, Role, StoryItem, StoryRevision, User
from archive.services import upkeep, withdrawing
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf, token_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD, SECRET
from tests.fixtures.withdrawn import settle

__all__ = ["client", "master", "shelf"]
GONE = "Something that was shown here was taken back."


def sign_in(client: FlaskClient, name: str = "curator") -> FlaskClient:
    token = token_of(client.get("/sign-in").text)
    client.post("/sign-in", data={"username": name, "password": PASSWORD, "csrf_token": token})
    return client


@pytest.fixture
def curator(client: FlaskClient) -> FlaskClient:
    return sign_in(client)


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    return client.application.test_client()


def fields_of(page: str, ending: str) -> dict[str, str]:
    return dict(next(one for one in Forms(page).forms if one["action"].endswith(ending))["fields"])


def write(client: FlaskClient, address: str = "/desk/stories/new", **typed: str) -> TestResponse:
    fields = fields_of(client.get(address).text, address)
    fields.pop("preview", None)
    return client.post(address, data=fields | typed)


def begin(client: FlaskClient, **typed: str) -> str:
    """Begin a story; the address of its form."""
    typed = {"title": "Rivers and songs", "collection": "march-25", "body": "They *sang*.", **typed}
    answer = write(client, **typed)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def publish(client: FlaskClient, address: str) -> None:
    fields = fields_of(client.get(address).text, "/publish")
    assert client.post(f"{address}/publish", data=fields).status_code == 303


def test_a_story_is_written_looked_at_published_and_taken_off_the_pages(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf
) -> None:
    letter = shelf.items["letter"]
    typed = {"title": "Rivers & songs", "collection": "march-25", "body": "# One\n\nThey *sang*."}
    looked = write(curator, **typed, items=f"{letter} A letter from then", preview="yes")
    assert (
        looked.status_code == 200
        and "<em>sang</em>" in looked.text
        and "Nothing is saved yet." in looked.text
    )
    assert "A letter from then" in looked.text
    assert visitor.get("/stories/rivers-songs").status_code == 404
    address = begin(curator, **typed, items=f"{letter} A letter from then")
    assert visitor.get("/stories/rivers-songs").status_code == 404
    assert "Not published" in curator.get("/stories/rivers-songs").text
    publish(curator, address)
    page = visitor.get("/stories/rivers-songs").text
    assert "<h2>One</h2>" in page and "Rivers &amp; songs" in page
    assert (
        f"/items/{letter}" in page and "A letter from then" in page and "Tells of a flight by night." in page
    )
    assert "Rivers &amp; songs" in visitor.get("/stories").text
    assert f"/fr/items/{letter}" in visitor.get("/fr/stories/rivers-songs").text
    fields = fields_of(curator.get(address).text, "/unpublish")
    assert curator.post(f"{address}/unpublish", data=fields).status_code == 303
    assert visitor.get("/stories/rivers-songs").status_code == 404
    assert "Rivers" not in visitor.get("/stories").text


def test_a_story_holds_no_html_no_script_and_no_picture_from_elsewhere(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf
) -> None:
    photo = shelf.items["photo"]
    body = "\n\n".join(
        [
            "<script>alert(1)</script> <b onclick=x>bold</b>",
            "[run](javascript:alert(1)) [run](JaVaScRiPt&colon;alert(1)) [data](data:text/html;base64,AAAA) [mail](mailto:a@b.c)",
            "[away](//evil.example/x) [away](/\\evil.example) [out](https://example.org/a?b=c) [in](/about)",
            "![tracked](https://evil.example/pixel.png) ![tracked](//evil.example/p.png) ![file](/static/icon.png)",
            f"![a photograph]({photo})",
            "<https://example.org/auto> <javascript:alert(2)>",
        ]
    )
    publish(curator, begin(curator, body=body))
    page = visitor.get("/stories/rivers-and-songs").text
    main = page.split("<main")[1].split("</main>")[0]
    assert "<script" not in main and "onclick" not in main.replace("&lt;b onclick=x&gt;", "")
    links = [part.split('"')[0] for part in main.split('href="')[1:]]
    assert not [
        link for link in links if "script" in link.lower() or link.startswith(("//", "data:", "mailto:"))
    ]
    assert 'href="https://example.org/a?b=c" rel="noopener nofollow"' in main and 'href="/about"' in main
    sources = [part.split('"')[0] for part in main.split('src="')[1:]]
    assert len(sources) == 1 and sources[0].startswith("/media/")
    assert 'alt="a photograph"' in main


def test_what_is_hidden_leaves_nothing_in_a_story_and_what_was_taken_back_leaves_that_it_was(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf
) -> None:
    letter, hidden, members = (
        shelf.items[name] for name in ("letter", "hidden-in_review", "hidden-for-members")
    )
    body = f"![{SECRET} picture]({hidden})\n\n![{SECRET} too](/items/{members})\n\n![the carriage letter](/fr/items/{letter})"
    items = f"{letter} The carriage\n{hidden} {SECRET} caption\n{members} {SECRET} words"
    looked = write(curator, title="Looks", collection="march-25", body=body, items=items, preview="yes")
    preview = looked.text.split('id="preview"')[1].split("<form")[0]
    assert SECRET not in preview and "2 items in it are not shown to everyone." in preview
    publish(curator, begin(curator, body=body, items=items))
    page = visitor.get("/stories/rivers-and-songs").text
    assert SECRET not in page and GONE not in page and "The carriage" in page
    assert (
        SECRET in sign_in(visitor.application.test_client(), "member").get("/stories/rivers-and-songs").text
    )
    withdrawing.withdraw_item(shelf.archive, OPERATOR, letter)
    for browser in (visitor, curator):
        page = browser.get("/stories/rivers-and-songs").text
        assert page.count(GONE) == 2
        assert "arriage" not in page.split("<main")[1] and f"/items/{letter}" not in page


def test_of_what_is_destroyed_no_story_and_no_history_of_one_says_a_word(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf
) -> None:
    letter = shelf.items["letter"]
    body = f"Before ![quillfeather]({letter}) after."
    address = begin(curator, body=body, items=f"{letter} quillfeather caption")
    publish(curator, address)
    opened = fields_of(curator.get(address).text, address)
    opened.pop("preview", None)
    withdrawing.withdraw_item(shelf.archive, OPERATOR, letter, destroy=True)
    for _ in range(20):
        if upkeep.catch_up(shelf.archive):
            break
    for page in (
        visitor.get("/stories/rivers-and-songs"),
        curator.get(address),
        curator.get(f"{address}/history"),
    ):
        assert page.status_code == 200 and "quillfeather" not in page.text and "Before" in page.text
    with shelf.archive.db.read() as session:
        rows = session.scalars(select(StoryRevision)).all()
        assert not any("quillfeather" in row.body + str(row.items) for row in rows)
    # Nor does a form that was open all the while bring it back, though whoever typed it says so twice.
    answer = curator.post(address, data=opened)
    assert answer.status_code == 409
    again = fields_of(answer.text, address)
    again.pop("preview", None)
    for kept, words in (("items", "One of these is no item"), ("body", "something that was destroyed")):
        answer = curator.post(address, data=again | {"items": "", "body": "", kept: opened[kept]})
        assert answer.status_code == 400 and words in answer.text
    with shelf.archive.db.read() as session:
        assert not session.scalars(select(StoryItem)).all()


def test_of_what_is_destroyed_no_draft_of_a_story_says_a_word_and_the_rest_of_it_stays(
    curator: FlaskClient, shelf: Shelf
) -> None:
    letter = shelf.items["letter"]
    address = begin(curator)
    typed = {
        "body": f"Before ![quillfeather]({letter}) after.",
        "items": f"{letter} quillfeather caption\n/items/{letter} quillfeather again\n0123456789abcdef stays",
    }
    for form in (address, "/desk/stories/new"):
        # Another title than it may have: what was typed is kept as a draft.
        assert write(curator, form, **typed, title="x" * 1000).status_code == 400
    with shelf.archive.db.read() as session:
        assert len(session.scalars(select(DeskDraft)).all()) == 2
    withdrawing.withdraw_item(shelf.archive, OPERATOR, letter, destroy=True)
    settle(shelf.archive)
    with shelf.archive.db.read() as session:
        drafts = [one.typed for one in session.scalars(select(DeskDraft))]
    assert [(one["body"], one["items"]) for one in drafts] == [
        ("Before  after.", "0123456789abcdef stays"),
        ("Before  after.", "0123456789abcdef stays"),
    ]


def test_of_two_who_write_other_words_below_an_item_the_second_is_told(
    curator: FlaskClient, shelf: Shelf
) -> None:
    letter = shelf.items["letter"]
    address = begin(curator, items=f"{letter} At first")
    mine = fields_of(curator.get(address).text, address)
    mine.pop("preview", None)
    assert write(curator, address, items=f"{letter} Theirs").status_code == 303
    answer = curator.post(address, data=mine | {"items": f"{letter} Mine"})
    assert answer.status_code == 409 and "Theirs" in answer.text and "Mine" in answer.text


def test_of_two_who_write_at_once_the_second_sees_both_and_loses_nothing(curator: FlaskClient) -> None:
    address = begin(curator)
    mine = fields_of(curator.get(address).text, address)
    mine.pop("preview", None)
    assert write(curator, address, body="Theirs.").status_code == 303
    answer = curator.post(address, data=mine | {"body": "Mine <of course>."})
    assert answer.status_code == 409
    assert "Theirs." in answer.text and html.escape("Mine <of course>.") in answer.text
    again = fields_of(answer.text, address)
    again.pop("preview", None)
    assert curator.post(address, data=again).status_code == 303
    history = curator.get(f"{address}/history").text
    assert "Theirs." in history and "Revision 3" in history
    old = curator.post(f"{address}/publish", data={**mine})
    assert old.status_code == 409


def test_an_older_story_is_brought_back_as_a_new_revision(curator: FlaskClient) -> None:
    address = begin(curator)
    assert write(curator, address, title="Another title", body="Later.").status_code == 303
    fields = fields_of(curator.get(f"{address}/history").text, "/history/1")
    assert curator.post(f"{address}/history/1", data=fields).status_code == 303
    assert fields_of(curator.get(address).text, address)["body"] == "They *sang*."
    assert "Revision 3" in curator.get(f"{address}/history").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": " "}, "Write a title."),
        ({"slug": "Has Spaces"}, "Use small letters"),
        ({"slug": "taken"}, "Another story has this address."),
        ({"items": "nothing at all"}, "One of these is no item"),
        ({"items": "0000000000000000 hidden or never"}, "One of these is no item"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field_and_nothing_typed_is_lost(
    typed: dict[str, str], words: str, curator: FlaskClient
) -> None:
    begin(curator, slug="taken")
    whole = {"title": "A story", "collection": "march-25", "body": "Kept & <safe>", **typed}
    answer = write(curator, **whole)
    assert answer.status_code == 400 and words in answer.text
    again = fields_of(answer.text, "/new")
    assert again["body"] == "Kept & <safe>" and again["items"] == whole.get("items", "")


def test_a_story_says_in_which_other_languages_it_can_be_read(
    curator: FlaskClient, visitor: FlaskClient
) -> None:
    first = begin(curator)
    publish(curator, first)
    form = curator.get("/desk/stories/new?language=fr").text
    assert "Rivers and songs" in form
    second = begin(curator, title="Rivières", language="fr", translation_of=first.split("/")[-1])
    assert "Rivières" not in visitor.get("/stories/rivers-and-songs").text
    publish(curator, second)
    assert 'lang="fr" hreflang="fr">Rivières</a>' in visitor.get("/stories/rivers-and-songs").text
    assert "Rivers and songs" in visitor.get("/stories/rivieres").text
    main = visitor.get("/fr/stories").text.split("<main")[1]
    assert "Rivières" in main and "Rivers and songs" not in main


def test_stories_are_written_by_curators_of_the_collection_and_read_there_by_staff_alone_until_published(
    curator: FlaskClient, client: FlaskClient, shelf: Shelf
) -> None:
    address = begin(curator)
    archivist = sign_in(client.application.test_client(), "archivist")
    assert "Rivers and songs" in archivist.get("/desk/stories").text
    assert archivist.get("/stories/rivers-and-songs").status_code == 200
    assert archivist.get(address).status_code == 403
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "elsewhere")).one()
        user.roles = [Role(name="curator", collection="convenings")]
    elsewhere = sign_in(client.application.test_client(), "elsewhere")
    assert "Rivers and songs" not in elsewhere.get("/desk/stories").text
    for there, never in ((address, "/desk/stories/never"), ("/stories/rivers-and-songs", "/stories/never")):
        assert elsewhere.get(there).status_code == elsewhere.get(never).status_code == 404
    form = elsewhere.get("/desk/stories/new").text
    assert '<option value="march-25"' not in form and '<option value="convenings"' in form
    assert write(elsewhere, title="Mine", collection="march-25", body="x").status_code == 403
