"""What people mean comes first: title and names above text, words together above words apart, the very form above others."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.search import IndexDocument, parse_query
from tests.fixtures.search_backends import BACKENDS

FILLER = "plain words of a long text " * 8
# Each that is meant is older than what is not: where nothing else tells them apart, the newest comes first.
PAIRS = {
    "all words in the title": ("harbour letter", {"title": "Letter from the harbour"}, {"title": "Harbour", "text": "letter " * 6}),
    "a name and a title": ("ada harbour", {"title": "The harbour", "names": ["Ada Lovejoy"]}, {"title": "Harbour", "text": "ada " * 6}),
    "a row in a title": ("river song", {"title": "A river song of old"}, {"title": "A song of old river"}),
    "a name, the other way round": ("ada lovejoy", {"title": "A", "names": ["Lovejoy, Ada", "Still, Ben"]}, {"title": "A", "names": ["Lovejoy, Ben", "Still, Ada"]}),
    "the form that was typed": ("whipped", {"title": "A", "text": "whipped"}, {"title": "A", "text": "whipping"}),
    "a name as it is written": ("banks", {"title": "A", "names": ["Banks, Ann"]}, {"title": "A", "names": ["Bank, Ann"]}),
}  # fmt: skip


@pytest.mark.parametrize("engine", BACKENDS)
@pytest.mark.parametrize(("query", "meant", "other"), PAIRS.values(), ids=PAIRS.keys())
def test_what_is_meant_comes_first(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    engine: str,
    query: str,
    meant: dict[str, str],
    other: dict[str, str],
) -> None:
    index = BACKENDS[engine](tmp_path, lambda: request.getfixturevalue("postgres_url"))
    rest = [IndexDocument(f"id{number}", f"Another {number}", text=FILLER) for number in range(20)]
    index.update(
        [
            IndexDocument("meant", added=20240101, **meant),  # type: ignore[arg-type]
            IndexDocument("other", added=20240102, **other),  # type: ignore[arg-type]
            *rest,
        ]
    )
    assert index.search(parse_query(query)).ids == ["meant", "other"]
    index.close()
