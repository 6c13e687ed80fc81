"""A code typed while somebody is signed in may be that of somebody else whom they help: an account holds it only on wish."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from archive.models import Holder, Submission
from archive.services import accounts
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.contributor import Contributor, Forms
from tests.fixtures.things import PASSWORD

WISH = {"keep": "yes"}
ASKED = "Have my account hold it from now on"


@pytest.fixture
def app(archive: Archive) -> Flask:
    for name, role in {"rosa": "contributor", "lee": "contributor", "curator": "curator"}.items():
        accounts.create_user(archive, name, PASSWORD, {role: ""})
    return create_app(archive.settings, archive)


@pytest.fixture
def code(app: Flask) -> str:
    """That of a letter, which somebody without an account gave."""
    giver = Contributor(app.test_client())
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.answer(title="A letter")
    giver.send()
    return giver.take_code()


def signed_in(app: Flask, name: str) -> Contributor:
    somebody = Contributor(app.test_client())
    somebody.open("/sign-in")
    somebody.fill("/sign-in", {"username": name, "password": PASSWORD})
    somebody.open("/mine/come-back")
    return somebody


def holders(archive: Archive) -> list[str]:
    with archive.db.read() as session:
        return list(session.scalars(select(Holder.submission_id)))


def test_what_a_helper_opens_by_the_code_of_somebody_else_is_not_held_by_the_helpers_account(
    app: Flask, archive: Archive, code: str
) -> None:
    helper = signed_in(app, "rosa")
    assert ASKED in helper.text and "keep" not in Forms(helper.text).sent_to("/come-back")[0]["fields"]
    helper.fill("/come-back", {"code": code})
    assert helper.path == "/mine" and "A letter" in helper.text
    assert "signed in as rosa" not in helper.text and holders(archive) == []
    elsewhere = signed_in(app, "rosa")
    elsewhere.open("/mine/all")
    assert "A letter" not in elsewhere.text


def test_an_account_holds_what_its_owner_comes_back_to_where_they_wish(
    app: Flask, archive: Archive, code: str
) -> None:
    giver = signed_in(app, "rosa")
    giver.fill("/come-back", {"code": code} | WISH)
    assert giver.path == "/mine" and "A letter" in giver.text and "signed in as rosa" in giver.text
    with archive.db.read() as session:
        assert holders(archive) == [session.scalars(select(Submission.id)).one()]
    # From then on the account stays signed in by that code, and need not wish it again.
    again = signed_in(app, "rosa")
    again.fill("/come-back", {"code": code})
    assert again.path == "/mine" and "signed in as rosa" in again.text


def test_a_wish_that_another_account_is_in_the_way_of_is_told_in_the_form_and_nobody_is_signed_out(
    app: Flask, archive: Archive, code: str
) -> None:
    signed_in(app, "rosa").fill("/come-back", {"code": code} | WISH)
    other = signed_in(app, "lee")
    other.fill("/come-back", {"code": code} | WISH)
    assert other.at.status_code == 409 and "An account holds this already." in other.text
    assert "your code leads there all the same" in other.text and "not a code that we know" not in other.text
    assert 'aria-invalid="true"' not in other.text, "the code is right"
    other.open("/mine/come-back")
    assert "signed in as lee" in other.text and "An account holds this already." not in other.text
    assert len(holders(archive)) == 1


def test_without_that_wish_the_same_form_leads_there_at_once(app: Flask, archive: Archive, code: str) -> None:
    signed_in(app, "rosa").fill("/come-back", {"code": code} | WISH)
    other = signed_in(app, "lee")
    other.fill("/come-back", {"code": code} | WISH)
    assert "keep" not in Forms(other.text).sent_to("/come-back")[0]["fields"]
    # The nine words stand there still.
    other.fill("/come-back")
    assert other.path == "/mine" and "A letter" in other.text
    assert "signed in as lee" not in other.text and len(holders(archive)) == 1


def test_the_account_of_a_curator_holds_nothing_and_they_are_told_that_they_are_signed_out(
    app: Flask, archive: Archive, code: str
) -> None:
    curator = signed_in(app, "curator")
    assert ASKED not in curator.text and "Whoever goes on with a code is signed out here" in curator.text
    curator.fill("/come-back", {"code": code} | WISH)
    assert curator.path == "/mine" and "A letter" in curator.text
    assert "signed in as curator" not in curator.text and holders(archive) == []


def test_the_wish_stands_again_beside_a_code_that_was_wrong(app: Flask, code: str) -> None:
    giver = signed_in(app, "rosa")
    giver.fill("/come-back", {"code": "no such code"} | WISH)
    assert giver.at.status_code == 400
    assert Forms(giver.text).sent_to("/come-back")[0]["fields"]["keep"] == "yes"


def test_whoever_is_not_signed_in_is_asked_for_the_code_alone(app: Flask, code: str) -> None:
    nobody = Contributor(app.test_client())
    nobody.open("/mine/come-back")
    assert ASKED not in nobody.text and "signed out here" not in nobody.text
