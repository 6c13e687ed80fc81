"""The picture at the top of the first page is one that may be seen unasked, whatever stands among what is new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from archive.models import File, Item, today
from archive.services import days
from archive.services.describe import Description
from archive.web.pages_home import NEW
from tests.fixtures import given
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf

__all__ = ["client", "master", "shelf"]


def test_pictures_that_a_content_note_is_about_hide_none_that_is_older(
    client: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many they are, no page of a letter stands there in their stead."""
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 12, 9, 18, tzinfo=UTC))
    size = {"width": 320, "height": 240}
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items["photo"]).published_on = today() - timedelta(days=1)
        page = session.get_one(File, shelf.files["papers", 0])
        shelf.copy(session, page, "thumbnail", given.jpeg(320, 240), "image/jpeg", **size)
        for number in range(NEW + 1):
            said = Description(title=f"A sale {number}", kind="still-image", content_note="A sale of people")
            name = f"noted-{number}"
            file = shelf.file(
                session, shelf.item(session, name, said), given.jpeg(), f"{name}.jpg", "image/jpeg"
            )
            shelf.copy(session, file, "thumbnail", given.jpeg(320, 240), "image/jpeg", **size)
    opening, rest = client.get("/").text.split('id="ways"')
    assert "<img" in opening and f'/items/{shelf.items["photo"]}"' in opening
    # They are among what is new all the same, behind their notes.
    assert "A sale of people" in rest
