"""Wrong codes: whoever types many has to wait, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from archive.services.opening import Archive
from archive.web import tries
from archive.web.app import create_app
from tests.fixtures.coming_back import two_letters
from tests.fixtures.contributor import Contributor

PROXY = "127.0.0.1"


def app_of(archive: Archive, trusted_proxy: str = "") -> Flask:
    settings = replace(archive.settings, trusted_proxy=trusted_proxy)
    return create_app(settings, replace(archive, settings=settings))


def somebody(app: Flask, behind: str = "", connected: str = PROXY) -> Contributor:
    """Somebody whom the proxy says to come from an address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = connected
    if behind:
        client.environ_base["HTTP_X_FORWARDED_FOR"] = behind
    return Contributor(client)


def fail(person: Contributor, times: int) -> None:
    for _ in range(times):
        person.come_back("not a code")
        assert person.at.status_code == 400


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted here, not how long each try takes."""
    monkeypatch.setattr(tries, "PEOPLE_AT_THE_SHARED_DOOR", 2)
    monkeypatch.setattr(tries, "MOST", 4)


def test_behind_a_trusted_proxy_nobody_waits_for_what_another_one_typed(archive: Archive) -> None:
    app = app_of(archive, PROXY)
    code = two_letters(app)
    stranger = somebody(app, "203.0.113.7")
    fail(stranger, tries.MOST)
    stranger.come_back(code)
    assert stranger.at.status_code == 429
    # Nor does an invented address before the proxy's own word help.
    again = somebody(app, "198.51.100.1, 203.0.113.7")
    again.come_back(code)
    assert again.at.status_code == 429
    other = somebody(app, "203.0.113.8")
    other.come_back(code)
    assert other.path == "/mine"


def test_without_one_what_a_request_says_of_itself_counts_for_nothing(archive: Archive) -> None:
    app = app_of(archive)
    code = two_letters(app)
    for number in range(tries.MOST):
        fail(somebody(app, f"198.51.100.{number}", "203.0.113.7"), 1)
    stranger = somebody(app, "198.51.100.99", "203.0.113.7")
    stranger.come_back(code)
    assert stranger.at.status_code == 429


def test_at_a_door_that_many_share_tries_go_on_only_not_faster(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_of(archive)
    code = two_letters(app)
    moment = [1000.0]
    monkeypatch.setattr("archive.web.tries.time.monotonic", lambda: moment[0])
    most = tries.MOST * tries.PEOPLE_AT_THE_SHARED_DOOR
    fail(somebody(app), most)
    person = somebody(app)
    person.come_back(code)
    assert person.at.status_code == 429 and "Wait a moment" in person.text
    moment[0] += tries.WITHIN_S / most
    # One more that is wrong, and the next has to wait as long again.
    fail(somebody(app), 1)
    person.come_back(code)
    assert person.at.status_code == 429
    moment[0] += tries.WITHIN_S / most
    person.come_back(code)
    assert person.path == "/mine"


@pytest.mark.parametrize(
    ("asked", "typed", "status"),
    [("/code/again", {"code": "something else"}, 400), ("/mine/code", {}, 200)],
)
def test_who_types_the_new_code_once_more_or_has_another_shown_may_not_do_so_any_faster(
    archive: Archive, asked: str, typed: dict[str, str], status: int
) -> None:
    giver = somebody(app_of(archive), connected="203.0.113.7")
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.answer()
    giver.send()
    giver.fill("/mine/code")
    for _ in range(tries.MOST):
        giver.open("/mine/code")
        giver.fill(asked, typed)
        assert giver.at.status_code == status
    giver.open("/mine/code")
    giver.fill(asked, typed)
    assert giver.at.status_code == 429
