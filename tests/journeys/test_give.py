"""The way in, without an account and without a script: one question a page, nothing typed is ever lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Consent, File, Item, ItemState, Submission
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures.contributor import Contributor


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    return Contributor(create_app(archive.settings, archive).test_client())


@pytest.fixture
def sent(giver: Contributor) -> Iterator[Contributor]:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.answer(title="A letter to my sister")
    giver.send()
    yield giver


def items(archive: Archive) -> list[Item]:
    with archive.db.read() as session:
        return list(session.scalars(select(Item).order_by(Item.position)))


def test_looking_at_the_first_page_sets_no_cookie(giver: Contributor) -> None:
    assert "Set-Cookie" not in giver.at.headers


def test_one_file_is_given_in_seven_steps_and_lands_as_it_was(giver: Contributor, archive: Archive) -> None:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    assert "letter.txt" in giver.text
    giver.answer(title="A letter to my sister", date="about 1920", place="Richmond, Virginia")
    assert "A letter to my sister" in giver.text and "about 1920" in giver.text and "1920~" in giver.text
    giver.send()
    (item,) = items(archive)
    assert (item.title, item.state, item.date_edtf) == ("A letter to my sister", ItemState.RECEIVED, "1920~")
    with archive.db.read() as session:
        (file,) = session.scalars(select(File))
        assert (archive.settings.staging / file.staged_as).read_bytes() == b"Dear sister."
        assert session.scalars(select(Submission.sent)).all() == [True]


def test_an_answer_that_cannot_be_used_is_told_at_its_question_and_all_that_was_typed_stays(
    giver: Contributor,
) -> None:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.go_on()
    giver.fill(
        "/give/about", {"about-date": "the day before never", "about-description": "Kept in a <tin> & read"}
    )
    assert giver.at.status_code == 400
    assert 'role="alert"' in giver.text
    for name in ("title", "date"):
        assert re.search(rf'id="about-{name}"[^>]*aria-describedby="[^"]*about-{name}-trouble', giver.text), (
            name
        )
        assert f'href="#about-{name}"' in giver.text
    assert 'value="the day before never"' in giver.text
    assert "Kept in a &lt;tin&gt; &amp; read</textarea>" in giver.text
    # Back works, and so does coming back to the page later.
    giver.open("/give/files")
    giver.open("/give/about")
    assert 'value="the day before never"' in giver.text and "letter.txt" not in giver.text


def test_what_is_written_on_the_page_becomes_a_file_word_for_word(
    giver: Contributor, archive: Archive
) -> None:
    giver.open("/give")
    giver.fill("/give", {"what": "words", "collection": "march-25"})
    assert giver.path == "/give/write"
    text = " My mother said:\r\n“Río.” <b>\r\n"
    giver.fill("/give/write", {"written": text})
    assert giver.path == "/give/files" and "written here.txt" in giver.text
    with archive.db.read() as session:
        (file,) = session.scalars(select(File))
        assert (archive.settings.staging / file.staged_as).read_bytes() == text.encode()


def test_what_was_written_stays_on_the_page_when_there_is_no_room_for_it(tmp_path: Path) -> None:
    full = Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "home"), "REMEMBRANCE_TOTAL_QUOTA_BYTES": "3"})
    archive = open_archive(full)
    giver = Contributor(create_app(full, archive).test_client())
    giver.open("/give")
    giver.fill("/give", {"what": "words", "collection": "march-25"})
    giver.fill("/give/write", {"written": "My mother said <so>."})
    assert giver.at.status_code == 507
    assert "My mother said &lt;so&gt;.</textarea>" in giver.text and 'role="alert"' in giver.text
    archive.close()


def test_a_date_with_two_readings_is_asked_about_and_told_before_sending(giver: Contributor) -> None:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.go_on()
    giver.fill("/give/about", {"about-title": "A letter", "about-date": "3/4/1807"})
    assert "Which one do you mean?" in giver.text
    giver.fill("/give/about", {"reading-about-date": "1807-04-03"})
    assert giver.path == "/give/people"
    giver.open("/give/check")
    assert "April 3, 1807" in giver.text and "1807-04-03" in giver.text


def test_a_date_with_one_reading_is_not_asked_about(giver: Contributor) -> None:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.go_on()
    giver.fill("/give/about", {"about-title": "A letter", "about-date": "25/3/1807"})
    assert giver.path == "/give/people"


def test_forty_photographs_get_one_description_and_any_of_them_can_differ(
    giver: Contributor, archive: Archive
) -> None:
    giver.begin()
    giver.add_named([(f"IMG_{number:04}.txt", b"photo %d" % number) for number in range(40)])
    giver.go_on()
    giver.fill("/give/about", {"about-title": "The march", "about-place": "Richmond"})
    giver.open("/give/about")
    apart = [f"/give/about/{one}" for one in re.findall(r'value="alone/([^"]+)"', giver.text)]
    assert len(apart) == 40
    for place, change in (
        (3, {"about-title": "The fountain"}),
        (17, {"about-date": "1963"}),
        (39, {"about-place": ""}),
        (21, {"about-people": "Ada Example"}),
    ):
        giver.open(apart[place])
        assert "The march" in giver.text
        giver.fill(apart[place], change)
        assert giver.path == "/give/about"
    giver.fill("/give/about")
    giver.fill("/people", {"people": "agreed", "about-people": "The choir"})
    giver.fill("/show", {"keep": "yes", "audience": "public", "place_precision": "exact"})
    giver.fill("/name", {"naming": "no-name"})
    giver.send()
    found = items(archive)
    assert len(found) == 40
    with archive.db.read() as session:
        named = [[who.agent.name for who in session.get_one(Item, one.id).agents] for one in found]
    # Who is on one photograph is said of that one; the others have who is on all of them.
    assert named == [["Ada Example"] if place == 21 else ["The choir"] for place in range(40)]
    assert [one.title for one in found].count("The march") == 39 and found[3].title == "The fountain"
    assert [one.date_edtf for one in found if one.date_edtf] == ["1963"] and found[17].date_edtf == "1963"
    with archive.db.read() as session:
        placed = [len(session.get_one(Item, one.id).places) for one in found]
    assert placed == [1] * 39 + [0]


def test_a_testimony_and_its_transcript_are_one_thing(giver: Contributor, archive: Archive) -> None:
    giver.begin("voices")
    giver.add_named([("talk.mp3", b"ID3"), ("talk.en.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nWe sang.\n")])
    giver.answer(title="What my mother told")
    giver.send()
    (item,) = items(archive)
    with archive.db.read() as session:
        files = session.get_one(Item, item.id).files
    assert [(one.given_name, one.role) for one in files] == [
        ("talk.mp3", "original"),
        ("talk.en.vtt", "captions"),
    ]


def test_nothing_is_sent_before_it_is_ready_and_what_is_missing_is_linked(
    giver: Contributor, archive: Archive
) -> None:
    giver.begin()
    giver.open("/give/check")
    assert "/give/files?told=1" in giver.text and "/give/show?told=1" in giver.text
    assert 'action="/give/send"' not in giver.text
    giver.open("/give/show?told=1")
    assert "Without this we cannot take it in" in giver.text
    assert items(archive) == []


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
def test_the_agreement_is_read_and_kept_in_the_language_of_the_page(
    giver: Contributor, archive: Archive, language: str
) -> None:
    prefix = "" if language == "en" else f"/{language}"
    giver.open(f"{prefix}/give")
    giver.fill("/give", {"what": "papers", "collection": "march-25"})
    giver.add(letter__txt=b"Dear sister.")
    giver.answer()
    giver.send()
    with archive.db.read() as session:
        (consent,) = session.scalars(select(Consent))
    assert consent.agreement_language == language
    assert consent.agreement_text == archive.profiles["march-25"].agreement.texts[language]


def test_a_draft_is_in_the_session_of_one_browser_and_nobody_elses(
    giver: Contributor, archive: Archive
) -> None:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    stranger = Contributor(create_app(archive.settings, archive).test_client())
    for path in ("/give/files", "/give/about", "/give/check", "/mine", "/mine/code", "/mine/allow"):
        stranger.open(path)
        assert "letter.txt" not in stranger.text
        assert stranger.path in ("/give", "/mine/come-back")


def test_pages_are_kept_by_no_cache_and_their_titles_say_nothing(sent: Contributor) -> None:
    mine = ("/mine", "/mine/code", "/mine/allow", "/mine/take-back", "/mine/receipt", "/mine/contact")
    for path in ("/give", "/give/files", *mine):
        answer = sent.client.get(path, follow_redirects=True)
        assert answer.headers["Cache-Control"] == "no-store", path
        title = re.search(r"<title>([^<]*)</title>", answer.text)
        assert title is not None
        telling = ("letter", "give", "code", "take", "receipt", "allow", "correct")
        assert not any(word in title[1].lower() for word in telling), path
        assert "Leave this page quickly" in answer.text, path
    # What one reads before, and the check of a receipt, can be left as quickly.
    for path in (
        "/giving-safely",
        "/mine/come-back",
        "/receipt",
        "/mine/contact",
        "/mine/receipt",
        "/account/new",
        "/sign-in",
    ):
        assert "Leave this page quickly" in sent.client.get(path).text, path


def test_leaving_quickly_ends_the_visit_and_leads_somewhere_harmless(
    sent: Contributor, archive: Archive
) -> None:
    sent.open("/mine")
    link = re.search(r'href="(/leave/[^"]+)"', sent.text)
    assert link is not None
    answer = sent.client.get(link[1])
    assert answer.headers["Location"] == archive.settings.leave_to
    assert "cookies" in answer.headers["Clear-Site-Data"]
    sent.open("/mine")
    assert sent.path == "/mine/come-back"


def test_another_site_cannot_make_somebody_leave(sent: Contributor) -> None:
    sent.client.get("/leave/" + "0" * 32)
    sent.open("/mine")
    assert sent.path == "/mine"


def test_a_form_from_another_site_changes_nothing(giver: Contributor, archive: Archive) -> None:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.answer()
    for path in (
        "/give",
        "/give/about",
        "/give/people",
        "/give/show",
        "/give/name",
        "/give/send",
    ):
        assert giver.client.post(path, data={"keep": ""}).status_code == 400, path
    assert [one.state for one in items(archive)] == [ItemState.DRAFT]
