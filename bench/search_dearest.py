"""The dearest searches that are let through, and what the first of each kind costs that is not: for `bench/search.py --dearest`.

Each kind is grown word by word, out of the commonest words and beginnings of these records, until it is refused. What is
read is read anew each time: nobody has asked for it before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise

from archive.models.errors import BadInputError
from archive.search import Filters, SearchIndex, Sort, parse_query, snippet
from archive.search.words import words
from bench.search_engines import Record, text_of

MOST = 64
LONGEST_LOOKED_AT = 5_000
SLIPS = ("representatiqa", "testomonilizzz", "abolutionisqqq", "remembarancexx")
"""Words of 14 letters that are not here and have much that is near to them."""

Cpu = Callable[[], float]


def common(rows: Iterable[Record]) -> tuple[list[str], list[str]]:
    """The commonest words and the commonest beginnings of three letters, by the records that have them."""
    held: Counter[str] = Counter()
    begun: Counter[str] = Counter()
    for row in rows:
        found = {forms[0] for forms in words(text_of(row)[:LONGEST_LOOKED_AT]) if forms[0].isalpha()}
        held.update(found)
        begun.update({word[:3] for word in found if len(word) > 5})
    return [word for word, _ in held.most_common(MOST + 1)], [start for start, _ in begun.most_common(MOST)]


def kinds(most: list[str], begun: list[str]) -> dict[str, list[str]]:
    """What is joined to a query, by what kind of query that is."""
    pairs = [f'"{one} {other}"' for one, other in pairwise(most)]
    fields = [f"{field}:{word}" for word in most for field in ("title", "subject", "creator", "place")]
    return {
        "words, all of them": most[:MOST],
        "words, any of them": [one for word in most[:MOST] for one in (word, "OR")],
        "words, none of them": [f"-{word}" for word in most[:MOST]],
        "phrases of two, any": [one for pair in pairs for one in (pair, "OR")],
        "phrases of two, none": [f"-{pair}" for pair in pairs],
        "beginnings, any": [one for start in begun for one in (f"{start}*", "OR")],
        "words in fields": fields,
        "of each kind": [
            one
            for word, pair, start in zip(most, pairs, begun, strict=False)
            for one in (pair, "OR", word, "OR", f"{start}*", "OR", f"-{pair}", "OR")
        ],
        "dates": [one for year in range(1800, 1860) for one in (f"date:{year}..{year + 40}", "OR")],
    }


def tell_dearest(fresh: Callable[[], SearchIndex], rows: list[Record], cpu: Cpu) -> None:
    """Print the dearest of each kind; `fresh` opens the index with nothing read."""
    texts = {row["id"]: text_of(row) for row in rows}
    most, begun = common(rows)

    def opened() -> SearchIndex:
        index = fresh()
        index.search(parse_query(""), Filters(), limit=0)  # what facets count is read once in a process
        return index

    def ask(text: str, sort: Sort = "relevance", offset: int = 0) -> tuple[float, str]:
        index = opened()
        start = cpu()
        try:
            query = parse_query(text)
            found = index.search(query, Filters(), sort, offset)
            for id_ in found.ids:
                snippet(texts[id_], query)
            said = f"{found.total} found"
        except BadInputError as refused:
            said = refused.code
        spent = (cpu() - start) * 1000
        index.close()
        return spent, said

    def tell(kind: str, size: int, text: str, sort: Sort = "relevance", offset: int = 0) -> bool:
        spent, said = ask(text, sort, offset)
        print(f"  {kind:<28}{size:>5}{spent:>9.0f} ms  {said}", flush=True)
        return "found" in said

    def tell_suggestion(text: str) -> None:
        index = opened()
        start = cpu()
        better = index.suggest(text)
        spent = (cpu() - start) * 1000
        print(f"  {'a suggestion':<28}{len(text.split()):>5}{spent:>9.0f} ms  {better}", flush=True)
        index.close()

    for size in (1, 2, len(SLIPS)):
        tell_suggestion(" ".join(SLIPS[:size]))
    for kind, pieces in kinds(most, begun).items():
        sizes = [size for size in (1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128) if size <= len(pieces)]
        for size in sizes:
            if not tell(kind, size, " ".join(pieces[:size])):
                break
    tell("the commonest as a phrase", 8, f'"{" ".join(most[:8])}"')
    tell("one word many times over", MOST, f'"{" ".join([most[0]] * 60)}"')
    sorts: tuple[Sort, ...] = ("relevance", "date", "newest")
    for sort in sorts:
        tell(f"the last page, {sort}", 0, "", sort, max(0, len(rows) - 20))
        tell(f"a word's, {sort}", 1, most[0], sort, len(rows) // 2)
