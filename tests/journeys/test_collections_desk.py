"""A collection at the desk: what is wrong with its folder is told, and its introduction is written over the folder's words and back."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.models import Role, User, today
from archive.profiles import find_collections_root, say
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import master, token_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD

__all__ = ["master"]
ENGLISH = "/desk/collections/march-25/en"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The collections' folder of this test's own."""
    return Path(shutil.copytree(find_collections_root(), tmp_path / "collections"))


@pytest.fixture
def shelf(master: Shelf, folder: Path, tmp_path: Path) -> Iterator[Shelf]:
    home = tmp_path / "home"
    shutil.copytree(master.archive.settings.home, home)
    archive = open_archive(Settings(home=home, collections_dir=str(folder), staff_second_factor=False))
    yield replace(master, archive=archive)
    archive.close()


@pytest.fixture
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


@pytest.fixture
def curator(visitor: FlaskClient) -> FlaskClient:
    return sign_in(visitor, "curator")


def sign_in(visitor: FlaskClient, name: str) -> FlaskClient:
    client = visitor.application.test_client()
    token = token_of(client.get("/sign-in").text)
    client.post("/sign-in", data={"username": name, "password": PASSWORD, "csrf_token": token})
    return client


def fields(page: str) -> dict[str, str]:
    found = dict(next(one for one in Forms(page).forms if one["action"].endswith(ENGLISH))["fields"])
    return {name: value for name, value in found.items() if name not in ("preview", "back")}


def test_an_introduction_is_looked_at_written_and_given_back_to_the_folder(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf
) -> None:
    of_file = html.escape(say(shelf.archive.profiles["march-25"].description, "en").split("\n\n")[0])
    before = visitor.get("/collections/march-25").text
    form = fields(curator.get(ENGLISH).text)
    body = "## Welcome\n\nWritten *here* <b>.\n\n![x](https://evil.example/p.png)"
    looked = curator.post(ENGLISH, data=form | {"body": body, "preview": "yes"})
    assert (
        "<em>here</em>" in looked.text
        and "evil" not in looked.text.split('id="preview"')[1].split("<form")[0]
    )
    assert visitor.get("/collections/march-25").text == before
    assert curator.post(ENGLISH, data=form | {"body": body}).status_code == 303
    page = visitor.get("/collections/march-25").text
    assert "<h2>Welcome</h2>" in page and "<em>here</em> &lt;b&gt;." in page and "evil" not in page
    assert "Welcome" not in visitor.get("/es/collections/march-25").text
    assert of_file in curator.get(ENGLISH).text
    back = curator.post(ENGLISH, data=fields(curator.get(ENGLISH).text) | {"back": "yes"})
    assert back.status_code == 303
    assert visitor.get("/collections/march-25").text == before


def test_of_two_who_write_it_at_once_the_second_sees_both_and_loses_nothing(curator: FlaskClient) -> None:
    mine = fields(curator.get(ENGLISH).text)
    assert curator.post(ENGLISH, data=mine | {"body": "Theirs."}).status_code == 303
    answer = curator.post(ENGLISH, data=mine | {"body": "Mine."})
    assert answer.status_code == 409 and "Theirs." in answer.text and "Mine." in answer.text
    assert curator.post(ENGLISH, data=fields(answer.text)).status_code == 303
    assert fields(curator.get(ENGLISH).text)["body"] == "Mine."


def test_every_wording_of_an_introduction_stays_with_who_wrote_it_and_comes_back(
    curator: FlaskClient, visitor: FlaskClient
) -> None:
    assert "Nobody has changed it here yet." in curator.get(ENGLISH).text
    for number in (1, 2):
        form = fields(curator.get(ENGLISH).text)
        assert curator.post(ENGLISH, data=form | {"body": f"Welcome <{number}>"}).status_code == 303
    form = fields(curator.get(ENGLISH).text)
    assert curator.post(ENGLISH, data=form | {"back": "yes"}).status_code == 303
    page = curator.get(ENGLISH).text
    rows = r'<th scope="row">Introduction</th><td class="as-typed">([^<]*)</td><td class="as-typed">([^<]*)<'
    assert re.findall(rows, page) == [
        ("Welcome &lt;2&gt;", "the words the collection came with"),
        ("Welcome &lt;1&gt;", "Welcome &lt;2&gt;"),
        ("the words the collection came with", "Welcome &lt;1&gt;"),
    ]
    assert len(re.findall(rf'class="facts">[^<]*{today().year}, curator<', page)) == 3
    first = f"{ENGLISH}/history/1"
    then = dict(next(one for one in Forms(page).forms if one["action"].endswith(first))["fields"])
    assert curator.post(first, data=then).status_code == 303
    assert "Welcome &lt;1&gt;" in visitor.get("/collections/march-25").text
    # Whoever looked at the page before that is told.
    assert curator.post(f"{ENGLISH}/history/2", data=then).status_code == 409
    assert "Welcome &lt;1&gt;" in visitor.get("/collections/march-25").text
    assert curator.post(f"{ENGLISH}/history/9", data=then).status_code == 404


def test_an_introduction_that_is_too_long_stays_in_the_form(curator: FlaskClient) -> None:
    answer = curator.post(ENGLISH, data=fields(curator.get(ENGLISH).text) | {"body": "long " * 5000})
    assert answer.status_code == 400 and "too long" in answer.text and "long long" in answer.text


def test_what_is_wrong_with_a_collections_files_is_told_by_file_key_and_reason_while_the_archive_goes_on(
    curator: FlaskClient, visitor: FlaskClient, folder: Path
) -> None:
    page = curator.get("/desk/collections/march-25").text
    assert "Nothing is wrong with its files." in page and "subjects" in page.lower()
    file = folder / "march-25" / "collection.toml"
    file.write_text(file.read_text(encoding="utf-8") + '\nnonsense = "x"\n', encoding="utf-8")
    (folder / "march-25" / "vocabularies" / "places.toml").write_text("title = [", encoding="utf-8")
    page = curator.get("/desk/collections/march-25").text
    assert "march-25/vocabularies/places.toml" in page and "is not valid TOML" in page
    assert "nonsense" in page and "is not known here" in page
    assert "Nothing is wrong" in curator.get("/desk/collections/convenings").text
    assert visitor.get("/collections/march-25").status_code == 200


def test_files_that_were_changed_since_the_start_are_told(curator: FlaskClient, folder: Path) -> None:
    file = folder / "march-25" / "observances.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("month = 3", "month = 4"), encoding="utf-8")
    assert "start it anew, and they count" in curator.get("/desk/collections/march-25").text


def test_a_collection_is_introduced_by_its_own_curators_and_administrators_alone(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    archivist = sign_in(visitor, "archivist")
    assert archivist.get("/desk/collections/march-25").status_code == 200
    assert archivist.get(ENGLISH).status_code == 403
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "elsewhere")).one()
        user.roles = [Role(name="curator", collection="convenings")]
    elsewhere = sign_in(visitor, "elsewhere")
    for address in ("/desk/collections/march-25", ENGLISH, "/desk/collections/never"):
        assert elsewhere.get(address).status_code == 404
    assert elsewhere.get("/desk/collections/convenings/en").status_code == 200
    assert visitor.get("/desk/collections/march-25").status_code == 303
