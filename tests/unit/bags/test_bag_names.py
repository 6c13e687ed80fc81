"""Names: whatever was given, the payload gets a name that is safe on every computer."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.bags.names import LONGEST_SAFE_NAME, fold, name_fault, safe_name, shown


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("Photo of Grandmother.JPG", "Photo-of-Grandmother.jpg"),
        ("Fotografía de São Tomé, año 1931.jpeg", "Fotografia-de-Sao-Tome-ano-1931.jpeg"),
        ("Ærøskøbing Straße.pdf", "AEroskobing-Strasse.pdf"),
        ("letter.tar.gz", "letter.tar.gz"),
        ("../../etc/passwd", "etc-passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("two\nlines\r.txt", "two-lines.txt"),
        ("nul\0byte.txt", "nul-byte.txt"),
        ("NUL.txt", "file-NUL.txt"),
        ("com1", "file-com1"),
        ("aux.tar.gz", "file-aux.tar.gz"),
        ("-rf", "rf"),
        ("~root", "root"),
        (".htaccess", "htaccess"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("100% sure?.txt", "100-sure.txt"),
        ("история.txt", "file.txt"),
        ("記録", "file"),
        ("", "file"),
        ("...", "file"),
        ("   .pdf  ", "file.pdf"),
        (b"caf\xe9.txt".decode("utf-8", "surrogateescape"), "caf.txt"),
        ("name.with-a-very-long-ending", "name.with-a-very-long-ending"),
    ],
)
def test_a_name_stays_readable_where_it_can(given_name: str, expected: str) -> None:
    assert safe_name(given_name, set()).casefold() == expected.casefold()


def test_a_long_name_is_cut_and_keeps_its_extension() -> None:
    name = safe_name("x" * 300 + ".TIFF", set())
    assert len(name) == LONGEST_SAFE_NAME
    assert name.endswith("x.tiff")


def test_twins_in_case_or_in_accents_get_names_of_their_own() -> None:
    taken: set[str] = set()
    for twin in ("Cafe\u0301.jpg", "Caf\u00e9.jpg", "CAFE.JPG", "cafe.jpg", "x" * 300, "X" * 301):
        taken.add(safe_name(twin, taken))
    assert taken == {"Cafe.jpg", "Cafe-2.jpg", "CAFE-3.jpg", "cafe-4.jpg", "x" * 100, "X" * 98 + "-2"}


anything = st.text(st.characters(codec=None), max_size=320) | st.binary(max_size=64).map(
    lambda data: data.decode("utf-8", "surrogateescape")
)


@given(st.lists(anything, max_size=12))
def test_every_name_is_safe_and_no_two_are_alike(names: list[str]) -> None:
    taken: set[str] = set()
    for name in names:
        safe = safe_name(name, taken)
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", safe)
        assert len(safe) <= LONGEST_SAFE_NAME
        assert name_fault(safe) is None
        assert ".." not in safe
        taken.add(safe)
    assert len({fold(name) for name in taken}) == len(names)


@given(anything)
@example("0.:A")
def test_a_safe_name_stays_as_it_is(name: str) -> None:
    safe = safe_name(name, set())
    assert safe_name(safe, set()) == safe


@given(anything)
def test_any_path_can_be_shown_on_one_line(path: str) -> None:
    assert shown(path).isprintable()
    shown(path).encode("utf-8")


@pytest.mark.parametrize(
    "name",
    ["a\nb", "a\u2028b", "a\x85b", "a\x0bb", " a", "a\u00a0", "a.", "CON", "con.txt", "LPT9.jpg", "a:b", "a*b", "a\\b", "\udcff", "é" * 128],
)  # fmt: skip
def test_a_name_that_is_unsafe_on_some_system_is_known(name: str) -> None:
    assert name_fault(name)


@pytest.mark.parametrize(
    "name", ["letter.txt", "100%.txt", "história.pdf", "console.log", "a b", "é" * 127, "com10"]
)
def test_a_name_that_is_safe_everywhere_is_let_through(name: str) -> None:
    assert name_fault(name) is None
