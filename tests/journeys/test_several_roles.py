"""Who did two things with something is one person wherever it is cited, listed or followed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree as Tree

import pytest
from flask.testing import FlaskClient

from archive.exchange.atom import NAMESPACE
from archive.exchange.oai_dc import NAMESPACES
from archive.models import Collection
from archive.services import indexing
from archive.services.describe import Description
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures.shelf import Shelf

MADE, HELPED, ELSE = "Souza, Maria", "Lima, Ana", "Costa, Rui"
NAMES = [
    *((MADE, "author"), (MADE, "speaker")),
    *((HELPED, "interviewer"), (HELPED, "transcriber"), (HELPED, "organizer")),
]
DC = NAMESPACES["dc"]
# A sentence keeps what is read from right to left apart.
ISOLATES = re.compile("[\u2066-\u2069]|</?bdi>")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf(open_archive(Settings(home=tmp_path_factory.mktemp("roles") / "home")))
    with shelf.archive.db.write() as session:
        session.add(Collection(slug="march-25"))
        session.flush()
        shelf.item(session, "talk", Description(title="A talk", names=NAMES, kind="sound"))
        more = [*NAMES, (ELSE, "editor"), ("Reis, Eva", "editor")]
        shelf.item(session, "book", Description(title="A book", names=more, kind="text"))
    indexing.rebuild(shelf.archive)
    yield shelf
    shelf.archive.close()


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


@pytest.fixture(scope="module")
def talk(shelf: Shelf) -> str:
    return f"/items/{shelf.items['talk']}"


def test_the_sentence_names_its_maker_once_and_a_helper_by_each_thing_that_is_said(
    visitor: FlaskClient, talk: str
) -> None:
    cited = visitor.get(talk).text.partition('<p class="cite">')[2].partition("</p>")[0]
    said = ISOLATES.sub("", cited)
    assert said.startswith(f"{MADE}; {HELPED} (interviewer); {HELPED} (organizer). “A talk”")


def test_programs_that_keep_citations_are_told_of_each_once(visitor: FlaskClient, talk: str) -> None:
    assert f"author = {{{MADE}}}," in visitor.get(f"{talk}/cite.bib").text
    ris = visitor.get(f"{talk}/cite.ris").text.split("\r\n")
    assert [one for one in ris if one[:2] in ("AU", "A2")] == [f"AU  - {MADE}", f"A2  - {HELPED}"]
    (said,) = json.loads(visitor.get(f"{talk}/cite.json").text)
    ana = [{"family": "Lima", "given": "Ana"}]
    assert said["author"] == [{"family": "Souza", "given": "Maria"}]
    assert said["interviewer"] == said["organizer"] == ana
    head = visitor.get(talk).text.partition("</head>")[0]
    for name, who in (("DC.creator", MADE), ("citation_author", MADE), ("DC.contributor", HELPED)):
        assert re.findall(f'<meta name="{name}" content="([^"]*)">', head) == [who], name


def test_the_record_and_what_is_harvested_name_each_once(visitor: FlaskClient, talk: str) -> None:
    record = json.loads(visitor.get(f"{talk}/record.jsonld").text)
    assert [one["name"] for one in record["creator"]] == [MADE]
    assert [one["name"] for one in record["contributor"]] == [HELPED]
    asked = f"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:{talk.rpartition('/')[2]}"
    told = Tree.fromstring(visitor.get(f"/oai?{asked}").data)
    for name, who in (("creator", MADE), ("contributor", HELPED)):
        assert [one.text for one in told.iter(f"{{{DC}}}{name}")] == [who]


def test_a_list_says_that_there_are_others_only_where_there_are(visitor: FlaskClient, shelf: Shelf) -> None:
    listed = visitor.get("/search").text.split('<li class="item')[1:]
    names = {
        name: ISOLATES.sub("", re.findall('class="names"[^>]*>(.*?)</p>', one)[0])
        for name, id_ in shelf.items.items()
        for one in listed
        if id_ in one
    }
    assert names == {
        "talk": f"{MADE}; {HELPED}",
        "book": f"{MADE}; {HELPED}; {ELSE} and others",
    }


def test_the_feed_names_each_author_once(visitor: FlaskClient) -> None:
    feed = Tree.fromstring(visitor.get("/new.atom").data)
    kept = {"a": NAMESPACE}
    authors = {
        entry.findtext("a:title", "", kept): [one.text for one in entry.findall("a:author/a:name", kept)]
        for entry in feed.findall("a:entry", kept)
    }
    assert authors["A talk"] == [MADE, HELPED]
