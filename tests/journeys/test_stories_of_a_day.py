"""A day of remembrance and its story know each other, and what many link to says what it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from archive.services import days
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf
from tests.journeys.test_stories import begin, curator, publish, visitor

__all__ = ["client", "curator", "master", "shelf", "visitor"]
OF_THE_DAY = {
    "": "the-day-of-remembrance",
    "/es": "dia-del-recuerdo",
    "/fr": "journee-du-souvenir",
    "/pt": "dia-da-memoria",
}
SITE = "http://localhost"


def on(monkeypatch: pytest.MonkeyPatch, month: int, day: int) -> None:
    monkeypatch.setattr(days, "now", lambda: datetime(2026, month, day, 18, tzinfo=UTC))


def told_in(page: str) -> list[str]:
    return re.findall(r'class="title"><a href="[^"]*/stories/([^"]+)"', page)


def welcome(page: str) -> str:
    return page.partition('class="observance"')[2].partition("</section>")[0]


def heads(page: str) -> dict[str, str]:
    """What the head of a page says: by property, by language, and its own address."""
    top = page.partition("</head>")[0]
    found = dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)">', top))
    found |= dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', top))
    return found | dict(re.findall(r'<link rel="(canonical)" href="([^"]+)">', top))


@pytest.mark.parametrize("root", OF_THE_DAY)
def test_the_story_of_the_day_is_in_its_welcome_and_on_its_page_in_the_readers_language(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch, root: str
) -> None:
    on(monkeypatch, 3, 25)
    assert told_in(welcome(visitor.get(f"{root}/").text)) == [OF_THE_DAY[root]]
    assert told_in(visitor.get(f"{root}/days/day-of-remembrance").text) == [OF_THE_DAY[root]]
    assert told_in(visitor.get(f"{root}/days/human-rights-day").text) == []
    story = visitor.get(f"{root}/stories/{OF_THE_DAY[root]}").text
    # Above the title, and in the text.
    assert story.count(f'href="{root}/days/day-of-remembrance"') == 2
    on(monkeypatch, 12, 10)
    assert told_in(welcome(visitor.get(f"{root}/").text)) == []


def test_a_story_that_curators_write_belongs_to_the_day_to_which_it_leads_once_it_is_published(
    curator: FlaskClient, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, 12, 10)
    body = "Read on [the day](https://archive.example/fr/days/human-rights-day) what [cities](/days/nowhere) did."
    address = begin(curator, title="Thirty articles", body=body)
    assert told_in(welcome(visitor.get("/").text)) == []
    publish(curator, address)
    assert told_in(welcome(visitor.get("/").text)) == ["thirty-articles"]
    # Who reads in another language is shown it too while there is none in theirs: its own words are said to be in another, no more.
    spanish = visitor.get("/es/days/human-rights-day").text
    assert told_in(spanish) == ["thirty-articles"]
    listed = spanish.partition('id="told"')[2].partition("</section>")[0]
    said = re.findall(r'<(\w+)[^>]* lang="en"[^>]*>([^<]*)', listed)
    assert [name for name, _words in said] == ["a", "p"] and said[0][1] == "Thirty articles"
    assert '<p class="snippet" lang="en" dir="auto">' in visitor.get("/es/search?q=cities").text
    story = visitor.get("/stories/thirty-articles").text
    assert ' · <a href="/days/human-rights-day">Human Rights Day</a>' in story
    assert story.count("/days/nowhere") == 1


def test_a_story_says_its_own_address_its_other_languages_and_its_picture(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf
) -> None:
    spanish = OF_THE_DAY["/es"]
    for root in ("", "/es", "/fr"):
        found = heads(visitor.get(f"{root}/stories/{spanish}?x=1").text)
        assert found["canonical"] == found["og:url"] == f"{SITE}/es/stories/{spanish}"
        assert {code: found.get(code) for code in ("en", "es", "fr", "pt")} == {
            "en": f"{SITE}/stories/{OF_THE_DAY['']}",
            "es": None,
            "fr": f"{SITE}/fr/stories/{OF_THE_DAY['/fr']}",
            "pt": f"{SITE}/pt/stories/{OF_THE_DAY['/pt']}",
        }
        assert found["og:title"] and "25 de marzo" in found["og:description"]
        assert found["og:image"] == f"{SITE}{root}/stories/{spanish}/candles.jpg"
    pictured = f"![a photograph]({shelf.items['photo']})"
    address = begin(curator, title="Seen", body=f"{pictured}\n\nWhat was seen.")
    draft = curator.get("/stories/seen").text
    assert heads(draft) == {} and '<meta name="robots" content="noindex">' in draft
    publish(curator, address)
    found = heads(visitor.get("/stories/seen").text)
    assert found["og:image"].startswith(f"{SITE}/media/") and found["og:description"] == "What was seen."


def test_the_story_that_the_collection_brings_is_led_in_by_its_drawing_until_one_written_here_takes_its_place(
    curator: FlaskClient, visitor: FlaskClient
) -> None:
    page = visitor.get(f"/fr/stories/{OF_THE_DAY['']}").text
    (image,) = re.findall(r"<img [^>]+>", page.partition("<main")[2])
    assert 'alt="Five candles at dusk, a drawing made for this archive"' in image and 'lang="en"' in image
    address = re.findall('src="([^"]+)"', image)[0]
    drawing = visitor.get(address)
    assert (drawing.status_code, drawing.mimetype) == (200, "image/jpeg") and drawing.headers["ETag"]
    # It is there in the list too, and nothing else of that folder is.
    assert visitor.get("/stories").text.count('/candles.jpg"') == 1
    for name in ("the-day-of-remembrance.md", "..%2fcollection.toml", "water.png"):
        assert visitor.get(f"/stories/{OF_THE_DAY['']}/{name}").status_code == 404
    assert visitor.get("/stories/nothing/candles.jpg").status_code == 404
    publish(curator, begin(curator, title="Ours", slug=OF_THE_DAY[""], body="Our own words."))
    assert "<img" not in visitor.get(f"/stories/{OF_THE_DAY['']}").text.partition("<main")[2]
    assert visitor.get(address).status_code == 404


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "Remembrance"),
        ("/collections/march-25", "March 25"),
        ("/stories", "Stories"),
        ("/days/human-rights-day", "Human Rights Day"),
    ],
)
def test_pages_that_many_link_to_say_their_own_address_and_their_other_languages(
    visitor: FlaskClient, path: str, title: str
) -> None:
    found = heads(visitor.get(f"{path}?x=1").text)
    assert found["canonical"] == found["og:url"] == f"{SITE}{path}"
    assert {code: found[code] for code in ("es", "fr", "pt")} == {
        code: f"{SITE}/{code}{path}" for code in ("es", "fr", "pt")
    }
    assert title in found["og:title"] and found["og:description"] and "en" not in found
    assert heads(visitor.get(f"/fr{path}").text)["canonical"] == f"{SITE}/fr{path}"
