"""A name in any script is as good as another; what does not show in it, or turns it around, is told."""

from __future__ import annotations

import unicodedata

import pytest

from ingest.steps.screen import misleads

RIGHT = {
    "Latin": "Großmutter 1963.jpg",
    "Persian": "خانه\u200cی ما.jpg",
    "Persian, after a vowel sign": "خانهٔ\u200cما.jpg",
    "Persian, after a word in Latin": "PDF\u200cها.pdf",
    "Persian, after a number": "۵\u200cساله.jpg",
    "Persian, pressed twice": "PDF\u200c\u200cها.pdf",
    "a month of the Hijra": "۱۳۴۲ ه\u200d.ق.jpg",
    "Sinhala": "ශ්\u200dරී ලංකා.jpg",
    "Malayalam": "അവന്\u200d.txt",
    "Hindi": "रक्\u200dषा.txt",
    "Khmer, whose words are parted": "ខ្មែរ\u200bអង្គរ.jpg",
    "Mongolian": "ᠬᠠᠷ\u180eᠠ.txt",
    "a year in Arabic": "\u0601١٩٦٣.txt",
    "a family": "👨\u200d👩\u200d👧.jpg",
    "a farmer of some colour": "👩🏽\u200d🌾.jpg",
    "a heart on fire": "❤\ufe0f\u200d🔥.png",
    "the flag of Wales": "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f.png",
    "Hebrew, as a telephone names it": "\u200fצילום מסך 2024-01-01.png",
    "Arabic with a number": "صورة\u200e (2).jpg",
    "Arabic with its own mark": "صورة\u061c 12-1963.jpg",
}
MISLEADING = {
    "a name that is turned around": "photo\u202egpj.exe",
    "one that is embedded": "a\u202bb\u202c.txt",
    "one that is isolated": "صورة\u2067b\u2069.jpg",
    "a joiner between Latin letters": "invoice\u200d.pdf",
    "one that parts Latin letters": "in\u200cvoice.pdf",
    "a space that is not seen": "letter\u200b.txt",
    "a hyphen that is not seen": "let\u00adter.txt",
    "a mark of the order of bytes": "\ufeffletter.txt",
    "a joiner of words": "let\u2060ter.txt",
    "numbers that change places": "\u200f1999_2005.txt",
    "a direction where there is one alone": "letter\u200e.txt",
    "letters that are not seen": "letter\U000e0065\U000e0078\U000e0065.txt",
    "a flag that says more than a flag": "🏴\U000e0020\U000e007f.png",
    "something of nobody's": "letter\ue000.txt",
    "a line end": "letter\n.txt",
}


@pytest.mark.parametrize("which", RIGHT)
def test_a_name_that_is_spelled_so_misleads_nobody(which: str) -> None:
    assert not misleads(RIGHT[which])
    # As a disk of Apple's gives it back.
    assert not misleads(unicodedata.normalize("NFD", RIGHT[which]))


@pytest.mark.parametrize("which", MISLEADING)
def test_what_does_not_show_or_turns_a_name_around_is_told(which: str) -> None:
    assert misleads(MISLEADING[which])
