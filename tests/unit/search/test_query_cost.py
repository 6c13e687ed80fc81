"""What would take an index too long is refused before it is read, told by how often the words stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from archive.models.errors import BadInputError
from archive.search import IndexDocument, SearchIndex, cost, parse_query, snippet
from archive.search.cost import check_cost
from tests.fixtures.search_backends import BACKENDS

COMMON = [f"w{letter}{other}" for letter in "abcdefgh" for other in "abcdefgh"]
PAIRS = [f'"{one} {other}"' for one, other in pairwise(COMMON)]


class Terms:
    """An index of 100,000 long texts: of the words that begin with w nearly all are full; of most beginnings many words are there."""

    def held(self, field: str | None, word: str) -> tuple[int, int]:
        if field is None and word.startswith("w"):
            return 90_000, 1_500_000
        return (0, 0) if word == "absent" else (40, 60)

    def begun(self, field: str | None, letters: str) -> int:
        # Through a dozen segments.
        return 20_000 if len(letters) == 3 and field is None else 1_200


@pytest.mark.parametrize(
    "text",
    [
        " ".join(COMMON),
        " OR ".join(COMMON),
        " ".join(f"-{word}" for word in COMMON),
        " OR ".join(PAIRS[:8]),
        " ".join(f"-{pair}" for pair in PAIRS[:8]),
        f'"{" ".join(COMMON[:12])}"',
        "abc* OR bcd* OR cde*",
        " ".join([*COMMON[:8], *PAIRS[:2], "abc*"]),
    ],
    ids=lambda text: text[:24],
)
def test_what_would_take_over_a_second_is_refused_with_how_to_ask(text: str) -> None:
    with pytest.raises(BadInputError, match="too long") as refused:
        check_cost(parse_query(text).root, Terms())
    assert refused.value.code == "query-too-costly"
    assert "common words" in refused.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ".join(COMMON[:4]),
        " ".join(f"r{word}" for word in COMMON),
        PAIRS[0],
        '"the wide river"',
        "abc*",
        "abcd* OR bcde* OR cdef* OR defg*",
        f"{COMMON[0]} {COMMON[1]} -{COMMON[2]} date:1860..1865 kind:letter title:{COMMON[3]}",
        " ".join([COMMON[0]] * 64),  # one word is read once
        f'"absent {" ".join(COMMON[:12])}"',  # what nothing holds ends a phrase
        " ".join(f"creator:{word}" for word in COMMON[:30]),
    ],
    ids=lambda text: text[:24],
)
def test_what_people_ask_is_let_through(text: str) -> None:
    check_cost(parse_query(text).root, Terms())


@pytest.fixture(params=["whoosh", "tantivy"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    index = BACKENDS[request.param](tmp_path, str)
    index.update(
        [IndexDocument(f"id{at}", "A letter", text="of the words and of the sea") for at in range(50)]
    )
    yield index
    index.close()


def test_an_index_refuses_by_its_own_words_and_goes_on_answering(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    dear, cheap = (
        parse_query('"of the" OR "and of" OR "the sea"'),
        parse_query('"unheard of" OR "the unheard"'),
    )
    assert index.search(dear).total == 50
    monkeypatch.setattr(cost, "MOST_MS", 1.0)
    monkeypatch.setattr(cost, "_A_PLACE", 0.01)
    with pytest.raises(BadInputError) as refused:
        index.search(dear)
    assert refused.value.code == "query-too-costly"
    assert index.search(cheap).total == 0
    assert index.search(parse_query("letter")).total == 50


def test_a_correction_that_would_cost_too_much_to_try_is_not_offered(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert index.suggest('lettar "of the"') == 'letter "of the"'
    monkeypatch.setattr(cost, "MOST_MS", 0.0)
    assert index.suggest('lettar "of the"') is None


def test_beginnings_are_counted_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = BACKENDS["whoosh"](tmp_path, str)
    index.update([IndexDocument("a", text=" ".join(f"rem{word}" for word in COMMON), title="river")])
    monkeypatch.setattr(cost, "MOST_MS", 1.0)
    with pytest.raises(BadInputError):
        index.search(parse_query("rem*"))
    assert index.search(parse_query("riv*")).total == 1
    index.close()


def test_matching_ends_when_its_time_is_over_whatever_was_estimated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = BACKENDS["whoosh"](tmp_path, str)
    index.update([IndexDocument("a", "A letter from the river")])
    monkeypatch.setattr(cost, "MOST_CPU_SECONDS", -1.0)
    for text in ("letter", "riv*", '-"the river"'):
        with pytest.raises(BadInputError) as refused:
            index.search(parse_query(text))
        assert refused.value.code == "query-too-costly"
    monkeypatch.undo()
    assert index.search(parse_query("riv*")).total == 1
    index.close()


def test_of_many_words_the_first_are_marked(tmp_path: Path) -> None:
    """Each is looked for in every text of a page, and texts are long."""
    many = [f"word{letter}" for letter in "bcdfghjklmnpqrtvwxz"]
    shown = snippet(" ".join(many), parse_query(" ".join(many)), width=400)
    assert [part for part, marked in shown.parts if marked] == many[:16]
