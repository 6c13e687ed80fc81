"""A collection brings stories of its own: read and found by everyone, and written anew by those who look after it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf
from tests.journeys.test_stories import begin, curator, publish, visitor

__all__ = ["client", "curator", "master", "shelf", "visitor"]
SLUG = "the-day-of-remembrance"
ADDRESS = f"/stories/{SLUG}"


def titles_found(page: str) -> list[str]:
    return stories_in(page.partition('id="stories-found"')[2].partition("</section>")[0])


def stories_in(told: str) -> list[str]:
    # A picture of it leads there too.
    return re.findall(r'href="/stories/([^"]+)"(?! tabindex)', told)


def test_the_story_of_the_day_is_there_from_the_beginning_with_its_sources(visitor: FlaskClient) -> None:
    assert ADDRESS in visitor.get("/stories").text
    page = visitor.get(ADDRESS).text
    assert "resolution 62/122" in page and "17 December 2007" in page
    assert 'href="https://docs.un.org/en/A/RES/62/122"' in page and 'rel="noopener nofollow"' in page
    assert "November 28, 2026" in page
    assert "/desk/" not in page


@pytest.mark.parametrize(
    "words",
    [
        "Rodney Leon",
        "resolutions",
        '"Ark of Return"',
        "title:city",
        "title:keep*",
        'title:"can keep it"',
        "burial OR nowhereatall",
        "Durb*",
    ],
)
def test_a_story_is_found_by_what_it_says(visitor: FlaskClient, words: str) -> None:
    assert SLUG in titles_found(visitor.get("/search", query_string={"q": words}).text)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "zibbleforth",
        "Rodney -Durban",
        "title:Durban",
        "title:Durb*",
        'title:"Ark of Return"',
        '"Leon Rodney"',
        "-zibbleforth",
        "date:1807",
    ],
)
def test_and_not_by_what_it_does_not_say(visitor: FlaskClient, words: str) -> None:
    assert titles_found(visitor.get("/search", query_string={"q": words}).text) == []


def test_a_search_that_is_narrowed_to_items_tells_of_no_story(visitor: FlaskClient) -> None:
    assert titles_found(visitor.get("/search?q=Durban&kind=letter").text) == []
    assert titles_found(visitor.get("/search?q=Durban&from=1850&to=1860").text) == []


def test_curators_write_it_anew_and_it_changes_for_everyone_only_when_theirs_is_published(
    curator: FlaskClient, visitor: FlaskClient
) -> None:
    assert f"/desk/stories/new?like={SLUG}" in curator.get(ADDRESS).text
    form = curator.get(f"/desk/stories/new?like={SLUG}").text
    assert "resolution 62/122" in form and f'value="{SLUG}"' in form
    address = begin(curator, slug=SLUG, title="How our city keeps it", body="By the quiet marigold river.")
    assert "resolution 62/122" in visitor.get(ADDRESS).text
    publish(curator, address)
    assert "marigold" in visitor.get(ADDRESS).text
    assert titles_found(visitor.get("/search?q=marigold").text) == [SLUG]
    assert SLUG not in titles_found(visitor.get("/search?q=Durban").text)
    # Taken off the pages, it does not bring back what it took the place of.
    write_off(curator, address)
    assert visitor.get(ADDRESS).status_code == 404
    assert ADDRESS not in visitor.get("/stories").text
    assert titles_found(visitor.get("/search?q=marigold").text) == []


def write_off(curator: FlaskClient, address: str) -> None:
    fields = dict(re.findall(r'name="(csrf_token|version)" value="([^"]+)"', curator.get(address).text))
    assert curator.post(f"{address}/unpublish", data=fields).status_code == 303


def test_words_that_stand_for_a_thing_or_an_address_are_found_in_no_story(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf
) -> None:
    hidden, shown = shelf.items["hidden-in_review"], shelf.items["letter"]
    body = (
        f"Words ![quillfeather]({hidden}) and ![marigold]({shown}) and [a page](https://example.org/thimble)."
    )
    publish(curator, begin(curator, title="A walk", body=body))
    for words in ("quillfeather", hidden, "thimble", "marigold"):
        assert titles_found(visitor.get("/search", query_string={"q": words}).text) == []
    assert titles_found(visitor.get('/search?q="and a page"').text) == ["a-walk"]


def test_the_story_is_told_in_every_language_of_the_collection(visitor: FlaskClient) -> None:
    page = visitor.get(ADDRESS).text
    for slug in ("dia-del-recuerdo", "journee-du-souvenir", "dia-da-memoria"):
        assert f'href="/stories/{slug}"' in page
        assert f'href="{ADDRESS}"' in visitor.get(f"/stories/{slug}").text


def test_a_story_is_found_by_the_forms_of_its_own_language(
    curator: FlaskClient, visitor: FlaskClient
) -> None:
    written = {
        "language": "pt",
        "title": "As nações do mar",
        "body": "Os tambores da irmandade ficaram calados.",
    }
    publish(curator, begin(curator, slug="nacoes", **written))
    publish(curator, begin(curator, slug="as-english", **written | {"language": "en"}))
    for words in (
        "nacao",
        "title:nacao",
        '"nacao do mar"',
        "irmandades -nowhereatall",
        "Ficaram calados",
    ):
        assert "nacoes" in titles_found(visitor.get("/search", query_string={"q": words}).text), words
    # As English neither of them is another form of what stands there.
    for words in ("nacao", '"nacao do mar"'):
        assert "as-english" not in titles_found(visitor.get("/search", query_string={"q": words}).text)


def test_of_the_stories_found_the_best_are_shown_with_the_words_and_lead_to_all_of_them(
    curator: FlaskClient, visitor: FlaskClient
) -> None:
    portuguese = {"language": "pt", "title": "A cidade", "body": "Durban, e uma zibbleforth city."}
    publish(curator, begin(curator, slug="a-cidade", **portuguese))
    publish(curator, begin(curator, slug="rivers", body="Far from Durban and from any city they *sang*."))
    page = visitor.get("/search?q=Durban").text
    # In the visitor's language first, and of these the newest; then the newest of the others.
    assert titles_found(page) == ["rivers", SLUG, "a-cidade"]
    assert "<mark>Durban</mark>" in page.partition('id="stories-found"')[2]
    assert 'href="/stories?q=Durban">All 6 stories that hold these words<' in page
    every = visitor.get("/stories?q=Durban").text
    assert len(stories_in(every)) == 6 and "noindex" in every and "<mark>Durban</mark>" in every
    assert stories_in(visitor.get("/stories?q=Durban&page=9").text) == stories_in(every)
    # What says it in its title goes before what is newer.
    assert titles_found(visitor.get("/search?q=city").text) == [SLUG, "rivers", "a-cidade"]
    # Where a story holds the words it is not said that nothing does.
    page = visitor.get("/search?q=zibbleforth").text
    assert titles_found(page) == ["a-cidade"] and "/stories?q=" not in page
    assert "No item holds these words." in page and "Nothing here" not in page
    assert "Nothing here holds these words." in visitor.get("/search?q=nowhereatall").text
    assert "No story holds these words." in visitor.get("/stories?q=nowhereatall").text
    assert visitor.get("/stories?q=*a*").status_code == 400


def test_a_draft_is_found_by_nobody(curator: FlaskClient, visitor: FlaskClient) -> None:
    begin(curator, title="Not yet", body="zibbleforth")
    for somebody in (curator, visitor):
        assert titles_found(somebody.get("/search?q=zibbleforth").text) == []


def test_a_story_begins_in_its_list_with_its_first_words_and_the_first_thing_it_shows(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf
) -> None:
    address = begin(
        curator, body=f"## A heading\n\nThey *sang* by the\n[river](/about).\n\n![]({shelf.items['photo']})"
    )
    publish(curator, address)
    page = visitor.get("/stories").text
    assert "They sang by the river." in page
    assert "/media/" in page.partition("Rivers and songs")[2].partition("</li>")[0]
