"""One subject is one in every language, a person's link leads to that person, and what is chosen can be taken away again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from archive.access import PUBLIC
from archive.models import Collection
from archive.services import indexing, show
from archive.services.describe import Description
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures.shelf import Shelf

# What the collection's own list has as one term, as records in three languages say it, and one that it does not have.
TAUGHT = {"eng": "Teaching and learning", "fra": "Enseignement et apprentissage", "spa": "Study guides"}
OWN = "Kites over the harbour"
PEOPLE = {"eng": ["Ada", "???"], "fra": ["Ada Lovejoy", 'Rosa "Ada" O\'Neil'], "spa": ["Rosa, of Ada"]}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    archive = open_archive(Settings(home=tmp_path_factory.mktemp("subjects") / "home"))
    shelf = Shelf(archive)
    with archive.db.write() as session:
        session.add(Collection(slug="march-25"))
        session.flush()
        for code, subject in TAUGHT.items():
            names = [(name, "creator") for name in PEOPLE[code]]
            subjects = [subject, *([OWN] if code == "fra" else [])]
            said = Description(title=f"In {code}", subjects=subjects, languages=[code], names=names)
            shelf.item(session, code, said)
        shelf.item(session, "both", Description(title="Twice", subjects=[TAUGHT["eng"], TAUGHT["fra"]]))
    indexing.rebuild(archive)
    yield shelf
    archive.close()


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


def links(page: str, part: str = "<main") -> dict[str, str]:
    """The addresses of the links of a page, from some part of it on, by their words."""
    found = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', page[page.index(part) :])
    return {unescape(re.sub(r"<[^>]+>", "", words)).strip(): unescape(href) for href, words in found}


def found_in(page: str) -> int:
    return int(re.findall(r">(\d+) items? found<", page)[0])


def titles(page: str) -> set[str]:
    return set(re.findall(r'class="title"><a [^>]*>([^<]+)</a>', page))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "Teaching and learning"),
        ("/es", "Enseñanza y aprendizaje"),
        ("/fr", "Enseignement et apprentissage"),
        ("/pt", "Ensino e aprendizagem"),
    ],
)
def test_a_subject_is_one_value_in_the_readers_language_whatever_its_records_say(
    visitor: FlaskClient, code: str, words: str
) -> None:
    page = visitor.get(f"{code}/search").text
    aside = links(page, 'id="narrow"')
    assert re.search(rf'>{words}</a> <span class="count">4<', page)
    assert not ({*TAUGHT.values(), "education"} - {words}) & set(aside)
    assert titles(visitor.get(aside[words]).text) == {"In eng", "In fra", "In spa", "Twice"}
    listed = visitor.get(f"{code}/subjects").text
    assert re.search(rf'>{words}</a> <span class="facts">4<', listed)
    assert titles(visitor.get(links(listed)[words]).text) == {"In eng", "In fra", "In spa", "Twice"}


def test_no_name_in_the_list_of_subjects_is_told_to_be_another_one(visitor: FlaskClient) -> None:
    for code in ("", "/es", "/fr", "/pt"):
        listed = visitor.get(f"{code}/subjects").text
        names = re.findall(r'<a rel="nofollow"[^>]*>([^<]+)</a> <span class="facts">', listed)
        assert len(names) == 2 and OWN in names
        assert not set(names) & set(re.findall(r"<q>([^<]+)</q>", listed))


def test_a_record_keeps_its_own_word_and_its_page_says_the_term_in_the_readers_language(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    for code, own in TAUGHT.items():
        assert show.item(shelf.archive, PUBLIC, shelf.items[code]).subjects[0] == own
    french = visitor.get(f"/items/{shelf.items['fra']}").text
    assert '<meta name="DC.subject" content="Enseignement et apprentissage">' in french
    assert re.search(r'subject=education"( dir="auto")?>Teaching and learning<', french)
    # A word of its own, and another name of a term, stand there in the language of whoever described it.
    assert re.search(rf'lang="fr" dir="auto">{OWN}<', french)
    spanish = visitor.get(f"/items/{shelf.items['spa']}").text
    assert re.search(r'subject=education" lang="es" dir="auto">Study guides<', spanish)
    both = visitor.get(f"/fr/items/{shelf.items['both']}").text
    assert both.count(">Enseignement et apprentissage<") == 1


def test_an_old_address_leads_to_the_term_and_what_is_chosen_by_it_can_be_taken_away(
    visitor: FlaskClient,
) -> None:
    page = visitor.get("/fr/search", query_string={"subject": ["Study guides", "Teaching and learning"]}).text
    assert titles(page) == {"In eng", "In fra", "In spa", "Twice"}
    away = [href for words, href in links(page).items() if words.startswith("Enseignement et apprentissage")]
    assert away and all("subject" not in parse_qs(urlsplit(href).query) for href in away)


def test_every_value_that_is_chosen_can_be_taken_away_where_it_was_chosen_and_above(
    visitor: FlaskClient,
) -> None:
    asked = {"q": "in", "subject": ["education", OWN], "language": "fra", "view": "grid"}
    page = visitor.get("/search", query_string=asked).text
    for words, facet, left in (
        ("French", "language", {"subject": ["education", OWN]}),
        (OWN, "subject", {"subject": ["education"], "language": ["fra"]}),
        ("Teaching and learning", "subject", {"subject": [OWN], "language": ["fra"]}),
    ):
        chips = page[page.index('class="chosen"') : page.index('class="with-aside"')]
        facets = page[page.index(f"facet-{facet}") :]
        for part in (chips, facets):
            away = parse_qs(urlsplit(links(part, "<")[f"{words} (remove)"]).query)
            assert away == {"q": ["in"], "view": ["grid"]} | left, words
    # A value beside it is added, and what follows from taking all away is the search without any.
    free = visitor.get("/search?q=in&language=fra").text
    added = parse_qs(urlsplit(links(free, "facet-language")["Spanish"]).query)
    assert added["language"] == ["fra", "spa"]
    away = links(free, 'class="chosen"')["French (remove)"]
    assert found_in(free) == 1 and found_in(visitor.get(away).text) == 3


@pytest.mark.parametrize("name", [name for names in PEOPLE.values() for name in names])
def test_a_persons_link_leads_to_that_person_and_to_nobody_else(
    visitor: FlaskClient, shelf: Shelf, name: str
) -> None:
    code = next(code for code, names in PEOPLE.items() if name in names)
    listed = links(visitor.get("/people").text)[name]
    assert links(visitor.get(f"/items/{shelf.items[code]}").text)[name] == listed
    page = visitor.get(listed).text
    assert titles(page) == {f"In {code}"} and found_in(page) == 1
    # It stands above like anything else that is chosen, stays when words are searched for, and can be taken away.
    assert f'<input type="hidden" name="name" value="{name}">' in unescape(page).replace("&#39;", "'")
    away = links(page, 'class="chosen"')[f"{name} (remove)"]
    assert found_in(visitor.get(away).text) == 4
    assert "facet-name" not in page
