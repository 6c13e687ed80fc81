"""One who gave two things and has the pages of both open: a page acts on what it is about, or on nothing, and keeps every word."""

from __future__ import annotations

import base64
import re
from html import unescape

import pytest
from flask import Flask

from archive.models import Item, Message, Submission
from archive.services import accounts
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.contributor import Contributor

PASSWORD = "four random plain words"
ELSEWHERE = "In another window you opened something else that you gave."


@pytest.fixture
def app(archive: Archive) -> Flask:
    accounts.create_user(archive, "rosa", PASSWORD, {"contributor": ""})
    return create_app(archive.settings, archive)


@pytest.fixture
def browser(app: Flask) -> Contributor:
    """Rosa's, who has signed in."""
    found = Contributor(app.test_client())
    found.open("/sign-in")
    found.fill("/sign-in", {"username": "rosa", "password": PASSWORD})
    return found


def window(browser: Contributor, path: str) -> Contributor:
    """Another window of the same browser."""
    found = Contributor(browser.client)
    found.open(path)
    return found


def listed(browser: Contributor) -> list[str]:
    """The ids of all that the account holds."""
    browser.open("/mine/all")
    return re.findall(r'name="submission" value="([0-9a-z]{16})"', browser.text)


def begun(browser: Contributor, name: str) -> str:
    """A new draft with a file of that name; its id."""
    before = listed(browser)
    browser.begin()
    browser.add_named([(name, f"Dear sister, says {name}.".encode())])
    (new,) = set(listed(browser)) - set(before)
    browser.open("/give/files")
    return new


def gift(browser: Contributor, name: str) -> str:
    """The same, sent; its id."""
    new = begun(browser, f"{name}.txt")
    browser.answer(title=name)
    browser.send()
    return new


def choose(browser: Contributor, submission: str) -> None:
    browser.open("/mine/all")
    browser.fill("/mine/all", {"submission": submission})
    assert browser.path == "/mine"


def given_back(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r"<textarea readonly[^>]*>\n([^<]*)</textarea>", page)]


def refused(page: Contributor) -> bool:
    return page.at.status_code == 409 and ELSEWHERE in page.text


def allowed(archive: Archive, submission: str) -> list[tuple[str, str]]:
    with archive.db.read() as session:
        rows = session.get_one(Submission, submission).consents
        return [(one.audience, one.name_shown) for one in sorted(rows, key=lambda one: one.version)]


def test_what_is_done_on_the_page_of_one_gift_is_done_to_it_or_to_none(
    browser: Contributor, archive: Archive
) -> None:
    first, second = gift(browser, "The choir"), gift(browser, "The river")
    choose(browser, first)
    paths = ("/mine/take-back", "/mine/allow", "/mine", "/mine/contact", "/mine/code")
    windows = {path: window(browser, path) for path in paths}
    choose(browser, second)
    windows["/mine/take-back"].fill(
        "/mine/take-back", {"how": "destroy", "sure": "yes", "why": "It was hers."}
    )
    windows["/mine/allow"].fill(
        "/mine/allow", {"audience": "community", "naming": "own-name", "name_shown": "rosa"}
    )
    windows["/mine"].fill("/mine/messages", {"text": "A word about the choir."})
    windows["/mine/contact"].fill("/mine/contact", {"email": "rosa@home.example"})
    windows["/mine/code"].fill("/mine/code")
    assert all(refused(page) for page in windows.values())
    typed = {path: given_back(page.text) for path, page in windows.items()}
    assert typed["/mine"] == ["A word about the choir."] and "rosa" in typed["/mine/allow"]
    assert typed["/mine/contact"] == ["rosa@home.example"] and typed["/mine/take-back"] == ["It was hers."]
    for submission in (first, second):
        assert allowed(archive, submission) == [("public", "")]
    with archive.db.read() as session:
        assert {one.state for one in session.query(Item)} & {"withdrawn"} == set()
        assert session.query(Message).count() == 0
    # Where it is the one that is open, the same page does what it says.
    windows["/mine/allow"].open("/mine/allow")
    windows["/mine/allow"].fill("/mine/allow", {"audience": "community"})
    assert [len(allowed(archive, one)) for one in (first, second)] == [1, 2]


def test_a_draft_is_changed_thrown_away_and_added_to_by_its_own_pages_alone(
    browser: Contributor, archive: Archive
) -> None:
    sent = gift(browser, "The choir")
    drafts = []
    for name in ("one.txt", "two.txt"):
        choose(browser, sent)
        drafts.append(begun(browser, name))
    choose(browser, drafts[0])
    files, about, thrown = (window(browser, f"/give/{one}") for one in ("files", "about", "throw-away"))
    choose(browser, drafts[1])
    caption = next(iter(re.findall(r'name="(caption-[^"]+)"', files.text)))
    about.fill("/give/about", {"about-title": "candles", "about-place": "richmond"})
    thrown.fill("/give/throw-away")
    files.add_named([("three.txt", b"Ours.")], **{caption: "hers"})
    assert all(refused(page) for page in (files, about, thrown))
    assert {"candles", "richmond"} <= set(given_back(about.text))
    # What stood under the files came before them.
    assert given_back(files.text) == ["hers"]
    assert set(listed(browser)) == {sent, *drafts}
    for draft, name in zip(drafts, ("one.txt", "two.txt"), strict=True):
        choose(browser, draft)
        browser.open("/give/files")
        assert name in browser.text and "three.txt" not in browser.text and "candles" not in browser.text


def test_a_script_that_sends_a_file_from_the_page_of_another_draft_is_told_so_and_does_not_try_again(
    app: Flask,
) -> None:
    one, helper = Contributor(app.test_client()), Contributor(app.test_client())
    codes = []
    for browser in (one, helper):
        browser.begin()
        browser.add_named([("one.txt", b"Ours.")])
        browser.open("/mine/code")
        codes.append(browser.take_code())
    page = window(one, "/give/files").text
    one.come_back(codes[1])
    (there,) = re.findall(r'data-endpoint="([^"]+)"', page)

    def send() -> tuple[int, str]:
        name = base64.b64encode(b"three.txt").decode()
        headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": f"filename {name}"}
        sent = {"headers": headers, "content_type": "application/offset+octet-stream", "data": b"Ours."}
        answer = one.client.post(unescape(there), **sent)
        return answer.status_code, answer.text

    status, words = send()
    # A conflict would be tried again.
    assert status == 403 and words.startswith(ELSEWHERE)
    helper.open("/give/files")
    assert "three.txt" not in helper.text
    one.come_back(codes[0])
    assert send()[0] == 201
    one.open("/give/files")
    assert "three.txt" in one.text
