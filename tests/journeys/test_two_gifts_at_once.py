"""One who gave several things and has pages of more than one open: each acts on what it is about, and on nothing else."""

from __future__ import annotations

import base64
import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from archive.models import Contact, Item, Message, Submission
from archive.services import accounts
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.contributor import Contributor, Forms

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


def allowed(archive: Archive, submission: str) -> list[str]:
    with archive.db.read() as session:
        rows = session.get_one(Submission, submission).consents
        return [one.audience for one in sorted(rows, key=lambda one: one.version)]


def states(archive: Archive, submission: str) -> set[str]:
    with archive.db.read() as session:
        return set(session.scalars(select(Item.state).where(Item.submission_id == submission)))


def test_what_is_done_on_the_page_of_one_gift_is_done_to_it_whichever_is_open_elsewhere(
    browser: Contributor, archive: Archive
) -> None:
    first, second = gift(browser, "The choir"), gift(browser, "The river")
    choose(browser, first)
    paths = ("/mine/take-back", "/mine/allow", "/mine", "/mine/contact")
    windows = {path: window(browser, path) for path in paths}
    choose(browser, second)
    windows["/mine/allow"].fill("/mine/allow", {"audience": "community"})
    windows["/mine"].fill("/mine/messages", {"text": "A word about the choir."})
    windows["/mine/contact"].fill("/mine/contact", {"email": "rosa@home.example"})
    assert "The choir" in windows["/mine"].text and "A word about the choir." in windows["/mine"].text
    windows["/mine/take-back"].fill("/mine/take-back", {"how": "destroy", "sure": "yes"})
    assert all(page.at.status_code == 200 for page in windows.values())
    assert [allowed(archive, one) for one in (first, second)] == [["public", "community"], ["public"]]
    with archive.db.read() as session:
        for row in (Message, Contact):
            assert session.scalars(select(row.submission_id)).all() == [first]
    assert states(archive, first) == {"withdrawn"} and "withdrawn" not in states(archive, second)


def test_a_page_that_is_opened_anew_and_what_it_leads_to_stay_with_their_gift_which_they_name(
    browser: Contributor, archive: Archive
) -> None:
    first, second = gift(browser, "The choir"), gift(browser, "The river")
    choose(browser, first)
    one = window(browser, browser.at.request.url)
    choose(browser, second)
    assert "The river" in browser.text
    one.open(one.at.request.url)
    assert "The choir" in one.text
    # Each way off a page is a button, by which what was typed is kept.
    for to, path in (("allow", "/mine/allow"), ("mine", "/mine"), ("take-back", "/mine/take-back")):
        one.fill("/mine/allow" if to == "mine" else "/mine/messages", {"to": to})
        assert one.path == path and "The choir" in one.text and "The river" not in one.text
    # Into another language too, and opened anew there.
    one.fill("/mine/take-back", {"to": "in/es"})
    one.open(one.at.request.url)
    assert one.at.request.path.startswith("/es/") and "The choir" in one.text
    one.fill("/mine/take-back", {"how": "hide"})
    assert states(archive, first) == {"withdrawn"} and "withdrawn" not in states(archive, second)


def test_a_draft_is_changed_thrown_away_and_added_to_by_its_own_pages(
    browser: Contributor, archive: Archive
) -> None:
    sent = gift(browser, "The choir")
    drafts = []
    for name in ("one.txt", "two.txt"):
        choose(browser, sent)
        drafts.append(begun(browser, name))
    choose(browser, drafts[0])
    files, about, thrown = (window(browser, f"/give/{one}") for one in ("files", "about", "throw-away"))
    assert "one.txt" in thrown.text
    choose(browser, drafts[1])
    caption = next(iter(re.findall(r'name="(caption-[^"]+)"', files.text)))
    about.fill("/give/about", {"about-title": "candles"})
    assert about.path == "/give/people"
    files.add_named([("three.txt", b"Ours.")], **{caption: "hers"})
    assert "three.txt" in files.text and 'value="hers"' in files.text and "two.txt" not in files.text
    browser.open("/give/files")
    assert "two.txt" in browser.text and "three.txt" not in browser.text
    thrown.fill("/give/throw-away")
    assert set(listed(browser)) == {sent, drafts[1]}
    # What is typed into a page of what is gone is kept for nobody, and given back.
    about.open("/give/about")
    files.add_named([], **{caption: "not lost"})
    assert files.at.status_code == 409 and "not lost" in files.text


def test_the_first_page_begins_something_new_once_and_changes_nothing_that_was_begun_before(
    browser: Contributor,
) -> None:
    gift(browser, "The choir")
    new = window(browser, "/give")
    begun_elsewhere = begun(browser, "one.txt")
    new.fill("/give", {"what": "recording", "collection": "convenings"})
    assert new.path == "/give/files" and "one.txt" not in new.text
    new.add_named([("two.txt", b"Ours.")])
    assert len(listed(browser)) == 3
    choose(browser, begun_elsewhere)
    browser.open("/give/files")
    assert "one.txt" in browser.text and "two.txt" not in browser.text
    browser.open("/give")
    assert 'value="pictures" checked' in browser.text


def test_the_first_page_sent_twice_begins_one(browser: Contributor) -> None:
    gift(browser, "The choir")
    page = window(browser, "/give")
    fields = next(one["fields"] for one in Forms(page.text).forms if one["action"] == "/give")
    for _ in range(2):
        answer = browser.client.post("/give", data=fields | {"what": "pictures", "collection": "march-25"})
        assert answer.status_code == 303
    assert len(listed(browser)) == 2


def test_sent_twice_on_a_slow_line_the_second_leads_to_the_code_as_the_first_does(app: Flask) -> None:
    one = Contributor(app.test_client())
    one.begin()
    one.add_named([("one.txt", b"Ours.")])
    one.answer()
    pages = window(one, "/give/check"), window(one, "/give/about")
    one.send()
    pages[0].fill("/send")
    assert pages[0].path == "/mine/code" and "Show me my code" in pages[0].text
    # Of an older page what was typed is given back, with the way to where it can be said now.
    pages[1].fill("/give/about", {"about-title": "quilt"})
    assert pages[1].at.status_code == 404 and "This was sent already" in pages[1].text
    assert ">\nquilt</textarea>" in pages[1].text and 'href="/mine"' in pages[1].text


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
