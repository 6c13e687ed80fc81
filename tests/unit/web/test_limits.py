"""Whoever writes at length loses none of it: the form is as long as the page promises, before anything reads it."""

from __future__ import annotations

import pytest
from flask import Flask

from archive.services.opening import Archive
from archive.web.app import create_app
from archive.web.limits import KEY, LARGEST_FORM

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


def test_every_other_form_is_short(app: Flask) -> None:
    assert app.test_client().post("/sign-in", data={"text": "x" * 2 * LARGEST_FORM}).status_code == 413
