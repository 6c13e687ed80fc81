"""Stories are looked through without reading them anew, however many there are, and never longer than they say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, update

from archive.access import PUBLIC
from archive.models import Collection, Story, today
from archive.models.errors import BadInputError
from archive.search import cost
from archive.services import story_search
from archive.services.opening import Archive
from archive.services.story_search import StoriesFound, matching

MANY = 520

DEAR = (
    " ".join(f"-qx{number}" for number in range(60)) + " sang",
    " OR ".join(f'"of sang {number}"' for number in range(9)),
    " ".join(f"-sang{letter}*" for letter in "bcdfghk") + " sang",
)
"""What is looked for in every letter of every story: words, phrases and beginnings that none of them holds."""


@pytest.fixture
def word(archive: Archive) -> Iterator[str]:
    """A word that many stories hold, and nothing else."""
    word = "zibblestone"
    with archive.db.write() as session:
        if session.get(Collection, "march-25") is None:
            session.add(Collection(slug="march-25"))
            session.flush()
        session.add_all(
            Story(
                slug=f"{word}-{number}",
                collection="march-25",
                title="Rivers",
                body=f"They *sang* of {word}s {number}.",
                published=True,
                published_on=today(),
            )
            for number in range(MANY)
        )
    yield word
    with archive.db.write() as session:
        session.execute(delete(Story).where(Story.slug.startswith(word)))


def test_a_story_is_read_once_and_found_by_what_it_says_now(
    archive: Archive, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_search, "_LAST", story_search.Looking({}))
    read: list[str] = []
    plain = story_search.read
    monkeypatch.setattr(story_search, "read", lambda text: read.append(text) or plain(text))

    def look(asked: str) -> StoriesFound:
        read.clear()
        return matching(archive, PUBLIC, asked, most=3)

    found = look(word)
    assert (found.total, len(found.shown)) == (MANY, 3) and len(read) >= MANY
    assert [part for part, marked in found.shown[0].snippet if marked] == [f"{word}s"]
    # The second time only those that are shown are read.
    assert look(f"{word} sing").total == 0 and read == []
    assert look(word).total == MANY and len(read) == 3
    with archive.db.write() as session:
        session.execute(update(Story).where(Story.slug == f"{word}-7").values(body=f"Of {word}else."))
    assert look(word).total == MANY - 1 and look(f"{word}else").total == 1
    # What memory does not hold is found all the same.
    monkeypatch.setattr(story_search, "MOST_KEPT", 0)
    assert look(word).total == MANY - 1
    assert look(word).total == MANY - 1 and len(read) >= MANY


def test_what_would_take_too_long_is_refused_by_the_letters_it_would_look_through(
    archive: Archive, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_search, "_LAST", story_search.Looking({}))
    spent = 0

    class Counting(story_search.LetterLimit):
        def spend(self, letters: int) -> None:
            nonlocal spent
            super().spend(letters)
            spent += letters

    monkeypatch.setattr(story_search, "LetterLimit", Counting)
    plain = matching(archive, PUBLIC, word, most=3)
    by_a_word, most = spent, cost.MOST_LETTERS
    for asked in DEAR:
        monkeypatch.setattr(cost, "MOST_LETTERS", most)
        spent = 0
        matching(archive, PUBLIC, asked, most=3)
        assert by_a_word < spent, asked
        # Many words are set apart in a story once, so that sixty of them cost no more than a few do.
        assert spent < 20 * by_a_word, asked
        monkeypatch.setattr(cost, "MOST_LETTERS", spent - 1)
        with pytest.raises(BadInputError) as refused:
            matching(archive, PUBLIC, asked, most=3)
        assert refused.value.code == cost.TOO_COSTLY and spent < 2 * cost.MOST_LETTERS + 2, asked
        # The stories that were read for it are known to the next one.
        monkeypatch.setattr(story_search, "read", lambda _text: pytest.fail("read again"))
        monkeypatch.setattr(story_search, "_with_snippet", lambda line, _query: line)
        assert matching(archive, PUBLIC, word, most=3).total == plain.total
