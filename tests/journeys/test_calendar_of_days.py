"""The calendar of the days says in which language each of its words is, whatever a collection speaks."""

from __future__ import annotations

from dataclasses import replace

from icalendar import Calendar

from archive.profiles import Observance
from archive.web.app import create_app
from tests.fixtures.desk import master, shelf
from tests.fixtures.shelf import Shelf

__all__ = ["master", "shelf"]


def test_a_day_of_a_collection_in_english_alone_is_in_english_in_a_french_calendar(shelf: Shelf) -> None:
    archive = shelf.archive
    founders = Observance("founders-day", 5, 1, {"en": "Founders’ Day"}, {"en": "Come and sing."})
    profile = replace(archive.profiles["convenings"], observances=(founders,))
    profiles = {**archive.profiles, "convenings": profile}
    client = create_app(archive.settings, replace(archive, profiles=profiles)).test_client()
    events = Calendar.from_ical(client.get("/fr/days.ics").data).events
    languages = {
        str(one["url"]).rsplit("/", 1)[1]: [
            one[name].params["language"] for name in ("summary", "description")
        ]
        for one in events
    }
    assert languages.pop("founders-day") == ["en", "en"]
    assert languages and all(said == ["fr", "fr"] for said in languages.values())
