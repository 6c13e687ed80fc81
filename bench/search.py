"""CPU time of a result page: this archive's search beside Whoosh as its manual shows it and SQLite FTS5, in one run.

    python bench/search.py [RECORDS.jsonl.gz] [--records 10000] [--rounds 3]

A page is: the total, 20 ids in order of relevance, their snippets, and the counts of three facets (kind, decade, place).
Every engine gets the same records and the same 50 queries, each in its own spelling, in this process, one thread.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from whoosh import fields, index, qparser, sorting

from archive.search import Filters, IndexDocument, open_indexes, parse_query, snippet

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "bulk" / "all-100k.jsonl.gz"
QUERIES = (
    "slavery", "freedom", "mother", "whipped", "plantation", "letter", "church", "river", "negro children", "old master",
    "william still", "peter still", "frederick douglass", "sojourner truth", "harriet jacobs", "isaac", "philadelphia", "north carolina",
    "emancipation proclamation", "underground railroad", "human rights", "equality dignity", "born in slavery", "cotton field hands",
    "sold away from family", "civil war soldiers", "yankee soldiers came", "ku klux klan", "washing clothes river", "school education laws",
    '"bill of sale"', '"born free and equal"', '"peter still"', '"old massa"', '"after the war"', '"my mother was"',
    "slavery OR freedom", "cotton OR tobacco OR rice", "mother OR father OR sister", "escape OR runaway OR fugitive",
    "slavery -master", "church -school", "letter -william", "emancip*", "planta*", "relig*",
    "master house work day night", "wedding marriage", "interview woman age", "law",
)  # fmt: skip
Page = Callable[[str], int]


def records(path: Path, count: int) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in islice(file, count):
            yield json.loads(line)


def decade(record: dict[str, Any]) -> int | None:
    year = re.search(r"\d{4}", record["date"] or "")
    return int(year[0]) // 10 * 10 if year else None


def body(record: dict[str, Any]) -> str:
    return "\n".join(
        (record["title"], record["creator"] or "", record["description"] or "", record["text"] or "")
    )


def ours(rows: list[dict[str, Any]], folder: Path) -> Page:
    found = open_indexes(folder).public
    found.rebuild(_document(row) for row in rows)
    texts = {row["id"]: row["text"] or row["description"] or "" for row in rows}

    def page(text: str) -> int:
        query = parse_query(text)
        result = found.search(query, Filters())
        for id_ in result.ids:
            snippet(texts[id_], query)
        return result.total

    return page


def _document(row: dict[str, Any]) -> IndexDocument:
    tens = decade(row)
    return IndexDocument(
        id=row["id"],
        title=row["title"],
        names=[row["creator"]] if row["creator"] else [],
        subjects=row["subjects"] or [],
        places=[row["place"]] if row["place"] else [],
        description=row["description"] or "",
        text=row["text"] or "",
        kind=row["type"] or "",
        rights=(row["rights"] or "")[:80],
        date_start=tens * 10000 + 101 if tens else None,
        date_end=(tens + 9) * 10000 + 1231 if tens else None,
        decades=[tens] if tens else [],
    )


def plain_whoosh(rows: list[dict[str, Any]], folder: Path) -> Page:
    """As the manual shows it: stored text, default parser, a searcher a query, facets by `groupedby`, `highlights`."""
    key = fields.ID(stored=True, sortable=True)
    schema = fields.Schema(
        id=fields.ID(stored=True), content=fields.TEXT(stored=True), kind=key, decade=key, place=key
    )
    folder.mkdir()
    kept = index.create_in(str(folder), schema)
    writer = kept.writer(limitmb=256)
    for row in rows:
        tens = str(decade(row) or "undated")
        writer.add_document(
            id=row["id"], content=body(row), kind=row["type"] or "-", decade=tens, place=row["place"] or "-"
        )
    writer.commit()
    parser = qparser.QueryParser("content", kept.schema)

    def page(text: str) -> int:
        facets = sorting.Facets().add_field("kind").add_field("decade").add_field("place")
        spelled = re.sub(r"(^| )-", r"\1NOT ", text)
        with kept.searcher() as searcher:
            results = searcher.search(parser.parse(spelled), limit=20, groupedby=facets)
            for name in ("kind", "decade", "place"):
                Counter({value: len(ids) for value, ids in results.groups(name).items()}).most_common(20)
            for hit in islice(results, 20):  # grouped results go on beyond their limit
                hit.highlights("content")
            return len(results)

    return page


def fts5(rows: list[dict[str, Any]], folder: Path) -> Page:
    """SQLite full text with Porter stems, folded accents and BM25 weights; facets by GROUP BY."""
    folder.mkdir()
    db = sqlite.connect(str(folder / "fts.db"))
    db.execute(
        "CREATE VIRTUAL TABLE docs USING fts5(title, names, body, tokenize='porter unicode61 remove_diacritics 2')"
    )
    db.execute("CREATE TABLE facets (id INTEGER PRIMARY KEY, kind TEXT, decade TEXT, place TEXT)")
    for number, row in enumerate(rows):
        db.execute(
            "INSERT INTO docs(rowid, title, names, body) VALUES (?,?,?,?)",
            (
                number,
                row["title"],
                row["creator"] or "",
                (row["description"] or "") + "\n" + (row["text"] or ""),
            ),
        )
        db.execute(
            "INSERT INTO facets VALUES (?,?,?,?)",
            (number, row["type"], str(decade(row) or "undated"), row["place"]),
        )
    db.execute("INSERT INTO docs(docs) VALUES ('optimize')")
    db.commit()

    def page(text: str) -> int:
        asked = (re.sub(r"(^| )-", r"\1NOT ", text),)
        db.execute(
            "SELECT rowid, snippet(docs, -1, '<b>', '</b>', '…', 30) FROM docs WHERE docs MATCH ?"
            " ORDER BY bm25(docs, 4.0, 4.0, 1.0) LIMIT 20",
            asked,
        ).fetchall()
        db.execute("CREATE TEMP TABLE hits AS SELECT rowid AS id FROM docs WHERE docs MATCH ?", asked)
        for name in ("kind", "decade", "place"):
            db.execute(
                f"SELECT {name}, count(*) FROM hits JOIN facets USING (id) GROUP BY 1 ORDER BY 2 DESC LIMIT 20"
            ).fetchall()
        total = db.execute("SELECT count(*) FROM hits").fetchone()[0]
        db.execute("DROP TABLE temp.hits")
        return int(total)

    return page


def measure(page: Page, rounds: int) -> tuple[list[float], list[int]]:
    """CPU milliseconds of every page (the first of each query included), and the totals."""
    times: list[float] = []
    totals: list[int] = []
    for number in range(rounds):
        for query in QUERIES:
            start = time.process_time()
            total = page(query)
            times.append((time.process_time() - start) * 1000)
            if not number:
                totals.append(total)
    return times, totals


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("path", nargs="?", type=Path, default=DEFAULT)
    arguments.add_argument("--records", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    if not given.path.exists():
        raise SystemExit(f"{given.path} is not there; name a .jsonl.gz file of records.")
    rows = list(records(given.path, given.records))
    print(f"{len(rows)} records, {len(QUERIES)} queries, {given.rounds} rounds; CPU ms a page")
    print(
        f"{'engine':<16}{'build s':>9}{'median':>9}{'p95':>9}{'worst':>9}{'median x':>10}{'p95 x':>8}{'hits':>9}"
    )
    engines = {"this archive": ours, "plain Whoosh": plain_whoosh, "SQLite FTS5": fts5}
    first: tuple[float, float] | None = None
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, make) in enumerate(engines.items()):
            start = time.process_time()
            page = make(rows, Path(folder) / str(number))
            built = time.process_time() - start
            times, totals = measure(page, given.rounds)
            median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            first = first or (median, p95)
            print(
                f"{name:<16}{built:>9.1f}{median:>9.2f}{p95:>9.2f}{max(times):>9.2f}"
                f"{median / first[0]:>10.1f}{p95 / first[1]:>8.1f}{sum(totals):>9}",
                flush=True,
            )


if __name__ == "__main__":
    main()
