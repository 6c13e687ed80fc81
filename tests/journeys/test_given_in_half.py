"""Half of a recording, a scan or a message is kept as it came, and every page that shows it says that it breaks off."""

from __future__ import annotations

import hashlib
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from archive.models import File
from ingest.bulk import ingest
from ingest.words import NOTES
from tests.fixtures import hostile_cut
from tests.fixtures.batching import sign_in
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf

__all__ = ["client", "master", "shelf"]
GIVEN = ("voice.wav", "scans.tif", "letters.mbox")
TOLD = NOTES["cut-short"]


def test_a_half_is_kept_byte_for_byte_and_told_to_readers_and_at_the_desk(
    client: FlaskClient, shelf: Shelf, tmp_path: Path
) -> None:
    gift = tmp_path / "gift"
    gift.mkdir()
    for name in GIVEN:
        (gift / name).write_bytes(hostile_cut.cut(name, 0.5))
    (gift / "whole.wav").write_bytes(hostile_cut.WHOLE["voice.wav"]())
    report = ingest(shelf.archive, [gift], "march-25", publish=True)
    items = {one.path.name: one.item_id for sent in report.submissions for one in sent.files}
    with shelf.archive.db.read() as session:
        kept = {one.given_name: one.sha512 for one in session.scalars(select(File))}
    pages = {name: unescape(client.get(f"/items/{item}").text) for name, item in items.items()}
    sign_in(client, "archivist")
    for name in GIVEN:
        assert kept[name] == hashlib.sha512((gift / name).read_bytes()).hexdigest()
        assert TOLD in pages[name], name
        assert TOLD in unescape(client.get(f"/desk/items/{items[name]}").text), name
    assert TOLD not in pages["whole.wav"]
