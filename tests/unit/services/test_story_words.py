"""What stories tell suggestions: what is in them, as far as they are looked through, and nothing of what items are narrowed by."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from archive.models.errors import BadInputError
from archive.search import Filters, WordSource, cost, parse_query
from archive.search.query import Prefix, Word
from archive.services import story_search, story_words
from archive.services.opening import Archive
from archive.services.story_said import Said

Tell = Callable[..., WordSource]


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Stories that say this, as a source of words."""

    def tell(*bodies: str) -> WordSource:
        told = [story_search._told(Said(title="Rivers", body=body)) for body in bodies]
        monkeypatch.setattr(story_words, "told_to", lambda *_: told)
        return story_words.word_source(cast(Archive, None))

    return tell


def test_no_story_is_found_where_a_search_is_narrowed(tell: Tell) -> None:
    source, query = tell("They danced the kalinda."), parse_query("kalinda")
    assert source.finds(query, Filters()) == 1
    for narrowed in (Filters({"kind": ["text"]}), Filters(first=18630101), Filters(outside=["songs"])):
        assert source.finds(query, narrowed) == 0, narrowed


def test_all_that_is_tried_looks_through_so_many_letters_together(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "MOST_LETTERS", 100)
    source = tell("They danced the kalinda.")
    assert source.finds(parse_query("kalinda"), Filters()) == 1
    with pytest.raises(BadInputError) as refused:
        for _ in range(100):
            source.finds(parse_query("kalinda"), Filters())
    assert refused.value.code == "query-too-costly"


def test_of_very_many_stories_the_words_of_the_first_are_known(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_words, "MOST_READ", 40)
    asked = [Word("kalinda"), Word("bamboula"), Prefix("kal"), Prefix("bam")]
    held = tell("They danced the kalinda.", "They danced the bamboula.").held(asked)
    assert [held[leaf] for leaf in asked] == [1, 0, 1, 0]
