"""The code to come back with: known by whoever has it, by nobody else, and by no table."""

from __future__ import annotations

import textwrap
import unicodedata
from itertools import pairwise

import pytest
from argon2 import PasswordHasher

from archive.access import OPERATOR, contributor
from archive.models import ReturnCode, new_id
from archive.models.errors import ConflictError, NotFoundError
from archive.services import codes, slow_hash
from archive.services.opening import Archive
from tests.fixtures.drafts import begin

LANGUAGES = ("en", "es", "fr", "pt")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_nine_words_of_a_list_of_2048(archive: Archive, language: str) -> None:
    submission_id, who = begin(archive)
    words = codes.make(archive, who, submission_id, language).split()
    known = set(codes._words(language))
    assert len(known) == 2048, "nine words of it are 99 bits"
    assert len(words) == 9 and set(words) <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_spaces_capitals_and_accents_do_not_matter(archive: Archive, language: str) -> None:
    submission_id, who = begin(archive)
    code = codes.make(archive, who, submission_id, language)
    for typed in (
        code,
        code.upper(),
        f"  {code.replace(' ', '   ')}\n",
        code.replace(" ", "-"),
        code.replace(" ", ", "),
        code.replace(" ", "\r\n"),
        code.replace(" ", ""),
        unicodedata.normalize("NFD", code),
        "".join(one for one in unicodedata.normalize("NFD", code) if not unicodedata.combining(one)),
        " ".join(f"{number}. {word}" for number, word in enumerate(code.split(), start=1)),
        " ".join(word[:4] + "..." for word in code.split()),
        # Nine parts all the same.
        f"{code.replace(' ', '', 1)[:2]} {code.replace(' ', '', 1)[2:]}",
        *(" ".join(textwrap.wrap(code.replace(" ", ""), size)) for size in (4, 5, 6)),
    ):
        assert codes.find(archive, typed) == submission_id, typed


def test_another_code_or_nearly_the_code_is_no_code(archive: Archive) -> None:
    submission_id, who = begin(archive)
    words = codes.make(archive, who, submission_id, "en").split()
    swapped = [
        b if i == 0 else a if i == 1 else w
        for i, (w, a, b) in enumerate(zip(words, [words[0]] * 9, [words[1]] * 9, strict=True))
    ]
    other = next(word for word in codes._words("en") if word not in words)
    wrong = [
        "",
        " ",
        "a" * 5000,
        " ".join(words[:8]),
        " ".join([*words[:8], other]),
        # Nine of them, but not together.
        " ".join([*words[:4], "Quillfeather", *words[4:]]),
        " ".join([*words[1:], other, words[0]]),
    ]
    if swapped != words:
        wrong.append(" ".join(swapped))
    for typed in wrong:
        assert codes.find(archive, typed) is None, typed


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_before_a_code_or_a_word_too_many_does_not_matter(
    archive: Archive, language: str
) -> None:
    submission_id, who = begin(archive)
    code = codes.make(archive, who, submission_id, language)
    first, last = code.split()[0], code.split()[-1]
    for typed in (
        f"My code: {code}",
        f"Mon code est\u00a0: {code}.",
        f"Return code\n{code}",
        f"{code} {last}",
        f"{first} {code}",
        f"{code}\n{code}",
        f"{code} (do not lose it!)",
    ):
        assert codes.find(archive, typed) == submission_id, typed


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_that_look_alike_are_the_same_letter(archive: Archive, language: str) -> None:
    submission_id, who = begin(archive)
    code = codes.make(archive, who, submission_id, language)
    plain = " ".join(codes.fold(word) for word in code.split())
    cyrillic = str.maketrans(codes.LATIN, codes.CYRILLIC)
    joined = plain.replace("oe", "\u0153").replace("ae", "\u00e6")
    for typed in (
        plain.translate(cyrillic),
        plain.translate(cyrillic).upper(),
        plain.replace("i", "\u0131"),
        plain.upper().replace("I", "\u0130"),
        joined,
        joined.upper(),
    ):
        assert codes.find(archive, typed) == submission_id, typed
    assert codes.fold("c\u0153ur") == "coeur" and codes.fold("C\u00c6SAR") == "caesar"


def test_no_list_has_a_letter_that_is_read_as_another() -> None:
    letters = {one for language in LANGUAGES for word in codes.word_list(language) for one in word}
    assert not letters & {*codes.ALIKE, *codes.CYRILLIC}


def test_however_much_is_typed_only_a_few_codes_are_tried(archive: Archive) -> None:
    words = codes.word_list("en")[:200]
    assert len(codes.possible(archive, " ".join(words))) <= 2 * codes.MOST_RUNS
    assert len(codes.possible(archive, "act " * 100)) <= 2 * codes.MOST_RUNS


def test_a_code_is_kept_as_a_keyed_look_up_and_a_slow_hash_alone(archive: Archive) -> None:
    submission_id, who = begin(archive)
    code = codes.make(archive, who, submission_id, "en")
    with archive.db.read() as session:
        row = session.get_one(ReturnCode, submission_id)
    assert row.hash.startswith("$argon2id$")
    assert len(row.lookup) == 64
    kept = f"{row.lookup} {row.hash}"
    assert not any(a in kept and b in kept for a, b in pairwise(code.split()) if len(a + b) > 8)
    key = archive.settings.home / "keys" / "codes.key"
    assert key.stat().st_mode & 0o777 == 0o600
    # Without the key outside the database the look-up is another one.
    real = key.read_bytes()
    key.write_bytes(bytes(32))
    try:
        assert codes.find(archive, code) is None
    finally:
        key.write_bytes(real)
    assert codes.find(archive, code) == submission_id


def test_until_it_was_typed_again_a_code_can_be_shown_anew_and_then_never(archive: Archive) -> None:
    submission_id, who = begin(archive)
    first = codes.make(archive, who, submission_id, "en")
    second = codes.make(archive, who, submission_id, "en")
    assert codes.find(archive, first) is None
    assert not codes.confirm(archive, who, submission_id, first)
    assert codes.confirm(archive, who, submission_id, second.upper())
    with pytest.raises(ConflictError) as caught:
        codes.make(archive, who, submission_id, "en")
    assert caught.value.code == "code-exists"
    assert codes.find(archive, second) == submission_id


def test_nobody_else_can_have_a_code_made(archive: Archive) -> None:
    submission_id, _ = begin(archive)
    for somebody in (OPERATOR, contributor([new_id()])):
        with pytest.raises(NotFoundError):
            codes.make(archive, somebody, submission_id, "en")


@pytest.mark.usefixtures("costly_hashing")
def test_a_wrong_code_costs_as_much_as_a_right_one(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    submission_id, who = begin(archive)
    code = codes.make(archive, who, submission_id, "en")
    checked: list[str] = []

    class Counted(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            checked.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(slow_hash, "_hasher", Counted())
    for typed in (code, "nine words that are not a code at all", "", code[:-1]):
        codes.find(archive, typed)
    assert len(checked) == 4
    assert all(one.startswith("$argon2id$v=19$m=65536,t=3,p=4$") for one in checked)


@pytest.mark.parametrize("language", codes.LISTS)
def test_a_code_of_the_offline_kit_is_recognised_by_the_fingerprint_that_the_parcel_holds(
    archive: Archive, language: str
) -> None:
    words = codes.word_list(language)[1::200][: codes.WORDS]
    canonical = " ".join(codes.fold(word) for word in words)
    mark = codes.fingerprint(canonical)
    submission_id, _ = begin(archive)
    other, _ = begin(archive)
    with archive.db.write() as session:
        assert codes.brought(archive, session, submission_id, mark)
        # What opens something already goes on opening that.
        assert not codes.brought(archive, session, other, mark)
        (row,) = session.query(ReturnCode).filter_by(submission_id=submission_id)
        assert row.confirmed and mark not in row.lookup + row.hash
    assert codes.find(archive, " ".join(words)) == submission_id
    assert codes.find(archive, "".join(words).upper()) == submission_id
    # Whoever reads the parcel cannot come in by what stands there.
    assert codes.find(archive, mark) is None
    with archive.db.write() as session:
        session.delete(session.get_one(ReturnCode, submission_id))
