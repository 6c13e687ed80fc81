"""Whoever gives is told the ways back that there are: with an account no code is needed, and without one nothing else leads back."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.fixtures.contributor import Contributor

PASSWORD = "a long enough password"
ONLY_THE_CODE = ("With it, and only with it,", "There is no other way back.", "You have no code yet.")
ACCOUNT = (
    "Then you can come back with your account",
    "Your account leads back here from any phone or computer",
    "A code, to come back also without your account",
)


def pages(giver: Contributor) -> list[str]:
    """The three pages that tell of the way back, as somebody who gives comes by them: before sending, after, and later."""
    found = [giver.text]
    giver.send()
    found.append(giver.text)
    giver.open("/mine")
    return [*found, giver.text]


def draft(giver: Contributor) -> Contributor:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.answer()
    return giver


@pytest.fixture
def holder(app: Flask) -> Contributor:
    """Somebody who made an account for what they gave before, signed in."""
    giver = draft(Contributor(app.test_client()))
    giver.send()
    giver.open("/account/new")
    giver.fill("/account/new", {"username": "rosa", "password": PASSWORD})
    return giver


def test_without_an_account_the_code_is_the_only_way_back(app: Flask) -> None:
    told = pages(draft(Contributor(app.test_client())))
    for page, only, account in zip(told, ONLY_THE_CODE, ACCOUNT, strict=True):
        assert only in page and account not in page


def test_with_an_account_nobody_is_pushed_to_a_code(holder: Contributor) -> None:
    told = pages(draft(holder))
    for page, account in zip(told, ACCOUNT, strict=True):
        assert account in page and not [one for one in ONLY_THE_CODE if one in page]


def test_with_an_account_a_draft_needs_no_code_either(holder: Contributor) -> None:
    holder.begin()
    for path in ("/mine/later", "/mine"):
        holder.open(path)
        assert not [one for one in ONLY_THE_CODE if one in holder.text]


def test_the_account_leads_back_on_another_device_and_a_code_too_where_one_is_wished(
    app: Flask, holder: Contributor
) -> None:
    holder.open("/mine/code")
    code = holder.take_code()
    assert ACCOUNT[2] not in holder.text and "You have no code yet." not in holder.text
    other = Contributor(app.test_client())
    other.open("/sign-in")
    other.fill("/sign-in", {"username": "rosa", "password": PASSWORD})
    other.open("/mine/all")
    assert "A letter" in other.text
    another = Contributor(app.test_client())
    another.come_back(code)
    assert another.path == "/mine" and "You have no code yet." not in another.text
