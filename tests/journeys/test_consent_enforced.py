"""Each choice of a consent is obeyed: the forbidden thing is on no page, in no file that is sent, no search, no byte of the public index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from archive.access import PUBLIC, Actor, contributor
from archive.models import Audience, Collection, Consent, Item, Passage, today
from archive.services import consents, exchanging, indexing, show, withdrawing
from archive.services.describe import Description, PlaceGiven
from archive.services.find import find
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures import given as samples
from tests.fixtures.items import actor
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import files_with, settle

# Stands in every part of the thing; NAME and PLACE in the giver's name and in the place alone.
WORD, NAME, PLACE = "quillfeather", "amberlynd", "thistlegate"
NEAR = {WORD: "quillfaether", NAME: "amberlynt", PLACE: "thistlegade"}
STREET, TOWN = f"12 {PLACE} lane", "Richmond"
LATITUDE, LONGITUDE = 37.123456, -77.654321
# Wherever people live.
TOMORROW, OVER = today() + timedelta(days=1), today() - timedelta(days=2)
OPEN: dict[str, Any] = {"naming": "own-name", "name_shown": f"Ama {NAME}", "place_precision": "exact"}

# What shows the thing to nobody of the public; and to members, where it is they who may not see it either.
HIDES: dict[str, Mapping[str, Any]] = {
    "only members see it": {"audience": Audience.COMMUNITY},
    "only curators see it": {"audience": Audience.STAFF},
    "not before a day": {"not_before": TOMORROW},
    "not after a day": {"not_after": OVER},
    "others in it were not asked": {"people": "not-asked"},
    "others in it refused": {"people": "refused"},
}
# What shows the thing without a part of it.
WITHHOLDS: dict[str, tuple[Mapping[str, Any], tuple[str, ...]]] = {
    "by no name": ({"naming": "no-name"}, (NAME,)),
    "by another name": ({"naming": "other-name", "name_shown": "A friend"}, (NAME,)),
    "the town alone": (
        {"place_precision": "town", "places_shown": {STREET: TOWN}},
        (PLACE, "37.123", "77.654"),
    ),
    "no words in its stead": (
        {"place_precision": "town", "people": "none", "places_shown": {}},
        (PLACE, "37.1", "77.6", TOWN),
    ),
    "no place": ({"place_precision": "none"}, (PLACE, "37.1", "77.6", TOWN)),
}


class Thing:
    """One published thing that everyone may see, its giver, and everything of the public's that could tell of it."""

    def __init__(self, home: Path) -> None:
        self.archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(home)}))
        shelf = Shelf(self.archive)
        with self.archive.db.write() as session:
            session.add(Collection(slug="march-25"))
            session.flush()
            item = shelf.item(session, "thing", _description())
            file = shelf.file(session, item, WORD.encode(), f"{WORD}.txt", "text/plain", title=f"{WORD} file")
            session.add(Passage(file_id=file.id, position=0, text=f"{WORD} text"))
            shelf.copy(session, file, "text", WORD.encode(), "text/plain")
            shelf.copy(session, file, "thumbnail", samples.jpeg(64, 48), "image/jpeg", width=64, height=48)
            consent = session.get_one(Consent, item.consent_id)
            for name, value in OPEN.items():
                setattr(consent, name, value)
            other = shelf.item(session, "other", Description(title="Another thing (demonstration)"))
            shelf.file(session, other, b"other", "other.txt", "text/plain")
            shelf.bag(session, item)
            self.id, self.submission, self.file = item.id, item.submission_id, file.id
        self.copies = shelf.copies["thing"]
        indexing.rebuild(self.archive)
        self.client = create_app(self.archive.settings, self.archive).test_client()
        self.giver = contributor([self.submission])

    def revise(self, changes: Mapping[str, Any]) -> None:
        consents.revise(self.archive, self.giver, self.submission, changes)

    def pages(self) -> list[str]:
        """Every public address that shows the thing or lists it, in every language."""
        shared = ["/", "/search", "/search?q=demonstration", "/search?sort=newest", "/collections/march-25"]
        shared += [f"/items/{self.id}", f"/items/{self.id}/text/{self.file}", "/about", "/robots.txt"]
        shared += ["/people", "/places", "/subjects", "/years", "/new.atom"]
        shared += [
            f"/items/{self.id}/{one}" for one in ("cite.ris", "cite.bib", "cite.json", "record.jsonld", "ask")
        ]
        oai = "/oai?metadataPrefix=oai_dc&verb="
        shared += [f"{oai}ListRecords", f"{oai}GetRecord&identifier=oai:localhost:{self.id}"]
        shared += [f"/iiif/items/{self.id}/manifest", "/iiif/collections/march-25"]
        shared += ["/sitemap.xml", "/sitemap-items-1.xml", "/days.ics", "/days/day-of-remembrance"]
        told = [f"/{code}{path}" for code in ("es", "fr", "pt") for path in shared if path != "/robots.txt"]
        told += [f"/iiif/{copy}/info.json" for copy in self.copies]
        return [*shared, *told, *(f"/media/{copy}/x.txt" for copy in self.copies)]

    def said(self) -> bytes:
        """Everything that the public is sent, headers too."""
        answers = [self.client.get(address, follow_redirects=True) for address in self.pages()]
        return b"\n".join(str(one.headers).encode() + one.data for one in answers)

    def hits(self, word: str, who: Actor = PUBLIC) -> int:
        return find(self.archive, who, word).total

    def suggestion(self, word: str) -> str:
        return find(self.archive, PUBLIC, NEAR[word]).suggestion or ""

    def where(self) -> list[tuple[str, float | None, float | None]]:
        """The places that whoever makes a page for the public is told."""
        places = show.item(self.archive, PUBLIC, self.id).places
        return [(one.name, one.latitude, one.longitude) for one in places]

    def taken_along(self, who: Actor) -> tuple[str, ...]:
        """The places in what `who` takes home for other programs."""
        view = show.item(self.archive, who, self.id)
        return exchanging.described(self.archive, view, "", lambda copy: "").places

    def facets(self) -> str:
        return str(find(self.archive, PUBLIC, "").facets)

    def indexed(self, *words: str) -> list[str]:
        return files_with(self.archive.settings.index / "public", *(word.encode() for word in words))


def _description() -> Description:
    return Description(
        title=f"{WORD} title (demonstration)",
        description=f"{WORD} description",
        kind="text",
        names=[(f"{WORD} writer", "creator")],
        date_edtf="1777",
        date_start=17770101,
        date_end=17771231,
        decades=[1770],
        places=[PlaceGiven(STREET, LATITUDE, LONGITUDE)],
        subjects=[f"{WORD} subject"],
        languages=["haw"],
        source=f"{WORD} source",
        content_note=f"{WORD} note",
        extra={"relation": f"{WORD} relation"},
    )


@pytest.fixture
def thing(tmp_path: Path) -> Iterator[Thing]:
    made = Thing(tmp_path / "home")
    yield made
    made.archive.close()


def test_while_everything_is_allowed_all_of_it_is_shown_so_that_these_tests_would_see_it(
    thing: Thing,
) -> None:
    said = thing.said().decode(errors="replace")
    for word in (WORD, NAME, PLACE, "1770s"):
        assert word in said, word
    assert thing.where() == [(STREET, LATITUDE, LONGITUDE)]
    for word in (WORD, NAME, PLACE):
        assert thing.hits(word) == 1
        assert word in thing.suggestion(word)
        assert thing.indexed(word)
    assert PLACE in thing.facets()


@pytest.mark.parametrize("choice", HIDES)
def test_a_choice_that_hides_it_hides_all_of_it(thing: Thing, choice: str) -> None:
    thing.revise(HIDES[choice])
    assert_at_once_gone(thing, 404)
    settle(thing.archive)
    assert_nowhere(thing)
    assert show.item(thing.archive, thing.giver, thing.id).title
    assert show.item(thing.archive, actor("curator"), thing.id).title
    if choice == "only members see it":
        assert WORD in show.item(thing.archive, actor("member"), thing.id).title


@pytest.mark.parametrize("choice", WITHHOLDS)
def test_a_choice_that_withholds_a_part_of_it_shows_the_rest(thing: Thing, choice: str) -> None:
    changes, forbidden = WITHHOLDS[choice]
    thing.revise(changes)
    # A page that is looked at says it no more, before any index has heard of it.
    page = thing.client.get(f"/items/{thing.id}").text
    assert WORD in page
    assert [word for word in forbidden if word in page] == []
    settle(thing.archive)
    said = thing.said().decode(errors="replace")
    assert [word for word in forbidden if word in said] == []
    assert thing.hits(WORD) == 1
    for word in (word for word in (NAME, PLACE) if word in forbidden):
        assert thing.hits(word) == 0
        assert word not in thing.suggestion(word)
        assert word not in thing.facets()
        assert thing.indexed(word) == []
    if "town" in choice:
        assert thing.where() == [(TOWN, 37.12, -77.65)]
        # Staff see the street; what they take along is for everybody to read.
        assert thing.taken_along(actor("curator")) == thing.taken_along(PUBLIC) == (TOWN,)
    if choice == "no place":
        assert thing.where() == []
    shown = {"by another name": "A friend", "the town alone": TOWN}.get(choice, "")
    assert shown in said


def test_another_licence_is_on_the_page_and_the_one_before_nowhere(thing: Thing) -> None:
    rights = [
        term.uri for term in thing.archive.profiles["march-25"].vocabularies["rights"].terms if term.uri
    ]
    first, second = rights[0], rights[1]
    thing.revise({"reuse": first})
    settle(thing.archive)
    assert first in thing.said().decode(errors="replace")
    thing.revise({"reuse": second})
    settle(thing.archive)
    page = thing.client.get(f"/items/{thing.id}").text
    assert second in page and first not in page
    assert first not in thing.facets() and second in thing.facets()
    assert thing.indexed(first) == []


WAYS: dict[str, Callable[[Archive, Thing], None]] = {
    "one thing, hidden": lambda archive, thing: withdrawing.withdraw_item(archive, thing.giver, thing.id),
    "one thing, destroyed": lambda archive, thing: withdrawing.withdraw_item(
        archive, thing.giver, thing.id, destroy=True
    ),
    "all of it, by a curator": lambda archive, thing: withdrawing.withdraw_submission(
        archive, actor("curator"), thing.submission
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_taken_back_is_gone_from_everywhere(thing: Thing, way: str) -> None:
    WAYS[way](thing.archive, thing)
    assert_at_once_gone(thing, 410)
    settle(thing.archive)
    assert_nowhere(thing)
    home = thing.archive.settings.home
    assert files_with(home / "index", WORD.encode(), NAME.encode(), PLACE.encode()) == []
    assert files_with(home / "access", WORD.encode()) == []
    assert not any(path.is_file() for path in (home / "access").rglob("*"))
    if "destroyed" in way:
        assert files_with(home, WORD.encode(), NAME.encode(), PLACE.encode()) == []


def test_where_it_was_stands_that_it_was_taken_back_and_what_its_giver_wished_to_be_read(
    thing: Thing,
) -> None:
    withdrawing.withdraw_item(thing.archive, thing.giver, thing.id, words="My mother asked me to. <b>")
    for address in (f"/items/{thing.id}", f"/es/items/{thing.id}", f"/items/{thing.id}/text/{thing.file}"):
        answer = thing.client.get(address)
        assert answer.status_code == 410
        assert answer.headers["Cache-Control"] == "no-store"
        assert "My mother asked me to. &lt;b&gt;" in answer.text
        secret = (WORD, NAME, PLACE, "1770", thing.submission)
        assert [word for word in secret if stands(word, answer.text)] == []
    told = thing.client.get(f"/items/{thing.id}", headers={"Accept": "application/json"})
    assert told.status_code == 410 and told.json["error"]["code"] == "withdrawn"
    # Of what the public never saw it is not told either that it is gone.
    with thing.archive.db.write() as session:
        session.get_one(Item, thing.id).shown_to = ""
    assert thing.client.get(f"/items/{thing.id}").status_code == 404


def assert_at_once_gone(thing: Thing, status: int) -> None:
    """Before any worker has done anything: no page, no file, no list shows it."""
    client: FlaskClient = thing.client
    assert client.get(f"/items/{thing.id}").status_code == status
    for copy in thing.copies:
        assert client.get(f"/media/{copy}/x.txt").status_code == 404
    for address in ("/", "/collections/march-25", "/search?q=demonstration"):
        text = client.get(address).text
        assert f"{WORD} title" not in text and thing.id not in text


def stands(word: str, text: str) -> bool:
    """Whether a word stands there; a year's figures that a checksum or a token happens to hold are no year."""
    if not word.isdigit():
        return word in text
    return re.search(rf"(?<![\w.=-]){word}(s|\b)", text) is not None


def assert_nowhere(thing: Thing) -> None:
    said = thing.said().decode(errors="replace")
    secret = (WORD, NAME, PLACE, "37.123", "1770", "Hawaiian")
    assert [word for word in secret if stands(word, said)] == []
    for word in (WORD, NAME, PLACE):
        assert thing.hits(word) == 0
        assert word not in thing.suggestion(word)
    assert not any(word in thing.facets() for word in (WORD, PLACE, "1770", "haw"))
    assert thing.indexed(WORD, NAME, PLACE) == []
