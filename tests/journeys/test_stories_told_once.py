"""A story that is told in several languages stands in a list once, in the reader's own where it can, with a way to each of the others."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from archive.services.story_lines import StoryLine, told_once
from tests.fixtures.desk import client, master, shelf
from tests.journeys.test_stories import begin, curator, publish, visitor
from tests.journeys.test_stories_of_a_day import OF_THE_DAY, on, told_in, welcome

__all__ = ["client", "curator", "master", "shelf", "visitor"]
DAY = "/days/human-rights-day"


def also_in(page: str) -> dict[str, str]:
    """Where the other languages of what a page lists lead to, by their codes."""
    lines = re.findall(r"Also in:(.*?)</p>", page.partition("<main")[2], re.DOTALL)
    return {code: href for line in lines for href, code in re.findall(r'href="(.+?)" hreflang="(.+?)"', line)}


def leads_to(page: str) -> set[str]:
    """The stories in other languages of which a story's own page tells."""
    return set(re.findall(r'href="[^"]*/stories/([^"]+)" lang="', page.partition('class="downloads"')[2]))


@pytest.mark.parametrize("root", OF_THE_DAY)
def test_the_story_of_the_day_is_listed_once_in_the_readers_language(visitor: FlaskClient, root: str) -> None:
    page = visitor.get(f"{root}/stories").text
    assert told_in(page) == [OF_THE_DAY[root]]
    if not root:
        assert also_in(page) == {
            code.strip("/"): f"/stories/{OF_THE_DAY[code]}" for code in OF_THE_DAY if code
        }


def test_what_is_told_in_another_language_alone_is_listed_too_after_those_in_the_readers(
    curator: FlaskClient, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = begin(curator, title="Our articles", body=f"[The day]({DAY})")
    theirs = begin(curator, title="Nuestros derechos", language="es", body=f"[El día]({DAY})")
    for address in (ours, theirs):
        publish(curator, address)
    assert told_in(visitor.get("/stories").text) == [
        *("our-articles", OF_THE_DAY[""]),
        "nuestros-derechos",
    ]
    on(monkeypatch, 12, 10)
    for root, first in (("", "our-articles"), ("/es", "nuestros-derechos")):
        told = told_in(visitor.get(f"{root}{DAY}").text)
        assert told[0] == first and set(told) == {"our-articles", "nuestros-derechos"}
    on(monkeypatch, 3, 25)
    page = visitor.get("/days/day-of-remembrance").text
    assert told_in(page) == [OF_THE_DAY[""]] and set(also_in(page)) == {"es", "fr", "pt"}


def test_on_its_day_a_story_is_in_the_readers_language_though_another_alone_leads_to_the_day(
    curator: FlaskClient, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, 12, 10)
    ours = begin(curator, title="Our articles", body=f"[The day]({DAY})")
    theirs = {"language": "es", "translation_of": ours.rpartition("/")[2]}
    for address in (ours, begin(curator, title="Nuestros derechos", body="Treinta.", **theirs)):
        publish(curator, address)
    for root, first, other in (("", "our-articles", "es"), ("/es", "nuestros-derechos", "en")):
        page = visitor.get(f"{root}{DAY}").text
        assert told_in(page) == [first]
        assert f'hreflang="{other}"' in page.partition('id="told"')[2].partition("</section>")[0]
        assert told_in(welcome(visitor.get(f"{root}/").text)) == [first]
    # What leads there in no language is not of the day.
    on(monkeypatch, 3, 25)
    assert "nuestros-derechos" not in visitor.get("/es/days/day-of-remembrance").text


@pytest.mark.parametrize("code", ["", "/es"])
def test_a_story_that_is_written_anew_still_leads_to_its_other_languages_and_they_to_it(
    curator: FlaskClient, visitor: FlaskClient, code: str
) -> None:
    slug, language = OF_THE_DAY[code], code.strip("/") or "en"
    publish(curator, begin(curator, title="Told anew", slug=slug, language=language, body="Our own words."))
    others = {one for root, one in OF_THE_DAY.items() if root != code}
    page = visitor.get(f"/stories/{slug}").text
    assert "Told anew" in page and leads_to(page) == others - {OF_THE_DAY[""]}
    assert all(f'href="/stories/{slug}"' in visitor.get(f"/stories/{one}").text for one in others)
    assert told_in(visitor.get(f"{code}/stories").text) == [slug]


def test_two_translations_of_a_story_that_nobody_reads_yet_are_one(
    curator: FlaskClient, visitor: FlaskClient
) -> None:
    original = begin(curator)
    for title, language in (("Ríos", "es"), ("Rivières", "fr")):
        again = {"language": language, "translation_of": original.rpartition("/")[2]}
        publish(curator, begin(curator, title=title, **again))
    page = visitor.get("/fr/stories").text
    assert "rivieres" in told_in(page) and "rios" not in told_in(page)
    assert 'href="/fr/stories/rios"' in page
    assert "rivers-and-songs" not in page + visitor.get("/stories/rivieres").text


def test_where_none_is_in_the_readers_language_the_first_of_them_stands_for_all() -> None:
    def told(slug: str, language: str, work: str) -> StoryLine:
        return StoryLine("", slug, "march-25", language, slug, True, date(2026, 3, 25), work=work)

    lines = [told("ponts", "fr", "bridges"), told("bridges", "en", "bridges"), told("alone", "pt", "alone")]
    assert [(one.slug, [other.slug for other in one.also]) for one in told_once(lines, "es")] == [
        ("bridges", ["ponts"]),
        ("alone", []),
    ]
