"""Words are found in a text however they are written: rather one too many goes than one too few."""

from __future__ import annotations

import unicodedata

import pytest

from ingest.marks import Words
from ingest.readers.removing import spans_of


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


def test_every_reader_says_which_marks_it_upholds() -> None:
    from ingest.readers import READERS

    assert all(reader.MATCHES.upholds for reader in READERS)
