"""What curators type under the files of an item is a draft of theirs until they save it or throw it away."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.fixtures.desk import client, master, shelf
from tests.fixtures.reviewing import another, form, opened, sign_in
from tests.fixtures.shelf import Shelf
from tests.journeys.test_describing_drafts import second_curator
from tests.journeys.test_files_and_transcripts import front_and_back, rows

__all__ = ["client", "front_and_back", "master", "shelf"]


def test_what_was_typed_under_files_stands_there_again_until_it_is_saved(
    client: FlaskClient, shelf: Shelf, front_and_back: tuple[str, str, str]
) -> None:
    item_id, front, back = front_and_back
    address = f"/desk/items/{item_id}/files"
    sign_in(client, "curator")
    # Going to write the text of one keeps what was typed here, and a script keeps it meanwhile.
    more = {f"title-{front}": "Mine", f"role-{back}": "verso", "file": [back, front]}
    begun = form(client, address, "/files")
    answer = client.post(address, data=begun | more | {"write": back})
    assert answer.headers["Location"] == f"{address}/{back}/transcript"
    assert client.post(address, data=begun | more | {"do": "keep", "quietly": "yes"}).status_code == 204
    assert [one.title for one in rows(shelf, "photo")] == ["", ""]
    page = client.get(address).text
    assert "This is your draft of" in page and page.index(back) < page.index(front)
    again = form(client, address, "/files")
    assert (again[f"title-{front}"], again[f"role-{back}"]) == ("Mine", "verso")
    colleague = another(client, second_curator(shelf))
    assert "Mine" not in opened(colleague, address)
    # What cannot be saved is kept too; what is saved, or thrown away, is no draft any more.
    assert client.post(address, data=again | {"file": [back, front]}).status_code == 400
    assert "This is your draft of" in client.get(address).text
    right = again | {"file": [back, front], f"accompanies-{back}": front}
    assert client.post(address, data=right).status_code == 303
    assert "This is your draft of" not in client.get(address).text
    assert [(one.title, one.role) for one in rows(shelf, "photo")] == [("", "verso"), ("Mine", "original")]
    late = form(client, address, "/files") | {"file": [back, front], f"title-{back}": "Not meant"}
    client.post(address, data=late | {"do": "keep"})
    assert form(client, address, "/files")[f"title-{back}"] == "Not meant"
    client.post(address, data=late | {"do": "forget"})
    assert form(client, address, "/files")[f"title-{back}"] == ""
