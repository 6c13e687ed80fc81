"""Contributors and curators write to each other, reach each other only as contributors wish, and receipts are checked by anybody."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.access import contributor
from archive.models import Event, ItemState, Submission
from archive.services import accounts, contacts, receipts
from archive.services.contacts import Details
from archive.services.opening import Archive
from archive.web import tries
from archive.web.app import create_app
from tests.fixtures.contributor import Contributor
from tests.fixtures.items import put

PASSWORD = "four random plain words"
ADDRESS = "rosa.canary@example.org"


@pytest.fixture
def app(archive: Archive) -> Iterator[Flask]:
    for name, roles in {
        "curator": {"curator": ""},
        "correspondent": {"curator": "", "correspondent": ""},
        "archivist": {"archivist": ""},
        "elsewhere": {"curator": "convenings"},
    }.items():
        accounts.create_user(archive, name, PASSWORD, roles)
    yield create_app(archive.settings, archive)


@pytest.fixture
def giver(app: Flask) -> Contributor:
    """Somebody who has just sent a letter."""
    found = Contributor(app.test_client())
    found.begin()
    found.add(letter__txt=b"Dear sister, the river was high.")
    found.answer(title="A letter to my sister")
    found.send()
    return found


@pytest.fixture
def submission_id(archive: Archive, giver: Contributor) -> str:
    with archive.db.read() as session:
        return str(session.query(Submission.id).scalar())


@pytest.fixture
def item_id(giver: Contributor) -> str:
    giver.open("/mine")
    found = re.search(r'value="correct/([0-9a-z]{16})"', giver.text)
    assert found is not None
    return found[1]


def at_the_desk(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    page = client.get("/sign-in").text
    assert post(client, page, "/sign-in", username=name, password=PASSWORD).headers["Location"] == "/desk"
    return client


def last_of(page: str) -> str:
    """The last message that stands on a page, as its form says it."""
    found = re.search(r'name="read_to" value="(\d+)"', page)
    assert found is not None
    return found[1]


def post(client: FlaskClient, page: str, path: str, **form: str):  # type: ignore[no-untyped-def]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    return client.post(path, data={"csrf_token": token[1], **form})


def test_what_a_contributor_writes_waits_at_the_desk_until_somebody_answers_or_says_that_it_needs_none(
    archive: Archive, app: Flask, giver: Contributor, item_id: str
) -> None:
    curator, path = at_the_desk(app, "curator"), f"/desk/items/{item_id}/messages"
    assert "wait for an answer" not in curator.get("/desk").text
    giver.fill("/mine/messages", {"text": "Is it <b>safe</b> with you?"})
    assert path in curator.get(f"/desk/items/{item_id}").text
    # Asking for the page without reading it is no look; looking is no answer.
    for look, told in ((curator.head, "nobody has looked at it yet"), (curator.get, "looked at already")):
        page = look(path).text
        assert "wait for an answer" in curator.get("/desk").text
        waiting = curator.get("/desk/messages").text
        assert path in waiting and told in waiting
    assert "Is it &lt;b&gt;safe&lt;/b&gt; with you?" in page
    assert f"/desk/items/{item_id}" in curator.get("/desk?state=all&flag=unanswered").text
    giver.fill("/mine/messages", {"text": "Thank you."})
    said = {"text": "It is. Who is the woman?", "read_to": last_of(page)}
    assert post(curator, page, path, **said).status_code == 303
    assert "1 message without an answer" in curator.get("/desk/messages").text
    page = curator.get(path).text
    assert "Those who look after the archive (curator)" in page
    done = post(curator, page, f"{path}/no-answer", read_to=last_of(page))
    page = curator.get(path).text
    assert done.status_code == 303 and f"{path}/no-answer" not in page
    assert "curator said that what was written needs no answer" in page
    assert "wait for an answer" not in curator.get("/desk").text
    assert path not in curator.get("/desk/messages").text
    # Who wrote and who said so stands in the audit, and on no page of its giver.
    acts = at_the_desk(app, "archivist").get("/desk/audit?who=curator").text
    done_list = acts.partition('<ol class="events')[2]
    assert "A message to whoever gave it" in done_list and "needs no answer" in done_list
    assert done_list.count(f"/desk/items/{item_id}") == 2 and "the woman" not in acts
    giver.open("/mine")
    assert "It is. Who is the woman?" in giver.text and "curator" not in giver.text
    # So with a decision, which answers what its page has shown.
    giver.fill("/mine/messages", {"text": "She is my aunt."})
    put(archive, item_id, ItemState.IN_REVIEW)
    page = curator.get(f"/desk/items/{item_id}").text
    assert "She is my aunt." in page and "(curator)" in page
    decided = {"decision": "decline", "words": "We have it already.", "read_to": last_of(page)}
    assert post(curator, page, f"/desk/items/{item_id}/decide", **decided).status_code == 303
    assert path not in curator.get("/desk/messages").text
    refused = post(curator, page, path, text="  ")
    assert refused.status_code == 400 and 'role="alert"' in refused.text


def test_nobody_reads_along_who_does_not_review_the_collection(
    app: Flask, giver: Contributor, item_id: str
) -> None:
    giver.fill("/mine/messages", {"text": "zibbleforth"})
    for name, status in (("archivist", 404), ("elsewhere", 404)):
        client = at_the_desk(app, name)
        for path in (f"/desk/items/{item_id}/messages", "/desk/messages", "/desk", f"/desk/items/{item_id}"):
            assert "zibbleforth" not in client.get(path).text
        assert client.get(f"/desk/items/{item_id}/messages").status_code == status
    # Neither does who gave it by that door, nor anybody without a session.
    assert giver.client.get(f"/desk/items/{item_id}/messages").headers["Location"] == "/sign-in"


def test_how_somebody_can_be_reached_is_shown_to_correspondents_alone_and_each_look_is_written_down(
    archive: Archive, app: Flask, giver: Contributor, item_id: str, submission_id: str
) -> None:
    contacts.keep(archive, contributor([submission_id]), submission_id, Details(ADDRESS, "by the choir"))
    path = f"/desk/items/{item_id}/contact"
    curator = at_the_desk(app, "curator")
    thread = curator.get(f"/desk/items/{item_id}/messages").text
    assert path not in thread
    assert post(curator, thread, path).status_code == 404
    correspondent = at_the_desk(app, "correspondent")
    thread = correspondent.get(f"/desk/items/{item_id}/messages").text
    assert path in thread and ADDRESS not in thread
    shown = post(correspondent, thread, path)
    assert ADDRESS in shown.text and shown.headers["Cache-Control"] == "no-store"
    with archive.db.read() as session:
        looks = session.query(Event.kind).filter_by(subject_id=submission_id, kind="contact-read").count()
    assert looks == 1


def test_whoever_has_a_receipt_checks_it_without_a_cookie(
    archive: Archive, app: Flask, giver: Contributor, submission_id: str
) -> None:
    text = receipts.receipt(archive, contributor([submission_id]), submission_id)
    anybody = app.test_client()
    asked = anybody.get("/receipt")
    assert asked.status_code == 200
    by_hand = anybody.post("/receipt", data={"text": text})
    by_file = anybody.post("/receipt", data={"file": (io.BytesIO(text.encode()), "receipt.txt")})
    for answer in (by_hand, by_file):
        assert answer.status_code == 200
        assert "Everything on this receipt is kept here, unchanged." in answer.text
        assert "letter.txt" in answer.text
        for told in ("A letter to my sister", submission_id):
            assert told not in answer.text
    for answer in (asked, by_hand, by_file):
        assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"
    for language in ("es", "fr", "pt"):
        assert anybody.post(f"/{language}/receipt", data={"text": text}).status_code == 200


def test_what_is_no_receipt_is_told_and_what_was_typed_stays(app: Flask) -> None:
    anybody = app.test_client()
    answer = anybody.post("/receipt", data={"text": "Dear <archive>"})
    assert answer.status_code == 400
    assert "Dear &lt;archive&gt;" in answer.text and 'role="alert"' in answer.text


def test_only_so_many_receipts_are_read_at_once(app: Flask) -> None:
    seats = app.extensions["receipts-being-read"]
    taken = 0
    while seats.acquire(blocking=False):
        taken += 1
    answer = app.test_client().post("/receipt", data={"text": "x"})
    assert taken and answer.status_code == 429
    seats.release()
    assert app.test_client().post("/receipt", data={"text": "x"}).status_code == 400


def test_a_contributor_makes_an_account_and_finds_everything_again(
    app: Flask, giver: Contributor, submission_id: str
) -> None:
    giver.open("/account/new")
    giver.fill("/account/new", {"username": "rosa-under-another-name", "password": "short"})
    assert giver.at.status_code == 400 and "15 to 128" in giver.text
    assert 'value="rosa-under-another-name"' in giver.text
    giver.fill("/account/new", {"password": PASSWORD})
    assert giver.path == "/mine", giver.text
    assert "A letter to my sister" in giver.text
    elsewhere = Contributor(app.test_client())
    elsewhere.open("/sign-in")
    elsewhere.fill("/sign-in", {"username": "rosa-under-another-name", "password": PASSWORD})
    assert elsewhere.path == "/mine/all", elsewhere.text
    elsewhere.fill("/mine/all", {"submission": submission_id})
    assert "A letter to my sister" in elsewhere.text
    for path in ("/account", "/account/passkeys", "/account/second-factor"):
        elsewhere.open(path)
        assert "Leave this page quickly" in elsewhere.text, path


def test_an_account_is_not_for_who_gave_nothing_nor_by_the_name_of_somebody_else(
    app: Flask, giver: Contributor, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = app.test_client()
    assert nobody.get("/account/new").headers["Location"] == "/mine/come-back"
    giver.open("/account/new")
    giver.fill("/account/new", {"username": "curator", "password": PASSWORD})
    assert giver.at.status_code == 400 and "Somebody has this name already" in giver.text
    # Names are not tried out without end.
    monkeypatch.setattr(tries, "MOST", 1)
    monkeypatch.setattr(tries, "PEOPLE_AT_THE_SHARED_DOOR", 1)
    giver.fill("/account/new", {"username": "archivist", "password": PASSWORD})
    assert giver.at.status_code == 429 and "this name already" not in giver.text
    assert len(accounts.usernames(archive)) == 4
