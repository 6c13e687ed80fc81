"""Under "Where things stand" nothing typed is lost by going to another page, nobody else sees it, and it does not stay."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from archive.access import OPERATOR
from archive.models import UnsentWords, today
from archive.services import erasing, expiry, messages, withdrawing
from archive.services.opening import Archive
from tests.fixtures.coming_back import items, keep, two_letters
from tests.fixtures.contributor import Contributor
from tests.fixtures.days_told import day_told
from tests.fixtures.items import actor
from tests.fixtures.outside import bytes_below

CANARY = "zibbleforthian"
# By the form: where it is opened and sent, and what is typed there. `{id}` is one of the things given.
FORMS = {
    "message": ("/mine", "/mine/messages", {"text": f"My aunt {CANARY}."}),
    "contact": (
        "/mine/contact",
        "/mine/contact",
        {"email": f"{CANARY}@example.org", "other": "at the choir"},
    ),
    "correct": (
        "/mine/items/{id}",
        "/mine/items/{id}",
        {"about-title": f"{CANARY} letters", "about-place": "Richmond"},
    ),
    "allow": ("/mine/allow", "/mine/allow", {"naming": "own-name", "name_shown": f"Rosa {CANARY}"}),
    "one": ("/mine/take-back?item={id}", "/mine/take-back", {"how": "destroy", "words": f"It was {CANARY}."}),
    "all": ("/mine/take-back", "/mine/take-back", {"how": "hide", "words": f"All was {CANARY}."}),
}
WAYS = ["site/public.search", "in/fr", "safely", "mine", "receipt"]


@pytest.fixture
def code(app: Flask) -> str:
    return two_letters(app)


@pytest.fixture
def giver(app: Flask, code: str) -> Contributor:
    """Somebody who gave two letters, back at another browser."""
    back = Contributor(app.test_client())
    back.come_back(code)
    return back


def type_and_leave(giver: Contributor, archive: Archive, form: str, to: str) -> str:
    """Type into a form and go to another page instead of sending it; where the form is opened again."""
    shown, sent, typed = FORMS[form]
    item = items(archive)[0].id
    giver.open(shown.format(id=item))
    giver.fill(sent.format(id=item), {**typed, "to": to})
    assert giver.at.status_code == 200, giver.text
    return shown.format(id=item)


def kept(archive: Archive) -> list[str]:
    with archive.db.read() as session:
        return list(session.scalars(select(UnsentWords.form)))


# In each run every form is left, and every way taken; every form by every way in the thorough one.
@pytest.mark.parametrize(
    ("form", "to"),
    [
        pytest.param(form, to, marks=() if at % len(WAYS) == way else pytest.mark.slow)
        for at, form in enumerate(FORMS)
        for way, to in enumerate(WAYS)
    ],
)
def test_what_was_typed_stands_there_again_whatever_way_led_off_the_page(
    giver: Contributor, archive: Archive, form: str, to: str
) -> None:
    there = type_and_leave(giver, archive, form, to)
    assert to != "site/public.search" or giver.path == "/search"
    assert to != "in/fr" or giver.at.request.path == "/fr" + there.partition("?")[0]
    giver.open(there)
    for text in FORMS[form][2].values():
        assert text in giver.text
    assert "stands here again" in giver.text


@pytest.mark.parametrize("form", FORMS)
def test_a_page_in_another_language_has_what_was_typed(
    giver: Contributor, archive: Archive, form: str
) -> None:
    type_and_leave(giver, archive, form, "in/es")
    assert giver.at.request.path.startswith("/es/mine") and CANARY in giver.text


@pytest.mark.parametrize("form", FORMS)
def test_no_link_but_the_quick_one_leads_off_a_page_where_something_is_typed(
    giver: Contributor, archive: Archive, form: str
) -> None:
    giver.open(FORMS[form][0].format(id=items(archive)[0].id))
    links = [one for one in re.findall(r'<a [^>]*href="([^"]*)"', giver.text) if not one.startswith("#")]
    assert len(links) == 1 and links[0].startswith("/leave/")
    # Enter presses the first button of the form, which sends it.
    first = re.findall(r'<button[^>]* form="step"[^>]*>', giver.text)[0]
    assert "unseen" in first and 'name="to"' not in first


def test_every_way_on_the_overview_keeps_a_message_and_leads_somewhere(
    giver: Contributor, archive: Archive
) -> None:
    keep(archive, publish=True)
    giver.open("/mine")
    ways = set(re.findall(r'name="to" value="([^"]+)"', giver.text)) - {"forget"}
    item = items(archive)[0].id
    assert {f"look/{item}", f"correct/{item}", f"take-back/{item}", "take-back", "account", "contact"} <= ways
    for number, way in enumerate(sorted(ways)):
        giver.open("/mine")
        giver.fill("/mine/messages", {"text": f"My {number} aunts.", "to": way})
        assert giver.at.status_code == 200 and giver.path != "/mine/messages", way
        giver.open("/mine")
        assert f"My {number} aunts." in giver.text, way


def test_a_message_waits_while_something_is_added(giver: Contributor) -> None:
    giver.open("/mine")
    giver.fill("/mine/add", {"text": "My aunt."})
    assert giver.path == "/give/files"
    giver.open("/mine")
    assert "My aunt." in giver.text


@pytest.mark.parametrize("form", FORMS)
def test_a_form_in_which_nothing_was_typed_leaves_nothing(
    giver: Contributor, archive: Archive, form: str
) -> None:
    shown, sent, _typed = FORMS[form]
    item = items(archive)[0].id
    giver.open(shown.format(id=item))
    giver.fill(sent.format(id=item), {"to": "site/public.search"})
    assert giver.path == "/search" and kept(archive) == []


@pytest.mark.parametrize("form", FORMS)
def test_what_was_typed_can_be_thrown_away(giver: Contributor, archive: Archive, form: str) -> None:
    there = type_and_leave(giver, archive, form, "site/public.search")
    giver.open(there)
    sent = FORMS[form][1].format(id=items(archive)[0].id)
    giver.fill(sent, {"to": "forget"})
    assert giver.path == there.partition("?")[0] and CANARY not in giver.text and kept(archive) == []


@pytest.mark.parametrize("form", FORMS)
def test_what_is_sent_is_kept_apart_no_longer(giver: Contributor, archive: Archive, form: str) -> None:
    there = type_and_leave(giver, archive, form, "site/public.search")
    giver.open(there)
    giver.fill(FORMS[form][1].format(id=items(archive)[0].id), {"sure": "yes"})
    assert giver.path == "/mine" and kept(archive) == []


def test_what_is_taken_back_has_no_words_left_that_were_not_sent(
    giver: Contributor, archive: Archive
) -> None:
    for form in ("correct", "one", "message"):
        type_and_leave(giver, archive, form, "site/public.search")
    assert len(kept(archive)) == 3
    withdrawing.withdraw_item(archive, OPERATOR, items(archive)[0].id)
    # Of the rest that was given something may still be said.
    assert kept(archive) == ["message"]
    withdrawing.withdraw_submission(archive, OPERATOR, items(archive)[0].submission_id)
    assert kept(archive) == []


def test_what_is_destroyed_has_none_either_that_came_afterwards(giver: Contributor, archive: Archive) -> None:
    withdrawing.withdraw_submission(archive, OPERATOR, items(archive)[0].submission_id, destroy=True)
    type_and_leave(giver, archive, "message", "site/public.search")
    erasing.clear(archive)
    assert kept(archive) == []


def test_it_goes_after_the_days_that_its_page_told(giver: Contributor, archive: Archive) -> None:
    there = type_and_leave(giver, archive, "message", "site/public.search")
    giver.open(there)
    days = (day_told(giver.text, "It was not sent, and is removed on") - today()).days
    for ago, left in ((days, ["message"]), (days + 1, [])):
        with archive.db.write() as session:
            session.execute(update(UnsentWords).values(kept_on=today() - timedelta(days=ago)))
        expiry.expire(archive)
        assert kept(archive) == left
    giver.open(there)
    assert CANARY not in giver.text


def test_nobody_reads_it_who_has_not_typed_it(giver: Contributor, app: Flask, archive: Archive) -> None:
    for form in FORMS:
        type_and_leave(giver, archive, form, "site/public.search")
    assert len(kept(archive)) == len(FORMS)
    keep(archive, publish=True)
    for path, data in bytes_below(archive.settings.home).items():
        assert CANARY.encode() not in data, path
    thread = messages.thread(archive, actor("curator"), items(archive)[0].submission_id)
    assert thread == ()
    other = Contributor(app.test_client())
    other.come_back(two_letters(app))
    other.open("/mine")
    assert CANARY not in other.text and "stands here again" not in other.text


def test_what_cannot_be_opened_without_its_key_is_a_page_like_any_other(
    giver: Contributor, archive: Archive
) -> None:
    there = type_and_leave(giver, archive, "message", "site/public.search")
    with archive.db.write() as session:
        session.execute(update(UnsentWords).values(sealed=b"sealed with another key, as if restored"))
    giver.open(there)
    assert giver.at.status_code == 200 and CANARY not in giver.text


def test_a_correction_that_waited_while_somebody_else_wrote_is_asked_about_and_not_lost(
    giver: Contributor, app: Flask, code: str, archive: Archive
) -> None:
    there = FORMS["correct"][0].format(id=items(archive)[0].id)
    giver.open(there)
    other = Contributor(app.test_client())
    other.come_back(code)
    other.open(there)
    other.fill(there, {"about-title": "Letters of the river"})
    assert items(archive)[0].title == "Letters of the river"
    giver.fill(there, {**FORMS["correct"][2], "to": "site/public.search"})
    giver.open(there)
    assert f"{CANARY} letters" in giver.text
    giver.fill(there)
    assert giver.at.status_code == 409 and "Letters of the river" in giver.text
    assert f"{CANARY} letters" in giver.text
