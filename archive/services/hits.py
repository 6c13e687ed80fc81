"""Where in its texts an item holds what was searched for: the page, the second, and the words around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from archive.models import File, Item, Passage
from archive.profiles import CollectionProfile
from archive.search import Query, best_passages, lacking, snippet
from archive.services.hit_view import Hit, PartOfText
from archive.services.hits_beside import Wanting, hits_beside
from archive.services.text_parts import PART_CHARACTERS, parts, pieces
from archive.services.written_in import languages_spoken, text_in, written_in

MOST_HITS = 3
_LOOKED_AT = 12
"""Passages compared for one item: those that show the same page or moment twice fall away."""
_ACROSS = 200
"""Characters beyond the end of a piece that are looked at where a phrase may go on into the next."""
_SAME_MOMENT = 15_000  # milliseconds; nearer than this, one hears both
_ACCOMPANIED = aliased(File)


class _Piece(NamedTuple):
    """A piece of a long text, as a row of a passage is; `after` is how the paragraph goes on that it ends in."""

    language: str
    role: str
    accompanies_id: str | None
    title: str
    text: str
    file_id: str
    page: int | None
    start_ms: int | None
    within: PartOfText
    after: str


def hits(
    session: Session,
    profiles: Mapping[str, CollectionProfile],
    items: Iterable[Item],
    query: Query,
    *,
    staff: bool = False,
    language: str = "en",
) -> dict[str, tuple[Hit, ...]]:
    """Up to three places of each item, the best first; its description where no text of it holds more of the words.

    Or else what its page says beside these, to everybody or to `staff`, where that alone holds more of the words.
    """
    if query.asks_for_everything:
        return {}
    found: dict[str, tuple[Hit, ...]] = {}
    wanting: dict[str, Wanting] = {}
    known = {item.id: item for item in items}
    passages = _passages(session, list(known))
    for item_id, item in known.items():
        spoken = languages_spoken(item, (row.language for row in passages[item_id]))
        found[item_id], text = _of_one(passages[item_id], item, profiles, query, spoken)
        lacks = lacking(text, query, languages=spoken)
        # A list shows the title too.
        if lacks and (lacks := min(lacks, lacking(item.title, query, languages=spoken))):
            wanting[item_id] = Wanting(item, lacks, spoken)
    return found | hits_beside(session, profiles, wanting, query, staff=staff, language=language)


def _passages(session: Session, item_ids: Sequence[str]) -> dict[str, list[Any]]:
    rows = session.execute(
        select(
            File.item_id,
            File.language,
            File.role,
            File.accompanies_id,
            # What accompanies a file seldom has a title of its own.
            func.coalesce(func.nullif(File.title, ""), _ACCOMPANIED.title, "").label("title"),
            Passage.text,
            Passage.file_id,
            Passage.page,
            Passage.start_ms,
            Passage.message,
            Passage.enclosure,
        )
        .join(File, File.id == Passage.file_id)
        .outerjoin(_ACCOMPANIED, _ACCOMPANIED.id == File.accompanies_id)
        .where(File.item_id.in_(item_ids))
        .order_by(File.position, Passage.position)
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.item_id].append(row)
    for item_id, whole in found.items():
        those = found[item_id] = list(_in_pieces(whole))
        # A hit that can be opened at its second or page is worth more than the same words in a plain transcript.
        those.sort(key=lambda row: (row.start_ms is None, row.page is None))
    return found


def _in_pieces(rows: list[Any]) -> Iterator[Any]:
    """The passages of an item; a long text without pages and times cut as it is read."""
    for _, of_file in groupby(rows, key=attrgetter("file_id")):
        passages = list(of_file)
        cut = [] if all(map(_has_place, passages)) else pieces(passages)
        if len(cut) < 2:
            yield from passages
            continue
        first, runs = passages[0], parts(cut, PART_CHARACTERS)
        numbers = count(1)
        after = [one.text[:_ACROSS] if one.goes_on else "" for one in cut[1:]] + [""]
        for part, run in enumerate(runs, start=1):
            for one in run:
                within = PartOfText(part, len(runs), next(numbers))
                yield _Piece(
                    first.language,
                    first.role,
                    first.accompanies_id,
                    first.title,
                    one.text,
                    first.file_id,
                    one.page,
                    one.start_ms,
                    within,
                    after[within.piece - 1],
                )


def _has_place(passage: Any) -> bool:
    return passage.page is not None or passage.start_ms is not None


def _of_one(
    rows: list[Any],
    item: Item,
    profiles: Mapping[str, CollectionProfile],
    query: Query,
    spoken: tuple[str, ...],
) -> tuple[tuple[Hit, ...], str]:
    """The places of an item that is described or transcribed in languages `spoken`, and the whole text of the best."""
    best = best_passages(
        [*(row.text for row in rows), item.description], query, languages=spoken, most=_LOOKED_AT
    )
    if not best and any(isinstance(row, _Piece) for row in rows):
        rows = [row._replace(text=row.text + row.after) if isinstance(row, _Piece) else row for row in rows]
        best = best_passages([row.text for row in rows], query, languages=spoken, most=_LOOKED_AT)
    if not best or best[0] == len(rows):
        if not item.description:
            return (), ""
        words = tuple(snippet(item.description, query, languages=spoken).parts)
        return (Hit(words, written_in=written_in(profiles, item)),), item.description
    kept = _apart([rows[index] for index in best if index < len(rows)])
    are_several = len(set(map(_whole, kept))) > 1
    found = tuple(
        Hit(
            tuple(snippet(row.text, query, languages=spoken).parts),
            row.file_id,
            row.page,
            row.start_ms,
            text_in(row.language, row.role, item.languages),
            row.within if isinstance(row, _Piece) and not _has_place(row) else None,
            row.title if are_several and row.title != item.title else "",
        )
        for row in kept
    )
    return found, kept[0].text


def _apart(rows: list[Any]) -> list[Any]:
    """The first row, and others at other pages or moments."""
    kept: list[Any] = rows[:1]
    for row in rows[1:]:
        if len(kept) < MOST_HITS and not any(_is_near(row, other) for other in kept):
            kept.append(row)
    return kept


def _is_near(one: Any, other: Any) -> bool:
    if _whole(one) != _whole(other):
        return False
    if one.start_ms is not None and other.start_ms is not None:
        return bool(abs(one.start_ms - other.start_ms) < _SAME_MOMENT)
    if one.page is not None and other.page is not None:
        return bool(one.page == other.page)
    if isinstance(one, _Piece) and isinstance(other, _Piece):
        return (one.file_id, one.within.part) == (other.file_id, other.within.part)
    # A text without places most likely is the transcript of what was found at a place already.
    return True


def _whole(row: Any) -> str:
    """What a file and all that accompany it belong to."""
    return str(row.accompanies_id or row.file_id)
