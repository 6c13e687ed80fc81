"""Words are found in a text however they are written: rather one too many goes than one too few."""

from __future__ import annotations

import unicodedata

import pytest

from ingest.marks import Marks, Words
from ingest.parcel import Passage
from ingest.readers.removing import redacted, spans_of


@pytest.mark.parametrize(
    ("written", "marked"),
    [
        ("O’Neill", "O'Neill"),
        ("Jose\u0301", "José"),
        ("exam-\nple", "example"),
        ("of\ufb01cer", "officer"),
        ("Ann  \n Lee", "ann lee"),
        ("Ann\u00adLee", "AnnLee"),
        ("STRASSE", "straße"),
        ("well–known", "well-known"),
        ("non\u200bsense", "nonsense"),
    ],
)
def test_words_are_found_however_they_are_written(written: str, marked: str) -> None:
    text = f"before {written} after"
    ((span,),) = spans_of([text], [Words(marked)])
    assert text[slice(*span)] == written
    decomposed = unicodedata.normalize("NFD", marked)
    assert spans_of([text], [Words(decomposed)]) == [[span]]


def test_words_that_run_from_one_page_or_caption_to_the_next_go_from_both() -> None:
    assert spans_of(["see Ann", "Lee here", "Lee"], [Words("Ann Lee")]) == [[(4, 7)], [(0, 3)], []]


def test_only_the_second_of_them_goes_but_every_one_where_a_range_goes_too() -> None:
    texts = ["Ann came", "with Ann", "and Ann"]
    cues = [Passage(text, start_ms=1000 * n, end_ms=1000 * n + 1000) for n, text in enumerate(texts)]
    second = {"kind": "passage", "page": None, "own": True, "extent": {"words": "Ann", "occurrence": 2}}
    span = {"start_ms": 0, "end_ms": 500, "untimed": True}
    first = {"kind": "range", "page": None, "own": True, "extent": span}
    alone = [one.text for one in redacted(cues, Marks.from_json([second]))]
    assert alone == ["Ann came", "with [removed]", "and Ann"]
    # The first is not there to be counted any more.
    both = [one.text for one in redacted(cues, Marks.from_json([second, first]))]
    assert both == ["[removed]", "with [removed]", "and [removed]"]


def test_every_reader_says_which_marks_it_upholds() -> None:
    from ingest.readers import READERS

    assert all(reader.MATCHES.upholds for reader in READERS)
