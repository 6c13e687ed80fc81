"""Nothing that is typed turns round what a page shows beside it; what people need who write in two scripts stays."""

from __future__ import annotations

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st

from archive.plain_text import plain
from archive.profiles import find_collections_root, load_profiles
from archive.services.describing import Understanding
from archive.web import typed

LRE, RLE, PDF, LRO, RLO = "\u202a", "\u202b", "\u202c", "\u202d", "\u202e"
LRI, RLI, FSI, PDI, RLM = "\u2066", "\u2067", "\u2068", "\u2069", "\u200f"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"photo {RLO}gpj.exe", "photo gpj.exe"),
        (f"{LRO}12{PDF} and 34", "12 and 34"),
        (f"{RLE}begun", "begun"),
        (f"ended{PDF} and ended{PDI}", "ended and ended"),
        (f"{RLI}one line\nanother{PDI}", "one line\nanother"),
        (f"{RLI}{RLE}inside{PDI} after", f"{RLI}inside{PDI} after"),
        (f"{FSI}{RLO}{LRI}x{PDI}{PDI}", f"{FSI}{LRI}x{PDI}{PDI}"),
        (f"A letter to {RLI}زنان{PDI}, 1852", f"A letter to {RLI}زنان{PDI}, 1852"),
        (f"{RLE}می\u200cروند{PDF}!{RLM}", f"{RLE}می\u200cروند{PDF}!{RLM}"),
    ],
)
def test_what_is_typed_is_read_in_the_order_in_which_it_is_kept(written: str, kept: str) -> None:
    app = Flask(__name__)
    typed.install(app)
    with app.test_request_context("/", method="POST", data={"title": written}):
        assert request.form["title"] == kept


@given(st.text(alphabet=f"ab\n{LRE}{RLE}{PDF}{LRO}{RLO}{LRI}{RLI}{FSI}{PDI}", max_size=40))
def test_whatever_is_written_every_line_closes_what_it_begins(written: str) -> None:
    kept = plain(written)
    assert plain(kept) == kept
    assert [one for one in kept if one in "ab\n"] == [one for one in written if one in "ab\n"]
    for line in kept.split("\n"):
        begun: list[str] = []
        for letter in line:
            assert letter not in LRO + RLO
            if letter in LRE + RLE:
                begun.append(PDF)
            elif letter in LRI + RLI + FSI:
                begun.append(PDI)
            elif letter in PDF + PDI:
                assert begun.pop() == letter
        assert begun == []


def test_a_table_or_a_package_and_a_file_name_bring_it_in_neither() -> None:
    profile = load_profiles(find_collections_root())["march-25"]
    understanding = Understanding(profile)
    field = profile.field("title")
    assert field is not None
    understanding.take(field, f"photo {RLO}gpj.exe")
    assert understanding.description().title == "photo gpj.exe"
    assert Understanding(profile).description(f"photo{RLO}gpj").title == "photogpj"
