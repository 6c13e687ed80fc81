"""A package of bags that cannot be taken is refused before it is read, and leaves nothing; so does one that breaks off."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import BagImport
from archive.services import bag_import_standing, bag_imports
from archive.services.sweep import stray_bytes
from archive.web.app import create_app
from archive.web.limits import LARGEST_HEARD
from tests.fixtures.bringing import DESK, brought, uploaded
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf
from tests.fixtures.walking import sign_in

__all__ = ["client", "master", "shelf"]


@pytest.fixture
def archivist(client: FlaskClient) -> FlaskClient:
    sign_in(client, "archivist")
    return client


@pytest.mark.parametrize(
    ("settings", "status", "words"),
    [
        ({"max_submission_bytes": 1000}, 413, "larger than one that is brought in here"),
        ({"free_space_floor": 1 << 60}, 507, "no room left"),
        ({"total_quota_bytes": 1}, 507, "can take no more for now"),
        ({"max_hourly_bytes": 1000}, 429, "Go on in an hour"),
        ({"max_hourly_files": 1}, 429, "Go on in an hour"),
    ],
)
def test_what_cannot_fit_is_refused_before_it_is_read(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, settings: dict[str, int], status: int, words: str
) -> None:
    archive = replace(shelf.archive, settings=replace(shelf.archive.settings, **settings))
    client = create_app(archive.settings, archive).test_client()
    sign_in(client, "archivist")
    if "max_hourly_files" in settings:
        brought(client, b"one")
    # Nobody begins to write what cannot end.
    monkeypatch.delattr("archive.web.bringing_desk.arrive")
    answer = uploaded(client, bytes(3 << 20))
    assert answer.status_code == status and words in answer.text
    with archive.db.read() as session:
        assert [one for one in session.scalars(select(BagImport)) if one.state == "arriving"] == []
    assert stray_bytes(archive) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"collection": ""}, "Choose a collection."),
        ({"wish": "publish"}, "Say whether it is only to be checked."),
        ({"name": ""}, "Choose a package"),
        ({"data": b""}, "The package is empty."),
        ({"collection": "x" * LARGEST_HEARD}, "This file could not be taken in."),
    ],
    ids=["collection", "wish", "name", "package", "more than is read"],
)
def test_a_form_that_is_not_whole_says_what_is_missing(
    archivist: FlaskClient, shelf: Shelf, changed: dict[str, str], words: str
) -> None:
    answer = uploaded(archivist, **{"data": b"some bytes", **changed})  # type: ignore[arg-type]
    assert answer.status_code == 400 and words in answer.text
    with shelf.archive.db.read() as session:
        assert session.scalars(select(BagImport)).all() == []


def test_a_form_of_another_site_is_refused_unread(archivist: FlaskClient, shelf: Shelf) -> None:
    form = {"collection": "march-25", "wish": "take", "package": (io.BytesIO(b"x"), "a.zip")}
    answer = archivist.post(DESK, data=form, content_type="multipart/form-data")
    assert answer.status_code == 400
    with shelf.archive.db.read() as session:
        assert session.scalars(select(BagImport)).all() == []


def test_a_package_whose_connection_broke_leaves_nothing(archivist: FlaskClient, shelf: Shelf) -> None:
    package = bag_imports.begin(shelf.archive, OPERATOR, "march-25", "a.zip", "check")
    path = bag_import_standing.package_of(shelf.archive, package.id)
    path.write_bytes(b"half of it")
    assert stray_bytes(shelf.archive) == []
    # A web process that starts finds what the one before it had half read.
    create_app(shelf.archive.settings, shelf.archive)
    assert not path.exists()
    with shelf.archive.db.read() as session:
        assert session.get(BagImport, package.id) is None
