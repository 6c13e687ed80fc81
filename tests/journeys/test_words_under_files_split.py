"""What somebody types under the pages of one thing is not lost when curators make two things of it while they type."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import File
from archive.services import regrouping
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.arranging import do_the_work
from tests.fixtures.coming_back import items, keep
from tests.fixtures.contributor import Contributor
from tests.fixtures.items import item_of

NAMES = ("one.txt", "two.txt")
STOOD = ("The second row names Maria Blatz.", "Her brother.")
TYPED = ("The second row.", "Her elder brother.")
TOLD = "is a part of “A letter” now"


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    """Somebody who gave two pages of one letter, with words under both."""
    found = Contributor(create_app(archive.settings, archive).test_client())
    found.begin()
    found.add(one__txt=b"Dear sister.", two__txt=b"Yours.")
    fields = re.findall(r'name="(caption-[^"]+)"', found.text)
    found.go_on(together="together", **dict(zip(fields, STOOD, strict=True)))
    found.open("/give/files")
    found.answer()
    found.send()
    keep(archive)
    return found


@dataclass(frozen=True)
class Page:
    """One page of the letter: the thing that it is now, its field in the form that is open, and its words."""

    item_id: str
    field: str
    name: str
    stood: str
    typed: str


@dataclass(frozen=True)
class Parted:
    """Where the open form is sent, the page of which it is the form now, and the one that is a thing of its own."""

    sent: str
    stays: Page
    went: Page


@pytest.fixture
def parted(giver: Contributor, archive: Archive) -> Parted:
    """The form is open while the second page becomes a thing of its own."""
    (old,) = items(archive)
    giver.open(there := f"/mine/items/{old.id}")
    fields = re.findall(r'<input id="(caption-[^"]+)"', giver.text)
    second = fields[1].removeprefix("caption-")
    now = regrouping.split(archive, OPERATOR, old.id, [second], "A letter", old.version)
    do_the_work(archive)
    pages = [Page(*one) for one in zip(now, fields, NAMES, STOOD, TYPED, strict=True)]
    # Of two that took its place, the form is that of the first by its id.
    return Parted(there, *sorted(pages, key=lambda one: one.item_id))


def under(archive: Archive, page: Page) -> str:
    """What stands under the one file of a thing."""
    with archive.db.read() as session:
        return session.scalars(select(File).where(File.item_id == page.item_id)).one().title


def test_what_was_typed_under_the_page_that_went_is_told_and_stands_in_the_form_of_where_it_is(
    giver: Contributor, archive: Archive, parted: Parted
) -> None:
    stays, went = parted.stays, parted.went
    giver.fill(parted.sent, {stays.field: stays.typed, went.field: went.typed})
    assert giver.at.status_code == 409 and "Nothing of yours is lost" in giver.text
    assert f'value="{stays.typed}"' in giver.text
    assert f"“{went.name}” {TOLD}" in giver.text and f'<p class="as-typed">{went.typed}</p>' in giver.text
    giver.fill(f"/mine/items/{stays.item_id}")
    assert giver.path == "/mine" and under(archive, stays) == stays.typed
    assert under(archive, went) == went.stood
    giver.open(there := f"/mine/items/{went.item_id}")
    assert "What you typed here before stands here again" in giver.text
    giver.fill(there)
    assert giver.path == "/mine" and under(archive, went) == went.typed


def test_the_way_on_the_page_leads_there(giver: Contributor, archive: Archive, parted: Parted) -> None:
    stays, went = parted.stays, parted.went
    giver.fill(parted.sent, {stays.field: stays.typed, went.field: went.typed})
    assert f'value="correct/{went.item_id}"' in giver.text
    giver.fill(f"/mine/items/{stays.item_id}", {"to": f"correct/{went.item_id}"})
    assert giver.path == f"/mine/items/{went.item_id}" and f'value="{went.typed}"' in giver.text
    giver.open(f"/mine/items/{stays.item_id}")
    assert f'value="{stays.typed}"' in giver.text, "nothing was saved here either"


def test_where_nothing_else_was_typed_one_is_led_on_to_the_page_that_went(
    giver: Contributor, archive: Archive, parted: Parted
) -> None:
    stays, went = parted.stays, parted.went
    giver.fill(parted.sent, {went.field: ""})
    assert giver.path == f"/mine/items/{went.item_id}" and giver.at.status_code == 200, giver.seen
    # Words taken away are words typed.
    assert went.stood not in giver.text
    giver.fill(f"/mine/items/{went.item_id}")
    assert giver.path == "/mine" and under(archive, went) == "" and under(archive, stays) == stays.stood


def test_words_left_as_they_stood_are_nobodys_new_words(
    giver: Contributor, archive: Archive, parted: Parted
) -> None:
    stays, went = parted.stays, parted.went
    giver.fill(parted.sent, {stays.field: stays.typed})
    assert giver.at.status_code == 409 and TOLD not in giver.text
    giver.fill(f"/mine/items/{stays.item_id}")
    assert giver.path == "/mine" and under(archive, stays) == stays.typed
    giver.open(f"/mine/items/{went.item_id}")
    assert "What you typed here before" not in giver.text and went.stood in giver.text


def test_what_is_half_typed_in_the_form_of_the_page_that_went_stays_beside_it(
    giver: Contributor, archive: Archive, parted: Parted
) -> None:
    page, went = giver.at, parted.went
    giver.open(there := f"/mine/items/{went.item_id}")
    giver.fill(there, {"about-description": "Found in a tin.", "to": "mine"})
    # Whoever goes to another page instead of saving loses as little.
    giver.at = page
    giver.fill(parted.sent, {went.field: went.typed, "to": "allow"})
    assert giver.path == "/mine/allow"
    giver.open(there)
    assert "Found in a tin." in giver.text and went.typed in giver.text
    giver.fill(there)
    assert giver.path == "/mine" and under(archive, went) == went.typed
    assert item_of(archive, went.item_id).description == "Found in a tin."


def test_what_is_thrown_away_is_kept_nowhere(giver: Contributor, archive: Archive, parted: Parted) -> None:
    went = parted.went
    giver.fill(parted.sent, {went.field: went.typed, "to": "forget"})
    giver.open(f"/mine/items/{went.item_id}")
    assert went.typed not in giver.text and went.stood in giver.text
