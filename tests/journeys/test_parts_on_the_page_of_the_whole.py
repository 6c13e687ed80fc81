"""What is shown together is looked at on one page: each part as on its own, and of what a reader may not see there is no trace."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from archive.models import Item, ItemState, Passage
from archive.services.describe import Description
from archive.services.together import MOST_WHOLE
from archive.web.pages_parts import FILES, LINES
from tests.fixtures import given
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import put
from tests.fixtures.reviewing import another
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import SECRET
from tests.journeys.test_weight import HEAVIEST, weight

__all__ = ["client", "master", "shelf"]


def have_parts(shelf: Shelf, whole: str, *names: str) -> str:
    """Show these on the page of one, in this order, and the address of that page."""
    ids = [shelf.items[one] for one in names]
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items[whole]).extra = {"parts": ids}
    return f"/items/{shelf.items[whole]}"


def parts_of(page: str) -> dict[str, str]:
    """What stands on a page about each of its parts, by the part's id, in order."""
    found = re.findall(r'<article class="part" aria-labelledby="part-(\w+)">(.*?)</article>', page, re.S)
    return dict(found)


def test_each_part_is_looked_at_read_and_heard_under_its_own_heading_in_order(
    client: FlaskClient, shelf: Shelf
) -> None:
    names = ("talk", "papers", "photo", "book")
    page = client.get(have_parts(shelf, "broken", *names)).text
    parts = parts_of(page)
    assert list(parts) == [shelf.items[one] for one in names]
    for name, part in zip(names, parts.values(), strict=True):
        heading = re.search(r"<h3 [^>]*>(.*?)</h3>", part)
        assert heading is not None and f'href="/items/{shelf.items[name]}"' in heading[1]
    talk, papers, photo, book = parts.values()
    assert "downloaded below" not in talk
    assert "<audio controls" in talk and 'kind="captions"' in talk and "We sang." in talk
    assert 'alt="Page 1 of 3: Papers (demonstration)"' in papers and "What page 1 says." in papers
    assert f'href="/items/{shelf.items["papers"]}?file=' in papers and "page=2" in papers
    assert f"/media/{shelf.copies['photo'][1]}/" in photo
    assert "Leaf 1." in book and "Leaf 2." not in book and "Read the whole text" in book
    # Nothing of a part is fetched before somebody comes to it, and no place on the page has two.
    together = page.partition('id="together"')[2].partition('id="cite"')[0]
    assert set(re.findall(r"<img(?![^>]*loading=\"lazy\")[^>]*>", together)) == set()
    assert set(re.findall(r'preload="(\w+)"', together)) == {"none"}
    places = re.findall(r'\bid="([^"]*)"', page)
    assert len(places) == len(set(places)) and "" not in places
    assert "follow.js" in page.partition("</head>")[0]


def test_the_content_note_of_a_part_comes_before_it_and_nothing_of_it_is_open(
    client: FlaskClient, shelf: Shelf
) -> None:
    (letter,) = parts_of(client.get(have_parts(shelf, "talk", "letter")).text).values()
    before, _, after = letter.partition("<details>")
    assert "Tells of a flight by night." in before and "carriage" not in before
    assert "the carriage came at dusk" in after.partition("</details>")[0]


def test_a_part_that_a_reader_may_not_see_leaves_no_trace(client: FlaskClient, shelf: Shelf) -> None:
    seen = client.get(have_parts(shelf, "talk", "photo", "letter")).data
    hidden = list(shelf.hidden)
    address = have_parts(shelf, "talk", *hidden[:5], "photo", *hidden[5:], "letter")
    assert client.get(address).data == seen
    # Whoever belongs to the community is shown what is for them, and nobody else; staff are shown nothing more here.
    member = another(client, "member").get(address).text
    assert list(parts_of(member)) == [shelf.items[one] for one in ("photo", "hidden-for-members", "letter")]
    curator = parts_of(another(client, "curator").get(address).text)
    assert not {*curator} & {shelf.items[one] for one in hidden if one != "hidden-for-members"}
    # What is taken back is gone with the next look, and with the last of them all of it.
    put(shelf.archive, shelf.items["photo"], ItemState.WITHDRAWN)
    assert list(parts_of(client.get(address).text)) == [shelf.items["letter"]]
    put(shelf.archive, shelf.items["letter"], ItemState.WITHDRAWN)
    left = client.get(address).text
    assert "Shown together" not in left and SECRET not in left


def test_a_page_with_many_parts_stays_light_and_leads_on(client: FlaskClient, shelf: Shelf) -> None:
    names = [f"heavy {number}" for number in range(MOST_WHOLE + 2)]
    with shelf.archive.db.write() as session:
        for name in names:
            heavy(shelf, session, name)
    address = have_parts(shelf, "photo", *names)
    page = client.get(address).text
    assert list(parts_of(page)) == [shelf.items[one] for one in names[:MOST_WHOLE]]
    rest = page.partition('<ol class="items">')[2].partition("</ol>")[0]
    assert [shelf.items[one] in rest for one in names] == [False] * MOST_WHOLE + [True, True]
    assert rest.count("<img") == 2
    part = parts_of(page)[shelf.items[names[0]]]
    assert (
        part.count("data-t=") == LINES
        and f'data-until="{2 * LINES}"' in part
        and "Read the whole transcript" in part
    )
    assert f"{6 - FILES} more files on its own page" in part
    assert weight(client, address) < HEAVIEST


def heavy(shelf: Shelf, session: Session, name: str) -> None:
    """An interview of an hour and five long documents."""
    item = shelf.item(session, name, Description(title=f"Interview {name}", kind="sound"))
    sound = shelf.file(session, item, name.encode(), "talk.mp3", "audio/mpeg", duration_ms=3_600_000)
    shelf.copy(session, sound, "audio", b"mp3", "audio/mpeg", duration_ms=3_600_000)
    shelf.copy(session, sound, "thumbnail", given.jpeg(64, 48), "image/jpeg", width=64, height=48)
    for number in range(1_800):
        said = {"start_ms": number * 2_000, "end_ms": number * 2_000 + 2_000, "text": "So it was told. " * 4}
        session.add(Passage(file_id=sound.id, position=number, **said))
    for number in range(5):
        more = {"pages": 300, "title": f"Volume {number}"}
        file = shelf.file(
            session, item, f"{name}{number}".encode(), f"{number}.pdf", "application/pdf", **more
        )
        shelf.copy(session, file, "page", b"page", "image/jpeg", page=1, width=480, height=640)
        session.add(Passage(file_id=file.id, position=0, page=1, text="What the page says. " * 50))
