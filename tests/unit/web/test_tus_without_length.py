"""What is just being recorded says its length at the end (tus, creation-defer-length), and is not lost before."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.services import expiry
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.uploading import BYTES, TUS, Giver, form_token, giver, metadata


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


def test_what_is_just_being_recorded_says_its_length_at_the_end(
    client: FlaskClient, given: Giver, archive: Archive
) -> None:
    created = client.post("/give/tus", headers=TUS | metadata("voice.webm") | {"Upload-Defer-Length": "1"})
    assert created.status_code == 201
    where = created.headers["Location"]
    assert patch(client, where, 0, b"01234").headers["Upload-Offset"] == "5"
    standing = client.head(where, headers=TUS).headers
    assert (standing["Upload-Offset"], standing["Upload-Defer-Length"]) == ("5", "1")
    assert "Upload-Length" not in standing
    # A server that starts again keeps it: its sender goes on.
    expiry.forget_cut(archive)
    assert patch(client, where, 5, b"567").headers["Upload-Offset"] == "8"
    assert given.files == [] and given.arriving == ("voice.webm",)
    # No fewer than have come; once said it stays.
    assert patch(client, where, 8, b"", **{"Upload-Length": "7"}).status_code == 400
    assert patch(client, where, 8, b"8", **{"Upload-Length": "10"}).headers["Upload-Offset"] == "9"
    assert patch(client, where, 9, b"9", **{"Upload-Length": "11"}).status_code == 400
    standing = client.head(where, headers=TUS).headers
    assert standing["Upload-Length"] == "10" and "Upload-Defer-Length" not in standing
    assert patch(client, where, 9, b"9", **{"Upload-Length": "10"}).headers["Upload-Offset"] == "10"
    assert given.contents == {"voice.webm": b"0123456789"}
    assert given.files[0].sha512 == hashlib.sha512(b"0123456789").hexdigest()


def test_a_length_is_said_or_put_off_and_not_both(client: FlaskClient) -> None:
    for said in ({}, {"Upload-Length": "5", "Upload-Defer-Length": "1"}, {"Upload-Defer-Length": "2"}):
        assert client.post("/give/tus", headers=TUS | metadata("a.txt") | said).status_code == 400


def test_bytes_whose_number_nobody_said_count_within_the_hour_as_they_come(
    archive: Archive, given: Giver
) -> None:
    few = replace(archive, settings=replace(archive.settings, max_hourly_bytes=10))
    client = create_app(few.settings, few).test_client(use_cookies=False)
    client.environ_base["HTTP_COOKIE"] = given.headers["Cookie"]
    created = client.post("/give/tus", headers=TUS | metadata("voice.webm") | {"Upload-Defer-Length": "1"})
    where = created.headers["Location"]
    assert patch(client, where, 0, b"01234567").status_code == 204
    assert patch(client, where, 8, b"0123").status_code == 429
    client.delete(where, headers=TUS)


def test_what_was_recorded_and_came_to_no_end_can_be_kept_as_it_is(client: FlaskClient, given: Giver) -> None:
    created = client.post("/give/tus", headers=TUS | metadata("voice.webm") | {"Upload-Defer-Length": "1"})
    patch(client, created.headers["Location"], 0, b"01234")
    page = client.get("/give/files").text
    (keep,) = re.findall(r'formaction="([^"]+/keep)"', page)
    token = {"csrf_token": form_token(page)}
    assert client.post(keep, data=token).status_code == 303
    assert given.contents == {"voice.webm": b"01234"} and given.arriving == ()
    # Twice is once, and what says its length waits for the rest.
    assert client.post(keep, data=token).status_code == 303
    where = create(client, 10).headers["Location"]
    patch(client, where, 0, b"01234")
    page = client.get("/give/files").text
    assert "Keep what has arrived" not in page
    other = f"/give/files/arriving/{where.rpartition('/')[2]}/keep"
    assert client.post(other, data={"csrf_token": form_token(page)}).status_code == 303
    assert given.arriving == ("letter.txt",)
