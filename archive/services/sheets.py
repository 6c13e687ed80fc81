"""Descriptions of many items as one spreadsheet, out and in again: what is not right is named by row and column.

What reads a sheet and what checks it is one function: a sheet that has no problem is what would be changed.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import DESCRIBED, Item, ItemState, new_id, record_event
from archive.models.errors import BadInputError, TooLargeError
from archive.plain_text import plain
from archive.profiles import CollectionProfile
from archive.search import parse_query
from archive.services import batches
from archive.services.choosing import Choice, changeable, chosen_items
from archive.services.kept import asked_of, columns, everything_in
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.revisions import mark_of, said_of
from archive.services.tables import (
    MARK_OF_UTF_8,
    TableError,
    decoded,
    is_workbook,
    line_of,
    plain_line_ends,
    table_of,
    unguarded,
)
from archive.services.weighing import DESCRIBE, NOTHING_CHANGES, Weighed, Wish, weigh
from archive.services.written_in import written_in

ID, MARK, STATE, COLLECTION = OWN = ("id", "mark", "state", "collection")
SHEET = "sheet"
# Where a row keeps what stands beyond the last column.
BEYOND = "\0"
LARGEST = 8 * 1024**2
# How much of a mark tells of the words, and how much of state and collection.
_OF_WORDS, _OF_PLACE = 16, 8


@dataclass(frozen=True)
class SheetProblem:
    """Why a cell, a row or a column cannot be used: row as a spreadsheet shows it (the header is 1), column, a code.

    `theirs` is what stands in the archive and `yours` what stands in the sheet, where somebody changed it meanwhile;
    `content_note` is the item's, for who is shown its words, and `note_in` its language (a code).
    """

    row: int
    column: str
    code: str
    yours: str = ""
    theirs: str = ""
    content_note: str = ""
    note_in: str = ""


@dataclass(frozen=True)
class SheetChange:
    """What a row would change: the item, its content note with its language (a code), and by field what stands there and what would."""

    row: int
    item_id: str
    title: str
    content_note: str
    note_in: str
    was: Mapping[str, str]
    said: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """A sheet as it was read: what would change, what is wrong, and how many rows say what is said already."""

    collection: str
    changes: tuple[SheetChange, ...]
    problems: tuple[SheetProblem, ...]
    unchanged: int


@dataclass(frozen=True)
class Line:
    """One row of a sheet: its number, and its cells by column."""

    number: int
    cells: Mapping[str, str]


def write_sheet(
    archive: Archive, actor: Actor, choice: Choice, *, with_mark_of_encoding: bool = False
) -> Iterator[str]:
    """The items that match as the lines of a table (RFC 4180, UTF-8); all of one collection, whose fields are columns.

    That they were taken out, of which collection and by whom, is an event. BadInputError (`no-such-collection`) when
    none is chosen.
    """
    batches.check_actor(actor)
    profile = archive.profiles.get(choice.collection)
    if profile is None:
        raise BadInputError("A spreadsheet is of one collection.", code="no-such-collection")
    # What cannot be looked for is told before anything leaves.
    parse_query(choice.words)
    # Of which words it was looked for is nobody's: an event can never be taken back.
    detail = {"collection": profile.slug} | (
        {"state": choice.state} if choice.state in list(ItemState) else {}
    )
    with archive.db.write() as session:
        record_event(session, new_id(), "sheet-export", agent_of(actor), detail, first=True)
    return _lines(archive, actor, choice, profile, with_mark_of_encoding)


def read_sheet(archive: Archive, actor: Actor, data: bytes, language: str = "en") -> Sheet:
    """What a sheet would change, and every problem in it; nothing is changed.

    BadInputError when it is no such sheet at all (`sheet-is-workbook`, `sheet-not-a-table`, `sheet-without-id`,
    `sheet-empty`), TooLargeError (`sheet-too-large`).
    """
    batches.check_actor(actor)
    header, lines = _table(data)
    problems = [SheetProblem(1, name, "column-twice") for name in _twice(header)]
    with archive.db.read() as session:
        # Of letters that no screen shows some are a mistake to the database too.
        items = _items(session, actor, [line.cells[ID] for line in lines if line.cells[ID].isprintable()])
        slug = next((items[line.cells[ID]].collection for line in lines if line.cells[ID] in items), "")
        known = {one.name for one in everything_in(archive.profiles, slug).fields} if slug else set()
        columns = [name for name in header if name and name not in OWN]
        if slug:
            problems += [SheetProblem(1, name, "unknown-column") for name in columns if name not in known]
        reading = _Reading(archive, session, actor, slug, [one for one in columns if one in known], language)
        for line in lines:
            reading.take(line, items.get(line.cells[ID]))
    return Sheet(slug, tuple(reading.changes), (*problems, *reading.problems), reading.unchanged)


def plan_sheet(archive: Archive, actor: Actor, sheet: Sheet, language: str = "en") -> str:
    """The batch that would do what a sheet says; BadInputError (`sheet-problems`) while something in it is wrong."""
    if sheet.problems:
        raise BadInputError("Something in the spreadsheet is not right.", code="sheet-problems")
    wishes = {one.item_id: Wish(DESCRIBE, one.said) for one in sheet.changes}
    return batches.plan(archive, actor, SHEET, wishes, language=language)


def _lines(
    archive: Archive, actor: Actor, choice: Choice, profile: CollectionProfile, with_mark_of_encoding: bool
) -> Iterator[str]:
    with archive.db.read() as session:
        names = columns(session, archive.profiles, profile.slug)
    yield (MARK_OF_UTF_8 if with_mark_of_encoding else "") + line_of((*OWN, *names))
    for item in chosen_items(archive, actor, choice):
        said = said_of(item, asked_of(archive.profiles, item).fields)
        mark = mark_of(said)[:_OF_WORDS] + _place_mark(item.state, item.collection)
        yield line_of([item.id, mark, item.state, item.collection, *(said.get(name, "") for name in names)])


def _place_mark(state: str, collection: str) -> str:
    return hashlib.sha256(f"{state}\n{collection}".encode()).hexdigest()[:_OF_PLACE]


def _table(data: bytes) -> tuple[list[str], list[Line]]:
    if len(data) > LARGEST:
        raise TooLargeError("The spreadsheet is too large.", code="sheet-too-large")
    if is_workbook(data):
        raise BadInputError("This is a workbook, not a table.", code="sheet-is-workbook")
    try:
        text = decoded(data, "strict")
        table = table_of(text)
    except (TableError, UnicodeDecodeError) as error:
        raise BadInputError("This cannot be read as a table.", code="sheet-not-a-table") from error
    if _has_control(text.partition("\n")[0]):
        raise BadInputError("This cannot be read as a table.", code="sheet-not-a-table")
    header = [name.strip().lower() for name in table[0]] if table else []
    if ID not in header or MARK not in header:
        raise BadInputError("The sheet has no columns “id” and “mark”.", code="sheet-without-id")
    lines = [
        Line(
            number,
            {name: plain_line_ends(unguarded(cell)) for name, cell in zip(header, cells, strict=False)}
            | _more(cells, header),
        )
        for number, cells in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]
    if not lines:
        raise BadInputError("The sheet has no rows.", code="sheet-empty")
    return header, [Line(one.number, {ID: "", MARK: "", **one.cells}) for one in lines]


def _more(cells: Sequence[str], header: Sequence[str]) -> dict[str, str]:
    """What stands beyond the last column: there is no column that it could belong to."""
    beyond = [cell for cell in cells[len(header) :] if cell.strip()]
    return {BEYOND: beyond[0]} if beyond else {}


def _has_control(text: str) -> bool:
    """Whether there is a letter that no screen shows: whoever brings a sheet in is told where, and nothing is left out."""
    return plain(text) != text or any(
        unicodedata.category(letter) == "Cc" and letter not in "\t\n\r" for letter in text
    )


def _twice(header: Sequence[str]) -> list[str]:
    return [name for name in dict.fromkeys(header) if name and header.count(name) > 1]


def _items(session: Session, actor: Actor, ids: Sequence[str]) -> dict[str, Item]:
    """Those that `write_sheet` gives to the actor; any other id is like one that never was."""
    found: dict[str, Item] = {}
    for start in range(0, len(ids), 500):
        query = select(Item).options(*DESCRIBED).where(Item.id.in_(ids[start : start + 500]))
        found |= {item.id: item for item in session.scalars(query.where(*changeable(actor)))}
    return found


class _Reading:
    """Takes one row after the other."""

    def __init__(
        self,
        archive: Archive,
        session: Session,
        actor: Actor,
        collection: str,
        columns: Sequence[str],
        language: str,
    ) -> None:
        self.changes: list[SheetChange] = []
        self.problems: list[SheetProblem] = []
        self.unchanged = 0
        self._archive, self._session, self._actor = archive, session, actor
        self._collection, self._columns, self._language = collection, columns, language
        self._seen: set[str] = set()

    def take(self, line: Line, item: Item | None) -> None:
        """Read one row: a change, a problem, or nothing new."""
        wrong = self._against(line, item)
        self.problems += wrong
        if wrong or item is None:
            return
        now = said_of(item, asked_of(self._archive.profiles, item).fields)
        wanted = {name: line.cells[name] for name in self._columns if name in line.cells}
        differing = {name: text for name, text in wanted.items() if text.strip() != now.get(name, "").strip()}
        spoken = written_in(self._archive.profiles, item)
        unseen = [name for name, text in differing.items() if _has_control(text)]
        if unseen:
            self.problems += [SheetProblem(line.number, name, "control-letter") for name in unseen]
        elif not differing:
            self.unchanged += 1
        elif line.cells[MARK][:_OF_WORDS] != mark_of(now)[:_OF_WORDS]:
            self.problems += [
                SheetProblem(line.number, name, "crossed", text, now.get(name, ""), item.content_note, spoken)
                for name, text in differing.items()
            ]
        else:
            self._weigh(line, item, differing, spoken)

    def _against(self, line: Line, item: Item | None) -> list[SheetProblem]:
        number, item_id = line.number, line.cells[ID]
        if line.cells.get(BEYOND):
            return [SheetProblem(number, "", "too-many-cells")]
        if item is None:
            return [SheetProblem(number, ID, "unknown-id" if item_id else "no-id", item_id)]
        if item_id in self._seen:
            return [SheetProblem(number, ID, "id-twice", item_id)]
        self._seen.add(item_id)
        stands = item.state, item.collection
        place = line.cells.get(STATE, item.state), line.cells.get(COLLECTION, item.collection)
        if place != stands and line.cells[MARK][_OF_WORDS:] != _place_mark(*place):
            return [
                SheetProblem(number, name, "read-only", yours, theirs)
                for name, yours, theirs in zip((STATE, COLLECTION), place, stands, strict=True)
                if yours != theirs
            ]
        if item.collection != self._collection:
            return [SheetProblem(number, COLLECTION, "other-collection", "", item.collection)]
        return []

    def _weigh(self, line: Line, item: Item, differing: Mapping[str, str], spoken: str) -> None:
        found: Weighed = weigh(
            self._archive, self._session, self._actor, item, Wish(DESCRIBE, differing), self._language
        )
        if found.trouble == NOTHING_CHANGES:
            self.unchanged += 1
        elif found.trouble:
            column = found.where or ID
            yours, note = differing.get(found.where, ""), item.content_note
            self.problems.append(SheetProblem(line.number, column, found.trouble, yours, "", note, spoken))
        else:
            what = item.id, item.title, item.content_note, spoken
            self.changes.append(SheetChange(line.number, *what, found.was, found.said))
