"""What a program keeps of an item's citation says the same as the sentence on its page."""

from __future__ import annotations

import json
import re

import pytest
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


@pytest.mark.parametrize(
    ("root", "words"),
    [("", "Without a title"), ("/es", "Sin título"), ("/fr", "Sans titre"), ("/pt", "Sem título")],
)
def test_what_has_no_title_says_so_wherever_it_is_cited_as_its_sentence_does(
    client: FlaskClient, shelf: Shelf, root: str, words: str
) -> None:
    photo = f"{root}/items/{shelf.items['photo']}"
    page = client.get(photo).text
    cited = page.partition('<p class="cite">')[2].partition("</p>")[0]
    assert re.match(rf"[“«]\s?{words}\s?[”»]", cited), cited
    assert f'<meta property="og:title" content="{words}">' in page
    assert f"title = {{{{{words}}}}}," in client.get(f"{photo}/cite.bib").text
    assert f"\r\nTI  - {words}\r\n" in client.get(f"{photo}/cite.ris").text
    assert json.loads(client.get(f"{photo}/cite.json").text)[0]["title"] == words
    assert json.loads(client.get(f"{photo}/record.jsonld").text)["name"] == words


@pytest.mark.parametrize(("root", "asked"), [("", "interviewer"), ("/fr", "intervieweur")])
def test_whoever_asked_the_questions_is_named_in_bibtex_as_in_the_sentence(
    client: FlaskClient, shelf: Shelf, root: str, asked: str
) -> None:
    talk = f"{root}/items/{shelf.items['talk']}"
    assert f"Ada ({asked})" in client.get(talk).text.replace("</bdi>", "").replace("<bdi>", "")
    assert f"note = {{Ada ({asked})" in client.get(f"{talk}/cite.bib").text
