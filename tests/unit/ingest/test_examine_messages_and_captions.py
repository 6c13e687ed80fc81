"""E-mail gives its words and names its attachments; captions give words with times and speakers."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.examine import examine
from ingest.options import ExamineOptions
from ingest.sandbox import Sandbox
from tests.fixtures import given, hostile

VTT = """WEBVTT

NOTE made by hand

first
00:00:01.000 --> 00:00:04.500 align:start
<v Fountain Hughes>I remember. <i>Well</i> &amp; then
I'll tell you.

01:00:05.000 --> 01:00:06.250
<v.loud Interviewer>Yes?
"""
SRT = "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Où</i> est-ce?\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n{\\an8}Là.\r\n"


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Ayọ̀ Òkè <ayo@example.org>", "archive@example.org"
    message["Subject"], message["Date"] = "Grand-mère's letters", "Wed, 25 Mar 2026 10:00:00 +0000"
    message.set_content("Dear all,\nhere are the letters — Ayọ̀\n")
    message.add_alternative("<p>Dear all, in <b>colour</b></p>", subtype="html")
    message.add_attachment(
        hostile.docx(hostile.word_xml(b"Words of the letter")),
        "application",
        "octet-stream",
        filename="lettre é.docx",
    )
    message.add_attachment(given.jpeg(), "image", "jpeg", filename="photo.jpg")
    return message


def test_a_message_gives_its_words_and_those_of_its_attachments(look) -> None:
    found = look(letter().as_bytes(), "letter.eml")
    assert [passage.text for passage in found.passages] == [
        "Dear all,\nhere are the letters — Ayọ̀",
        "Words of the letter",
    ]
    assert [(one.message, one.enclosure) for one in found.passages] == [(1, None), (1, 1)]


def test_a_message_says_who_wrote_and_what_is_attached(look) -> None:
    found = look(letter().as_bytes(), "letter.eml")
    says = found.inspection.says
    assert says["from"] == "Ayọ̀ Òkè <ayo@example.org>"
    assert says["subject"] == "Grand-mère's letters"
    assert [(one["name"], one["media_type"]) for one in says["attachments"]] == [
        ("lettre é.docx", "application/octet-stream"),
        ("photo.jpg", "image/jpeg"),
    ]
    assert says["attachments"][1]["size"] == len(given.jpeg())
    assert "attachments-inside" in {note.code for note in found.notes}


def test_the_public_copy_of_a_message_holds_its_words_and_neither_addresses_nor_attachments(
    look, tmp_path: Path
) -> None:
    look(letter().as_bytes(), "letter.eml")
    assert (tmp_path / "out" / "text.txt").read_text("utf-8") == "Dear all,\nhere are the letters — Ayọ̀\n"


def test_a_message_of_markup_alone_is_read_as_it_would_be_seen(look) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", "x"
    message.set_content("<p>One</p><script>no</script><p>two</p>", subtype="html")
    assert look(message.as_bytes(), "letter.eml").passages[0].text.split() == ["One", "two"]


def test_a_mailbox_gives_each_message_and_takes_quoted_lines_for_words(look) -> None:
    box = b"".join(
        b"From a@example.org Thu Jan  1 00:00:00 1970\nFrom: a@example.org\nSubject: %d\n\nLetter %d\n>From here on\n\n"
        % (n, n)
        for n in range(3)
    )
    found = look(box, "letters.mbox")
    assert [passage.text for passage in found.passages] == [f"Letter {n}\nFrom here on" for n in range(3)]
    assert found.inspection.says["messages"] == 3
    assert [passage.message for passage in found.passages] == [1, 2, 3]
    assert [head["subject"] for head in found.inspection.says["heads"]] == ["0", "1", "2"]


def test_a_message_that_names_no_encoding_is_read_in_that_of_its_page_or_as_a_short_western_text(
    look,
) -> None:
    page = '<meta charset="iso-8859-2"><p>Zieleń'.encode("iso-8859-2")
    box = b"From a\nSubject: 1\n\nSe\xf1or Mu\xf1oz\n\nFrom a\nSubject: 2\nContent-Type: text/html\n\n" + page
    assert [one.text for one in look(box, "letters.mbox").passages] == ["Señor Muñoz", "Zieleń"]


def test_what_is_attached_is_read_in_the_encoding_that_the_message_says(look) -> None:
    message = EmailMessage()
    message.set_content("Two notes.\n")
    for words, encoding in (("Все люди", "koi8-r"), ("Zieleń", "iso-8859-2")):
        message.add_attachment(words, charset=encoding, filename=f"{encoding}.txt")
    assert [one.text for one in look(message.as_bytes(), "letter.eml").passages] == [
        "Two notes.",
        "Все люди\n",
        "Zieleń\n",
    ]


def mailbox(*heads: str, sender: str = "- Thu Jan  1 00:00:00 1970") -> bytes:
    """A box of letters with these lines in their headers, whose subjects and words are their numbers (from 1)."""
    return "".join(
        f"From {sender}\nSubject: Subject {n}\n{head}Content-Type: multipart/mixed; boundary=B\n\n--B\n\nLetter {n}\n"
        f"--B\nContent-Disposition: attachment; filename={n}.txt\n\nEnclosed {n}\n--B--\n\n"
        for n, head in enumerate(heads, 1)
    ).encode()


@pytest.mark.parametrize(
    "deleted", ["X-Mozilla-Status: 0009\n", "x-mozilla-status: 000b\n", "Status: RO\nX-Status: AD\n"]
)
def test_what_was_deleted_from_a_mailbox_is_not_read_and_the_others_keep_their_numbers(
    deleted: str, look, tmp_path: Path
) -> None:
    found = look(mailbox("X-Mozilla-Status: 0001\n", deleted, "X-Mozilla-Status: 0017\n"), "letters.mbox")
    assert [(one.message, one.text) for one in found.passages] == [
        (1, "Letter 1"),
        (3, "Letter 3"),
        (1, "Enclosed 1"),
        (3, "Enclosed 3"),
    ]
    says = found.inspection.says
    assert [head.get("subject") for head in says["heads"]] == ["Subject 1", None, "Subject 3"]
    assert [one["name"] for one in says["attachments"]] == ["1.txt", "3.txt"]
    assert "messages-deleted" in {note.code for note in found.notes}
    copies = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    assert b"Letter 3" in copies and b"Letter 2" not in copies


def test_a_mailbox_of_which_everything_was_deleted_is_sound_and_says_nothing(look) -> None:
    found = look(mailbox("X-Mozilla-Status: 0008\n", "X-Mozilla-Status: 0008\n"), "trash.mbox")
    assert found.failure is None and found.passages == ()
    assert "attachments" not in found.inspection.says


def test_a_single_message_that_was_given_is_read_whatever_a_mailbox_thought_of_it(look) -> None:
    data = b"X-Mozilla-Status: 0008\nSubject: Given\n\nOne letter.\n"
    found = look(data, "letter.eml")
    assert [one.text for one in found.passages] == ["One letter."]
    assert "messages-deleted" not in {note.code for note in found.notes}


@pytest.mark.parametrize("sender", ["- Thu Jan  1 00:00:00 1970", "", "-", "a@example.org 2024-01-01"])
def test_a_line_of_words_that_begins_like_the_next_message_is_none(sender: str, look) -> None:
    words = b"--B\n\nFirst.\n\nFrom here on the two of us sang.\n\nFrom then till now.\n"
    box = mailbox("", "", sender=sender).replace(b"--B\n\nLetter 1\n", words)
    found = look(box, "letters.mbox")
    assert [one.text for one in found.passages][:2] == [words[5:-1].decode(), "Letter 2"]


@pytest.mark.parametrize("name", ["letter.eml", "letter.emlx"])
def test_a_message_as_notepad_or_apple_mail_saved_it_shows_no_header_as_words(name: str, look) -> None:
    message = b"From: Ana <ana@example.org>\nTo: b@example.org\nSubject: News\n\nOnly words.\n"
    saved = b"\xef\xbb\xbf" + message
    if name.endswith("x"):
        saved = b"%d\n%b<?xml version='1.0'?><plist><string>secret</string></plist>" % (len(message), message)
    found = look(saved, name)
    assert [one.text for one in found.passages] == ["Only words."]
    assert found.inspection.says["subject"] == "News"


def test_captions_give_times_and_speakers(look) -> None:
    found = look(VTT.encode(), "talk.vtt")
    first, second = found.passages
    assert (first.start_ms, first.end_ms, first.speaker) == (1000, 4500, "Fountain Hughes")
    assert first.text == "I remember. Well & then\nI'll tell you."
    assert (second.start_ms, second.end_ms, second.speaker, second.text) == (
        3605000,
        3606250,
        "Interviewer",
        "Yes?",
    )


def test_the_copy_of_captions_holds_times_speakers_and_words_alone(look, tmp_path: Path) -> None:
    look(VTT.encode(), "talk.vtt")
    assert (tmp_path / "out" / "captions.vtt").read_text("utf-8") == (
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:04.500\n<v Fountain Hughes>I remember. Well &amp; then\nI'll tell you.\n\n"
        "01:00:05.000 --> 01:00:06.250\n<v Interviewer>Yes?\n"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_subrip_captions_become_webvtt(encoding: str, look, tmp_path: Path) -> None:
    found = look(SRT.encode(encoding), "talk.srt")
    assert [(one.start_ms, one.end_ms, one.text) for one in found.passages] == [
        (1000, 2500, "Où est-ce?"),
        (3000, 4000, "Là."),
    ]
    assert (
        (tmp_path / "out" / "captions.vtt")
        .read_text("utf-8")
        .startswith("WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nOù")
    )


def test_captions_are_checked_by_a_reader_that_may_read_nothing_else_of_the_archive(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text(f"{VTT}\n00:01,000 --> 00:02,000\nx\n")
    with Sandbox(may_read=(tmp_path,)) as one:
        found = examine(kept, "talk.vtt", tmp_path / "out", one, ExamineOptions())
    assert found.failure is None and len(found.passages) == 2
    assert [note.code for note in found.notes] == ["captions-comma-in-time"]


def test_a_message_whose_headers_never_end_is_told_apart_from_a_long_one(look) -> None:
    long = (
        b"From: a@example.org\nSubject: long\nX-Note: "
        + b"x" * 100_000
        + b"\n\nwords\n"
        + b"more\n" * 100_000
    )
    assert look(long, "letter.eml").passages[0].text.startswith("words")
    endless = b"From: a@example.org\nSubject: " + b"x" * 300_000 + b"\n\nwords\n"
    assert look(endless, "letter.eml").failure.code == "too-many-parts"
