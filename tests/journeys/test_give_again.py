"""Whoever gave something gives again in the same browser, and nothing that was begun is dropped without a word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from archive import models
from archive.models import ServerSession, Submission
from archive.services import sessions
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.contributor import Contributor


@pytest.fixture
def app(archive: Archive) -> Flask:
    return create_app(archive.settings, archive)


@pytest.fixture
def giver(app: Flask) -> Contributor:
    return Contributor(app.test_client())


def give(giver: Contributor, title: str = "A letter") -> None:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.answer(title=title)
    giver.send()


def sent(archive: Archive) -> list[str]:
    with archive.db.read() as session:
        return sorted(session.scalars(select(Submission.title).where(Submission.sent)))


def test_whoever_has_a_code_gives_again_in_the_same_browser(giver: Contributor, archive: Archive) -> None:
    give(giver)
    giver.take_code()
    give(giver, "A song")
    giver.take_code()
    assert sent(archive) == ["A letter", "A song"]


def test_whoever_came_back_by_code_gives_again(giver: Contributor, app: Flask, archive: Archive) -> None:
    give(giver)
    code = giver.take_code()
    back = Contributor(app.test_client())
    back.come_back(code)
    give(back, "A song")
    assert sent(archive) == ["A letter", "A song"]


def test_a_form_of_another_site_begins_nothing_for_whoever_gave_something(
    giver: Contributor, archive: Archive
) -> None:
    give(giver)
    giver.take_code()
    giver.at = giver.client.post("/give", data={"what": "pictures"})
    assert giver.at.status_code == 400


def test_the_session_of_what_was_sent_ends_after_a_day(
    giver: Contributor, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(giver)
    with archive.db.read() as session:
        assert "drafting" not in session.scalars(select(ServerSession.data)).one()
    later = models.now() + timedelta(days=2)
    monkeypatch.setattr(sessions, "now", lambda: later)
    giver.open("/mine")
    assert giver.path == "/mine/come-back"
