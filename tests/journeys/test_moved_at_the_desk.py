"""An item is moved to another collection at the Desk, and nobody there has less of it, or sees more, than before."""

from __future__ import annotations

from flask.testing import FlaskClient

from archive.access import OPERATOR
from archive.services import revisions
from archive.services.opening import Archive
from tests.fixtures.arranging import archive, curator, master, named, post
from tests.fixtures.contributor import Forms
from tests.fixtures.items import item_of, reopen
from tests.fixtures.reviewing import describe, form, opened

__all__ = ["archive", "curator", "master"]

KEPT = "Kept from where it was"


def moved(archive: Archive, curator: FlaskClient, **said: str) -> str:
    """An item of which that is said, moved by a curator."""
    item_id = named(archive, "Three pages")
    now = revisions.spoken(archive, OPERATOR, item_id)
    assert not revisions.change(archive, OPERATOR, item_id, now.said | said, {}, "en", now.mark)
    assert post(curator, item_id, "move", collection="convenings").status_code == 303
    return item_id


def test_what_is_kept_stands_in_the_form_and_is_changed_and_emptied_there(
    archive: Archive, curator: FlaskClient
) -> None:
    item_id = moved(archive, curator, content_note="describes a whipping", subjects="Letters")
    address = f"/desk/items/{item_id}/describe"
    own, heading, kept = opened(curator, address).partition(KEPT)
    assert heading and 'name="about-hosts"' in own and 'name="about-source"' not in own
    assert all(f'name="about-{one}"' in kept for one in ("source", "content_note", "subjects"))
    # What is empty and not asked here has no place in the form.
    assert 'name="about-relation"' not in own + kept
    fields = form(curator, address, "/describe") | {"do": "save", "about-source": ""}
    fields["about-content_note"] = "names a place"
    assert describe(curator, item_id, fields).status_code == 303
    row = item_of(archive, item_id)
    assert (row.source, row.content_note) == ("", "names a place")
    assert 'name="about-source"' not in opened(curator, address)
    # Whoever had it before them saves what they typed all the same, once they have seen that somebody was faster.
    answer = describe(
        curator, item_id, {**fields, "about-source": "A chest", "about-hosts": "Ada of the porch"}
    )
    assert answer.status_code == 409 and "A chest" in answer.text
    # Moved back, there is nothing that is not asked, and their draft stands where it is asked.
    assert post(curator, item_id, "move", collection="march-25").status_code == 303
    there = opened(curator, address)
    assert KEPT not in there and "A chest" in there and "Ada of the porch" in there


def test_the_history_names_both_collections_and_the_curator_and_gives_back_who_made_it(
    archive: Archive, curator: FlaskClient
) -> None:
    item_id = moved(archive, curator, creators="Fountain Hughes")
    address = f"/desk/items/{item_id}/history"
    page = opened(curator, address)
    newest = page.partition('id="change-3"')[2].partition("</section>")[0]
    assert "curator" in newest and "nobody knows" not in page
    assert newest.count('scope="row"') == 1 and "Collection" in newest
    assert newest.index(archive.profiles["march-25"].title["en"]) < newest.index("Convenings")
    fields = form(curator, address, "/history/2")
    assert curator.post(f"{address}/2", data=fields).status_code == 303
    assert [one.agent.name for one in item_of(archive, item_id).agents] == ["Fountain Hughes"]
    assert "nothing" not in opened(curator, address).partition('id="change-3"')[0]


def test_its_public_page_says_there_what_it_said_and_tells_of_nothing_that_is_hidden(
    archive: Archive, curator: FlaskClient
) -> None:
    hidden = named(archive, "Beside it")
    notice = "Say the names aloud, please."
    said = {"relation": f"A book\n{hidden}", "parts": hidden, "community_notice": notice}
    visitor = curator.application.test_client()
    item_id = moved(archive, curator, **said, observances="day-of-remembrance", description="On a porch.")
    page = visitor.get(f"/items/{item_id}").text
    assert f"/items/{hidden}" in page and "On a porch." in page
    reopen(archive, hidden)
    there = visitor.get(f"/items/{item_id}?show=1").text
    assert hidden not in there and "A book" in there and "day-of-remembrance" not in there
    told = there.count(notice)
    assert post(curator, item_id, "move", collection="march-25").status_code == 303
    back = visitor.get(f"/items/{item_id}?show=1").text
    assert hidden not in back and back.count(notice) == told > 0


def test_what_is_shown_together_there_is_chosen_anew_on_its_own_page(
    archive: Archive, curator: FlaskClient
) -> None:
    part = named(archive, "Beside it")
    item_id = moved(archive, curator, parts=part)
    address = f"/desk/items/{item_id}/together"
    fields = form(curator, address, "/together") | {"parts": "", "do": "save"}
    answer = curator.post(address, data=fields, follow_redirects=True)
    assert answer.status_code == 200 and "Undo the last change" in answer.text
    assert part not in curator.application.test_client().get(f"/items/{item_id}").text
    assert "parts" not in item_of(archive, item_id).extra


def test_a_form_that_was_open_before_the_move_loses_no_word_under_another_name(
    archive: Archive, curator: FlaskClient
) -> None:
    item_id = named(archive, "Three pages")
    address = f"/desk/items/{item_id}/describe"
    typed = form(curator, address, "/describe") | {
        "do": "save",
        "about-creators": "Ada Hughes",
        "add-creators": "Esther Jones",
        "add-people": "Rosa Example",
    }
    assert post(curator, item_id, "move", collection="convenings").status_code == 303
    answer = describe(curator, item_id, typed)
    assert answer.status_code == 409 and "Somebody else has saved" in answer.text
    hosts = answer.text.partition('name="about-hosts"')[2].partition("</textarea>")[0]
    assert "Ada Hughes\nEsther Jones" in hosts and "Rosa Example" in answer.text
    # So it is in the draft that was kept of it, and saved by saving again.
    again = form(curator, address, "/describe")
    assert "Esther Jones" in again["about-hosts"] and again["about-people"] == "Rosa Example"
    answer = describe(curator, item_id, again | {"do": "save"})
    assert answer.status_code == 409
    fields = next(one for one in Forms(answer.text).forms if "about-hosts" in one["fields"])["fields"]
    assert describe(curator, item_id, {**fields, "do": "save"}).status_code == 303
    names = {link.agent.name for link in item_of(archive, item_id).agents}
    assert names == {"Ada Hughes", "Esther Jones", "Rosa Example"}


def test_what_was_never_moved_is_asked_what_its_collection_asks_alone(
    archive: Archive, curator: FlaskClient
) -> None:
    item_id = named(archive, "Three pages")
    assert KEPT not in opened(curator, f"/desk/items/{item_id}/describe")
    assert "lesson" not in revisions.spoken(archive, OPERATOR, item_id).said
