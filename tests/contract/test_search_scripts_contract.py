"""Every search backend finds a word however its script, or whoever typed it, has it: with joiners, points and other apostrophes."""

from __future__ import annotations

import pytest

from archive.search import IndexDocument, SearchIndex
from tests.fixtures.search_backends import found

WRITTEN = (
    IndexDocument("persian", "نامه\u200cای درباره کتاب\u200cها", text="می\u200cخواهم بدانم"),
    IndexDocument("hebrew", "A song", text="שָׁלוֹם עַל יִשְׂרָאֵל"),
    IndexDocument("sinhala", "A letter", text="ශ්\u200dරී ලංකාව"),
    IndexDocument("parted", "A page", text="until eman\u00adcipation came, and manumission² after it"),
    IndexDocument("irish", "Bridget O’Brien", names=["O’Brien, Bridget"], text="L’Ouverture was read to her"),
    IndexDocument("accented", "Conor O´Malley", names=["O´Malley, Conor"]),
    IndexDocument("akan", "Ɔkɔmfo Anɔkye", names=["Ɔkɔmfo Anɔkye"], text="Usman ɗan Fodio"),
    IndexDocument("russian", "Александр Пушкин", names=["Пушкин, Александр"]),
)


@pytest.fixture
def scripts(empty_index: SearchIndex) -> SearchIndex:
    empty_index.update(WRITTEN)
    return empty_index


def test_a_word_is_found_as_it_is_typed_in_its_script_and_as_others_type_it(scripts: SearchIndex) -> None:
    asked = {
        "می\u200cخواهم": {"persian"},
        "میخواهم": {"persian"},
        '"می\u200cخواهم بدانم"': {"persian"},
        "title:کتاب\u200cها": {"persian"},
        "שלום": {"hebrew"},
        "ישראל": {"hebrew"},
        "שָׁלוֹם": {"hebrew"},
        "ශ්\u200dරී": {"sinhala"},
        "ශ්රී": {"sinhala"},
        "eman\u00adcipation": {"parted"},
        "emancipation": {"parted"},
        "manumission": {"parted"},
        "manumission²": {"parted"},
        "O´Brien": {"irish"},
        "O`Brien": {"irish"},
        "creator:o`brien": {"irish"},
        "L´Ouverture": {"irish"},
        "O'Malley": {"accented"},
        "omalley": {"accented"},
        "Anokye": {"akan"},
        "creator:okomfo": {"akan"},
        "dan fodio": {"akan"},
        "ɗan": {"akan"},
    }
    assert {text: found(scripts, text) for text in asked} == asked


@pytest.mark.parametrize(
    ("slip", "meant"), [("пушкн", "пушкин"), ("пушкен", "пушкин"), ("anokue", "anokye"), ("anɔkya", "anokye")]
)
def test_a_slip_is_put_right_in_any_alphabet(scripts: SearchIndex, slip: str, meant: str) -> None:
    assert scripts.suggest(slip) == meant
