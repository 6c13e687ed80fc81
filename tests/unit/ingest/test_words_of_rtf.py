"""The words of an RTF document are read in the letters and from the boxes in which its writer sees them."""

from __future__ import annotations

import pytest

FONTS = rb"{\fonttbl{\f0\fcharset0 Arial;}{\f1\froman\fcharset204 Times{\*\falt Tempora};}{\f2\fcharset161 G;}{\f3\fcharset128 M;}}"


def rtf(body: bytes, head: bytes = rb"\ansi\ansicpg1252" + FONTS) -> bytes:
    return rb"{\rtf1" + head + rb"\pard " + body + rb"\par}"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (rtf(rb"\f1 \'cf\'f0\'e8\'e2\'e5\'f2\f0  caf\'e9"), "Привет café"),
        (rtf(rb"{\f1 \'cf\'f0} caf\'e9"), "Пр café"),
        (rtf(rb"\f1 \'cf\plain  caf\'e9"), "П café"),
        (rtf(rb"\uc2\f1 \'cf\'f0 and\uc0  \'e8\'e2."), "Пр and ив."),
        (rtf(rb"\f1\u1055\'cf\u1088\'f0 \'e8"), "Пр и"),
        (rtf(rb"\f2 \'c1\'e8\'de\'ed\'e1"), "Αθήνα"),
        (rtf(rb"\f3 \'93\'8c\'8b\'9e"), "東京"),
        (rtf(rb"caf\'8e", rb"\mac"), "café"),
        (rtf(rb"caf\'82", rb"\pc"), "café"),
        (rtf(rb"\f1 \'cf{\v\'f0\'e8}\'e2"), "Пв"),
    ],
)
def test_letters_of_a_fonts_own_set_are_read_as_they_look(document: bytes, words: str, look) -> None:
    found = look(document, "letter.rtf")
    assert [one.text for one in found.passages] == [words]


SHAPE = rb"{\shp{\*\shpinst\shpleft1{\sp{\sn shapeType}{\sv 202}}%b{\shptxt \pard In the box\par}}{\shprslt{\*\do Again}}}"


def test_what_stands_in_a_box_is_read_once_and_that_of_a_hidden_one_never(look) -> None:
    words = look(rtf(b"Before " + SHAPE % b"" + b" after"), "letter.rtf").passages[0].text
    assert words.split() == ["Before", "In", "the", "box", "after"]
    hidden = SHAPE % rb"{\sp{\sn fHidden}{\sv 1}}"
    assert look(rtf(b"Before " + hidden + b" after"), "letter.rtf").passages[0].text.split() == [
        "Before",
        "after",
    ]


def test_a_picture_in_a_document_is_no_word_of_it(look) -> None:
    pictures = rb"{\pict\pngblip 89504e47}{\*\shppict{\pict 8950}}{\nonshppict{\pict 8950}}"
    words = look(rtf(b"Before " + pictures + b" after"), "letter.rtf").passages[0].text
    assert words.split() == ["Before", "after"]
