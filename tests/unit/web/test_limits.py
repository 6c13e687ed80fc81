"""Whoever writes at length loses none of it: the form is as long as the page promises, before anything reads it."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask

from archive.models import today
from archive.services.opening import Archive
from archive.services.receipt_text import Agreed, GivenFile, Receipt, write_receipt
from archive.web.app import create_app
from archive.web.limits import KEY, LARGEST_FORM
from archive.web.receipts import LARGEST_RECEIPT

AT_LENGTH = {
    "contribute": "/give/about",
    "item_files": "/desk/items/nothing/files/nothing/transcript",
    "mine": "/mine/messages",
    "receipts": "/receipt",
    "requests": "/desk/requests/nothing/decide",
    "review": "/desk/items/nothing/describe",
    "stories_desk": "/desk/stories/new",
}


@pytest.fixture
def app(archive: Archive) -> Flask:
    return create_app(archive.settings, archive)


@pytest.mark.parametrize("room", AT_LENGTH)
def test_a_form_that_may_be_long_is_not_refused_for_its_length(app: Flask, room: str) -> None:
    longest = app.extensions[KEY][room]
    assert longest > LARGEST_FORM
    fits, does_not = ({"text": "x" * size} for size in (longest - 1024, longest + 1024))
    client = app.test_client()
    assert client.post(AT_LENGTH[room], data=fits).status_code != 413
    assert client.post(AT_LENGTH[room], data=does_not).status_code == 413


def test_a_receipt_of_several_times_a_submission_is_read_and_of_a_longer_one_it_is_said_who_reads_it(
    app: Flask, archive: Archive
) -> None:
    # What a file takes on a receipt that proves its entry in an archive of a hundred thousand events.
    assert 5 * archive.settings.max_submission_files * (480 + 1065) < LARGEST_RECEIPT
    files = tuple(GivenFile("a.jpg", 1, f"{number:0128x}", f"{number:016}") for number in range(3000))
    text = write_receipt("Archive", today(), Receipt("0" * 16, files), Agreed("", "", ""))
    client = app.test_client()
    read = client.post("/receipt", data={"text": text})
    assert read.status_code == 200 and read.text.count("This archive knows of no such file") == len(files)
    for sent in ({"text": "x" * LARGEST_RECEIPT}, {"file": (BytesIO(b"x" * LARGEST_RECEIPT), "receipt.txt")}):
        refused = client.post("/receipt", data=sent, content_type="multipart/form-data")
        assert refused.status_code == 413
        assert "longer than 4.2 MB" in refused.text and "verify-receipt” reads it" in refused.text


def test_every_other_form_is_short(app: Flask) -> None:
    assert app.test_client().post("/sign-in", data={"text": "x" * 2 * LARGEST_FORM}).status_code == 413
