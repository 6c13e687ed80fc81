"""What goes with files that are put together in another way: every warning, name and word, whoever wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from archive.access import OPERATOR, contributor
from archive.models import Item
from archive.services import (
    accounts,
    revisions,
    withdrawing,
)
from archive.services.opening import Archive
from tests.fixtures.arranging import (
    archive,
    curator,
    do_the_work,
    history,
    master,
    named,
    post,
    signed_in,
    split,
)
from tests.fixtures.items import item_of, moved
from tests.fixtures.redacting import mark_words
from tests.fixtures.reviewing import form
from tests.fixtures.things import PASSWORD

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


def test_how_what_was_joined_changed_before_is_read_from_what_took_its_place(
    archive: Archive, curator: FlaskClient
) -> None:
    say(archive, named(archive, "Beside it"), {"description": "Words of the other."})
    say(archive, named(archive, "Three pages"), {"description": "Words of the first."})
    first, other, new = joined(archive, curator)
    page = curator.get(f"/desk/items/{new}/history").text
    for old, words in ((first, "Words of the first."), (other, "Words of the other.")):
        assert f'href="/desk/items/{old}/history?into={new}"' in page
        answer = curator.get(f"/desk/items/{old}/history?show=1")
        assert answer.status_code == 200 and words in answer.text
        assert f"/desk/items/{old}/history/1" not in answer.text and "as it is now" not in answer.text
        assert curator.get(f"/desk/items/{old}/describe").status_code == 409
        assert "sealed-read" in [one.kind for one in history(archive, old)], "a look at it is written down"
        assert f'href="/desk/items/{old}/history"' in curator.get(f"/desk/items/{old}").text


def test_what_was_said_before_a_split_is_brought_back_to_the_part_that_is_chosen(
    archive: Archive, curator: FlaskClient
) -> None:
    first = named(archive, "Three pages")
    said = {"description": "Found by Grimwald.", "relation": "A book", "rights": "Ask us"}
    say(archive, first, said | {"source": "A tin"})
    say(archive, first, dict.fromkeys(said, ""))
    say(archive, named(archive, "Beside it"), {"description": "Of something else."})
    old, left, new = split(archive, curator)
    address = f"/desk/items/{old}/history"
    assert "/history/2" not in curator.get(address).text, "to which of two, nobody has said"
    fields = form(curator, f"{address}?into={new}", f"/desk/items/{new}/history/2")
    # A word that was taken out of what went into the other part is asked about as well.
    mark_words(archive, left, "Grimwald")
    asked = curator.post(f"/desk/items/{new}/history/2", data=fields)
    assert asked.status_code == 400 and 'name="anyway"' in asked.text
    assert not item_of(archive, new).description
    assert curator.post(f"/desk/items/{new}/history/2", data=fields | {"anyway": "yes"}).status_code == 303
    row = item_of(archive, new)
    assert (row.description, row.title, row.source) == ("Found by Grimwald.", "Something else", "A tin")
    assert (row.rights, row.extra.get("relation")) == ("", None), "words of fields, and nothing else"
    # Whoever had it before them then is told that it says something else now.
    assert curator.post(f"/desk/items/{new}/history/3", data=fields).status_code == 409
    other = fields | {"of": named(archive, "Beside it")}
    assert curator.post(f"/desk/items/{new}/history/2", data=other).status_code == 404


def test_the_history_of_what_was_taken_back_after_it_stepped_back_is_read_by_nobody(
    archive: Archive, curator: FlaskClient
) -> None:
    say(archive, named(archive, "Three pages"), {"description": "Words of the first."})
    old, *news = split(archive, curator)
    giver = contributor([item_of(archive, old).submission_id])
    for new in news:
        withdrawing.withdraw_item(archive, giver, new, destroy=True)
    assert curator.get(f"/desk/items/{old}/history").status_code in (404, 409, 410)
    assert old not in curator.get(f"/desk/items/{news[0]}/history").text


def test_whoever_may_not_review_where_it_was_reads_no_history_of_it(
    archive: Archive, curator: FlaskClient
) -> None:
    first, _other, new = joined(archive, curator)
    moved(archive, new, "convenings")
    accounts.create_user(archive, "guest", PASSWORD, {"curator": "convenings"})
    guest = signed_in(archive, "guest")
    page = guest.get(f"/desk/items/{new}/history")
    assert page.status_code == 200 and first not in page.text
    answer = guest.get(f"/desk/items/{first}/history")
    # It was public once, so that it is gone is no secret.
    assert answer.status_code == 410 and "How the description changed" not in answer.text
