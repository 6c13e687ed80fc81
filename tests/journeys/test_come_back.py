"""Coming back by code, without a name: see where things stand, answer, add, correct, change, take back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from archive.models import Consent, Draft, Event, Item, ItemState, today
from archive.services import expiry, indexing, messages, upkeep
from archive.services.opening import Archive
from archive.web import tries
from tests.fixtures.coming_back import items, keep, two_letters
from tests.fixtures.contributor import Contributor
from tests.fixtures.forged import forged
from tests.fixtures.items import actor


@pytest.fixture
def code(app: Flask) -> str:
    """The code of somebody who gave two letters without a name, and closed the browser."""
    return two_letters(app)


@pytest.fixture
def giver(app: Flask, code: str) -> Contributor:
    """The same person at another browser."""
    back = Contributor(app.test_client())
    back.come_back(code)
    assert back.path == "/mine", back.text
    return back


def test_the_code_is_shown_once_and_asked_for_again(app: Flask) -> None:
    giver = Contributor(app.test_client())
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.answer()
    giver.send()
    assert "code-words" not in giver.text
    giver.fill("/mine/code")
    (shown,) = re.findall(r'class="code-words"[^>]*>([^<]+)<', giver.text)
    giver.fill("/code/again", {"code": "something else entirely"})
    assert giver.at.status_code == 400 and "code-words" not in giver.text
    # What was not typed again can be shown anew; then only the new one counts.
    giver.fill("/mine/code")
    (anew,) = re.findall(r'class="code-words"[^>]*>([^<]+)<', giver.text)
    giver.fill("/code/again", {"code": shown})
    assert giver.at.status_code == 400
    giver.fill("/mine/code")
    third = giver.text
    (last,) = re.findall(r'class="code-words"[^>]*>([^<]+)<', third)
    # Whoever goes on without typing it is told that it counts, and that another one ends it.
    giver.open("/mine")
    assert "It lets you in." in giver.text and "You have no code yet" not in giver.text
    giver.open("/mine/code")
    assert "also where it stands on paper" in giver.text
    giver.fill("/code/again", {"code": last.upper().replace(" ", "  ")})
    assert giver.path == "/mine"
    assert anew not in giver.text and last not in giver.text
    giver.open("/mine/code")
    assert 'action="/mine/code"' not in giver.text


def test_the_code_of_a_draft_that_is_over_is_answered_like_any_wrong_one_which_tells_how_long_drafts_stay(
    app: Flask, archive: Archive
) -> None:
    giver = Contributor(app.test_client())
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.open("/mine/code")
    code = giver.take_code()
    answers = []
    with archive.db.write() as session:
        session.execute(update(Draft).values(touched_on=today() - timedelta(days=31)))
    expiry.expire(archive)
    for typed in (code, "not a code"):
        stranger = Contributor(app.test_client())
        stranger.come_back(typed)
        assert stranger.at.status_code == 400
        answers.append(re.sub(r'name="csrf_token" value="[^"]*"|/leave/[0-9a-f]+', "", stranger.text))
    assert answers[0] == answers[1]
    assert "not sent is removed when nobody came back to it for 30 days" in answers[0]


@pytest.mark.parametrize("typed", ["", "not a code", "one two three four five six seven eight nine"])
def test_every_wrong_code_gets_the_same_answer(app: Flask, code: str, typed: str) -> None:
    stranger = Contributor(app.test_client())
    stranger.come_back(typed)
    assert stranger.at.status_code == 400
    assert "This is not a code that we know" in stranger.text
    stranger.open("/mine")
    assert stranger.path == "/mine/come-back"


def test_after_many_wrong_codes_one_has_to_wait_even_with_the_right_one(app: Flask, code: str) -> None:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    stranger = Contributor(client)
    for _ in range(tries.MOST):
        stranger.come_back("not a code")
        assert stranger.at.status_code == 400
    stranger.come_back(code)
    assert stranger.at.status_code == 429
    assert "Two letters" not in stranger.text
    # Nobody else has to wait for it.
    elsewhere = Contributor(app.test_client())
    elsewhere.come_back(code)
    assert elsewhere.path == "/mine"


def test_processes_that_each_count_wrong_codes_allow_no_more_together_than_one(app: Flask, code: str) -> None:
    tries.share(app, 2)
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "203.0.113.8"
    stranger = Contributor(client)
    for _ in range(tries.MOST // 2):
        stranger.come_back("not a code")
        assert stranger.at.status_code == 400
    stranger.come_back(code)
    assert stranger.at.status_code == 429


def test_a_question_is_read_and_answered(giver: Contributor, archive: Archive) -> None:
    (item, _) = items(archive)
    curator = actor("curator")
    messages.write(archive, curator, item.submission_id, "Who is the woman <on the left>?")
    giver.open("/mine")
    assert "Who is the woman &lt;on the left&gt;?" in giver.text
    giver.fill("/mine/messages", {"text": "My grandmother."})
    assert giver.path == "/mine" and "My grandmother." in giver.text
    assert [one.text for one in messages.thread(archive, curator, item.submission_id)][
        -1
    ] == "My grandmother."


def test_more_can_be_added_to_what_was_sent(giver: Contributor, archive: Archive) -> None:
    giver.fill("/mine/add")
    assert giver.path == "/give/files"
    # It goes where the rest is, so nobody is asked.
    giver.open("/give")
    assert 'name="collection"' not in giver.text
    giver.open("/give/files")
    giver.add(envelope__txt=b"An envelope.")
    giver.answer(title="The envelope")
    giver.fill("/send")
    assert [one.title for one in items(archive)] == ["Two letters", "Two letters", "The envelope"]
    giver.open("/mine")
    assert "The envelope" in giver.text


def test_what_is_allowed_is_changed_and_acts_at_once(
    giver: Contributor, archive: Archive, app: Flask
) -> None:
    keep(archive, publish=True)
    (item, _) = items(archive)
    visitor = app.test_client()
    assert visitor.get(f"/items/{item.id}").status_code == 200
    giver.open("/mine/allow")
    assert 'value="public" checked' in giver.text
    giver.fill("/mine/allow", {"audience": "staff", "naming": "own-name"})
    assert giver.at.status_code == 400 and "Write the name that is shown" in giver.text
    # That a name is missing keeps nothing in sight.
    assert visitor.get(f"/items/{item.id}").status_code == 404
    giver.fill("/mine/allow", {"name_shown": "Rosa"})
    assert giver.path == "/mine", giver.text
    assert visitor.get(f"/items/{item.id}").status_code == 404
    with archive.db.read() as session:
        versions = session.scalars(select(Consent).order_by(Consent.version)).all()
        assert [(one.version, one.audience, one.name_shown) for one in versions] == [
            (1, "public", ""),
            (2, "staff", ""),
            (3, "staff", "Rosa"),
        ]
        kinds = session.scalars(select(Event.kind).where(Event.subject_id == item.id)).all()
    assert "consent" in kinds


def test_two_who_change_it_at_once_do_not_overwrite_each_other(
    giver: Contributor, app: Flask, code: str
) -> None:
    other = Contributor(app.test_client())
    other.come_back(code)
    for one in (giver, other):
        one.open("/mine/allow")
    giver.fill("/mine/allow", {"audience": "staff"})
    other.fill("/mine/allow", {"audience": "community"})
    assert other.at.status_code == 409


def test_one_thing_is_hidden_and_the_other_stays(giver: Contributor, archive: Archive, app: Flask) -> None:
    keep(archive, publish=True)
    first, second = items(archive)
    giver.open(f"/mine/take-back?item={first.id}")
    giver.fill("/mine/take-back")
    assert giver.at.status_code == 400
    giver.fill("/mine/take-back", {"how": "hide", "words": "It is with the family again."})
    assert giver.path == "/mine" and "You took it back" in giver.text
    upkeep.catch_up(archive)
    visitor = app.test_client()
    gone = visitor.get(f"/items/{first.id}")
    assert (
        gone.status_code == 410
        and "It is with the family again." in gone.text
        and "Two letters" not in gone.text
    )
    assert visitor.get(f"/items/{second.id}").status_code == 200
    assert ">1 item found<" in visitor.get("/search?q=letters").text
    assert ">0 items found<" in visitor.get("/search?q=zibbleforth").text


def test_destroying_is_asked_about_twice_and_leaves_nothing(
    giver: Contributor, archive: Archive, app: Flask
) -> None:
    keep(archive, publish=True)
    giver.open("/mine/take-back")
    giver.fill("/mine/take-back", {"how": "destroy"})
    assert giver.at.status_code == 400 and all(one.state == ItemState.PUBLISHED for one in items(archive))
    giver.fill("/mine/take-back", {"how": "destroy", "sure": "yes"})
    for _ in range(3):
        upkeep.Indexing(archive)()
        upkeep.CatchUp(archive)()
    upkeep.catch_up(archive)
    indexing.drain(archive)
    home = archive.settings.home
    archive.db.close()
    found = [path for path in home.rglob("*") if path.is_file() and b"zibbleforth" in path.read_bytes()]
    assert found == []
    giver.open("/mine")
    assert "It was destroyed, as you asked" in giver.text


def test_a_receipt_is_given_to_whoever_asks_and_holds(giver: Contributor, archive: Archive) -> None:
    giver.open("/mine")
    assert "Nothing of it is in the page" not in giver.text and "sha-512" not in giver.text.lower()
    answer = giver.client.get("/mine/receipt.txt")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "receipt" not in answer.headers["Content-Disposition"]
    with archive.db.read() as session:
        for item in session.scalars(select(Item)):
            assert all(file.sha512 in answer.text for file in item.files)
    agreement = archive.profiles["march-25"].agreement
    assert agreement.fingerprint in answer.text and "Everyone" in answer.text
    keep(archive)
    checked = giver.client.post("/receipt", data={"text": answer.text})
    assert checked.text.count("It is kept here, unchanged") == 2
    assert "It still holds." in checked.text and "changed since" not in checked.text
    assert "names the same agreement, in the same version and wording" in checked.text
    giver.open("/mine/allow")
    giver.fill("/mine/allow", {"audience": "staff"})
    later = giver.client.post("/receipt", data={"text": answer.text}).text
    assert later.count("It was changed since, on") == 1 and "We hold something different" not in later
    # As the receipt tells it, and no word of what holds now.
    assert "Everyone" in later and "Only those who look after the archive" not in later
    false = forged(answer.text, '"audience": "public"', '"audience": "community"')
    different = giver.client.post("/receipt", data={"text": false}).text
    assert (
        "We hold something different" in different
        and "What was agreed or allowed is not what we hold" in different
    )
    assert "Everything on this receipt" not in different
    false = forged(answer.text, agreement.fingerprint, "0" * 64)
    different = giver.client.post("/receipt", data={"text": false}).text
    assert "does not name the agreement" in different and "Everything on this receipt" not in different


def test_contact_details_are_kept_forgotten_and_never_shown_again(
    giver: Contributor, archive: Archive
) -> None:
    giver.open("/mine/contact")
    giver.fill("/mine/contact", {"email": "nobody"})
    assert giver.at.status_code == 400 and 'value="nobody"' in giver.text
    giver.fill("/mine/contact", {"email": "rosa@example.org"})
    giver.open("/mine/contact")
    assert "rosa@example.org" not in giver.text and "You left something here before" in giver.text
    giver.fill("/mine/contact", {"email": ""})
    giver.open("/mine/contact")
    assert "You left something here before" not in giver.text
