"""A text in UTF-8 that a line of an older one was put into, and one that says of itself what it is not quite, are read as written."""

from __future__ import annotations

import pytest

from ingest.readers.plain_text import SAMPLE, decode

LETTER = "Querida abuela María, aquí está la canción que José cantó ayer.\n"


def test_a_line_of_latin_1_within_utf_8_is_read_and_nothing_around_it_is_lost() -> None:
    data = LETTER.encode() + "El señor Núñez también.\n".encode("latin-1") + LETTER.encode()
    assert decode(data) == (f"{LETTER}El señor Núñez también.\n{LETTER}", "utf-8")


def test_one_broken_byte_far_down_a_long_text_changes_nothing_else() -> None:
    before = LETTER * (SAMPLE // len(LETTER) + 10)
    assert decode(before.encode() + b"a\xf1o\n" + LETTER.encode()) == (f"{before}año\n{LETTER}", "utf-8")


def test_a_text_that_turns_from_utf_8_to_latin_1_for_good_is_read_to_its_end() -> None:
    data = LETTER.encode() * 3 + LETTER.encode("latin-1") * 30
    assert decode(data) == (LETTER * 33, "utf-8")


def test_of_a_text_cut_within_a_letter_only_that_letter_is_lost() -> None:
    assert decode((LETTER + "José").encode()[:-1]) == (f"{LETTER}Jos\ufffd", "utf-8")
    assert decode(f"{LETTER}“".encode()[:-1] + b" y") == (f"{LETTER}\ufffd y", "utf-8")


def test_two_signs_that_happen_to_be_a_letter_of_utf_8_do_not_make_a_western_text_one() -> None:
    words = "A palavra “MAÇÃ” já está à mão; José e Inês são irmãos."
    assert decode(words.encode("cp1252")) == (words, "cp1252")


@pytest.mark.parametrize("declared", ["iso-8859-1", "ISO-8859-1", "latin1", "us-ascii"])
def test_what_says_latin_1_has_the_quotes_that_windows_puts_there(declared: str) -> None:
    assert decode(b"\x93No\x94, caf\xe9 \x96 \x8050", declared) == ("“No”, café – €50", "cp1252")


@pytest.mark.parametrize(
    ("words", "written", "declared"),
    [
        ("Bütün insanlar hür – ve “eşit”", "cp1254", "iso-8859-9"),
        ("①すべての人間は", "cp932", "shift_jis"),
        ("人人生而自由，镕", "gb18030", "gb2312"),
        ("모든 인간은 똠", "cp949", "euc-kr"),
    ],
)
def test_what_names_an_older_encoding_is_read_by_the_one_that_took_its_place(
    words: str, written: str, declared: str
) -> None:
    assert decode(words.encode(written), declared)[0] == words


def test_a_declared_encoding_counts_for_more_than_that_its_letters_are_others_in_utf_8_by_chance() -> None:
    assert decode("联通".encode("gb2312"), "gb2312")[0] == "联通"
    assert decode("こんにちは".encode("iso2022_jp"), "iso-2022-jp")[0] == "こんにちは"


def test_but_a_page_that_was_saved_in_utf_8_and_still_declares_what_it_was_is_read() -> None:
    assert decode(LETTER.encode(), "iso-8859-1") == (LETTER, "utf-8")
    words = "Все люди рождаются свободными"
    assert decode(words.encode(), "windows-1251") == (words, "utf-8")


@pytest.mark.parametrize(
    "declared", ["unicode_escape", "punycode", "hex", "rot13", "undefined", "no-such", "utf-16"]
)
def test_what_is_no_encoding_of_words_is_not_taken_for_one(declared: str) -> None:
    assert decode("caf\\u00e9 é-ab".encode("cp1252"), declared) == ("caf\\u00e9 é-ab", "cp1252")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_text_of_two_bytes_a_letter_is_known_by_its_zeros_though_it_declares_another(encoding: str) -> None:
    assert decode(LETTER.encode(encoding), "iso-8859-1") == (LETTER, encoding)
