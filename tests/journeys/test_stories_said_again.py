"""A story says in its language what another says in its own: any can be chosen, and no link goes without a word."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.models import Role, User
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf
from tests.journeys.test_stories import begin, curator, fields_of, publish, sign_in, visitor, write

__all__ = ["client", "curator", "master", "shelf", "visitor"]
NEW = "/desk/stories/new"
SAME = "That story is in the same language as this one."


def offered(page: str) -> dict[str, str]:
    """The stories that may be said again, by their words, with their ids."""
    chosen = page.partition('<select id="translation_of"')[2].partition("</select>")[0]
    return {words: value for value, words in re.findall(r'<option value="(.*?)".*?>(.*?)</option>', chosen)}


def id_of(address: str) -> str:
    return address.rpartition("/")[2]


def also_in(visitor: FlaskClient, slug: str) -> bool:
    return "Also in:" in visitor.get(f"/stories/{slug}").text


@pytest.fixture
def english(curator: FlaskClient) -> str:
    """The form of a story in English that everyone reads."""
    address = begin(curator)
    publish(curator, address)
    return address


@pytest.fixture
def spanish(curator: FlaskClient, english: str) -> str:
    """The form of another that says it in Spanish."""
    address = begin(curator, title="Ríos", language="es", translation_of=id_of(english))
    publish(curator, address)
    return address


@pytest.mark.parametrize("interface", ["", "/es"])
def test_every_other_story_is_offered_with_its_language_whatever_language_the_pages_have(
    curator: FlaskClient, english: str, spanish: str, interface: str
) -> None:
    both = {"Rivers and songs · English": id_of(english), "Ríos · Español": id_of(spanish)}
    assert both.items() <= offered(curator.get(f"{interface}{NEW}").text).items()
    # But for itself.
    assert id_of(english) not in offered(curator.get(f"{interface}{english}").text).values()


def test_a_story_in_the_language_of_its_original_is_told_at_the_field_and_keeps_what_was_typed(
    curator: FlaskClient, english: str
) -> None:
    typed = {"title": "Streams", "collection": "march-25", "body": "Kept", "translation_of": id_of(english)}
    answer = write(curator, **typed, language="en")
    assert answer.status_code == 400 and answer.text.count(SAME) == 2
    again = fields_of(answer.text, NEW)
    assert typed.items() <= again.items()
    again.pop("preview", None)
    assert curator.post(NEW, data=again | {"language": "pt"}).status_code == 303


def test_a_translation_that_comes_to_be_in_the_language_of_its_original_is_not_saved_and_stays_linked(
    curator: FlaskClient, visitor: FlaskClient, english: str, spanish: str
) -> None:
    answer = write(curator, spanish, language="en")
    assert answer.status_code == 400 and SAME in answer.text
    assert fields_of(answer.text, spanish)["translation_of"] == id_of(english)
    assert also_in(visitor, "rios") and also_in(visitor, "rivers-and-songs")
    assert "Revision 2" not in curator.get(f"{spanish}/history").text
    # The link goes where somebody says so.
    assert write(curator, spanish, language="en", translation_of="").status_code == 303
    assert not also_in(visitor, "rios")


def test_an_original_that_comes_to_be_in_the_language_of_its_translation_is_told_at_its_language(
    curator: FlaskClient, visitor: FlaskClient, english: str, spanish: str
) -> None:
    answer = write(curator, english, language="es")
    assert answer.status_code == 400
    assert answer.text.count("Another story says the same in this language.") == 2
    assert write(curator, english, language="fr").status_code == 303
    assert also_in(visitor, "rios")


def test_an_older_revision_in_the_language_of_the_original_is_not_brought_back_and_the_reason_is_told(
    curator: FlaskClient, english: str
) -> None:
    address = begin(curator, title="Streams", language="en")
    later = {"title": "Ríos", "language": "es", "translation_of": id_of(english)}
    assert write(curator, address, **later).status_code == 303
    fields = fields_of(curator.get(f"{address}/history").text, "/history/1")
    answer = curator.post(f"{address}/history/1", data=fields)
    assert answer.status_code == 409
    assert "is in a language in which another story says the same" in answer.text
    assert "in the language that this story has now" in answer.text
    assert later.items() <= fields_of(curator.get(address).text, address).items()


@pytest.mark.parametrize("published", [True, False])
def test_whoever_does_not_look_after_the_original_leaves_the_link_as_it_is(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf, published: bool
) -> None:
    original = begin(curator)
    if published:
        publish(curator, original)
    address = begin(
        curator, title="Ríos", language="es", collection="convenings", translation_of=id_of(original)
    )
    publish(curator, address)
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "elsewhere")).one()
        user.roles = [Role(name="curator", collection="convenings")]
    elsewhere = sign_in(visitor.application.test_client(), "elsewhere")
    page = elsewhere.get(address).text
    words = "Rivers and songs · English" if published else "A story that you may not see"
    assert offered(page)[words] == id_of(original)
    assert ("Rivers" in page) == published
    assert write(elsewhere, address, body="Corrected.").status_code == 303
    assert fields_of(curator.get(address).text, address)["translation_of"] == id_of(original)


def test_no_story_is_offered_that_could_not_be_chosen(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf, english: str
) -> None:
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "elsewhere")).one()
        user.roles = [
            Role(name="curator", collection="convenings"),
            Role(name="archivist", collection="march-25"),
        ]
    elsewhere = sign_in(visitor.application.test_client(), "elsewhere")
    assert "Rivers and songs" in elsewhere.get("/desk/stories").text
    assert id_of(english) not in offered(elsewhere.get(NEW).text).values()


def test_a_title_of_which_no_address_can_be_made_gets_the_first_that_is_free(
    curator: FlaskClient, visitor: FlaskClient
) -> None:
    first = begin(curator, title="奴隸制的故事")
    second = begin(curator, title="חירות", language="es")
    assert [fields_of(curator.get(one).text, one)["slug"] for one in (first, second)] == [
        "story-1",
        "story-2",
    ]
    publish(curator, first)
    assert "奴隸制的故事" in visitor.get("/stories/story-1").text
    # It stays, also where the field is left empty once more; and no page of the Desk's own is in the way.
    assert write(curator, second, slug="").status_code == 303
    assert fields_of(curator.get(second).text, second)["slug"] == "story-2"
    third = begin(curator, title="New")
    assert fields_of(curator.get(third).text, third)["slug"] == "story-3"
    answer = write(curator, title="Mine", collection="march-25", slug="new")
    assert answer.status_code == 400 and "Use small letters" in answer.text
