"""Dates as people write them while giving: asked about where they can mean two days, of each thing by itself."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from archive.models import Item
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.contributor import Contributor


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    return Contributor(create_app(archive.settings, archive).test_client())


def items(archive: Archive) -> list[Item]:
    with archive.db.read() as session:
        return list(session.scalars(select(Item).order_by(Item.position)))


def things(giver: Contributor) -> list[str]:
    """The pages on which the things that are given are told apart."""
    giver.open("/give/about")
    return [f"/give/about/{one}" for one in re.findall(r'value="alone/([^"]+)"', giver.text)]


def with_two_photographs(giver: Contributor, **about: str) -> list[str]:
    """Two photographs are given, of which this is said; returns the pages of each."""
    giver.begin()
    giver.add_named([("one.txt", b"one"), ("two.txt", b"two")])
    giver.go_on()
    giver.fill(
        "/give/about", {"about-title": "The march"} | {f"about-{key}": text for key, text in about.items()}
    )
    return things(giver)


def tell(giver: Contributor, page: str, **said: str) -> None:
    """Say something of one thing alone."""
    giver.open(page)
    giver.fill(page, {name.replace("_", "-"): text for name, text in said.items()})


def send(giver: Contributor) -> None:
    giver.open("/give/about")
    giver.fill("/give/about")
    giver.fill("/people", {"people": "none"})
    giver.fill("/show", {"keep": "yes", "audience": "public"})
    giver.fill("/name", {"naming": "no-name"})
    giver.send()


def test_two_photographs_with_the_same_words_on_them_are_asked_about_each_by_itself(
    giver: Contributor, archive: Archive
) -> None:
    first, second = with_two_photographs(giver)
    tell(giver, first, about_date="3/4/1807")
    assert giver.path == first and "Which one do you mean?" in giver.text
    giver.fill(first, {"reading-about-date": "1807-03-04"})
    assert giver.path == "/give/about"
    tell(giver, second, about_date="3/4/1807")
    assert giver.path == second and "Which one do you mean?" in giver.text
    giver.fill(second, {"reading-about-date": "1807-04-03"})
    send(giver)
    assert [(one.date_given, one.date_edtf) for one in items(archive)] == [
        ("3/4/1807", "1807-03-04"),
        ("3/4/1807", "1807-04-03"),
    ]


def test_what_is_asked_of_one_thing_alone_is_linked_to_its_page_before_sending(giver: Contributor) -> None:
    first, second = with_two_photographs(giver)
    tell(giver, second, about_date="3/4/1807")
    giver.open("/give/check")
    assert f'href="{second}?told=1"' in giver.text and f'href="{first}?told=1"' not in giver.text
    giver.open(f"{second}?told=1")
    assert "Which one do you mean?" in giver.text


def test_what_is_meant_by_a_date_of_all_together_is_meant_of_each(
    giver: Contributor, archive: Archive
) -> None:
    _first, second = with_two_photographs(giver, date="3/4/1807")
    giver.open("/give/about")
    giver.fill("/give/about", {"reading-about-date": "1807-04-03"})
    assert giver.path == "/give/people"
    giver.open(second)
    assert "April 3, 1807" in giver.text
    send(giver)
    assert [one.date_edtf for one in items(archive)] == ["1807-04-03"] * 2
