"""One's own account by HTTP without a script: a second page after the password, codes that work once, sessions one can end."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.models import Passkey
from archive.services import second_factor
from archive.web.app import create_app
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import master, shelf, token_of
from tests.fixtures.people import (
    PASSWORD,
    code_for,
    codes_on,
    secret_on,
    set_up,
    somebody,
    still_clock,
    strict,
)
from tests.fixtures.shelf import Shelf

__all__ = ["master", "shelf", "still_clock"]
pytestmark = pytest.mark.usefixtures("still_clock")


@pytest.fixture
def client(shelf: Shelf) -> FlaskClient:
    """A browser without scripts at an archive where those who look after it need a second factor."""
    archive = strict(shelf.archive)
    return create_app(archive.settings, archive).test_client()


def send(client: FlaskClient, page: str, ending: str, **values: str) -> TestResponse:
    """Fill in the form of a page that goes there, and send it."""
    form = next(one for one in Forms(client.get(page).text).forms if one["action"].endswith(ending))
    return client.post(form["action"], data=form["fields"] | values)


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD) -> TestResponse:
    return send(client, "/sign-in", "/sign-in", username=name, password=password)


def in_with_code(client: FlaskClient, name: str, code: str) -> TestResponse:
    assert sign_in(client, name).headers["Location"] == "/sign-in/code"
    return send(client, "/sign-in/code", "/sign-in/code", code=code)


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("remembrance")
    return found.value if found else ""


def test_a_curator_is_led_to_set_up_an_authenticator_and_may_do_nothing_before(
    client: FlaskClient, shelf: Shelf
) -> None:
    name, user_id = somebody(shelf.archive)
    assert sign_in(client, name).headers["Location"] == "/account/second-factor"
    for closed in ("/desk", "/account", f"/desk/items/{shelf.items['letter']}", "/account/sessions/x/end"):
        answer = client.get(closed)
        assert answer.status_code in (303, 405) and "Letter" not in answer.text
    assert client.get("/sign-in").headers["Location"] == "/account/second-factor"
    hidden = shelf.items["hidden-in_review"]
    assert client.get(f"/items/{hidden}").status_code == 404
    assert send(client, "/account/second-factor", "/begin").status_code == 303
    page = client.get("/account/second-factor").text
    picture = client.get("/account/second-factor/picture.png")
    assert picture.data.startswith(b"\x89PNG") and picture.headers["Cache-Control"] == "no-store"
    secret = secret_on(page)
    wrong = send(client, "/account/second-factor", "/confirm", code="000000x")
    assert wrong.status_code == 400 and "This code is not right" in wrong.text
    assert secret_on(wrong.text) == secret, "what was told to the phone stays"
    before = cookie(client)
    done = send(client, "/account/second-factor", "/confirm", code=code_for(secret, -1))
    assert len(codes_on(done.text)) == 10 and done.headers["Cache-Control"] == "no-store"
    assert client.get("/desk").status_code == 200
    assert cookie(client) != before, "rights changed, and with them the id"
    assert client.get("/account/second-factor/picture.png").status_code == 404
    assert secret not in client.get("/account/second-factor").text
    assert second_factor.standing(shelf.archive, user_id).has_authenticator


def test_after_the_password_a_second_page_asks_for_the_code(client: FlaskClient, shelf: Shelf) -> None:
    name, user_id = somebody(shelf.archive)
    secret, _ = set_up(shelf.archive, user_id)
    assert sign_in(client, name).headers["Location"] == "/sign-in/code"
    half = cookie(client)
    for closed in ("/desk", "/account", "/account/second-factor", "/account/passkeys"):
        assert client.get(closed).headers["Location"] == "/sign-in", closed
    assert "You are signed in" not in client.get("/").text
    wrong = send(client, "/sign-in/code", "/sign-in/code", code="000000x")
    assert wrong.status_code == 400 and "This code is not right" in wrong.text
    assert (
        send(client, "/sign-in/code", "/sign-in/code", code=code_for(secret)).headers["Location"] == "/desk"
    )
    assert cookie(client) not in (half, "")
    assert client.get("/desk").status_code == 200
    client.set_cookie("remembrance", half)
    assert client.get("/desk").headers["Location"] == "/sign-in", "the half opens nothing afterwards"


def test_a_code_that_was_used_is_worth_nothing_and_a_recovery_code_helps(
    client: FlaskClient, shelf: Shelf
) -> None:
    name, user_id = somebody(shelf.archive)
    secret, codes = set_up(shelf.archive, user_id)
    assert in_with_code(client, name, code_for(secret)).status_code == 303
    other = client.application.test_client()
    assert in_with_code(other, name, code_for(secret)).status_code == 400
    assert send(other, "/sign-in/code", "/sign-in/code", code=codes[3]).headers["Location"] == "/desk"
    assert "9 are left" in other.get("/account").text


def test_whoever_begins_again_is_out(client: FlaskClient, shelf: Shelf) -> None:
    name, user_id = somebody(shelf.archive)
    set_up(shelf.archive, user_id)
    sign_in(client, name)
    half = cookie(client)
    page = client.get("/sign-in/code").text
    client.post("/sign-out", data={"csrf_token": token_of(page)})
    client.set_cookie("remembrance", half)
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_an_authenticator_is_turned_off_and_codes_are_made_anew_only_with_a_fresh_code(
    client: FlaskClient, shelf: Shelf
) -> None:
    name, user_id = somebody(shelf.archive, "member")
    secret, _ = set_up(shelf.archive, user_id)
    in_with_code(client, name, code_for(secret))
    here = "/account/second-factor"
    for ending in ("/recovery-codes", "/off"):
        assert send(client, here, ending, code=code_for(secret)).status_code == 400, "it was used to sign in"
    fresh = codes_on(send(client, here, "/recovery-codes", code=code_for(secret, 1)).text)
    assert len(fresh) == 10
    assert send(client, here, "/off", code=fresh[0]).status_code == 303
    assert "Set up an authenticator" in client.get(here).text
    other = client.application.test_client()
    assert sign_in(other, name).headers["Location"] == "/"


def test_a_password_is_changed_with_the_old_one_and_other_sessions_end(
    client: FlaskClient, shelf: Shelf
) -> None:
    name, _ = somebody(shelf.archive, "member")
    other = client.application.test_client()
    for one in (client, other):
        sign_in(one, name)
    new = "another plain long phrase"
    wrong = send(client, "/account", "/account/password", password="not the one at all", new=new)
    assert wrong.status_code == 400 and "This is not your password" in wrong.text
    weak = send(client, "/account", "/account/password", password=PASSWORD, new="passwordpassword")
    assert weak.status_code == 400 and "what others would guess first" in weak.text
    assert send(client, "/account", "/account/password", password=PASSWORD, new=new).status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").headers["Location"] == "/sign-in"
    assert sign_in(other, name).status_code == 400
    assert sign_in(other, name, new).status_code == 303


def test_one_sees_ones_sessions_and_ends_one_or_all_others(client: FlaskClient, shelf: Shelf) -> None:
    name, _ = somebody(shelf.archive, "member")
    clients = [client, *(client.application.test_client() for _ in range(3))]
    for one in clients:
        sign_in(one, name)
    stranger = client.application.test_client()
    sign_in(stranger, somebody(shelf.archive, "member")[0])
    page = client.get("/account").text
    handles = re.findall(r"/account/sessions/([0-9a-f]{16})/end", page)
    assert len(set(handles)) == 4 and page.count("This one</strong>") == 1
    assert cookie(client) not in page, "a handle is no token"
    form = token_of(page)
    # Somebody else cannot end it.
    stranger.post(
        f"/account/sessions/{handles[0]}/end", data={"csrf_token": token_of(stranger.get("/account").text)}
    )
    assert len(re.findall(r"/account/sessions/([0-9a-f]{16})/end", client.get("/account").text)) == 4
    mine = next(
        one for one in handles if "This one" in page.split(f"/sessions/{one}/end")[0].rpartition("<li>")[2]
    )
    another = next(one for one in handles if one != mine)
    client.post(f"/account/sessions/{another}/end", data={"csrf_token": form})
    out = [one for one in clients if one.get("/account").status_code == 303]
    assert len(out) == 1 and client not in out
    send(client, "/account", "/end-others")
    assert [one.get("/account").status_code for one in clients] == [200, 303, 303, 303]
    client.post(f"/account/sessions/{mine}/end", data={"csrf_token": form})
    assert client.get("/account").status_code == 303


def test_signing_in_changes_the_id_and_signing_out_ends_it_for_good(
    client: FlaskClient, shelf: Shelf
) -> None:
    name, _ = somebody(shelf.archive, "member")
    client.get("/sign-in")
    before = cookie(client)
    sign_in(client, name)
    inside = cookie(client)
    assert before and inside not in ("", before)
    client.post("/sign-out", data={"csrf_token": token_of(client.get("/account").text)})
    for worthless in (before, inside):
        client.set_cookie("remembrance", worthless)
        assert client.get("/account").status_code == 303


def test_where_the_setting_relaxes_it_a_password_is_enough(shelf: Shelf) -> None:
    relaxed = replace(shelf.archive, settings=replace(shelf.archive.settings, staff_second_factor=False))
    client = create_app(relaxed.settings, relaxed).test_client()
    assert sign_in(client, "curator").headers["Location"] == "/desk"


def test_pages_of_accounts_are_kept_by_nobody(client: FlaskClient, shelf: Shelf) -> None:
    name, _ = somebody(shelf.archive, "member")
    sign_in(client, name)
    for page in (
        "/account",
        "/account/second-factor",
        "/account/passkeys",
        "/account/second-factor/picture.png",
    ):
        assert client.get(page).headers["Cache-Control"] == "no-store"


def test_passkeys_say_plainly_what_they_need_and_offer_the_other_way(
    client: FlaskClient, shelf: Shelf
) -> None:
    name, _ = somebody(shelf.archive)
    assert "Passkeys need JavaScript" in client.get("/sign-in").text
    sign_in(client, name)
    page = client.get("/account/passkeys").text
    assert "Passkeys need JavaScript" in page and "Use an authenticator instead" in page
    for answer in ("", "{}", "nonsense", '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {}}'):
        refused = send(client, "/account/passkeys", "/account/passkeys", answer=answer, name="my phone")
        assert refused.status_code == 400 and "The passkey was not taken" in refused.text
        assert 'value="my phone"' in refused.text
        other = client.application.test_client()
        assert send(other, "/sign-in", "/sign-in/passkey", answer=answer).status_code == 400


def test_whoever_has_a_passkey_sets_up_an_authenticator_only_with_the_password(
    client: FlaskClient, shelf: Shelf
) -> None:
    """An open session that somebody left is not enough, neither to begin nor to end what was begun."""
    name, user_id = somebody(shelf.archive, "member")
    sign_in(client, name)
    with shelf.archive.db.write() as session:
        session.add(Passkey(user_id=user_id, credential_id=user_id.encode(), public_key=b"key"))
    here = "/account/second-factor"
    attempts: tuple[dict[str, str], ...] = ({}, {"password": "something else"})
    for typed in attempts:
        answer = send(client, here, "/begin", **typed)
        assert answer.status_code == 400 and "Your password, once more" in answer.text
        assert second_factor.pending(shelf.archive, user_id, name) is None
    assert send(client, here, "/begin", password=PASSWORD).status_code == 303
    code = code_for(secret_on(client.get(here).text), -1)
    assert send(client, here, "/confirm", code=code).status_code == 400
    assert not second_factor.standing(shelf.archive, user_id).has_authenticator
    assert len(codes_on(send(client, here, "/confirm", code=code, password=PASSWORD).text)) == 10
