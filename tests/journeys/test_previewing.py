"""What curators look at before they save is word for word the page that others see afterwards, and changes nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient

from archive.models import Audience, File, Item, ItemState, PublicNote, record_event, today
from tests.fixtures.backups import rows_of
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import put
from tests.fixtures.reviewing import describe, form, sign_in
from tests.fixtures.shelf import Shelf

__all__ = ["client", "master", "shelf"]

MAIL = {
    "from": "Ada <ada@example.org>",
    "date": "Fri, 11 Jun 1999 10:00:00 +0000",
    "subject": "About the carriage",
    "attachments": [{"name": "map.png", "media_type": "image/png", "size": 900}],
}
TYPED = {
    "about-title": "A mail",
    "about-date": "about 1852",
    "about-description": "First\n\nSecond",
    "about-creators": "rosa\nSomebody New",
    "about-subjects": "Slaves\nA subject of its own",
    "about-place": "The old house [36.850812, -76.285912]\nphiladelphia",
}


def prepared(shelf: Shelf) -> str:
    """A mail that is published, whose consent tells no place; and words of others."""
    item_id = shelf.items["letter"]
    with shelf.archive.db.write() as session:
        item = session.get_one(Item, item_id)
        item.consent.naming, item.consent.name_shown = "own-name", "Ada"
        item.consent.place_precision, item.consent.people = "town", "asked"
        item.consent.places_shown = {"The old house": "Norfolk"}
        file = session.get_one(File, shelf.files["letter", 0])
        file.media_type, file.says = "message/rfc822", MAIL
        record_event(session, item_id, "publish", "operator")
        session.add(PublicNote(item_id=item_id, words="I knew her.", name="", accepted_on=today()))
    return item_id


def shown(page: str) -> str:
    """What a page says of its item, from the top to where visitors are asked what they know."""
    return "\n".join(re.findall(r'<header class="about-item">.*</section>', page, re.DOTALL))


def files_of(shelf: Shelf) -> dict[Path, int]:
    """When each file of the indexes and of the bags was last written (nanoseconds)."""
    settings = shelf.archive.settings
    roots = (settings.index, settings.home / "objects", settings.access)
    return {path: path.stat().st_mtime_ns for root in roots for path in root.rglob("*")}


def test_a_preview_says_the_same_as_the_page_afterwards_and_changes_nothing(
    client: FlaskClient, shelf: Shelf
) -> None:
    item_id = prepared(shelf)
    photo, hidden = shelf.items["photo"], shelf.items["hidden-for-members"]
    fields = form(sign_in(client, "curator"), f"/desk/items/{item_id}/describe", "/describe")
    typed = fields | TYPED | {"about-parts": f"{photo}\n{hidden}"}
    rows, files = rows_of(shelf.archive), files_of(shelf)
    preview = describe(client, item_id, typed | {"do": "preview"})
    assert rows_of(shelf.archive) == rows and files_of(shelf) == files
    assert preview.status_code == 200 and "This is how everybody would see it." in preview.text
    said = shown(preview.text)
    for words in (
        "About words that stand here",
        "About the carriage",
        "map.png",
        "I knew her.",
        "Norfolk",
        ">Rosa</a>",
        "Described again",
        photo,
    ):
        assert words in said, words
    assert "old house" not in said and hidden not in said
    assert describe(client, item_id, typed).status_code == 303
    assert said == shown(client.application.test_client().get(f"/items/{item_id}").text)


def test_a_preview_says_who_would_see_it(client: FlaskClient, shelf: Shelf) -> None:
    item_id, hidden = prepared(shelf), shelf.items["hidden-for-members"]
    fields = form(sign_in(client, "curator"), f"/desk/items/{item_id}/describe", "/describe")
    typed = fields | {"about-parts": hidden, "do": "preview"}
    put(shelf.archive, item_id, ItemState.IN_REVIEW)

    def looked(**consent: object) -> str:
        with shelf.archive.db.write() as session:
            own = session.get_one(Item, item_id).consent
            for name, value in consent.items():
                setattr(own, name, value)
        page = describe(client, item_id, typed).text
        # What is shown is what others see: nobody else knows where it stands.
        assert "In review" not in shown(page)
        return page

    for_members = looked(audience=Audience.COMMUNITY)
    assert "how members of the community would see it" in for_members and hidden in shown(for_members)
    later = looked(audience=Audience.PUBLIC, not_before=today() + timedelta(days=30))
    assert "how everybody would see it" in later and "Its consent shows it from" in later
    assert hidden not in shown(later)
    closed = looked(people="not-asked")
    assert "only to those who look after the archive" in closed and hidden not in shown(closed)
