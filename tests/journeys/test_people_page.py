"""Administrators decide who may do what, by HTTP without a script: they invite, change roles, reset, and let nobody be the last to go."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.access import OPERATOR
from archive.models import EntryLink, User, now, record_event
from archive.services import invitations, people, sessions
from archive.web.app import create_app
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf, token_of
from tests.fixtures.people import (
    PASSWORD,
    code_for,
    codes_on,
    link_on,
    secret_on,
    set_up,
    somebody,
    still_clock,
    strict,
)
from tests.fixtures.shelf import Shelf

__all__ = ["client", "master", "shelf", "still_clock"]
pytestmark = pytest.mark.usefixtures("still_clock")


def send(client: FlaskClient, page: str, ending: str, **values: object) -> TestResponse:
    """Fill in the form of a page that goes there, and send it."""
    form = next(one for one in Forms(client.get(page).text).forms if one["action"].endswith(ending))
    return client.post(form["action"], data={**form["fields"], **values})


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD) -> TestResponse:
    return send(client, "/sign-in", "/sign-in", username=name, password=password)


def fresh(client: FlaskClient) -> FlaskClient:
    return client.application.test_client()


def id_of(shelf: Shelf, name: str) -> str:
    with shelf.archive.db.read() as session:
        return session.scalars(select(User.id).where(User.username == name)).one()


def follow(client: FlaskClient, path: str, **values: str) -> TestResponse:
    """Open a link that lets somebody in, and fill in its form."""
    page = client.get(path)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    return client.post(path, data={"csrf_token": token_of(page.text), **values})


@pytest.fixture
def boss(client: FlaskClient) -> FlaskClient:
    """An administrator's browser."""
    assert sign_in(client, "administrator").headers["Location"] == "/desk"
    return client


def test_an_invited_curator_makes_an_account_and_sets_up_a_second_factor(shelf: Shelf) -> None:
    archive = strict(shelf.archive)
    boss = create_app(archive.settings, archive).test_client()
    name, user_id = somebody(shelf.archive, "administrator")
    secret, _ = set_up(shelf.archive, user_id)
    sign_in(boss, name)
    send(boss, "/sign-in/code", "/sign-in/code", code=code_for(secret))
    page = send(boss, "/desk/people/invite", "/invite", role=["curator@march-25", "member"])
    path = link_on(page.text)
    assert path not in boss.get("/desk/people").text, "it is shown once"
    listed = boss.get("/desk/people").text
    assert "good for 7 days" in listed and f"by {name}, good until" in listed
    guest = fresh(boss)
    assert "You are invited" in guest.get(path).text
    assert follow(guest, path, username="rosa", password="short").status_code == 400
    taken = follow(guest, path, username=name, password=PASSWORD)
    assert taken.status_code == 400 and "Somebody has this name already" in taken.text
    done = follow(guest, path, username="rosa", password=PASSWORD)
    assert done.headers["Location"] == "/account/second-factor"
    assert guest.get("/desk").headers["Location"] == "/sign-in"
    send(guest, "/account/second-factor", "/begin")
    told = secret_on(guest.get("/account/second-factor").text)
    assert codes_on(send(guest, "/account/second-factor", "/confirm", code=code_for(told)).text)
    assert guest.get("/desk").status_code == 200
    assert fresh(boss).get(path).status_code == 404, "a link is good once"
    assert "rosa" in boss.get("/desk/people").text
    never = fresh(boss).get("/welcome/" + "x" * 43)
    assert never.status_code == 404


def test_an_invitation_needs_a_role_and_can_be_taken_back(boss: FlaskClient) -> None:
    refused = send(boss, "/desk/people/invite", "/invite")
    assert refused.status_code == 400 and "Choose one role at least" in refused.text
    path = link_on(send(boss, "/desk/people/invite", "/invite", role="member").text)
    assert send(boss, "/desk/people", "/take-back").status_code == 303
    assert fresh(boss).get(path).status_code == 404


def test_roles_change_from_the_next_page_on_and_so_does_the_id_of_the_session(
    boss: FlaskClient, shelf: Shelf
) -> None:
    member, user_id = fresh(boss), id_of(shelf, "member")
    sign_in(member, "member")
    before = member.get_cookie("remembrance")
    form_before = token_of(member.get("/account").text)
    assert member.get("/desk").status_code == 403
    page = f"/desk/people/{user_id}"
    assert send(boss, page, "/roles", role=["curator", "member@march-25"]).status_code == 303
    assert "Curator" in boss.get(page).text
    # What an open page still loads does not change it: of several at once only one would bring the new one.
    member.get("/static/css/remembrance.css")
    assert member.get_cookie("remembrance") == before
    assert member.get("/desk").status_code == 200
    after = member.get_cookie("remembrance")
    assert before is not None and after is not None and before.value != after.value
    assert sessions.open_session(shelf.archive, before.value) is None
    # A form that was open meanwhile can still be sent.
    answer = member.post("/account/sessions/end-others", data={"csrf_token": form_before})
    assert answer.status_code == 303 and member.get("/desk").status_code == 200


def test_two_administrators_who_change_the_same_roles_are_told(boss: FlaskClient, shelf: Shelf) -> None:
    page = f"/desk/people/{id_of(shelf, 'member')}"
    form = next(one for one in Forms(boss.get(page).text).forms if one["action"].endswith("/roles"))
    send(boss, page, "/roles", role="archivist")
    late = boss.post(form["action"], data={**form["fields"], "role": "curator"})
    assert late.status_code == 409 and "Somebody else changed these roles" in late.text
    assert 'value="curator" checked' in late.text, "what was chosen is not lost"
    assert "Archivist" in late.text.split("<dl")[0], "and what holds now is said"


def test_the_last_administrator_stays(boss: FlaskClient, shelf: Shelf) -> None:
    page = f"/desk/people/{id_of(shelf, 'administrator')}"
    for ending, values in (("/roles", {"role": "curator"}), ("/active", {})):
        refused = send(boss, page, ending, **values)
        assert refused.status_code == 409 and "the last one who administers" in refused.text
    assert boss.get("/desk/people").status_code == 200


def test_whoever_is_let_in_no_longer_is_out_and_can_come_back(boss: FlaskClient, shelf: Shelf) -> None:
    curator, page = fresh(boss), f"/desk/people/{id_of(shelf, 'curator')}"
    sign_in(curator, "curator")
    send(boss, page, "/active")
    assert "Not let in" in boss.get("/desk/people").text
    assert curator.get("/desk").headers["Location"] == "/sign-in"
    assert sign_in(curator, "curator").status_code == 400
    send(boss, page, "/active")
    assert sign_in(curator, "curator").headers["Location"] == "/desk"
    send(boss, page, "/sessions")
    assert curator.get("/desk").headers["Location"] == "/sign-in"


def test_a_reset_link_gives_a_new_password_and_forgets_the_second_factor_if_asked(
    boss: FlaskClient, shelf: Shelf
) -> None:
    name, user_id = somebody(shelf.archive)
    secret, _ = set_up(shelf.archive, user_id)
    inside = fresh(boss)
    sign_in(inside, name)
    send(inside, "/sign-in/code", "/sign-in/code", code=code_for(secret))
    new = ("another plain long phrase", "yet a further plain long one")
    page = f"/desk/people/{user_id}"
    for number, more in enumerate(({}, {"second-factor": "yes"})):
        path = link_on(send(boss, page, "/reset", **more).text)
        guest = fresh(boss)
        assert name in guest.get(path).text
        weak = follow(guest, path, password="passwordpassword")
        assert weak.status_code == 400 and "what others would guess first" in weak.text
        assert follow(guest, path, password=new[number]).headers["Location"] == "/sign-in"
        assert inside.get("/desk").headers["Location"] == "/sign-in", "every session ended"
        assert fresh(boss).get(path).status_code == 404
        where = sign_in(guest, name, new[number]).headers["Location"]
        assert where == ("/desk" if more else "/sign-in/code")


def test_a_reset_link_that_waits_is_listed_without_itself_and_can_be_taken_back(
    boss: FlaskClient, shelf: Shelf
) -> None:
    page = f"/desk/people/{id_of(shelf, 'curator')}"
    path = link_on(send(boss, page, "/reset", **{"second-factor": "yes"}).text)
    # A contributor whom the operator helped is named to nobody here.
    hidden, hidden_id = somebody(shelf.archive, "contributor")
    token = invitations.make_reset(shelf.archive, OPERATOR, hidden_id)
    listed = boss.get("/desk/people").text.partition("Links to a new password that wait")[2]
    assert f'href="{page}"' in listed and "forgets the second factor as well" in listed
    made = now()
    assert f"{made:%B} {made.day}, {made.year} by administrator, good until" in listed and "UTC" in listed
    assert path not in listed and hidden not in listed and listed.count("/take-back") == 1
    assert send(boss, "/desk/people", "/take-back").status_code == 303
    assert fresh(boss).get(path).status_code == 404
    assert "A link to a new password was taken back" in boss.get("/desk/audit?kind=reset-taken-back").text
    # Nor is theirs ended by guessing what it is called.
    with shelf.archive.db.read() as session:
        kept = session.scalars(select(EntryLink.id).where(EntryLink.user_id == hidden_id)).one()
    refused = boss.post(
        f"/desk/people/invitations/{kept}/take-back",
        data={"csrf_token": token_of(boss.get("/account").text)},
    )
    assert refused.status_code == 404 and invitations.look(shelf.archive, token)


@pytest.mark.parametrize("role", ["visitor", "contributor", "member", "curator", "archivist", "elsewhere"])
def test_nobody_else_learns_who_there_is(client: FlaskClient, shelf: Shelf, role: str) -> None:
    if role != "visitor":
        sign_in(client, role)
    token = {"csrf_token": token_of(client.get("/account" if role != "visitor" else "/sign-in").text)}
    answers = set()
    for user_id in (id_of(shelf, "administrator"), "0" * 16):
        for ending in ("", "/roles", "/active", "/sessions", "/reset"):
            path = f"/desk/people/{user_id}{ending}"
            answer = client.post(path, data=token) if ending else client.get(path)
            answers.add((answer.status_code, answer.headers.get("Location")))
            assert "administrator" not in answer.text.lower().replace("ask an administrator", "")
    for path in ("/desk/people", "/desk/people/invite"):
        answers.add((client.get(path).status_code, client.get(path).headers.get("Location")))
    assert answers == {(303, "/sign-in") if role == "visitor" else (403, None)}
    with shelf.archive.db.read() as session:
        assert all(session.scalars(select(User.active)))


def test_nobody_is_told_the_names_of_contributors(boss: FlaskClient, shelf: Shelf) -> None:
    """The page on which they make an account promises it."""
    name, user_id = somebody(shelf.archive, "contributor")
    assert name not in boss.get("/desk/people").text
    token = {"csrf_token": token_of(boss.get("/account").text)}
    assert boss.get(f"/desk/people/{user_id}").status_code == 404
    for ending in ("roles", "active", "sessions", "reset"):
        assert boss.post(f"/desk/people/{user_id}/{ending}", data=token).status_code == 404
    assert 'value="contributor' not in boss.get("/desk/people/invite").text
    with shelf.archive.db.write() as session:
        record_event(session, user_id, "password-changed", user_id)
        record_event(session, shelf.items["letter"], "consent", user_id)
    for address in (f"/desk/audit?subject={user_id}", f"/desk/items/{shelf.items['letter']}"):
        page = boss.get(address).text
        assert name not in page and "whoever gave it" in page, address
    assert name not in boss.post("/desk/audit", data=token).text
    assert "Nothing was done that fits." in boss.get(f"/desk/audit?who={name}").text


def test_a_person_that_never_was_is_not_there(boss: FlaskClient, shelf: Shelf) -> None:
    token = {"csrf_token": token_of(boss.get("/account").text)}
    for user_id in ("0" * 16, "not an id", shelf.items["letter"]):
        assert boss.get(f"/desk/people/{user_id}").status_code == 404
        for ending in ("roles", "active", "sessions", "reset"):
            assert boss.post(f"/desk/people/{user_id}/{ending}", data=token).status_code == 404
    assert boss.post("/desk/people/invitations/none/take-back", data=token).status_code == 404


def test_of_several_requests_after_a_change_of_roles_none_signs_the_browser_out(
    shelf: Shelf, client: FlaskClient
) -> None:
    name, user_id = somebody(shelf.archive, "member")
    sign_in(client, name)
    cookie = client.get_cookie("remembrance")
    assert cookie is not None
    mark = people.one(shelf.archive, OPERATOR, user_id).mark
    people.change_roles(shelf.archive, OPERATOR, user_id, {"curator": []}, mark)
    told = []
    for _ in range(2):
        # The second of two that the browser sent at once, with the id that it had then.
        late = fresh(client)
        late.set_cookie("remembrance", cookie.value)
        told.append(late.get("/account").headers.getlist("Set-Cookie"))
    assert len(told[0]) == 1 and cookie.value not in told[0][0]
    assert told[1] == [], "it would take away what the first one brings"
