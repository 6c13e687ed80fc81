"""Those who look after the archive sign in, see what happened, take a bag out, publish, withdraw, and leave."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from flask.testing import FlaskClient

from archive.bags import verify, verify_with_stock
from archive.services import sessions
from archive.web.app import create_app
from tests.fixtures.batching import planned
from tests.fixtures.desk import client, master, shelf, take_out, token_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import LETTER, PASSWORD, SECRET

__all__ = ["client", "master", "shelf"]


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD) -> int:
    token = token_of(client.get("/sign-in").text)
    form = {"username": name, "password": password, "csrf_token": token}
    return client.post("/sign-in", data=form).status_code


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("remembrance")
    return found.value if found is not None else ""


def test_an_archivist_signs_in_and_takes_a_bag_out_that_is_valid(
    client: FlaskClient, shelf: Shelf, tmp_path: Path
) -> None:
    assert client.get("/desk").headers["Location"] == "/sign-in"
    assert sign_in(client, "archivist") == 303
    assert "Letter to a friend (demonstration)" in client.get("/desk?state=published").text
    item_id = shelf.items["letter"]
    assert f"/desk/items/{item_id}/bag.zip" in client.get(f"/desk/items/{item_id}").text
    answer = take_out(client, item_id)
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Content-Disposition"] == f"attachment; filename={item_id}.zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bag:
        assert bag.testzip() is None
        bag.extractall(tmp_path / "out")
    root = next((tmp_path / "out").rglob("bagit.txt")).parent
    assert verify(root).ok and verify_with_stock(root, 60).valid
    assert (root / "data" / "letter.txt").read_text() == LETTER
    assert "Exported" in client.get(f"/desk/items/{item_id}").text


def test_an_item_without_a_bag_is_not_exported(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "archivist")
    assert client.get(f"/desk/items/{shelf.items['photo']}/bag.zip").status_code == 409


def test_a_number_that_no_list_has_is_answered_like_the_last_or_like_what_never_was(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    huge, item = "99999999999999999999", f"/desk/items/{shelf.items['letter']}"
    file = shelf.files["letter", 0]
    batch = planned(client, [shelf.items["letter"]], "unpublish")
    lists = ("/desk", "/desk/batch", batch, "/desk/requests", "/desk/words/agents")
    for address in (*lists, f"{item}/redact/{file}"):
        for number in (huge, f"-{huge}"):
            assert client.get(f"{address}?page={number}").status_code == 200, address
    token = {"csrf_token": token_of(client.get(item).text)}
    for address in (f"{item}/history", f"{item}/files/{file}/transcript", "/desk/stories/none/history"):
        assert client.post(f"{address}/{huge}", data=token).status_code == 404, address
    other = client.application.test_client()
    sign_in(other, "administrator")
    assert other.get(f"/desk/audit?before={huge}").status_code == 200


def test_a_curator_may_see_and_publish_but_not_take_bags_out(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "curator")
    assert client.get(f"/desk/items/{shelf.items['letter']}/bag.zip").status_code == 403
    item_id = shelf.items["hidden-in_review"]
    page = client.get(f"/desk/items/{item_id}").text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    form = {"csrf_token": token_of(page), "version": version[1], "decision": "publish"}
    assert client.post(f"/desk/items/{item_id}/decide", data=form).status_code == 303
    assert SECRET in client.application.test_client().get(f"/items/{item_id}").text


def test_a_decision_about_something_that_has_changed_is_refused(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "curator")
    item_id = shelf.items["hidden-accepted"]
    token = token_of(client.get(f"/desk/items/{item_id}").text)
    form = {"csrf_token": token, "version": "999", "decision": "publish"}
    answer = client.post(f"/desk/items/{item_id}/decide", data=form)
    assert answer.status_code == 409 and "Somebody else changed this first" in answer.text


def test_what_is_withdrawn_is_gone_from_every_page_at_once(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "archivist")
    visitor = client.application.test_client()
    item_id, copy = shelf.items["letter"], f"/media/{shelf.copies['letter'][0]}/text.txt"
    etag = visitor.get(copy).headers["ETag"]
    page = client.get(f"/desk/items/{item_id}").text
    form = {"csrf_token": token_of(page), "reason": "The family asked."}
    assert client.post(f"/desk/items/{item_id}/withdraw", data=form).status_code == 303
    assert visitor.get(f"/items/{item_id}").status_code == 410
    assert visitor.get(copy, headers={"If-None-Match": etag}).status_code == 404
    for address in ("/", "/search?q=carriage", "/collections/march-25"):
        assert "Letter to a friend" not in visitor.get(address).text
    history = client.get(f"/desk/items/{item_id}").text
    assert "Withdrawn" in history and "The family asked." in history


def test_signing_out_ends_a_session_for_good(client: FlaskClient) -> None:
    sign_in(client, "archivist")
    kept = cookie(client)
    token = token_of(client.get("/desk").text)
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    assert cookie(client) == ""
    client.set_cookie("remembrance", kept)
    assert client.get("/desk").headers["Location"] == "/sign-in"


def test_signing_in_begins_a_new_session(client: FlaskClient, shelf: Shelf) -> None:
    client.get("/sign-in")
    before = cookie(client)
    assert before and sign_in(client, "archivist") == 303
    assert cookie(client) != before
    assert sessions.open_session(shelf.archive, before) is None


def test_the_cookie_is_a_token_and_nothing_else(client: FlaskClient) -> None:
    client.get("/sign-in")
    header = client.get("/sign-in").request.headers["Cookie"]
    assert re.fullmatch(r"remembrance=[\w-]{43}", header)
    fresh = client.application.test_client().get("/sign-in")
    assert fresh.headers["Set-Cookie"].endswith("; HttpOnly; Path=/; SameSite=Lax")


def test_https_makes_the_cookie_secure_and_bound_to_the_host(shelf: Shelf) -> None:
    from dataclasses import replace

    settings = replace(shelf.archive.settings, secure_cookies=True)
    archive = replace(shelf.archive, settings=settings)
    answer = create_app(settings, archive).test_client().get("/sign-in", base_url="https://localhost")
    assert answer.headers["Set-Cookie"].startswith("__Host-remembrance=")
    assert "; Secure;" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]


def test_every_way_of_signing_in_wrongly_gets_the_same_answer(client: FlaskClient) -> None:
    token = token_of(client.get("/sign-in").text)

    def answer(name: str, password: str) -> str:
        form = {"username": name, "password": password, "csrf_token": token}
        response = client.post("/sign-in", data=form)
        assert response.status_code == 400
        return re.sub(r'value="[^"]*"', "", response.text)

    assert answer("archivist", "wrong") == answer("nobody", PASSWORD) == answer("", "")


def test_a_form_from_elsewhere_changes_nothing(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "archivist")
    item_id = shelf.items["letter"]
    for form in ({}, {"csrf_token": "made up"}):
        answer = client.post(f"/desk/items/{item_id}/withdraw", data=form)
        assert answer.status_code == 400 and "This form is too old" in answer.text
        assert client.post("/sign-out", data=form).status_code == 400
    assert client.application.test_client().get(f"/items/{item_id}").status_code == 200


def test_a_form_token_of_somebody_else_is_refused(client: FlaskClient, shelf: Shelf) -> None:
    other = client.application.test_client()
    sign_in(client, "archivist")
    sign_in(other, "curator")
    token = token_of(other.get("/desk").text)
    item_id = shelf.items["letter"]
    answer = client.post(f"/desk/items/{item_id}/withdraw", data={"csrf_token": token})
    assert answer.status_code == 400


def test_pages_of_somebody_who_signed_in_are_kept_by_nobody(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "archivist")
    copy = f"/media/{shelf.copies['hidden-withdrawn'][0]}/text.txt"
    for address in ("/", "/search", f"/items/{shelf.items['letter']}", "/desk", copy):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_the_desk_is_closed_to_those_who_do_not_look_after_the_archive(client: FlaskClient) -> None:
    sign_in(client, "member")
    assert client.get("/desk").status_code == 403
    assert "/desk" not in client.get("/").text


def test_what_the_pipeline_noticed_and_the_given_name_are_for_staff_alone(
    client: FlaskClient, shelf: Shelf
) -> None:
    address = f"/items/{shelf.items['letter']}"
    assert "letter.txt" not in client.get(address).text
    sign_in(client, "archivist")
    assert "letter.txt" in client.get("/desk" + address).text
