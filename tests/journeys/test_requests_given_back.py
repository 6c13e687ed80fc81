"""Whoever asks about an item and cannot be heard has every word back: too long, too late, too often, or in a failing archive."""

from __future__ import annotations

import errno
import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from archive.access import OPERATOR
from archive.services import asking, sessions, withdrawing
from archive.web import visitors
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf
from tests.journeys.test_requests import WORDS, ask, fields_of, item_id, sign_in, visitor

__all__ = ["client", "item_id", "master", "shelf", "visitor"]


def fail(error: Exception) -> Callable[..., None]:
    def broken(*_: object, **__: object) -> None:
        raise error

    return broken


def test_words_that_are_too_long_are_all_heard_and_told_how_much_too_long(
    visitor: FlaskClient, item_id: str
) -> None:
    book = "🕯 They came by the river. " * 20_000
    answer = ask(visitor, item_id, words=book, name="Ada" * 100, reach="5551234")
    assert answer.status_code == 400
    again = fields_of(answer, "/ask")
    assert (again["words"], again["name"], again["reach"]) == (book, "Ada" * 100, "5551234")
    assert "it may have 5,000 characters and has 520,000." in answer.text
    assert "it may have 200 characters and has 300." in answer.text
    assert "maxlength" not in answer.text


def test_what_was_typed_is_given_back_wherever_it_cannot_be_taken(
    client: FlaskClient, shelf: Shelf, item_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = {"kind": "take-down", "words": WORDS, "name": "ada", "reach": "5551234", "code": "seven words"}

    def is_given_back(answer: TestResponse, status: int) -> None:
        assert answer.status_code == status
        found = re.findall(r"<textarea readonly[^>]*>\n([^<]*)</textarea>", answer.text)
        assert [html.unescape(one) for one in found] == [WORDS, "ada", "5551234"], answer.text

    address = f"/items/{item_id}/ask"
    # Of a form that was opened before somebody signed in, in another window.
    sign_in(client, "member")
    is_given_back(client.post(address, data=typed), 400)
    # What may be seen no more, as when the session ended meanwhile.
    visitor = client.application.test_client()
    is_given_back(visitor.post(f"/items/{shelf.items['hidden-for-members']}/ask", data=typed), 404)
    monkeypatch.setattr(asking, "ask", fail(OperationalError("x", {}, Exception("database is locked"))))
    is_given_back(visitor.post(address, data=typed), 503)
    # Nobody else puts words of theirs onto a page of ours.
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert "aunt" not in visitor.post(address, data=typed, headers=elsewhere).text
    monkeypatch.setattr(asking, "ask", fail(OSError(errno.ENOSPC, "x")))
    is_given_back(visitor.post(address, data=typed), 507)
    # Nobody can be looked up, so nothing of the form was read yet, and hardly a page can be made.
    monkeypatch.setattr(sessions, "open_session", fail(OSError(errno.EIO, "x")))
    is_given_back(client.post(address, data=typed), 503)
    monkeypatch.undo()
    monkeypatch.setattr(visitors.sessions, "actor_of_session", fail(OSError(errno.EIO, "x")))
    is_given_back(client.post(address, data=typed), 503)


def test_what_was_typed_about_something_that_was_taken_back_meanwhile_is_given_back(
    visitor: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    withdrawing.withdraw_item(shelf.archive, OPERATOR, item_id)
    answer = visitor.post(f"/items/{item_id}/ask", data={"kind": "note", "words": WORDS})
    assert answer.status_code == 410 and "The child is &lt;Rosa&gt;, my aunt." in answer.text
