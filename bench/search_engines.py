"""The engines that `bench/search.py` puts beside each other: the same records, the same pages, each in its own way.

A page is: the total, 20 ids in order of relevance, their snippets, and the counts of three facets (kind, decade, place);
this archive's engines count all eight of theirs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from whoosh import fields, index, qparser, sorting

from archive.search import Filters, IndexDocument, SearchIndex, open_indexes, parse_query, snippet

Record = dict[str, Any]
Page = Callable[[str], int]
DEFAULT_FACETS = ("kind", "decade", "place")


def decade(record: Record) -> int | None:
    """The ten years a record is from."""
    year = re.search(r"\d{4}", record["date"] or "")
    return int(year[0]) // 10 * 10 if year else None


def document(record: Record) -> IndexDocument:
    """A record as this archive's engines take it."""
    tens = decade(record)
    return IndexDocument(
        id=record["id"],
        title=record["title"],
        names=[record["creator"]] if record["creator"] else [],
        subjects=record["subjects"] or [],
        places=[record["place"]] if record["place"] else [],
        description=record["description"] or "",
        text=record["text"] or "",
        kind=record["type"] or "",
        rights=(record["rights"] or "")[:80],
        date_start=tens * 10000 + 101 if tens else None,
        date_end=(tens + 9) * 10000 + 1231 if tens else None,
        decades=[tens] if tens else [],
    )


def text_of(record: Record) -> str:
    """What a snippet is cut from."""
    return record["text"] or record["description"] or ""


def page_of(found: SearchIndex, texts: dict[str, str]) -> Page:
    """A page of one of this archive's engines; texts come from the database, as for a visitor."""

    def page(text: str) -> int:
        query = parse_query(text)
        result = found.search(query, Filters())
        for id_ in result.ids:
            snippet(texts[id_], query)
        return result.total

    return page


def ours(engine: str, rows: list[Record], folder: Path, database: str = "") -> Page:
    """One of this archive's engines."""
    found = open_indexes(folder, engine=engine, database=database).public
    if found.count() != len(rows):  # it is there where a folder was kept
        found.rebuild(map(document, rows))
    return page_of(found, {row["id"]: text_of(row) for row in rows})


def plain_whoosh(rows: list[Record], folder: Path) -> Page:
    """As the manual shows it: stored text, default parser, a searcher a query, facets by `groupedby`, `highlights`."""
    key = fields.ID(stored=True, sortable=True)
    schema = fields.Schema(
        id=fields.ID(stored=True), content=fields.TEXT(stored=True), kind=key, decade=key, place=key
    )
    kept = index.create_in(str(folder), schema)
    writer = kept.writer(limitmb=256)
    for row in rows:
        content = "\n".join(row[name] or "" for name in ("title", "creator", "description", "text"))
        tens = str(decade(row) or "undated")
        writer.add_document(
            id=row["id"], content=content, kind=row["type"] or "-", decade=tens, place=row["place"] or "-"
        )
    writer.commit()
    parser = qparser.QueryParser("content", kept.schema)

    def page(text: str) -> int:
        facets = sorting.Facets().add_field("kind").add_field("decade").add_field("place")
        spelled = re.sub(r"(^| )-", r"\1NOT ", text)
        with kept.searcher() as searcher:
            results = searcher.search(parser.parse(spelled), limit=20, groupedby=facets)
            for name in DEFAULT_FACETS:
                Counter({value: len(ids) for value, ids in results.groups(name).items()}).most_common(20)
            for hit in islice(results, 20):  # grouped results go on beyond their limit
                hit.highlights("content")
            return len(results)

    return page


def fts5(rows: list[Record], folder: Path) -> Page:
    """SQLite full text with Porter stems, folded accents and BM25 weights; facets by GROUP BY."""
    db = sqlite.connect(str(folder / "fts.db"))
    db.execute(
        "CREATE VIRTUAL TABLE docs USING fts5(title, names, body, tokenize='porter unicode61 remove_diacritics 2')"
    )
    db.execute("CREATE TABLE facets (id INTEGER PRIMARY KEY, kind TEXT, decade TEXT, place TEXT)")
    for number, row in enumerate(rows):
        body = (row["description"] or "") + "\n" + (row["text"] or "")
        db.execute(
            "INSERT INTO docs(rowid, title, names, body) VALUES (?,?,?,?)",
            (number, row["title"], row["creator"] or "", body),
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
        for name in DEFAULT_FACETS:
            db.execute(
                f"SELECT {name}, count(*) FROM hits JOIN facets USING (id) GROUP BY 1 ORDER BY 2 DESC LIMIT 20"
            ).fetchall()
        total = db.execute("SELECT count(*) FROM hits").fetchone()[0]
        db.execute("DROP TABLE temp.hits")
        return int(total)

    return page
