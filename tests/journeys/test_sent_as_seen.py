"""Nothing is sent, and nobody agrees to anything, but what stood on the page on which they pressed the button."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from archive.models import Consent, Item, ItemState
from archive.services.opening import Archive
from tests.fixtures.agreements import NEWER, started_with_newer_words
from tests.fixtures.contributor import Contributor

ELSEWHERE = "It was not sent: something was changed here since you opened this page"
WORDS = "words that you agree to were changed since you opened this page"
LESS = "What shows less than before is saved already"


@pytest.fixture
def giver(app: Flask) -> Contributor:
    """Somebody with a letter for those who look after the archive alone, before the last page."""
    found = Contributor(app.test_client())
    found.begin()
    found.add(letter__txt=b"Dear sister.")
    found.answer(title="A letter")
    found.open("/give/show")
    found.fill("/show", {"audience": "staff"})
    found.open("/give/check")
    return found


def elsewhere(giver: Contributor) -> Contributor:
    """The same person, or whoever else is in the draft, in another window."""
    return Contributor(giver.client)


def given(archive: Archive) -> list[Item]:
    with archive.db.read() as session:
        sent = select(Item).where(Item.state != ItemState.DRAFT)
        return list(session.scalars(sent.order_by(Item.position)))


def consents(archive: Archive) -> list[Consent]:
    with archive.db.read() as session:
        return list(session.scalars(select(Consent).order_by(Consent.version)))


def widen(other: Contributor) -> None:
    other.open("/give/show")
    other.fill("/show", {"audience": "public"})


def name(other: Contributor) -> None:
    other.open("/give/name")
    other.fill("/name", {"naming": "own-name", "name_shown": "Rosa Blatz"})


def add(other: Contributor) -> None:
    other.open("/give/files")
    other.add(song__txt=b"We sang.")


def caption(other: Contributor) -> None:
    other.open("/give/files")
    fields = re.findall(r'name="(caption-[^"]+)"', other.text)
    other.go_on(**{fields[0]: "Maria, on the left"})


def move(other: Contributor) -> None:
    other.open("/give")
    other.fill("/give", {"what": "pictures", "collection": "convenings"})


@pytest.mark.parametrize("change", [widen, name, add, caption, move], ids=lambda one: one.__name__)
def test_what_was_changed_elsewhere_is_seen_before_it_is_sent(
    giver: Contributor, archive: Archive, change: Callable[[Contributor], None]
) -> None:
    change(elsewhere(giver))
    giver.fill("/send")
    assert giver.at.status_code == 409 and ELSEWHERE in giver.text
    assert not given(archive) and not consents(archive)[0].agreement_version
    # What it says now is what is sent, once it is pressed again.
    if 'action="/give/send"' in giver.text:
        giver.send()
        assert given(archive)


def test_what_was_widened_elsewhere_stands_on_the_page_that_comes_again(
    giver: Contributor, archive: Archive
) -> None:
    other = elsewhere(giver)
    widen(other)
    name(other)
    add(other)
    giver.fill("/send")
    assert all(words in giver.text for words in ("Everyone", "Rosa Blatz", "song.txt"))
    assert giver.text.index(ELSEWHERE) < giver.text.index("letter.txt") and WORDS not in giver.text
    giver.send()
    assert (len(given(archive)), consents(archive)[0].audience) == (2, "public")


def test_a_page_to_which_nothing_happened_is_sent_at_once(giver: Contributor, archive: Archive) -> None:
    other = elsewhere(giver)
    for path in ("/give/files", "/give/show", "/give/check"):
        other.open(path)
    giver.send()
    assert len(given(archive)) == 1


def test_an_addition_widens_nothing_of_a_gift_that_its_page_did_not_say(
    giver: Contributor, archive: Archive
) -> None:
    giver.send()
    giver.open("/mine")
    giver.fill("/mine/add")
    giver.add(song__txt=b"We sang.")
    giver.go_on()
    giver.fill("/give/about", {"about-title": "A song"})
    giver.open("/give/check")
    widen(elsewhere(giver))
    giver.fill("/send")
    assert giver.at.status_code == 409 and ELSEWHERE in giver.text
    assert [one.audience for one in consents(archive)] == ["staff"]
    assert "Only those who look after the archive → Everyone" in giver.text
    giver.send()
    assert consents(archive)[-1].audience == "public"


def test_nobody_agrees_to_words_that_they_were_not_shown(
    app: Flask, giver: Contributor, archive: Archive
) -> None:
    with started_with_newer_words(app, "march-25") as newer:
        giver.fill("/send")
        assert giver.at.status_code == 409 and WORDS in giver.text and ELSEWHERE not in giver.text
        assert re.search(r'<details class="clause" open>.*' + re.escape(NEWER), giver.text, re.DOTALL)
        assert not given(archive)
        giver.send()
    (consent,) = consents(archive)
    assert (consent.agreement_version, consent.agreement_text) == (newer.version, newer.texts["en"])


def test_whoever_changes_what_they_allow_agrees_to_the_words_on_that_page(
    app: Flask, giver: Contributor, archive: Archive
) -> None:
    giver.send()
    with started_with_newer_words(app, "march-25") as newer:
        giver.open("/mine/allow")
        assert NEWER in giver.text and "version 9" in giver.text
        giver.fill("/mine/allow")
        assert giver.path == "/mine" and len(consents(archive)) == 1, "nothing was changed"
        giver.open("/mine/allow")
        giver.fill("/mine/allow", {"audience": "public"})
    old, new = consents(archive)
    assert (new.audience, new.agreement_version, new.agreement_language) == ("public", newer.version, "en")
    assert (new.agreement_fingerprint, new.agreement_text) == (newer.fingerprint, newer.texts["en"])
    assert NEWER not in old.agreement_text


def test_what_is_allowed_is_not_widened_under_words_that_came_after_the_page(
    app: Flask, giver: Contributor, archive: Archive
) -> None:
    giver.send()
    giver.open("/mine/allow")
    with started_with_newer_words(app, "march-25") as newer:
        giver.fill("/mine/allow", {"audience": "public"})
        assert giver.at.status_code == 409 and WORDS in giver.text and NEWER in giver.text
        assert len(consents(archive)) == 1
        assert re.search(r'value="public" checked', giver.text), "what was chosen is there still"
        giver.fill("/mine/allow")
    assert giver.path == "/mine"
    assert (consents(archive)[-1].audience, consents(archive)[-1].agreement_version) == (
        "public",
        newer.version,
    )


def test_what_shows_less_waits_for_no_new_words(app: Flask, giver: Contributor, archive: Archive) -> None:
    widen(elsewhere(giver))
    giver.open("/give/check")
    giver.send()
    giver.open("/mine/allow")
    with started_with_newer_words(app, "march-25"):
        giver.fill("/mine/allow", {"audience": "staff", "reuse": ""})
    assert giver.at.status_code == 409 and LESS in giver.text
    assert consents(archive)[-1].audience == "staff"
    assert NEWER not in consents(archive)[-1].agreement_text, "nobody has read it before"


def test_what_another_window_allowed_meanwhile_is_told_also_after_an_answer_that_cannot_be_used(
    giver: Contributor, archive: Archive
) -> None:
    giver.send()
    giver.open("/mine/allow")
    other = elsewhere(giver)
    other.open("/mine/allow")
    other.fill("/mine/allow", {"naming": "own-name", "name_shown": "Rosa"})
    giver.fill("/mine/allow", {"not_before": "some day"})
    assert giver.at.status_code == 400
    giver.fill("/mine/allow", {"not_before": ""})
    assert giver.at.status_code == 409 and consents(archive)[-1].name_shown == "Rosa"
