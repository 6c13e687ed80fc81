"""What goes with files that are put together in another way: every warning, name and word, whoever wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from archive.access import OPERATOR
from archive.models import Item
from archive.services import revisions
from archive.services.opening import Archive
from tests.fixtures.arranging import archive, curator, do_the_work, master, named, post, split
from tests.fixtures.items import item_of

__all__ = ["archive", "curator", "master"]

ROLE = "interviewer"
# By field: what is said of the first, of the other, and of what both become.
SAID = {
    "content_note": (
        "describes a whipping",
        "describes a sale",
        "describes a whipping; describes a sale",
    ),
    "community_notice": ("Say the names.", "Ask the elders.", "Say the names.\n\nAsk the elders."),
    "observances": ("", "day-of-remembrance", "day-of-remembrance"),
    "creators": ("Ada Hughes", f"Ada Hughes\nEsther Jones ({ROLE})", f"Ada Hughes\nEsther Jones ({ROLE})"),
    "people": ("Rosa Example", "Somebody Else", "Rosa Example\nSomebody Else"),
    "place": ("Richmond", "Matanzas", "Richmond\nMatanzas"),
    "subjects": ("Memory", "Song\nMemory", "Memory\nSong"),
    "language": ("en", "es", "en\nes"),
    "relation": ("A book", "A song", "A book\nA song"),
    "description": ("", "Kept in a tin.", "Kept in a tin."),
    "date": ("", "about 1920", "about 1920"),
    "kind": ("text", "sound", "text"),
    "source": ("A trunk", "A tin", "A trunk"),
    "rights": ("", "Ask the archive", ""),
}


def say(archive: Archive, item_id: str, said: dict[str, str]) -> None:
    now = revisions.spoken(archive, OPERATOR, item_id)
    assert revisions.change(archive, OPERATOR, item_id, now.said | said, {}, "en", now.mark) == {}


def joined(archive: Archive, curator: FlaskClient) -> tuple[str, str, str]:
    """Two items, of which all of that is said, and what they were made."""
    first, other = named(archive, "Three pages"), named(archive, "Beside it")
    assert post(curator, first, "merge", other=other).status_code == 303
    do_the_work(archive)
    return first, other, named(archive, "Three pages", without=first)


def test_what_is_joined_keeps_the_warnings_and_the_names_of_both(
    archive: Archive, curator: FlaskClient
) -> None:
    for title, number in (("Three pages", 0), ("Beside it", 1)):
        say(archive, named(archive, title), {name: each[number] for name, each in SAID.items()})
    *_, new = joined(archive, curator)
    now = revisions.spoken(archive, OPERATOR, new).said
    assert {name: now[name] for name in SAID} == {name: both for name, (_a, _b, both) in SAID.items()}
    assert now["title"] == "Three pages"


def test_what_is_split_keeps_the_warnings_and_the_names_in_each(
    archive: Archive, curator: FlaskClient
) -> None:
    say(archive, named(archive, "Three pages"), {name: each[1] for name, each in SAID.items()})
    _old, *news = split(archive, curator)
    for new in news:
        now = revisions.spoken(archive, OPERATOR, new).said
        assert {name: now[name] for name in SAID} == {name: each[1] for name, each in SAID.items()}


@pytest.mark.parametrize(
    ("first", "other", "both"),
    [
        (
            {"lesson": "Begin."},
            {"lesson": "End.", "stage": "teaching"},
            {"lesson": "Begin.", "stage": "teaching"},
        ),
        ({"parts": ["a", "OTHER"]}, {"parts": ["b", "a"]}, {"parts": ["a", "b"]}),
        ({}, {"community_notice": "Ask."}, {"community_notice": "Ask."}),
        (
            {"community_notice": "Ask. Wait."},
            {"community_notice": "Ask."},
            {"community_notice": "Ask. Wait."},
        ),
    ],
)
def test_what_only_one_collection_asks_of_both_is_joined_too(
    archive: Archive, curator: FlaskClient, first: dict[str, Any], other: dict[str, Any], both: dict[str, Any]
) -> None:
    ids = {"OTHER": named(archive, "Beside it")}
    with archive.db.write() as session:
        for item_id, extra in ((named(archive, "Three pages"), first), (ids["OTHER"], other)):
            session.get_one(Item, item_id).extra = {
                name: [ids.get(one, one) for one in value] if isinstance(value, list) else value
                for name, value in extra.items()
            }
    *_, new = joined(archive, curator)
    assert item_of(archive, new).extra == both
