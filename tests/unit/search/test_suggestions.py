"""What suggestions ask of what they are drawn from: no more than helps, and nothing once the time is over."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive.search import Filters, IndexDocument, Query, cost, held_here, whoosh_held
from archive.search.port import Leaf, WordSource
from archive.search.query import And, Node, Word
from archive.search.suggest import suggest
from archive.search.whoosh_index import WhooshIndex
from archive.search.whoosh_segment import Segment


class Texts:
    """Texts as a source of words, which counts what it is asked."""

    def __init__(self, *texts: str, when_asked: Callable[[str], None] = lambda _what: None) -> None:
        self._texts = [set(text.split()) for text in texts]
        self._when_asked = when_asked
        self.looked_up: list[int] = []
        self.tried = 0

    def suggest(self, text: str) -> str | None:
        return suggest(text, [WordSource(self.held, self.finds)])

    def held(self, leaves: Collection[Leaf]) -> dict[Leaf, int]:
        self.looked_up.append(len(leaves))
        self._when_asked("held")
        return {leaf: sum(self._holds(leaf, text) for text in self._texts) for leaf in leaves}

    def finds(self, query: Query, _filters: Filters) -> int:
        self.tried += 1
        self._when_asked("finds")
        return sum(self._holds(query.root, text) for text in self._texts)

    def _holds(self, node: Node, text: set[str]) -> bool:
        if isinstance(node, And):
            return all(self._holds(each, text) for each in node.nodes)
        return isinstance(node, Word) and node.word in text


@pytest.mark.parametrize(("asked_last", "looked_up", "tried"), [("held", 1, 0), ("finds", 1, 1)])
def test_nothing_more_is_asked_when_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch, asked_last: str, looked_up: int, tried: int
) -> None:
    clock = [0.0]
    monkeypatch.setattr(cost, "time", SimpleNamespace(thread_time=lambda: clock[0]))

    def spend(what: str) -> None:
        clock[0] += cost.MOST_CPU_SECONDS * 2 * (what == asked_last)

    texts = Texts("five candles", when_asked=spend)
    assert texts.suggest("candels") is None
    assert (len(texts.looked_up), texts.tried) == (looked_up, tried)


@pytest.mark.parametrize(
    "typed",
    [
        "candela candelb candelc candeld candelf",  # more slips than anybody makes
        "five candles lantern river harbour",  # more words than are tried
        "candles lantern riv*",  # what costs too much to be asked again and again
    ],
)
def test_nothing_near_is_looked_up_where_too_much_was_typed(typed: str) -> None:
    texts = Texts("five candles", "lantern river harbour")
    assert texts.suggest(typed) is None
    assert sum(texts.looked_up) < 20
    assert texts.suggest("candels") == "candles" and sum(texts.looked_up) > 100


def test_a_short_word_that_is_known_is_not_taken_for_a_slip() -> None:
    assert Texts("bell", "belt candles").suggest("bell candles") is None
    assert Texts("bells", "belts candles").suggest("bells candles") == "belts candles"


def test_no_other_word_is_tried_beside_one_that_nothing_is_near_to() -> None:
    texts, alone = Texts("five candles", "lantern"), Texts("five candles")
    assert texts.suggest("zzzzz candels lantern") == alone.suggest("zzzzz candels") == "candles"
    assert sum(texts.looked_up) < sum(alone.looked_up) + 10


def test_two_slips_are_looked_for_in_no_more_words_than_is_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "kotsvekatosvet tosvekatosvetk"
    texts = Texts("five candles")
    assert texts.suggest(typed) is None
    assert 5_000 < sum(texts.looked_up) < held_here.MOST_FAR + 8_000
    # The first alone would have taken all.
    monkeypatch.setattr(held_here, "MOST_FAR", 1)
    less = Texts("five candles")
    assert less.suggest(typed) is None
    assert sum(less.looked_up) < 8_000


def test_of_very_many_words_those_that_a_segment_holds_are_listed_not_looked_up_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = WhooshIndex(tmp_path)
    index.update(
        [IndexDocument("a", "Testimony of the testimonies"), IndexDocument("b", "Testimony, self-help")]
    )
    snapshot = index._reader.view().snapshot
    asked = [Word(f"testimon{letter}{other}") for letter in "abcdeiy" for other in ("", "s", "es", "x", "z")]
    looked_up: list[str] = []
    frequency = Segment.frequency

    def watched(self: Segment, field: str, word: str) -> tuple[int, int]:
        looked_up.append(word)
        return frequency(self, field, word)

    monkeypatch.setattr(Segment, "frequency", watched)
    listed = whoosh_held.held(snapshot, asked)
    counted = {"testimony": 2, "testimonies": 1, "testimoni": 2}  # which is their stem
    assert listed == {Word(word): count for word, count in counted.items()} and not looked_up
    monkeypatch.setattr(whoosh_held, "_MANY", len(asked))
    assert whoosh_held.held(snapshot, asked) == listed and looked_up
    assert whoosh_held.held(snapshot, [Word("selfhelp")]) == {}, "nobody wrote it so"
    index.close()
