"""What was noticed in a file stands beside it, for whoever decides about it."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from archive.models import File, Item, Passage
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.reviewing import item_id, opened, sign_in
from tests.fixtures.shelf import Shelf

__all__ = ["client", "item_id", "master", "shelf"]


def test_a_curator_is_told_which_names_the_text_of_a_file_may_hold(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    page = opened(client, f"/desk/items/{item_id}?show=1")
    assert "Names its text may hold" in page and "Capital letters point to none" in page
    with shelf.archive.db.write() as session:
        file = session.scalars(select(File).where(File.item_id == item_id)).first()
        assert file is not None
        file.passages.append(Passage(position=99, text="My aunt <i>Ruth Ann Bell</i> lived in Norfolk."))
    page = opened(client, f"/desk/items/{item_id}?show=1")
    assert "Ruth Ann Bell (guessed by capital letters)" in page
    # Until its content note is passed nothing of what is in it is told, only what is known of its bytes.
    with shelf.archive.db.write() as session:
        session.get_one(Item, item_id).content_note = "A sale of people"
    before = client.get(f"/desk/items/{item_id}").text
    assert "Ruth Ann Bell" not in before and "Days it names" not in before
    assert "<dt>Format</dt>" in before and "<dt>Viruses</dt>" in before
    assert "Ruth Ann Bell" in opened(client, f"/desk/items/{item_id}")
