"""Dates as people write them while giving: asked about where they can mean two days, of each thing by itself."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from archive.models import Consent, Item
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


def test_what_was_meant_by_a_date_of_all_is_not_meant_by_one_thing_that_has_its_own(
    giver: Contributor,
) -> None:
    _first, second = with_two_photographs(giver, date="3/4/1807")
    giver.open("/give/about")
    giver.fill("/give/about", {"reading-about-date": "1807-04-03"})
    giver.open("/give/about")
    giver.fill("/give/about", {"about-date": "1900"}, leave=("reading-about-date",))
    tell(giver, second, about_date="3/4/1807")
    assert giver.path == second and "Which one do you mean?" in giver.text


def asked_who_may_see_it(giver: Contributor, language: str = "") -> None:
    """On the way, where it is asked who may see it and from which day."""
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.go_on()
    giver.fill("/give/about", {"about-title": "A letter"})
    giver.fill("/people", {"people": "none"})
    if language:
        giver.open(f"/{language}/give/show")


def allow(giver: Contributor, **days: str) -> None:
    giver.fill("/show", {"keep": "yes", "audience": "public"} | days)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("", "25 March 2030"),
        ("", "2030-03-25"),
        ("es", "25/03/2030"),
        ("es", "25 de marzo de 2030"),
        ("fr", "le 25 mars 2030"),
        ("pt", "25 de março de 2030"),
    ],
)
def test_a_day_of_consent_is_written_as_people_write_days(
    giver: Contributor, archive: Archive, language: str, written: str
) -> None:
    asked_who_may_see_it(giver, language)
    allow(giver, not_before=written, not_after="2030-12-31")
    assert giver.path == "/give/name"
    giver.fill("/name", {"naming": "no-name"})
    giver.send()
    with archive.db.read() as session:
        consent = session.scalars(select(Consent)).one()
        assert (consent.not_before, consent.not_after) == (date(2030, 3, 25), date(2030, 12, 31))


@pytest.mark.parametrize(
    "written",
    ["soon", "March 2030", "2030", "about 25 March 2030", "25/03/30", "30 February 2030", "1821-25"],
)
def test_what_is_not_one_whole_day_is_asked_again_in_words_and_nothing_is_lost(
    giver: Contributor, written: str
) -> None:
    asked_who_may_see_it(giver)
    allow(giver, not_after=written, reuse="")
    assert giver.path == "/give/show" and "This is not one whole day" in giver.text
    assert f'value="{written}"' in giver.text
    # It is a line to write in: a field of dates would show nothing of it.
    assert 'type="date"' not in giver.text
    giver.open("/give/show")
    allow(giver, not_after="25 March 2030")
    assert giver.path == "/give/name"


def test_of_a_day_that_may_be_two_the_one_that_is_meant_is_chosen(
    giver: Contributor, archive: Archive
) -> None:
    asked_who_may_see_it(giver)
    allow(giver, not_before="3/4/2030")
    assert "Which one do you mean?" in giver.text and "April 3, 2030" in giver.text
    giver.fill("/show", {"reading-not_before": "2030-04-03"})
    giver.fill("/name", {"naming": "no-name"})
    assert "April 3, 2030" in giver.text
    giver.send()
    with archive.db.read() as session:
        assert session.scalars(select(Consent.not_before)).one() == date(2030, 4, 3)


def test_whoever_writes_another_day_after_choosing_means_what_is_written(giver: Contributor) -> None:
    asked_who_may_see_it(giver)
    allow(giver, not_before="3/4/2030")
    giver.fill("/show", {"not_before": "5/6/2030", "reading-not_before": "2030-04-03"})
    assert giver.path == "/give/show" and "June 5, 2030" in giver.text
    giver.fill("/show", {"not_before": "25 March 2031", "reading-not_before": "2030-04-03"})
    giver.open("/give/show")
    assert 'value="25 March 2031"' in giver.text and "2031-03-25" in giver.text


def test_what_is_allowed_is_changed_with_a_day_in_words(giver: Contributor, archive: Archive) -> None:
    asked_who_may_see_it(giver)
    allow(giver)
    giver.fill("/name", {"naming": "no-name"})
    giver.send()
    giver.open("/mine/allow")
    giver.fill("/mine/allow", {"not_before": "some day"})
    assert "This is not one whole day" in giver.text and 'value="some day"' in giver.text
    giver.fill("/mine/allow", {"not_before": "25 March 2030"})
    assert giver.path == "/mine" and "March 25, 2030" in giver.text
    with archive.db.read() as session:
        days = session.scalars(select(Consent.not_before).order_by(Consent.version)).all()
        assert days == [None, date(2030, 3, 25)]


PROMISE = {
    "": "You will see how it was understood.",
    "/es": "Verá cómo se ha entendido.",
    "/fr": "Vous verrez comment elle a été comprise.",
    "/pt": "Você verá como foi entendida.",
}


def test_that_one_will_see_how_a_date_was_understood_is_said_where_it_is_shown(giver: Contributor) -> None:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    for language, promise in PROMISE.items():
        giver.open(f"{language}/give/about")
        assert giver.text.count(promise) == 1
    giver.open("/give/about")
    giver.fill("/give/about", {"about-title": "A letter", "about-date": "summer 1963"})
    giver.open("/give/about")
    assert "Understood as: summer 1963" in giver.text
    send(giver)
    giver.take_code()
    (item,) = re.findall(r'value="correct/([^"]+)"', giver.text)
    giver.open(f"/mine/items/{item}")
    assert "“summer 1963”" in giver.text and PROMISE[""] not in giver.text
