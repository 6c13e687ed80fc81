"""Which files of a folder belong together, and what one is to another, read from their names alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.services.file_names import NameParts, role_beside, take_apart


@pytest.mark.parametrize(
    ("name", "stem", "extension", "role", "language"),
    [
        ("x.mp3", "x", "mp3", "", ""),
        ("x.en.vtt", "x", "vtt", "captions", "en"),
        ("x.pt-BR.srt", "x", "srt", "captions", "pt-BR"),
        ("x.vtt", "x", "vtt", "captions", ""),
        ("x.por.vtt", "x", "vtt", "captions", "por"),
        ("x.haw.txt", "x", "txt", "", "haw"),
        ("x.por.translation.pdf", "x", "pdf", "translation", "por"),
        ("x.fr.pdf", "x", "pdf", "", "fr"),
        ("mr.kim.jpg", "mr.kim", "jpg", "", ""),
        ("page.two.jpg", "page.two", "jpg", "", ""),
        ("talk.one.mp3", "talk.one", "mp3", "", ""),
        ("x.machine-transcript.txt", "x", "txt", "transcript", ""),
        ("x.fr.translation.txt", "x", "txt", "translation", "fr"),
        ("x.translation.fr.txt", "x", "txt", "translation", "fr"),
        ("x.OCR.TXT", "x", "txt", "transcript", ""),
        ("y.JPG", "y", "jpg", "", ""),
        ("y.verso.jpg", "y", "jpg", "verso", ""),
        ("letter.latin1.txt", "letter", "txt", "", ""),
        ("Resolution No. 5.txt", "Resolution No. 5", "txt", "", ""),
        ("v1.2.pdf", "v1.2", "pdf", "", ""),
        ("notes.old.txt", "notes.old", "txt", "", ""),
        ("archive.tar.gz", "archive.tar", "gz", "", ""),
        ("README", "README", "", "", ""),
        (".hidden", ".hidden", "", "", ""),
        ("en.txt", "en", "txt", "", ""),
        ("trailing.", "trailing", "", "", ""),
    ],
)
def test_a_name_is_taken_apart_as_people_write_them(
    name: str, stem: str, extension: str, role: str, language: str
) -> None:
    assert take_apart(name) == NameParts(stem, extension, role, language)


@given(st.text(min_size=1))
def test_any_name_has_a_stem_and_is_the_same_each_time(name: str) -> None:
    parts = take_apart(name)
    assert parts.stem
    assert parts == take_apart(name)


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        (["a.mp3", "a.en.vtt", "a.txt"], ["original", "captions", "transcript"]),
        (["a.jpg", "a.txt"], ["original", "transcript"]),
        (["a.txt"], ["original"]),
        (["a.ocr.txt"], ["original"]),
        (["a.vtt"], ["original"]),
        (["a.en.vtt", "a.fr.vtt"], ["original", "original"]),
        (["a.pdf", "a.midi"], ["original", "original"]),
        (["a.txt", "a.html"], ["original", "original"]),
        (["a.docx", "a.fr.translation.docx"], ["original", "translation"]),
        (["a.jpg", "a.verso.jpg"], ["original", "verso"]),
    ],
)
def test_what_a_file_is_to_those_beside_it(names: list[str], roles: list[str]) -> None:
    parts = [take_apart(name) for name in names]
    assert [role_beside(one, parts) for one in parts] == roles
