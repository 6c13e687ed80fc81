"""Documents give their words, page by page where they have pages, in whatever encoding they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures import given, hostile

ENGLISH = "Resolved, that we hold these truths – to be “self-evident”, said the café’s owner. " * 3
GERMAN = "Die Würde des Menschen ist unantastbar. Sie zu achten und zu schützen ist Verpflichtung aller. " * 5
FRENCH = (
    "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison. " * 5
)
ARABIC = "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. وقد وهبوا عقلا وضميرا. " * 5
CHINESE = "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。" * 5
JAPANESE = "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。" * 5
POLISH = (
    "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są obdarzeni rozumem. "
    * 5
)
RUSSIAN = "Все люди рождаются свободными и равными в своем достоинстве и правах. " * 5
YORUBA = "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba. " * 5


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (ENGLISH, "utf-8"),
        (YORUBA, "utf-8"),
        (ARABIC, "utf-8"),
        (ENGLISH, "utf-8-sig"),
        (ENGLISH, "utf-16"),
        (CHINESE, "utf-16"),
        (ENGLISH, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (FRENCH, "latin-1"),
        (GERMAN, "latin-1"),
        (ENGLISH, "cp1252"),
        (ARABIC, "cp1256"),
        (CHINESE, "gb18030"),
        (JAPANESE, "shift_jis"),
        (POLISH, "cp1250"),
        (JAPANESE, "euc_jp"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
    ],
)
def test_plain_text_is_read_in_the_encoding_it_was_written_in(
    words: str, encoding: str, look, tmp_path: Path
) -> None:
    found = look(words.encode(encoding), "letter.txt")
    assert found.state == "examined"
    assert [passage.text for passage in found.passages] == [words]
    assert (tmp_path / "out" / "text.txt").read_text("utf-8").strip() == words.strip()


def test_line_ends_of_every_system_become_one_and_control_characters_vanish(look) -> None:
    found = look(b"one\r\ntwo\rthree\nfo\x07ur", "letter.txt")
    assert found.passages[0].text == "one\ntwo\nthree\nfour"


def test_a_pdf_gives_its_words_and_an_image_for_each_page(look) -> None:
    found = look(given.pdf(pages=3), "letter.pdf")
    assert found.inspection.pages == 3
    assert [(passage.page, passage.text) for passage in found.passages] == [
        (1, "Words on page 1"),
        (2, "Words on page 2"),
        (3, "Words on page 3"),
    ]
    assert [(copy.kind, copy.page) for copy in found.copies] == [
        ("thumbnail", None),
        ("page", 1),
        ("page", 2),
        ("page", 3),
    ]
    assert max(found.copies[1].width, found.copies[1].height) == 1400
    assert found.inspection.says == {
        "title": "A letter",
        "creator": "A. Writer",
        "date_created": "1863-11-14T12:00:00",
    }


def test_a_pdf_with_something_before_its_header_is_still_a_pdf(look) -> None:
    found = look(b"\r\n\r\njunk from a mail program\r\n" + given.pdf(), "letter.pdf")
    assert found.identification.media_type == "application/pdf"
    assert len(found.passages) == 2


def test_a_word_document_gives_its_words_and_no_more(look) -> None:
    found = look(hostile.docx(hostile.word_xml("Über die Brücke".encode())), "letter.docx")
    assert [passage.text for passage in found.passages] == ["Über die Brücke"]
    assert [copy.kind for copy in found.copies] == ["text"]


def test_a_web_page_gives_what_a_reader_would_see(look) -> None:
    page = b"<title>Name</title><style>p{}</style><h1>Head</h1><p>One&nbsp;&amp; two<br>three<script>no()</script>"
    found = look(b"<!doctype html><html><head>" + page + b"</html>", "page.html")
    assert found.inspection.says["title"] == "Name"
    assert found.passages[0].text.split("\n") == ["Head", "", "One & two", "three"]


XHTML = """<?xml version="1.0" encoding="iso-8859-2"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>W</title></head>"""


@pytest.mark.parametrize(
    ("head", "encoding", "word"),
    [
        ('<!doctype html><html><head><meta charset="windows-1251"></head>', "cp1251", "Свобода"),
        (XHTML, "iso-8859-2", "Zieleń"),
    ],
)
def test_a_web_page_is_read_in_the_encoding_it_declares(head: str, encoding: str, word: str, look) -> None:
    page = f"{head}<body><p>{word}</p></body></html>"
    assert look(page.encode(encoding), "page.html").passages[0].text == word


def test_a_table_gives_its_cells(look) -> None:
    found = look("nombre;año\nPeña;1873\n".encode("latin-1"), "list.csv")
    assert found.identification.media_type == "text/csv"
    assert found.passages[0].text == "nombre;año\nPeña;1873\n"


def test_a_text_longer_than_is_kept_is_cut_and_that_is_said(look) -> None:
    found = look(b"word " * 1000, "letter.txt", max_text=1000)
    assert found.passages[0].text == "word " * 200
    assert "text-cut" in {note.code for note in found.notes}


def test_a_format_without_a_reader_is_kept_and_not_shown(look) -> None:
    found = look(b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x04\0\xff\x2f\0", "song.midi")
    assert found.state == "examined"
    assert found.copies == ()
    assert [note.code for note in found.notes] == ["not-shown"]


def test_a_text_longer_than_is_read_ends_with_a_whole_letter_and_says_so(look) -> None:
    words = "é" * 64 + "\n"
    found = look((words * (300 << 10)).encode(), "letter.txt")
    assert found.inspection.says["encoding"] == "utf-8"
    assert "text-cut" in {note.code for note in found.notes}
    assert found.passages[0].text.startswith(words) and set(found.passages[0].text) == {"é", "\n"}
