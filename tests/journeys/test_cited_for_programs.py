"""What a program keeps of an item's citation says the same as the sentence on its page."""

from __future__ import annotations

import json

from flask.testing import FlaskClient

from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf
from tests.fixtures.word_pages import curator, id_of, save, settle

__all__ = ["client", "curator", "master", "shelf"]


def test_what_curators_call_an_organisation_is_cited_as_one(
    curator: FlaskClient, client: FlaskClient, shelf: Shelf
) -> None:
    address, letter = (
        f"/desk/words/agents/{id_of(shelf, 'agents', 'Writer, A.')}",
        f"/items/{shelf.items['letter']}",
    )
    assert save(curator, address, name="Writers, of Accra", kind="organisation").status_code == 303
    settle(shelf)
    (said,) = json.loads(client.get(f"{letter}/cite.json").text)
    assert said["author"] == [{"literal": "Writers, of Accra"}]
    assert "author = {{Writers, of Accra}}," in client.get(f"{letter}/cite.bib").text
    record = json.loads(client.get(f"{letter}/record.jsonld").text)
    assert record["creator"] == [{"@type": "Organization", "name": "Writers, of Accra"}]
    assert save(curator, address, kind="family").status_code == 303
    settle(shelf)
    (said,) = json.loads(client.get(f"{letter}/cite.json").text)
    assert said["author"] == [{"literal": "Writers, of Accra"}]
