"""Whoever gives, and whose session has ended or become another's, has every word back that they typed meanwhile, and no more than that."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from tests.fixtures.contributor import Contributor

ABOUT = {
    "about-title": "quilt",
    "about-date": "1963",
    "about-place": "richmond",
    "about-description": "She made it in winter.",
}


@pytest.fixture
def giver(app: Flask) -> Contributor:
    found = Contributor(app.test_client())
    found.begin()
    found.add(one__txt=b"Dear sister.")
    return found


def given_back(giver: Contributor) -> list[str]:
    found = re.findall(r"<textarea readonly[^>]*>\n([^<]*)</textarea>", giver.text)
    return [unescape(one) for one in found]


def ended(giver: Contributor) -> None:
    giver.client.delete_cookie("remembrance")


def another(giver: Contributor) -> None:
    """The session of another gift, as after its code was typed in another window."""
    ended(giver)
    Contributor(giver.client).begin()


def caption_of(giver: Contributor) -> str:
    giver.open("/give/files")
    return str(re.findall(r'name="(caption-[^"]+)"', giver.text)[0])


@pytest.mark.parametrize("happened", [ended, another])
def test_short_answers_are_given_back_like_long_ones_and_marks_are_not(
    giver: Contributor, happened: Callable[[Contributor], None]
) -> None:
    giver.open("/give/about")
    happened(giver)
    giver.fill("/give/about", ABOUT)
    assert giver.at.status_code == 400 and sorted(given_back(giver)) == sorted(ABOUT.values())


@pytest.mark.parametrize("happened", [ended, another])
@pytest.mark.parametrize("files", [[], [("two.txt", b"Ours.")]], ids=["no file", "with a file"])
def test_what_was_typed_under_the_files_is_given_back(
    giver: Contributor, happened: Callable[[Contributor], None], files: list[tuple[str, bytes]]
) -> None:
    caption = caption_of(giver)
    happened(giver)
    giver.add_named(files, **{caption: "hers"})
    assert giver.at.status_code == 400 and "This form is too old" in giver.text
    assert given_back(giver) == ["hers"]


def test_whoever_typed_nothing_is_led_to_where_it_begins(giver: Contributor) -> None:
    caption_of(giver)
    ended(giver)
    giver.add_named([("two.txt", b"Ours.")])
    assert giver.path == "/give" and giver.at.status_code == 200


def test_nothing_that_another_site_sends_is_given_back(giver: Contributor) -> None:
    ended(giver)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    data = {"caption-x": "A word of theirs."}
    answer = giver.client.post(
        "/give/files", data=data, content_type="multipart/form-data", headers=elsewhere
    )
    assert answer.status_code == 303 and "theirs" not in answer.text
