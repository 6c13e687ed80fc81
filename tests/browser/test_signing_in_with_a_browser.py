"""Passkeys and authenticators in a real browser: set up, signed in with, lost, and what is said where they cannot be used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from archive.services import passkeys
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures.browser import serving
from tests.fixtures.looking import DESK, PHONE, SHARES, Noticed, axe, chromium, every, faults_here, opened
from tests.fixtures.people import (
    PASSWORD,
    administrator,
    code_for,
    kinds,
    set_up,
    somebody,
    still_clock,
    user_of,
)

__all__ = ["axe", "chromium", "opened", "still_clock"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("still_clock")]

# A phone that knows its owner: it has keys of its own, and asks for a finger.
PHONE_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Site:
    """An archive that is served where browsers allow passkeys without HTTPS."""

    archive: Archive
    address: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    archive = open_archive(Settings(home=tmp_path_factory.mktemp("keys") / "home"))
    try:
        with serving(create_app(archive.settings, archive)) as address:
            yield Site(archive, address.replace("127.0.0.1", "localhost"))
    finally:
        archive.close()


@dataclass
class Key:
    """A virtual authenticator, plugged into the browser of one page."""

    session: CDPSession
    id: str

    def recognises(self, it_does: bool) -> None:
        """Whether it recognises its owner."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": it_does})

    def credentials(self) -> list[Any]:
        """What it keeps."""
        found: list[Any] = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})[
            "credentials"
        ]
        return found


def plugged(page: Page) -> Key:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE_KEY})
    return Key(session, made["authenticatorId"])


def sign_in(page: Page, site: Site, name: str) -> None:
    page.goto(f"{site.address}/sign-in")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in, for those").wait_for()


def make_passkey(page: Page, site: Site, name: str) -> None:
    """As a curator who is led to set up a second factor."""
    sign_in(page, site, name)
    page.get_by_role("link", name="Use a passkey instead").click()
    page.get_by_label("A name for it").fill("my phone")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.get_by_role("link", name="I have them: go on").click()
    page.get_by_role("heading", name="Desk").wait_for()


def test_a_passkey_is_made_and_then_signs_in_without_name_password_or_code(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    name, user_id = somebody(site.archive)
    context = opened(PHONE)
    noticed = Noticed(site.address)
    noticed.watch(context)
    page = context.new_page()
    key = plugged(page)
    make_passkey(page, site, name)
    assert [one["rpId"] for one in key.credentials()] == ["localhost"]
    sign_out(page)
    page.goto(f"{site.address}/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Desk").wait_for()
    assert f"You are signed in as {name}" in page.get_by_role("contentinfo").inner_text()
    known = passkeys.of_user(site.archive, user_id)
    assert [(one.name, one.used_on is not None) for one in known] == [("my phone", True)]
    assert kinds(site.archive, user_id) == ["passkey-added"]
    assert noticed.faults == []


def test_after_a_password_the_same_passkey_is_the_second_factor(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    name, _ = somebody(site.archive)
    page = opened(DESK).new_page()
    key = plugged(page)
    make_passkey(page, site, name)
    sign_out(page)
    sign_in(page, site, name)
    page.get_by_role("heading", name="One more thing").wait_for()
    page.goto(f"{site.address}/desk")
    page.get_by_role("heading", name="One more thing").wait_for()
    key.recognises(False)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("The passkey was not used.").wait_for()
    key.recognises(True)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Desk").wait_for()


def test_an_answer_is_good_once_and_only_for_this_archive(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    name, _ = somebody(site.archive)
    page = opened(DESK).new_page()
    plugged(page)
    make_passkey(page, site, name)
    sign_out(page)
    page.goto(f"{site.address}/sign-in")
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None
    )
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Desk").wait_for()
    answer = next(one for one in sent if "answer=" in one)
    sign_out(page)
    page.goto(f"{site.address}/sign-in")
    token = page.locator("form[data-passkey] input[name=csrf_token]").get_attribute("value")
    replayed = answer.partition("answer=")[2].partition("&")[0]
    status = page.evaluate(
        "([token, answer]) => fetch('/sign-in/passkey', {method: 'POST', body: `csrf_token=${token}&answer=${answer}`,"
        " headers: {'Content-Type': 'application/x-www-form-urlencoded'}}).then((one) => one.status)",
        [token, replayed],
    )
    assert status == 400
    page.goto(f"{site.address}/account")
    expect(page).to_have_url(re.compile(r"/sign-in$"))


def test_a_device_that_has_one_says_so_and_a_passkey_goes_with_the_password(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    name, user_id = somebody(site.archive, "member")
    page = opened(PHONE).new_page()
    plugged(page)
    sign_in(page, site, name)
    page.goto(f"{site.address}/account/passkeys")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("link", name="I have them: go on").click()
    page.goto(f"{site.address}/account/passkeys")
    page.get_by_label("Your password, once more").last.fill(PASSWORD)
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_text("The passkey was not used.").wait_for()
    page.locator("summary").click()
    first = page.get_by_label("Your password, once more").first
    first.fill("not the one at all")
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("alert").first).to_contain_text("This is not your password")
    page.locator("summary").click()
    first.fill(PASSWORD)
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator("summary")).to_have_count(0)
    assert passkeys.of_user(site.archive, user_id) == []
    assert user_of(site.archive, user_id).failed_sign_ins == 1


def test_without_javascript_the_page_says_what_passkeys_need_and_an_authenticator_is_set_up(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    name, _ = somebody(site.archive)
    page = opened(PHONE, java_script_enabled=False).new_page()
    page.goto(f"{site.address}/sign-in")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    sign_in(page, site, name)
    page.get_by_role("button", name="Set up an authenticator").click()
    picture = page.get_by_role("img", name="The secret below")
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    assert picture.evaluate("(one) => one.clientWidth") >= 200
    secret = page.locator(".code-words").inner_text()
    page.get_by_label("The code that it shows now").fill(code_for(secret, -1))
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".code-words li")).to_have_count(10)
    page.get_by_role("link", name="I have them: go on").click()
    page.get_by_role("heading", name="Desk").wait_for()
    sign_out(page)
    sign_in(page, site, name)
    page.get_by_label("Code", exact=True).fill(code_for(secret))
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Desk").wait_for()


@SHARES
def test_no_page_of_accounts_breaks_a_rule_of_accessibility(
    site: Site, axe: str, opened: Callable[..., BrowserContext], share: int
) -> None:
    turn = every(share)
    boss = administrator(site.archive)
    name, user_id = user_of(site.archive, boss.id).username, somebody(site.archive)[1]
    context = opened(PHONE)
    noticed = Noticed(site.address)
    noticed.watch(context)
    page = context.new_page()
    found: dict[str, Any] = {}

    def look(what: str, path: str = "") -> None:
        if path:
            page.goto(site.address + path)
        found.update(faults_here(page, what, axe, again=turn()))

    look("sign in", "/sign-in")
    sign_in(page, site, name)
    look("set up first")
    page.get_by_role("button", name="Set up an authenticator").click()
    look("secret")
    page.get_by_label("The code that it shows now").fill("000000x")
    page.get_by_role("button", name="Set it up").click()
    look("wrong code")
    secret = page.locator(".code-words").inner_text()
    page.get_by_label("The code that it shows now").fill(code_for(secret, -1))
    page.get_by_role("button", name="Set it up").click()
    look("recovery codes")
    for path in (
        "/account",
        "/account/second-factor",
        "/account/passkeys",
        "/desk/people",
        "/desk/people/invite",
    ):
        look(path, path)
    look("person", f"/desk/people/{user_id}")
    page.get_by_role("button", name="Make a link to a new password").click()
    look("link")
    page.goto(page.locator(".code-words").inner_text())
    look("reset")
    page.goto(f"{site.address}/desk/people/invite")
    page.get_by_role("group", name="Member").get_by_label("everywhere").check()
    page.get_by_role("button", name="Make the link").click()
    page.goto(page.locator(".code-words").inner_text())
    page.get_by_label("User name").fill("somebody new")
    page.get_by_label("Password").fill("passwordpassword")
    page.get_by_role("button", name="Make the account").click()
    look("welcome")
    look("a code while signed in", "/mine/come-back")
    other = somebody(site.archive)
    set_up(site.archive, other[1])
    sign_out(page)
    sign_in(page, site, other[0])
    look("one more thing")
    assert found == {}
    assert noticed.faults == []
