"""Where something is taken out of a file it is told where else the file is: there it stays."""

from __future__ import annotations

from html import unescape

from sqlalchemy import select

from archive.models import Collection, File, Item, ItemState, Likeness, Role, User
from tests.fixtures.redacting import Place, master, place, sign_in

__all__ = ["master", "place"]

TOLD = "What you take out here is not taken out elsewhere."
HIDDEN = "also in items that you may not see"


def twice(place: Place, one: str, other: str) -> None:
    """The same bytes in two items."""
    with place.archive.db.write() as session:
        session.get_one(File, place.files[one]).sha512 = session.get_one(File, place.files[other]).sha512


def pages(place: Place, name: str) -> tuple[str, str]:
    """What a curator reads of an item's marks, and of its file's."""
    addresses = f"/desk/items/{place.items[name]}/redact", place.page(name)
    return tuple(unescape(place.curator.get(one).text) for one in addresses)  # type: ignore[return-value]


def test_both_pages_name_the_other_items_that_hold_the_same_bytes_or_nearly_the_same_picture(
    place: Place,
) -> None:
    assert all(TOLD not in page for page in pages(place, "photo"))
    twice(place, "note", "photo")
    with place.archive.db.write() as session:
        session.add(Likeness(file_id=place.files["photo"], other_id=place.files["people"], distance=3))
    for page in pages(place, "photo"):
        assert TOLD in page and HIDDEN not in page
        same, near = page.index("The same bytes are here:"), page.index("A picture nearly the same is here:")
        assert f'href="/desk/items/{place.items["note"]}"' in page[same:near]
        assert f'href="/desk/items/{place.items["people"]}"' in page[near:] and "Published" in page[near:]
    assert all(TOLD not in page for page in pages(place, "letter"))


def test_it_is_told_on_the_page_that_says_what_is_wrong_too(place: Place) -> None:
    twice(place, "note", "photo")
    answer = place.mark("photo")
    assert answer.status_code == 400 and TOLD in answer.text


def test_of_others_that_a_curator_may_not_see_they_learn_that_there_are_some_and_nothing_else(
    place: Place,
) -> None:
    twice(place, "note", "photo")
    with place.archive.db.write() as session:
        session.add(Collection(slug="elsewhere"))
        session.flush()
        other = session.get_one(Item, place.items["note"])
        other.collection, other.state = "elsewhere", ItemState.ACCEPTED
        known = session.scalars(select(User).where(User.username == "curator")).one()
        narrow = User(username="narrow", password_hash=known.password_hash)
        narrow.roles = [Role(name="curator", collection="march-25")]
        session.add(narrow)
    place.curator = sign_in(place.curator.application.test_client(), "narrow")
    for page in pages(place, "photo"):
        assert TOLD in page and HIDDEN in page
        assert place.items["note"] not in page and "A note" not in page
    # What everybody sees of it is what they are led to.
    with place.archive.db.write() as session:
        session.get_one(Item, place.items["note"]).state = ItemState.PUBLISHED
    for page in pages(place, "photo"):
        assert HIDDEN not in page and f'href="/items/{place.items["note"]}"' in page
    # What somebody is just giving is nobody's else.
    with place.archive.db.write() as session:
        session.get_one(Item, place.items["note"]).state = ItemState.DRAFT
    assert all(TOLD not in page for page in pages(place, "photo"))


def test_more_than_are_listed_are_told_to_be_there(place: Place) -> None:
    with place.archive.db.write() as session:
        kept = session.get_one(Item, place.items["note"])
        shared = session.get_one(File, place.files["photo"]).sha512
        for number in range(13):
            copy = Item(
                submission_id=kept.submission_id,
                collection=kept.collection,
                consent_id=kept.consent_id,
                state=ItemState.ACCEPTED,
                title=f"Copy {number}",
            )
            name = f"copy-{number}.txt"
            copy.files.append(
                File(position=0, given_name=name, safe_name=name, size=1, sha512=shared, crc32=0)
            )
            session.add(copy)
    for page in pages(place, "photo"):
        assert page.count("The same bytes are here:") == 12
        assert "more items that hold it than are listed here" in page and HIDDEN not in page
