"""Whoever gave something gives again in the same browser, and nothing that was begun is dropped without a word."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from archive import models
from archive.access import OPERATOR
from archive.models import Holder, Item, ServerSession, Submission, User
from archive.services import accounts, invitations, sessions
from archive.services.opening import Archive
from tests.fixtures.contributor import Contributor, Forms
from tests.fixtures.days_told import day_told
from tests.fixtures.people import set_up
from tests.fixtures.things import PASSWORD


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
        return sorted(session.scalars(select(Item.title).join(Submission).where(Submission.sent)))


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


def draft(giver: Contributor) -> None:
    giver.begin()
    giver.add(song__txt=b"We sang.")


@pytest.mark.parametrize("address", ["/mine/come-back", "/sign-in"])
def test_a_draft_without_a_code_is_told_of_before_another_way_in_drops_it(
    giver: Contributor, address: str
) -> None:
    draft(giver)
    giver.open(address)
    assert "You have something here that is not sent" in giver.text
    assert 'href="/mine/code"' in giver.text and 'type="password"' not in giver.text
    # Whoever gets its code first is asked nothing any more.
    giver.open("/mine/code")
    code = giver.take_code()
    giver.open(address)
    assert "not sent" not in giver.text and "<form" in giver.text
    giver.open("/give/files")
    assert "song.txt" in giver.text
    assert code


def test_an_older_code_in_a_form_that_was_open_already_drops_no_draft(giver: Contributor, app: Flask) -> None:
    give(giver)
    code = giver.take_code()
    other = Contributor(app.test_client())
    draft(other)
    token = other.client.get("/give/files").text.split('name="csrf_token" value="')[1].split('"')[0]
    other.at = other.client.post("/mine/come-back", data={"csrf_token": token, "code": code})
    assert "You have something here that is not sent" in other.text
    other.open("/give/files")
    assert "song.txt" in other.text


def test_whoever_leaves_it_goes_on_where_they_wished_to(giver: Contributor, app: Flask) -> None:
    give(giver)
    code = giver.take_code()
    other = Contributor(app.test_client())
    draft(other)
    other.open("/mine/come-back")
    other.fill("/mine/let-go")
    assert other.path == "/mine/come-back"
    other.fill("/come-back", {"code": code})
    assert other.path == "/mine" and "A letter" in other.text


def test_a_gift_without_a_code_is_told_of_before_a_second_one_drops_it(
    giver: Contributor, archive: Archive
) -> None:
    give(giver)
    giver.open("/give")
    assert "You gave something here, and nothing leads back to it yet" in giver.text
    giver.open("/mine")
    assert "A letter" in giver.text
    giver.open("/give")
    giver.fill("/mine/let-go")
    assert giver.path == "/give"
    give(giver, "A song")
    assert sent(archive) == ["A letter", "A song"]


def test_a_form_that_was_open_already_drops_no_gift_without_a_code(giver: Contributor) -> None:
    give(giver)
    token = giver.text.split('name="csrf_token" value="')[1].split('"')[0]
    giver.at = giver.client.post("/give", data={"csrf_token": token, "what": "pictures"})
    assert "You gave something here" in giver.text
    giver.open("/mine")
    assert "A letter" in giver.text


def test_a_draft_in_which_nothing_was_said_is_left_without_a_question(giver: Contributor) -> None:
    giver.begin()
    giver.open("/mine/come-back")
    assert 'action="/mine/come-back"' in giver.text


def test_another_site_cannot_make_somebody_leave_what_they_have(giver: Contributor) -> None:
    draft(giver)
    assert giver.client.post("/mine/let-go", data={"to": "give"}).status_code == 400
    giver.open("/give/files")
    assert "song.txt" in giver.text


def account(archive: Archive, name: str, role: str = "contributor") -> str:
    return accounts.create_user(archive, name, PASSWORD, {role: ""})


def test_whoever_signs_in_has_the_draft_held_by_their_account_if_they_wish(
    giver: Contributor, archive: Archive, app: Flask
) -> None:
    account(archive, "rosa")
    draft(giver)
    giver.open("/sign-in")
    assert 'href="/sign-in?keep=yes"' in giver.text
    giver.open("/sign-in?keep=yes")
    giver.fill("/sign-in", {"username": "rosa", "password": PASSWORD})
    assert giver.path == "/mine"
    elsewhere = Contributor(app.test_client())
    elsewhere.open("/sign-in")
    elsewhere.fill("/sign-in", {"username": "rosa", "password": PASSWORD})
    assert elsewhere.path == "/mine/all"
    kept = timedelta(days=archive.settings.draft_days)
    assert day_told(elsewhere.text, "What is not sent is removed on") == models.today() + kept
    elsewhere.fill("/mine/all", {"submission": held_by(archive, "rosa")})
    elsewhere.open("/give/files")
    assert "song.txt" in elsewhere.text


def test_a_second_factor_on_the_way_in_drops_no_draft(giver: Contributor, archive: Archive) -> None:
    user_id = account(archive, "rosa")
    _, (one, *_) = set_up(archive, user_id)
    draft(giver)
    giver.open("/sign-in?keep=yes")
    giver.fill("/sign-in", {"username": "rosa", "password": PASSWORD})
    assert giver.path == "/sign-in/code"
    giver.fill("/sign-in/code", {"code": one})
    assert giver.path == "/mine", giver.text
    giver.open("/give/files")
    assert "song.txt" in giver.text


def test_the_account_of_a_curator_holds_no_draft_of_somebody_else(
    giver: Contributor, archive: Archive
) -> None:
    account(archive, "curator", "curator")
    draft(giver)
    giver.open("/sign-in?keep=yes")
    giver.fill("/sign-in", {"username": "curator", "password": PASSWORD})
    assert held_by(archive, "curator") == ""


def test_an_invitation_drops_no_draft(giver: Contributor, archive: Archive) -> None:
    link = invitations.invite(archive, OPERATOR, {"member": []})
    draft(giver)
    token = giver.text.split('name="csrf_token" value="')[1].split('"')[0]
    giver.open(f"/welcome/{link}")
    assert "not sent" in giver.text
    form = {"csrf_token": token, "username": "rosa", "password": PASSWORD}
    giver.at = giver.client.post(f"/welcome/{link}", data=form)
    assert "not sent" in giver.text
    giver.fill("/mine/let-go")
    assert giver.path == f"/welcome/{link}" and 'name="username"' in giver.text


@pytest.mark.parametrize(("role", "holds"), [("member", True), ("curator", False)])
def test_the_account_of_an_invitation_holds_the_draft_where_that_is_wished(
    giver: Contributor, archive: Archive, role: str, holds: bool
) -> None:
    link = invitations.invite(archive, OPERATOR, {role: []})
    draft(giver)
    giver.open(f"/welcome/{link}")
    way = f"/welcome/{link}?keep=yes"
    assert (f'href="{way}"' in giver.text) is holds
    giver.open(way)
    if not holds:
        assert "not sent" in giver.text
        return
    # A name that cannot be used loses nothing of it.
    for name in ("", "rosa"):
        page = Forms(giver.text).forms[0]["fields"]
        form = page | {"username": name, "password": PASSWORD}
        giver.at = giver.client.post(way, data=form, follow_redirects=True)
    assert giver.path == "/mine" and held_by(archive, "rosa")
    giver.open("/give/files")
    assert "song.txt" in giver.text


def held_by(archive: Archive, username: str) -> str:
    """What the account of that name holds; nothing where it holds nothing."""
    query = select(Holder.submission_id).join(User, User.id == Holder.user_id)
    with archive.db.read() as session:
        return session.scalars(query.where(User.username == username)).first() or ""


def test_whoever_came_back_by_a_code_is_not_told_that_nothing_leads_back(
    giver: Contributor, app: Flask
) -> None:
    give(giver)
    giver.fill("/mine/code")
    (shown,) = re.findall(r'class="code-words"[^>]*>([^<]+)<', giver.text)
    # It was never typed again where it was shown.
    back = Contributor(app.test_client())
    back.come_back(shown)
    assert back.path == "/mine" and "not typed again yet" not in back.text
    back.open("/give")
    assert 'action="/give"' in back.text
