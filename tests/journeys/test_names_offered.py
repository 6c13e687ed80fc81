"""Whoever describes is offered the names that are known, and says beside one what its bearer did."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from archive.models import ItemState
from archive.services import authorities
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
    # The form takes roles by their codes; who reads in another language reads them in it.
    assert "; Rosa (interviewé)" in opened(client, f"/fr/desk/items/{item_id}?show=1")


def test_of_more_names_than_a_page_lists_the_others_are_found_by_letters_without_a_script(
    client: FlaskClient, shelf: Shelf, item_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(shelf.archive, names=[("Zora", "creator")])
    monkeypatch.setattr(authorities, "MOST_LABELS", 2)
    sign_in(client, "curator")
    page = opened(client, f"/desk/items/{item_id}/describe")
    assert "Zora" not in offered(page, "add-creators") and "There are more than are listed here." in page
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    letters = {"add-creators": "zO", "add-creators-role": "interviewee", "about-title": "Not saved yet"}
    page = describe(client, item_id, fields | letters | {"do": "look-creators"}).text
    assert offered(page, "add-creators") == {"Zora"}
    again = next(one for one in Forms(page).forms if urlsplit(one["action"]).path.endswith("/describe"))
    typed = dict(again["fields"])
    # Letters to look with become no entry, and nothing that was typed is lost.
    assert typed["about-creators"] == "Writer, A." and typed["about-title"] == "Not saved yet"
    assert (typed["add-creators"], typed["add-creators-role"]) == ("zO", "interviewee")
    page = describe(client, item_id, fields | {"add-creators": "xyz", "do": "look-creators"}).text
    assert "Nothing that is known holds these letters." in page


def test_a_list_of_words_to_prefer_that_is_cut_off_leads_to_all_of_it(
    client: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ona", "Two", "Three"):
        give(shelf.archive, names=[(name, "creator")])
    sign_in(client, "curator")
    word = re.search(
        r'href="(/desk/words/agents/[^"?]+)"[^>]*>Ona<', opened(client, "/desk/words/agents?q=Ona")
    )
    assert word is not None
    assert "Look in the whole list" not in opened(client, word[1])
    monkeypatch.setattr(authorities, "MOST_LABELS", 1)
    assert "Look in the whole list" in opened(client, word[1])
