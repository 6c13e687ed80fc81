"""Captions are read line by line, and what is wrong is told by line and reason."""

from __future__ import annotations

import io
import time

import pytest
import webvtt

from archive.captions import FAULTS, Cue, is_captions, read_captions, write_webvtt

GOOD = """WEBVTT - with a title

NOTE
Written by --> hand

STYLE
::cue { color: red }

first
00:01.000 --> 00:02.500 align:start
<v Rosa>We <i>sang</i> &amp; danced.

01:00:03.000 --> 01:00:04.000
Two lines
of words
"""


def faults(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in read_captions(text).faults]


def test_webvtt_is_read_with_its_speakers_and_without_its_styles() -> None:
    found = read_captions(GOOD)
    assert found.faults == []
    assert found.cues == [
        Cue(1000, 2500, "We sang & danced.", "Rosa"),
        Cue(3603000, 3604000, "Two lines\nof words"),
    ]


def test_what_is_written_is_read_alike_here_and_by_another_reader() -> None:
    cues = [Cue(0, 1500, "A < b & c", "Rosa  of <the> hill"), Cue(1500, 3_700_000, "One\n\nTwo")]
    text = write_webvtt(cues)
    again = read_captions(text)
    assert again.faults == []
    assert again.cues == [Cue(0, 1500, "A < b & c", "Rosa of the hill"), Cue(1500, 3_700_000, "One\nTwo")]
    others = webvtt.from_buffer(io.StringIO(text), format="vtt").captions
    assert [one.start for one in others] == ["00:00:00.000", "00:00:01.500"]


def test_subrip_is_read_too() -> None:
    text = "\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\n<b>Hello</b>\r\n\r\n2\r\n00:00:02,000 --> 00:00:03,000\r\nYou\r\n"
    found = read_captions(text)
    assert found.faults == [] and [one.text for one in found.cues] == ["Hello", "You"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", [(1, "no-captions")]),
        ("WEBVTT\n", [(2, "no-captions")]),
        ("\nWEBVTT\n\n00:01.000 --> 00:02.000\nx", [(1, "no-header"), (2, "no-times")]),
        ("WEBVTT\n00:01.000 --> 00:02.000\nx", [(2, "no-blank-line")]),
        ("WEBVTT\n\nhello", [(3, "no-times")]),
        ("WEBVTT\n\n00:61.000 --> 01:02.000\nx", [(3, "bad-time")]),
        ("WEBVTT\n\n1:02 --> 1:05\nx", [(3, "bad-time")]),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nx", [(3, "comma-in-time")]),
        ("WEBVTT\n\nid\n00:02.000 --> 00:02.000\nx", [(4, "ends-first")]),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\nx\n\n00:01.000 --> 00:02.000\ny", [(6, "out-of-order")]),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n\nx", [(3, "no-words"), (5, "no-times")]),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nx\n00:02.000 --> 00:03.000\ny", [(5, "no-blank-line")]),
    ],
)
def test_every_fault_is_told_by_its_line(text: str, told: list[tuple[int, str]]) -> None:
    assert faults(text) == told
    assert all(code in FAULTS for _, code in told)


def test_of_a_text_that_is_wrong_throughout_the_first_faults_are_told() -> None:
    assert len(faults("WEBVTT\n\n" + "words\n\n" * 1000)) == 50


def test_a_text_is_captions_when_it_has_times() -> None:
    assert is_captions("WEBVTT\n") and is_captions("1\n00:00:01,000 --> 00:00:02,000\nx")
    assert not is_captions("He drew an arrow --> and left.") and not is_captions("")
    assert not is_captions("Two of them\n--> 1 and 2") and not is_captions("3 --> and\n4 left.")


@pytest.mark.parametrize(
    "words", ["<", "<v x", "<v.", "<v ", "<v" + " " * 50, "{\\", "<>{\\", "&#", "0-->", "--> "]
)
def test_a_text_is_read_in_time_that_grows_with_its_length_alone(words: str) -> None:
    """In 200,000 letters a pattern that begins again at each of them would take minutes."""
    long = words * (200_000 // len(words))
    before = time.process_time()
    is_captions("0" + long)
    read_captions(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{long}")
    read_captions(f"WEBVTT\n\n{long}")
    assert time.process_time() - before < 2


def test_what_is_opened_and_never_closed_is_words() -> None:
    found = read_captions(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Rosa>Two <b>is</b> < three {\\an8}and {so on"
    )
    assert found.cues == [Cue(1000, 2000, "Two is < three and {so on", "Rosa")]


def test_numbers_of_thousands_of_digits_are_told_or_left_as_they_are() -> None:
    assert faults(f"WEBVTT\n\n{'9' * 5000}:00:01.000 --> 00:02.000\nx") == [(3, "bad-time")]
    long = f"&#{'9' * 5000};"
    assert [one.text for one in read_captions(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{long}").cues] == [long]
