"""A draft is kept for whoever comes back to it, and thrown away by whoever wishes it gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from archive.models import Draft, File, Item, Submission, today
from archive.services import expiry
from archive.services.opening import Archive
from tests.fixtures.contributor import Contributor
from tests.fixtures.days_told import day_told


@pytest.fixture
def giver(app: Flask) -> Contributor:
    """Somebody who began a draft: a song, and nothing said of it yet."""
    giver = Contributor(app.test_client())
    giver.begin()
    giver.add(song__txt=b"We sang.")
    return giver


def leave_for(archive: Archive, days: int) -> None:
    with archive.db.write() as session:
        session.execute(update(Draft).values(touched_on=today() - timedelta(days=days)))


def last_day(archive: Archive) -> int:
    """On which day after the last touch a draft is there still, and on the next not."""
    return archive.settings.draft_days


@pytest.mark.parametrize("step", ["/give", "/give/files", "/give/about", "/give/check"])
def test_opening_a_page_of_a_draft_counts_as_coming_back(
    giver: Contributor, archive: Archive, step: str
) -> None:
    leave_for(archive, last_day(archive))
    giver.open(step)
    told = giver.text
    with archive.db.read() as session:
        assert session.scalars(select(Draft.touched_on)).one() == today()
    # The page told of the day that counts.
    giver.open(step)
    assert giver.text.count("The draft is removed on") == 1
    assert (
        giver.text.split("The draft is removed on")[1][:40] == told.split("The draft is removed on")[1][:40]
    )


def test_a_draft_goes_when_the_day_that_its_pages_told_is_over(giver: Contributor, archive: Archive) -> None:
    giver.open("/give/files")
    told = day_told(giver.text, "The draft is removed on")
    giver.open("/mine")
    assert day_told(giver.text, "What is not sent is removed on") == told
    for more, drafts in ((0, 1), (1, 0)):
        leave_for(archive, (told - today()).days + more)
        expiry.expire(archive)
        assert left(archive)[0] == drafts


def test_typing_the_code_of_a_draft_counts_as_coming_back(
    giver: Contributor, archive: Archive, app: Flask
) -> None:
    giver.open("/mine/code")
    code = giver.take_code()
    leave_for(archive, last_day(archive))
    back = Contributor(app.test_client())
    back.come_back(code)
    leave = today() - timedelta(days=1)
    with archive.db.read() as session:
        assert session.scalars(select(Draft.touched_on)).one() > leave
    assert expiry.expire(archive) == 0


def test_nothing_is_kept_longer_for_a_look_at_something_else(giver: Contributor, archive: Archive) -> None:
    leave_for(archive, last_day(archive) + 1)
    giver.open("/about")
    expiry.expire(archive)
    # Whoever goes on with what is gone is led to where one comes back, not to an error.
    giver.open("/give/files")
    assert giver.path == "/mine/come-back" and giver.at.status_code == 200


def left(archive: Archive) -> tuple[int, ...]:
    """How many drafts, submissions, items and files there are."""
    with archive.db.read() as session:
        return tuple(len(session.scalars(select(one)).all()) for one in (Draft, Submission, Item, File))


def test_a_draft_is_thrown_away_from_any_of_its_pages(giver: Contributor, archive: Archive) -> None:
    giver.open("/give/about")
    giver.fill("/give/about", {"about-title": "A song", "to": "throw-away"})
    assert giver.path == "/give/throw-away" and "song.txt" in giver.text
    # It is asked once, and until then nothing is lost.
    giver.open("/give/about")
    assert "A song" in giver.text
    giver.open("/give/check")
    assert 'href="/give/throw-away"' in giver.text
    giver.open("/give/throw-away")
    giver.fill("/give/throw-away")
    assert giver.path == "/give" and giver.at.status_code == 200
    assert left(archive) == (0, 0, 0, 0)
    assert [one for one in archive.settings.staging.rglob("*") if one.is_file()] == []
    giver.begin()


def test_throwing_away_what_was_added_leaves_what_was_sent(giver: Contributor, archive: Archive) -> None:
    giver.answer(title="A song")
    giver.send()
    giver.take_code()
    giver.fill("/mine/add")
    giver.add(envelope__txt=b"An envelope.")
    giver.open("/give/throw-away")
    assert "What you sent before stays as it is." in giver.text
    giver.fill("/give/throw-away")
    assert giver.path == "/mine" and "A song" in giver.text and "not sent yet" not in giver.text
    assert left(archive) == (0, 1, 1, 1)


def test_taking_back_what_was_never_sent_is_throwing_it_away(giver: Contributor, archive: Archive) -> None:
    giver.open("/mine/take-back")
    assert giver.path == "/give/throw-away"
    giver.fill("/give/throw-away")
    assert giver.path == "/give" and left(archive) == (0, 0, 0, 0)


def test_a_draft_is_thrown_away_by_nobody_else(giver: Contributor, archive: Archive, app: Flask) -> None:
    stranger = Contributor(app.test_client())
    stranger.open("/give/throw-away")
    assert stranger.path == "/give"
    assert giver.client.post("/give/throw-away").status_code == 400
    assert left(archive)[0] == 1
