"""Whatever goes wrong while somebody gives: said in their language, in plain words, and nothing that they typed is lost."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from archive.models.errors import ConflictError, StorageFullError, TooLargeError, TooOftenError
from archive.services import drafts, messages, sessions
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.web import visitors
from archive.web.app import create_app
from archive.web.i18n import LANGUAGES
from archive.web.refusals import refusal
from archive.web.security import CONTENT_SECURITY_POLICY
from tests.fixtures.contributor import Contributor

LEAVE = {"": "Leave this page quickly", "/es": "Salir rápido de esta página"}
STORY = "My grandmother told it so:\r\nthey came by the river at night."


@pytest.fixture
def giver(app: Flask) -> Contributor:
    one = Contributor(app.test_client())
    one.begin()
    return one


@pytest.fixture
def sent(giver: Contributor) -> Contributor:
    giver.add(letter__txt=b"Dear sister.")
    giver.answer(title="A letter")
    giver.send()
    return giver


def token_of(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def words_of(text: str) -> str:
    """What a person reads of a page: no address and no token of a form, which hold any figures by chance."""
    return re.sub(r"<[^>]*>", " ", text)


def title_of(text: str) -> str:
    found = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    assert found is not None
    return found[1]


def raising(error: Exception) -> Callable[[], str]:
    def fail() -> str:
        raise error

    return fail


class Locked(Exception):
    """As the database says it."""

    orig = "database is locked"


class Crossed(Exception):
    """As PostgreSQL's driver says that two waited for each other."""

    sqlstate = "40P01"


FAULTS: dict[str, tuple[int, Callable[[], str]]] = {
    "bad": (400, lambda: abort(400)),
    "slow": (408, lambda: abort(408)),
    "conflict": (409, raising(ConflictError("x"))),
    "crossed": (409, raising(OperationalError("x", {}, Crossed()))),
    "large": (413, raising(TooLargeError("x"))),
    "address": (414, lambda: abort(414)),
    "kind": (415, lambda: abort(415)),
    "often": (429, raising(TooOftenError("x"))),
    "headers": (431, lambda: abort(431)),
    "fault": (500, raising(RuntimeError("x"))),
    "busy": (503, raising(Locked())),
    "disk": (507, raising(OSError(errno.ENOSPC, "x"))),
    "full": (507, raising(StorageFullError("x"))),
    "tries": (429, raising(TooOftenError("x", code="too-many-tries"))),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    opened = open_archive(Settings(home=tmp_path_factory.mktemp("errors") / "home"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(archive: Archive) -> Flask:
    """The archive with some pages more, which fail."""
    made = create_app(archive.settings, archive)
    for name, (_, view) in FAULTS.items():
        made.add_url_rule(f"/give/fails/{name}", f"fails-{name}", view)
    return made


@pytest.mark.parametrize("prefix", LEAVE)
def test_every_error_of_a_contributor_is_a_page_in_words_that_can_be_left_and_is_kept_nowhere(
    app: Flask, prefix: str
) -> None:
    client = app.test_client()
    for name, (status, _) in FAULTS.items():
        answer = client.get(f"{prefix}/give/fails/{name}")
        assert answer.status_code == status, name
        assert answer.headers["Cache-Control"] == "no-store"
        assert LEAVE[prefix] in answer.text and f'lang="{prefix[1:] or "en"}"' in answer.text
        heading = re.search(r"<h1>(.+?)</h1>\s*<p class=\"lead\">(.+?)</p>\s*<p>(.+?)</p>", answer.text)
        assert heading is not None, name
        # The name of the page, which a list of open pages shows, tells nothing of it.
        assert heading[1] not in title_of(answer.text) and str(status) not in words_of(answer.text)
        assert "RuntimeError" not in answer.text


def test_an_error_elsewhere_is_named_as_what_it_is(app: Flask) -> None:
    answer = app.test_client().get("/items/nothing")
    assert title_of(answer.text).startswith("Nothing here") and LEAVE[""] not in answer.text


def test_a_wrong_code_too_many_is_not_told_in_the_words_of_uploads(app: Flask) -> None:
    assert "una hora" in app.test_client().get("/es/give/fails/often").text
    assert "una hora" not in app.test_client().get("/es/give/fails/tries").text


def test_when_nobody_can_be_looked_up_there_still_is_a_page_and_the_cookie_stays(
    giver: Contributor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "open_session", lambda *_: raising(OSError(errno.EIO, "x"))())
    answer = giver.client.get("/es/give/files")
    assert answer.status_code == 503 and LEAVE["/es"] in answer.text
    assert "Set-Cookie" not in answer.headers
    monkeypatch.undo()
    assert giver.client.get("/give/files").status_code == 200


def test_when_what_broke_breaks_the_page_of_errors_too_there_is_a_bare_one(
    giver: Contributor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors.sessions, "actor_of_session", lambda *_: raising(OSError(errno.EIO, "x"))())
    answer = giver.client.get("/es/give/files")
    assert answer.status_code == 503 and LEAVE["/es"] in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(("status", "answered"), [(400, 400), (414, 400), (431, 431), (500, 500), (501, 501)])
def test_what_is_refused_before_a_language_is_known_is_told_in_each(
    app: Flask, status: int, answered: int
) -> None:
    head, _, body = refusal(app, status).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {answered} ".encode()) and b"Cache-Control: no-store" in head
    assert f"Content-Length: {len(body)}".encode() in head
    text = body.decode()
    assert ("This address is too long" in text) == (status == 414)
    for code in LANGUAGES:
        assert f'<section lang="{code}">' in text
    for words in LEAVE.values():
        assert words in text


def test_what_was_typed_into_a_form_that_is_too_old_can_be_copied(app: Flask) -> None:
    client = app.test_client()
    form = {"csrf_token": "Gone long ago", "written": STORY, "audience": "public", "code": "Seven words"}
    answer = client.post("/give/write", data=form)
    assert answer.status_code == 400 and "they came by the river at night." in answer.text
    assert "Seven words" not in answer.text and "Gone long ago" not in answer.text
    # Nobody else can put words of theirs onto a page of ours.
    answer = client.post("/give/write", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400 and "river" not in answer.text


def test_a_book_can_be_written_in_any_script(giver: Contributor, archive: Archive) -> None:
    giver.open("/give/write")
    text = "ታ" * 200_000
    giver.fill("/give/write", {"written": text})
    assert giver.path == "/give/files"
    assert text in [path.read_text() for path in archive.settings.staging.iterdir()]


def test_a_message_that_is_too_long_is_still_in_its_field(sent: Contributor) -> None:
    sent.open("/mine")
    text = "x" * messages.LONGEST + " the end."
    sent.fill("/mine/messages", {"text": text})
    assert sent.at.status_code == 400 and text in sent.text and 'id="text-trouble"' in sent.text
    # An end of a line counts as the browser counts it.
    sent.fill("/mine/messages", {"text": "\r\n".join(["x" * 99] * (messages.LONGEST // 100))})
    assert sent.at.status_code == 200 and sent.path == "/mine"


def test_words_that_are_too_long_to_stand_in_its_place_are_still_in_their_field(sent: Contributor) -> None:
    sent.open("/mine/take-back")
    words = "It is ours alone. " * 100
    sent.fill("/mine/take-back", {"how": "hide", "words": words})
    assert sent.at.status_code == 400 and words.strip() in sent.text and 'id="words-trouble"' in sent.text


def test_who_opens_the_address_of_a_form_again_gets_to_the_form(sent: Contributor) -> None:
    for path, there in {"/give/files/captions": "/give/files", "/mine/messages": "/mine"}.items():
        answer = sent.client.get(f"/es{path}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/es{there}")
    assert sent.client.get("/give/send").headers["Location"] == "/give/check"
    # What no form leads to is told.
    answer = sent.client.post("/mine/later")
    assert answer.status_code == 405 and LEAVE[""] in answer.text


def test_who_goes_back_after_sending_gets_to_what_was_sent(sent: Contributor) -> None:
    for step in ("files", "write", "about", "people", "show", "name", "check"):
        answer = sent.client.get(f"/es/give/{step}")
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/es/mine"), step


def test_what_was_typed_into_a_draft_that_was_sent_meanwhile_can_be_copied(sent: Contributor) -> None:
    sent.open("/mine")
    answer = sent.client.post("/give/people", data={"csrf_token": token_of(sent.text), "people_words": STORY})
    assert answer.status_code == 404 and "they came by the river" in answer.text


def test_what_is_not_there_is_not_there_for_a_contributor_too(sent: Contributor) -> None:
    for path in (
        "/mine/items/nothing",
        "/mine/take-back?item=nothing",
        "/give/about/nothing",
        "/mine/nothing",
    ):
        answer = sent.client.get(path)
        assert answer.status_code in (303, 404) and answer.headers["Cache-Control"] == "no-store", path
    assert sent.client.get("/mine/items/nothing").status_code == 404


def test_a_fault_while_sending_loses_no_draft(
    giver: Contributor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    giver.open("/give/about")
    monkeypatch.setattr(drafts, "save", lambda *_: raising(Locked())())
    with monkeypatch.context():
        giver.fill("/give/about", {"about-description": STORY})
    assert giver.at.status_code == 503 and "they came by the river" in giver.text
