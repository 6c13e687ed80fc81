"""No form of the desk cuts what is pasted into it: what is too long is all there again, and told how much too long it is."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from archive.web.app import templates_root
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.reviewing import another, form, item_id, opened, sign_in
from tests.fixtures.shelf import Shelf
from tests.journeys.test_requests import ask

__all__ = ["client", "item_id", "master", "shelf"]

# More than any form takes that has no page of its own, and still less than what a door shuts out.
PASTED = "She <sang> & wept. " * 5000


def told(most: str, has: int = len(PASTED.strip())) -> str:
    return f"This is too long: it may have {most} characters and has {has:,}. All of it is still here."


def fields_on(page: str, ending: str) -> dict[str, str]:
    forms = (one for one in Forms(page).forms if one["action"].partition("?")[0].endswith(ending))
    return dict(next(forms)["fields"])


def test_no_form_of_the_desk_cuts_what_is_pasted() -> None:
    pages = sorted((templates_root() / "preserve").rglob("*.html"))
    assert len(pages) > 40
    assert [page.name for page in pages if "maxlength" in page.read_text()] == []


@pytest.mark.parametrize(
    ("who", "page", "to", "field", "more", "most"),
    [
        ("curator", "/messages", "/messages", "text", {}, "10,000"),
        ("curator", "", "/decide", "words", {"decision": "decline"}, "10,000"),
        ("archivist", "", "/withdraw", "reason", {"how": "hide"}, "1,000"),
        ("archivist", "", "/withdraw", "words", {"how": "destroy"}, "1,000"),
        ("curator", "/files", "/files", "title-{file}", {}, "1,000"),
    ],
)
def test_what_is_too_long_is_all_there_again_and_told(
    client: FlaskClient,
    shelf: Shelf,
    item_id: str,
    who: str,
    page: str,
    to: str,
    field: str,
    more: dict[str, str],
    most: str,
) -> None:
    sign_in(client, who)
    field = field.format(file=shelf.files["letter", 0])
    address = f"/desk/items/{item_id}"
    fields = form(client, address + page, to)
    answer = client.post(address + to, data=fields | more | {field: PASTED})
    assert answer.status_code == 400 and told(most) in answer.text
    again = fields_on(answer.text, to)
    assert again[field].strip() == PASTED.strip()
    if "how" in more:
        assert again["how"] == more["how"]


def test_an_answer_to_a_request_that_is_too_long_stays(
    client: FlaskClient, item_id: str, shelf: Shelf
) -> None:
    assert ask(client.application.test_client(), shelf.items["photo"]).status_code == 200
    curator = another(client, "curator")
    page = opened(curator, "/desk/requests")
    address = "/desk/requests/" + page.partition("/desk/requests/")[2].partition('"')[0]
    fields = form(curator, address, "/decide") | {"decision": "taken-down", "reason": PASTED}
    answer = curator.post(f"{address}/decide", data=fields)
    assert answer.status_code == 400 and told("5,000") in answer.text
    assert fields_on(answer.text, "/decide")["reason"].strip() == PASTED.strip()


def test_a_story_is_told_how_much_too_long_it_is(client: FlaskClient) -> None:
    sign_in(client, "curator")
    fields = form(client, "/desk/stories/new", "/desk/stories/new")
    body = PASTED * 2
    typed = {"title": "x" * 301, "body": body, "collection": "march-25", "do": "save"}
    answer = client.post("/desk/stories/new", data=fields | typed)
    assert answer.status_code == 400 and told("100,000", len(body)) in answer.text
    assert told("300", 301) in answer.text
    assert fields_on(answer.text, "/desk/stories/new")["body"] == body
