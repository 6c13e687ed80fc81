"""What programs follow is written as their formats ask, the same bytes for the same things."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Tree

from icalendar import Calendar

from archive.exchange import atom, ics, sitemap

WORDS = "Lean in; listen, and read: “ñ” " * 6
DAYS = (
    ics.YearlyDay("first", 3, 25, "A day, to remember", WORDS, "https://archive.example/days/first"),
    ics.YearlyDay("leap", 2, 29, "Leap", "", "https://archive.example/days/leap"),
)
ATOM = {"a": atom.NAMESPACE}


def test_a_calendar_holds_each_day_every_year_all_day_long() -> None:
    made = ics.calendar("Días", "es", DAYS)
    first, leap = Calendar.from_ical(made).events
    assert [date(2024, 3, 25), date(2024, 2, 29)] == [first.DTSTART, leap.DTSTART]
    assert first["rrule"] == {"FREQ": ["YEARLY"]}
    assert (first["summary"], first["description"]) == ("A day, to remember", WORDS)
    assert first["summary"].params["language"] == "es"
    # RFC 5545, 3.1: lines end in CRLF and have at most 75 octets.
    assert all(len(line) <= 75 for line in made.split(b"\r\n")) and b"\n" not in made.replace(b"\r\n", b"")


def test_a_day_stays_the_same_event_whenever_and_in_whichever_language_it_is_asked_for() -> None:
    made = ics.calendar("Días", "es", DAYS)
    assert ics.calendar("Días", "es", DAYS) == made
    uids = [
        [event["uid"] for event in Calendar.from_ical(ics.calendar("", language, DAYS)).events]
        for language in ("es", "pt")
    ]
    assert uids[0] == uids[1] and len(set(uids[0])) == len(DAYS)


def test_words_that_are_in_another_language_than_the_calendar_say_so() -> None:
    told = replace(DAYS[0], title_in="en", words_in="ht")
    (event,) = Calendar.from_ical(ics.calendar("Jours", "fr", [told])).events
    assert (event["summary"].params["language"], event["description"].params["language"]) == ("en", "ht")


def test_a_feed_says_what_is_new_and_holds_nothing_that_xml_cannot() -> None:
    about = atom.Feed("https://archive.example/new.atom", "https://archive.example/", "New", "We", "pt")
    entry = atom.Entry("https://archive.example/items/1", "A & \x00<b>", "1850", date(2026, 3, 1), ("Ada",))
    root = Tree.fromstring(atom.feed(about, [entry], date(2026, 5, 5)))
    assert root.findtext("a:updated", "", ATOM) == "2026-03-01T00:00:00Z"
    assert root.findtext("a:entry/a:title", "", ATOM) == "A & <b>"
    assert root.findtext("a:entry/a:author/a:name", "", ATOM) == "Ada"
    assert root.findtext("a:author/a:name", "", ATOM) == "We"
    empty = Tree.fromstring(atom.feed(about, [], date(2026, 5, 5)))
    assert empty.findtext("a:updated", "", ATOM) == "2026-05-05T00:00:00Z"


def test_a_sitemap_names_whole_addresses_and_days() -> None:
    name = f"{{{sitemap.NAMESPACE}}}"
    pages = [("https://archive.example/?a=1&b=2", date(2026, 3, 1)), ("https://archive.example/years", None)]
    root = Tree.fromstring(sitemap.sitemap(pages))
    assert root.tag == f"{name}urlset"
    assert [one.findtext(f"{name}loc") for one in root] == [address for address, _day in pages]
    assert [one.findtext(f"{name}lastmod") for one in root] == ["2026-03-01", None]
    assert Tree.fromstring(sitemap.index(["https://archive.example/a.xml"])).tag == f"{name}sitemapindex"


def test_operators_are_told_how_many_items_a_sitemap_names() -> None:
    told = (Path(__file__).parents[3] / "docs" / "for-operators.md").read_text(encoding="utf-8")
    assert f"{sitemap.MOST:,} a file" in told
