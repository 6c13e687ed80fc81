"""How often a search puts the record that is meant first: this archive's beside Whoosh's and SQLite FTS5's, in one run.

    python -m bench.relevance [RECORDS.jsonl.gz]

60 queries as people ask (names, titles half remembered, a place and a year, phrases, slips, accents left out) stand in
relevance.tsv beside the id of the one record each of them means. Ranking was tuned on the odd ones; the even ones judge it.
success@1: the record is first. MRR@10: one divided by its rank, 0 below ten. nDCG@10: one divided by log2(rank + 1).
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from whoosh import fields, index, qparser

from archive.dates import read_edtf
from archive.models.errors import BadInputError
from archive.search import IndexDocument, open_indexes, parse_query, years
from archive.services.turned_names import turned

QUERIES = Path(__file__).with_name("relevance.tsv")
DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "bulk" / "theme-5k.jsonl.gz"
FIELDS = ("title", "creator", "subjects", "place", "date", "description", "text")
DEPTH = 10
Ask = Callable[[str], list[str]]


def asked() -> list[tuple[str, str]]:
    """The queries and the ids that they mean."""
    lines = QUERIES.read_text("utf-8").splitlines()
    return [(query, id_) for query, _, id_ in (line.partition("\t") for line in lines)]


def words_of(row: dict[str, Any], field: str) -> str:
    value = row[field] or ""
    return value if isinstance(value, str) else "\n".join(value)


def ours(rows: list[dict[str, Any]], folder: Path) -> tuple[Ask, Ask]:
    """As it was asked; and where nothing was found as the page suggests to ask instead."""
    kept = open_indexes(folder).public
    kept.rebuild(document(row) for row in rows)

    def ask(text: str) -> list[str]:
        return kept.search(parse_query(text), limit=DEPTH).ids

    def suggested(text: str) -> list[str]:
        return ask(text) or ask(kept.suggest(text) or text)

    return ask, suggested


def document(row: dict[str, Any]) -> IndexDocument:
    """A record as this archive indexes an item."""
    try:
        date = read_edtf(row["date"] or "")
    except BadInputError:
        date = None
    first, last = (date.start, date.end) if date else (None, None)
    names = [name.strip() for name in (row["creator"] or "").split(";") if name.strip()]
    return IndexDocument(
        id=row["id"],
        title=row["title"],
        names=names,
        other_names=turned(names),
        subjects=row["subjects"] or [],
        places=[row["place"]] if row["place"] else [],
        description="\n".join([row["description"] or "", *years(first, last)]),
        text=row["text"] or "",
        kind=row["type"] or "",
        languages=[row["language"]] if row.get("language") else [],
        date_start=first,
        date_end=last,
        decades=date.decades if date else [],
    )


def plain_whoosh(rows: list[dict[str, Any]], folder: Path) -> Ask:
    """As its manual shows it: TEXT fields, MultifieldParser over all of them, BM25F."""
    folder.mkdir()
    schema = fields.Schema(id=fields.ID(stored=True), **dict.fromkeys(FIELDS, fields.TEXT))
    kept = index.create_in(str(folder), schema)
    writer = kept.writer(limitmb=256)
    for row in rows:
        writer.add_document(id=row["id"], **{name: words_of(row, name) for name in FIELDS})
    writer.commit()
    parser = qparser.MultifieldParser(list(FIELDS), kept.schema)
    searcher = kept.searcher()

    def ask(text: str) -> list[str]:
        return [hit["id"] for hit in searcher.search(parser.parse(text), limit=DEPTH)]

    return ask


def fts5(rows: list[dict[str, Any]], folder: Path) -> tuple[Ask, Ask]:
    """Porter stems and bm25: all columns alike, as is the default, and title and creator four times the rest."""
    folder.mkdir()
    db = sqlite.connect(str(folder / "fts.db"))
    db.execute(
        f"CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, {', '.join(FIELDS)}, tokenize='porter unicode61')"
    )
    marks = ", ".join("?" * (len(FIELDS) + 1))
    db.executemany(
        f"INSERT INTO docs VALUES ({marks})",
        ((row["id"], *(words_of(row, name) for name in FIELDS)) for row in rows),
    )

    def asking(rank: str) -> Ask:
        def ask(text: str) -> list[str]:
            # Its own grammar takes an apostrophe or a hyphen for an error, so every word and phrase is quoted.
            pieces = (one.strip('"') for one in re.findall(r'"[^"]+"|\S+', text))
            quoted = " ".join(f'"{piece}"' for piece in pieces)
            rows = db.execute(
                f"SELECT id FROM docs WHERE docs MATCH ? ORDER BY {rank} LIMIT {DEPTH}", (quoted,)
            )
            return [id_ for (id_,) in rows]

        return ask

    return asking("bm25(docs)"), asking("bm25(docs, 0, 4, 4, 1, 1, 1, 1, 1)")


def judged(ranks: Iterable[int | None]) -> str:
    """The three figures of some queries."""
    known = list(ranks)
    first = sum(rank == 1 for rank in known)
    reciprocal = sum(1 / rank for rank in known if rank)
    gain = sum(1 / math.log2(rank + 1) for rank in known if rank)
    return "".join(f"{figure / len(known):>9.3f}" for figure in (first, reciprocal, gain))


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("path", nargs="?", type=Path, default=DEFAULT)
    arguments.add_argument("--each", action="store_true", help="Print the rank that each query gives too.")
    given = arguments.parse_args()
    if not given.path.exists():
        raise SystemExit(f"{given.path} is not there; name a .jsonl.gz file of records.")
    with gzip.open(given.path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    queries = asked()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        engines: dict[str, Ask] = {}
        engines["this archive"], engines["  its suggestion followed"] = ours(rows, root / "ours")
        engines["plain Whoosh"] = plain_whoosh(rows, root / "whoosh")
        engines["SQLite FTS5"], engines["  with weights"] = fts5(rows, root / "fts")
        found = {name: [_rank(ask(query), id_) for query, id_ in queries] for name, ask in engines.items()}
    print(f"{len(rows)} records, {len(queries)} queries: success@1, MRR@10, nDCG@10")
    print(f"{'engine':<28}{'all of them':^27} {'tuned on (odd)':^27} {'held out (even)':^27}")
    for name, ranks in found.items():
        print(f"{name:<28}{judged(ranks)} {judged(ranks[::2])} {judged(ranks[1::2])}")
    if given.each:
        for number, (query, id_) in enumerate(queries):
            print(f"{query:<48}{id_:<32}", *(ranks[number] or "-" for ranks in found.values()))


def _rank(ids: list[str], wanted: str) -> int | None:
    return ids.index(wanted) + 1 if wanted in ids else None


if __name__ == "__main__":
    main()
