"""Whoever describes is offered the names that are known, and says beside one what its bearer did."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from archive.models import ItemState
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import give, item_of
from tests.fixtures.reviewing import describe, form, item_id, opened, sign_in
from tests.fixtures.shelf import Shelf

__all__ = ["client", "item_id", "master", "shelf"]

NAMES = ("creators", "people")


def offered(page: str, box: str) -> set[str]:
    """What a box offers while one types."""
    found = re.search(rf'name="{box}"[^>]* list="([^"]+)"', page)
    assert found is not None, box
    return set(
        re.findall(
            r'<option value="([^"]*)"', page.partition(f'id="{found[1]}"')[2].partition("</datalist>")[0]
        )
    )


def test_both_fields_of_names_offer_those_that_are_known_and_the_page_holds_them_once(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    give(shelf.archive, state=ItemState.DECLINED, names=[("Only Declined", "creator")])
    sign_in(client, "curator")
    page = opened(client, f"/desk/items/{item_id}/describe")
    for name in NAMES:
        assert {"Rosa", "Ada", "Writer, A."} <= offered(page, f"add-{name}")
        assert "interviewer" in offered(page, f"add-{name}-role")
    assert "Only Declined" not in page
    assert page.count('<option value="Rosa">') == 1 and page.count("<li>Rosa</li>") == 1


def test_a_name_is_added_on_a_line_of_its_own_with_its_role_in_brackets_without_a_script(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    more = {"add-creators": "Rosa", "add-creators-role": "interviewee", "add-people": "Ada"}
    page = describe(client, item_id, fields | more | {"do": "edit"}).text
    again = next(one for one in Forms(page).forms if urlsplit(one["action"]).path.endswith("/describe"))
    typed = dict(again["fields"])
    assert typed["about-creators"] == "Writer, A.\nRosa (interviewee)"
    assert typed["about-people"] == "Ada"
    assert describe(client, item_id, typed | {"do": "save"}).status_code == 303
    said = {(link.agent.name, link.role) for link in item_of(shelf.archive, item_id).agents}
    assert said == {("Writer, A.", "creator"), ("Rosa", "interviewee"), ("Ada", "subject")}
