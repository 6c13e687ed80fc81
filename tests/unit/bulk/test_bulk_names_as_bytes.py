"""A name as it was given is kept byte for byte, where the name as it is shown does not say it."""

from __future__ import annotations

import hashlib
import json
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from sqlalchemy import select, update

from archive.access import OPERATOR, PUBLIC
from archive.bags import bag_key, read_bag
from archive.models import File, Item
from archive.profiles import CollectionProfile
from archive.services import rebuild, show, withdrawing
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.web.app import create_app
from ingest.bulk import ingest, plan
from tests.fixtures.commands import command
from tests.fixtures.withdrawn import files_with, settle

Write = Callable[..., Path]
NFC = unicodedata.normalize("NFC", "été.txt").encode()
NFD = unicodedata.normalize("NFD", "carré.txt").encode()
TWIN = unicodedata.normalize("NFD", "été.txt").encode()
# What cannot be the name of another: a byte that is no UTF-8, and a backslash that was written.
NO_UTF8, BACKSLASH = b"bad\xff.txt", b"bad\\xff.txt"
NAMES = [b"plain name.txt", NFC, TWIN, NFD, NO_UTF8, BACKSLASH, b"deep/caf\xe9 100%.txt"]


@pytest.fixture
def gift(write: Write, tmp_path: Path) -> Path:
    """A folder with a file of every such name; each holds its own name."""
    for name in NAMES:
        write(b"gift/" + name, name)
    return tmp_path / "gift"


@pytest.fixture
def kept(tmp_path: Path, gift: Path) -> Iterator[Archive]:
    """An archive on SQLite that has taken them in, and shows them."""
    archive = open_archive(Settings(home=tmp_path / "home"))
    ingest(archive, [gift], "march-25", publish=True)
    yield archive
    archive.close()


def as_given(file: File) -> bytes:
    return unquote_to_bytes(file.given_bytes) or file.given_name.encode()


def rows(archive: Archive) -> list[File]:
    with archive.db.read() as session:
        return list(session.scalars(select(File)))


def as_taken_in(archive: Archive) -> dict[bytes, str]:
    """Every name with the sum of the bytes that came under it."""
    return {as_given(one): one.sha512 for one in rows(archive)}


WANTED = {name: hashlib.sha512(name).hexdigest() for name in NAMES}


def test_only_a_name_that_its_text_does_not_say_is_planned_with_its_bytes(
    gift: Path, profile: CollectionProfile
) -> None:
    found = [file for item in plan([gift], profile).submissions[0].items for file in item.files]
    told = {file.path.read_bytes(): file.given_bytes for file in found}
    assert told == {
        b"plain name.txt": "",
        NFD: "carre%CC%81.txt",
        # Of the twins the first has the name of both in composed accents, and the other one that nobody gave.
        TWIN: "e%CC%81te%CC%81.txt",
        NFC: "%C3%A9t%C3%A9.txt",
        BACKSLASH: "",
        NO_UTF8: "bad%FF.txt",
        b"deep/caf\xe9 100%.txt": "deep/caf%E9%20100%25.txt",
    }


def test_every_name_is_kept_byte_for_byte_and_comes_back_from_the_bags(kept: Archive, tmp_path: Path) -> None:
    assert as_taken_in(kept) == WANTED
    shutil.copytree(kept.settings.home / "objects", tmp_path / "again" / "objects")
    again = open_archive(Settings(home=tmp_path / "again"), beside_bags=True)
    try:
        assert rebuild.bring_back(again, awaits_copies=False).refused == []
        assert as_taken_in(again) == WANTED
    finally:
        again.close()


def test_what_an_older_version_took_in_is_known_again_by_the_name_as_it_is_shown(
    kept: Archive, gift: Path
) -> None:
    with kept.db.write() as session:
        session.execute(update(File).values(given_bytes=""))
    before = sorted(one.id for one in rows(kept))
    assert unicodedata.normalize("NFC", "carré.txt") in {one.given_name for one in rows(kept)}
    ingest(kept, [gift], "march-25")
    assert sorted(one.id for one in rows(kept)) == before


def test_the_bag_says_it_in_its_record_and_in_premis(kept: Archive) -> None:
    file = next(one for one in rows(kept) if as_given(one) == NO_UTF8)
    bag = read_bag(kept.bag_folder(bag_key(file.item_id)))
    told = {one["id"]: one["given_bytes"] for one in json.loads(bag.record("record.json"))["files"]}
    assert told[file.id] == "bad%FF.txt"
    premis = bag.record("premis.xml").decode()
    assert "<significantPropertiesType>name as bytes<" in premis
    assert "<significantPropertiesValue>bad%FF.txt<" in premis
    assert f"<originalName>{file.given_name}<" in premis


def test_show_prints_it_and_no_public_page_does(kept: Archive) -> None:
    file = next(one for one in rows(kept) if as_given(one) == NFD)
    assert "name as bytes: carre%CC%81.txt" in command(kept.settings.home, "show", file.item_id).output
    assert show.item(kept, OPERATOR, file.item_id).files[0].given_bytes == "carre%CC%81.txt"
    assert show.item(kept, PUBLIC, file.item_id).files[0].given_bytes == ""
    client = create_app(kept.settings, kept).test_client()
    for address in (f"/items/{file.item_id}", f"/items/{file.item_id}.json", "/search?q=carre"):
        assert b"%CC%81.txt" not in client.get(address).data
    assert client.get(f"/items/{file.item_id}").status_code == 200


def test_with_what_is_destroyed_its_name_as_bytes_is_forgotten(kept: Archive) -> None:
    file = next(one for one in rows(kept) if as_given(one) == NFD)
    assert files_with(kept.settings.home, b"carre%CC%81")
    withdrawing.withdraw_item(kept, OPERATOR, file.item_id, destroy=True)
    settle(kept)
    assert files_with(kept.settings.home, b"carre%CC%81") == []
    with kept.db.read() as session:
        assert session.get_one(Item, file.item_id).erasure == "done"
