"""Resumable uploads keep to tus 1.0.0, and are nobody else's."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from archive.models import Upload, today
from archive.services import expiry
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.days_told import day_told
from tests.fixtures.uploading import BYTES, TUS, Giver, giver, metadata


@pytest.fixture
def app(archive: Archive) -> Flask:
    return create_app(archive.settings, archive)


@pytest.fixture
def given(archive: Archive) -> Giver:
    return giver(archive)


@pytest.fixture
def client(app: Flask, given: Giver) -> FlaskClient:
    opened = app.test_client(use_cookies=False)
    opened.environ_base["HTTP_COOKIE"] = given.headers["Cookie"]
    return opened


def create(client: FlaskClient, length: int, name: str = "letter.txt", **more: str) -> TestResponse:
    return client.post("/give/tus", headers=TUS | metadata(name) | {"Upload-Length": str(length)} | more)


def patch(client: FlaskClient, where: str, offset: int, data: bytes, **more: str) -> TestResponse:
    return client.patch(where, data=data, headers=BYTES | {"Upload-Offset": str(offset)} | more)


def test_it_says_what_it_can_do(client: FlaskClient) -> None:
    for path in ("/give/tus", "/give/tus/anything"):
        answer = client.options(path)
        assert answer.status_code == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert set(answer.headers["Tus-Extension"].split(",")) == {
            "creation",
            "creation-with-upload",
            "creation-defer-length",
            "termination",
            "expiration",
            "checksum",
        }
        assert answer.headers["Tus-Max-Size"] == str(2 * 1024**3)
        assert "sha1" in answer.headers["Tus-Checksum-Algorithm"].split(",")


def test_what_has_arrived_of_a_file_goes_when_the_day_that_the_page_told_is_over(
    client: FlaskClient, given: Giver
) -> None:
    created = create(client, 10, "song.mp3")
    patch(client, created.headers["Location"], 0, b"01234")
    told = day_told(client.get("/give/files").text, "What has arrived of it is removed on")
    assert told.strftime("%d %b %Y 00:00:00 GMT") in created.headers["Upload-Expires"]
    for more, arriving in ((0, ("song.mp3",)), (1, ())):
        with given.archive.db.write() as session:
            begun = today() - (told - today()) - timedelta(days=more)
            session.execute(update(Upload).values(begun_on=begun))
        expiry.expire(given.archive)
        assert given.arriving == arriving


def test_a_file_arrives_in_parts_and_is_there_once(client: FlaskClient, given: Giver) -> None:
    created = create(client, 10, "Großmutter.txt")
    assert created.status_code == 201
    where = created.headers["Location"]
    assert "GMT" in created.headers["Upload-Expires"]
    first = patch(client, where, 0, b"01234")
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "5")
    standing = client.head(where, headers=TUS)
    assert (standing.headers["Upload-Offset"], standing.headers["Upload-Length"]) == ("5", "10")
    assert standing.headers["Cache-Control"] == "no-store"
    assert given.arriving == ("Großmutter.txt",)
    last = patch(client, where, 5, b"56789")
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, "10")
    again = patch(client, where, 10, b"")
    assert (again.status_code, again.headers["Upload-Offset"]) == (204, "10")
    assert client.head(where, headers=TUS).headers["Upload-Offset"] == "10"
    assert given.contents == {"Großmutter.txt": b"0123456789"}
    assert given.files[0].sha512 == hashlib.sha512(b"0123456789").hexdigest()
    assert given.arriving == ()


def test_the_first_bytes_may_come_with_the_creation(client: FlaskClient, given: Giver) -> None:
    headers = BYTES | metadata("a.txt") | {"Upload-Length": "6"}
    created = client.post("/give/tus", data=b"abc", headers=headers)
    assert (created.status_code, created.headers["Upload-Offset"]) == (201, "3")
    assert patch(client, created.headers["Location"], 3, b"def").status_code == 204
    whole = client.post(
        "/give/tus", data=b"all", headers=headers | metadata("b.txt") | {"Upload-Length": "3"}
    )
    assert (whole.status_code, whole.headers["Upload-Offset"]) == (201, "3")
    empty = create(client, 0, "empty.txt")
    assert (empty.status_code, empty.headers["Upload-Offset"]) == (201, "0")
    assert given.contents == {"a.txt": b"abcdef", "b.txt": b"all", "empty.txt": b""}


def test_bytes_for_another_place_are_refused(client: FlaskClient, given: Giver) -> None:
    where = create(client, 10).headers["Location"]
    patch(client, where, 0, b"0123")
    for offset in (0, 3, 5, 10):
        refused = patch(client, where, offset, b"x")
        assert refused.status_code == 409, offset
        assert refused.mimetype == "text/plain"
    assert client.head(where, headers=TUS).headers["Upload-Offset"] == "4"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512", "md5"])
def test_bytes_that_changed_on_their_way_are_dropped(
    client: FlaskClient, given: Giver, algorithm: str
) -> None:
    def of(data: bytes) -> dict[str, str]:
        found = base64.b64encode(hashlib.new(algorithm, data).digest()).decode()
        return {"Upload-Checksum": f"{algorithm} {found}"}

    where = create(client, 6).headers["Location"]
    assert patch(client, where, 0, b"abc", **of(b"abc")).status_code == 204
    refused = patch(client, where, 3, b"dxf", **of(b"def"))
    assert refused.status_code == 460
    assert client.head(where, headers=TUS).headers["Upload-Offset"] == "3"
    assert patch(client, where, 3, b"def", **of(b"def")).status_code == 204
    assert given.files[0].sha512 == hashlib.sha512(b"abcdef").hexdigest()


def test_what_is_not_tus_is_refused(client: FlaskClient) -> None:
    where = create(client, 6).headers["Location"]
    without = client.post("/give/tus", headers={"Upload-Length": "6"})
    assert (without.status_code, without.headers["Tus-Version"]) == (412, "1.0.0")
    assert client.patch(where, data=b"abc", headers={"Upload-Offset": "0"}).status_code == 412
    wrong_type = client.patch(where, data=b"abc", headers=TUS | {"Upload-Offset": "0"})
    assert wrong_type.status_code == 415
    for length in ("-1", "x", "1e3", "9" * 30, "٣"):
        assert client.post("/give/tus", headers=TUS | {"Upload-Length": length}).status_code == 400, length
    assert client.post("/give/tus", headers=TUS).status_code == 400
    assert patch(client, where, 0, b"abc", **{"Upload-Checksum": "crc99 AAAA"}).status_code == 400
    assert client.patch(where, data=b"abc", headers=BYTES).status_code == 400


def test_more_bytes_than_announced_are_refused(client: FlaskClient, given: Giver) -> None:
    where = create(client, 3).headers["Location"]
    assert patch(client, where, 0, b"abcd").status_code == 413
    assert given.contents == {}


def test_an_upload_can_be_ended(client: FlaskClient, given: Giver) -> None:
    where = create(client, 6).headers["Location"]
    patch(client, where, 0, b"abc")
    assert client.delete(where, headers=TUS).status_code == 204
    assert client.head(where, headers=TUS).status_code == 404
    assert client.delete(where, headers=TUS).status_code == 404
    assert given.arriving == ()
    assert [path for path in given.archive.settings.staging.iterdir() if path.is_file()] == []


def test_networks_that_let_only_post_through_are_served(client: FlaskClient, given: Giver) -> None:
    where = create(client, 3).headers["Location"]
    headers = BYTES | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert client.post(where, data=b"abc", headers=headers).status_code == 204
    assert given.contents == {"letter.txt": b"abc"}
    assert client.post(where, headers=TUS).status_code == 405


def test_nobody_else_can_tell_that_an_upload_is_there(
    app: Flask, client: FlaskClient, archive: Archive
) -> None:
    where = create(client, 6).headers["Location"]
    stranger = app.test_client(use_cookies=False)
    for cookie in ("", giver(archive).headers["Cookie"]):
        headers = {"Cookie": cookie} if cookie else {}
        answers = [
            stranger.head(where, headers=TUS | headers),
            stranger.patch(where, data=b"abc", headers=BYTES | headers | {"Upload-Offset": "0"}),
            stranger.delete(where, headers=TUS | headers),
        ]
        nothing = stranger.head("/give/tus/7k3m9qx2v0t4hsbd", headers=TUS | headers)
        assert [one.status_code for one in answers] == [404] * 3
        assert nothing.status_code == 404
        names = sorted(set(dict(answers[0].headers)) - {"Date"})
        assert names == sorted(set(dict(nothing.headers)) - {"Date"})
    without = stranger.post("/give/tus", headers=TUS | {"Upload-Length": "3"})
    assert without.status_code == 404


@pytest.mark.parametrize(
    ("limits", "status", "words"),
    [
        ({"max_file_bytes": 9}, 413, "This file is larger than the archive takes."),
        ({"max_submission_bytes": 9}, 413, "One submission can hold no more than this."),
        ({"max_submission_files": 0}, 413, "One submission can hold no more files."),
        ({"total_quota_bytes": 9}, 507, "This archive can take no more for now."),
        ({"free_space_floor": 2**60}, 507, "There is no room left to keep this safely."),
        ({"max_hourly_bytes": 9}, 429, "More was sent within an hour than one person may send."),
    ],
)
def test_limits_are_told_in_plain_words_before_a_byte_comes(
    archive: Archive, limits: dict[str, int], status: int, words: str
) -> None:
    tight = replace(archive, settings=replace(archive.settings, **limits))
    client = create_app(tight.settings, tight).test_client(use_cookies=False)
    answer = client.post("/give/tus", headers=TUS | giver(tight).headers | {"Upload-Length": "10"})
    assert answer.status_code == status
    assert answer.mimetype == "text/plain"
    assert words in answer.text


def test_an_upload_that_finds_no_room_when_it_goes_on_says_so_and_stays(archive: Archive) -> None:
    settings = replace(archive.settings, total_quota_bytes=20)
    app = create_app(settings, replace(archive, settings=settings))
    here, other = giver(archive), giver(archive)
    client = app.test_client(use_cookies=False)

    def by(who: Giver) -> FlaskClient:
        client.environ_base["HTTP_COOKIE"] = who.headers["Cookie"]
        return client

    where = create(by(here), 12).headers["Location"]
    assert patch(by(here), where, 0, b"Dear ").status_code == 204
    filled = create(by(other), 14, "song.txt").headers["Location"]
    assert patch(by(other), filled, 0, b"We sang all da").status_code == 204
    refused = patch(by(here), where, 5, b"sister.")
    assert (refused.status_code, refused.text) == (
        507,
        "This archive can take no more for now. What has arrived is kept.\n",
    )
    assert client.head(where, headers=TUS).headers["Upload-Offset"] == "5"
    by(other).delete(filled, headers=TUS)
    assert patch(by(here), where, 5, b"sister.").status_code == 204
    assert here.contents == {"letter.txt": b"Dear sister."}


def test_so_many_files_an_hour_and_no_more(archive: Archive) -> None:
    tight = replace(archive, settings=replace(archive.settings, max_hourly_files=2))
    client = create_app(tight.settings, tight).test_client(use_cookies=False)
    first, second = giver(tight).headers, giver(tight).headers
    answers = [client.post("/give/tus", headers=TUS | first | {"Upload-Length": "1"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 429]
    assert client.post("/give/tus", headers=TUS | second | {"Upload-Length": "1"}).status_code == 201
    # Another session at the same address is another person, up to a measure.
    many = [giver(tight).headers for _ in range(21)]
    codes = [
        client.post(
            "/give/tus",
            headers=TUS | one | {"Upload-Length": "1"},
            environ_base={"REMOTE_ADDR": f"2001:db8:0:1::{number:x}"},
        ).status_code
        for number, one in enumerate(many * 2)
    ]
    assert codes.count(201) == 40
    assert codes.count(429) == 2
