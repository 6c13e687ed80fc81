"""The page of what is held: tables, each row with a bar that says again what its numbers say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive.services.holdings import Amount, Format, Holdings
from archive.services.holdings_state import State
from archive.services.labels import label
from archive.services.opening import Archive
from archive.web import labels, labels_holdings
from archive.web.formats import size_words
from archive.web.i18n import language
from archive.web.pages_map import percent
from archive.web.words import _, month, number

# So many months and formats are looked at together; what is older or rarer is summed up.
MOST_MONTHS, MOST_FORMATS = 36, 40


@dataclass(frozen=True)
class Row:
    """A row: what it is of, its cells, and the classes that say how long its bar is ("" for none)."""

    name: str
    cells: tuple[str, ...]
    bar: str = ""


@dataclass(frozen=True)
class Table:
    """A section: its heading, a sentence, and a table; `empty` is said where it has no rows."""

    id: str
    title: str
    lead: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    empty: str = ""
    has_bars: bool = False


@dataclass(frozen=True)
class HoldingsPage:
    """Everything in all, and the tables."""

    totals: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]


def holdings_page(archive: Archive, held: Holdings) -> HoldingsPage:
    """What is held, in words and tables."""
    totals = (
        (_("Items"), number(held.all.items)),
        (_("Files"), number(held.all.files)),
        (_("Size"), size_words(held.all.size)),
    )
    states = tuple(_state(one) for one in held.states)
    tables = (
        _collections(archive, held.collections),
        _formats(held.formats),
        _at_risk(held.at_risk),
        _years(held.years),
        _months(held),
        *states,
    )
    return HoldingsPage(totals, tables)


def _collections(archive: Archive, found: Sequence[Amount]) -> Table:
    most = max((one.size for one in found), default=0)
    named = [(label(archive, "collection", one.of, language()), one) for one in found]
    return _amounts("collections", _("By collection"), "", _("Collection"), named, most)


def _years(found: Sequence[Amount]) -> Table:
    most = max((one.size for one in found), default=0)
    lead = _("By the year in which it was received.")
    return _amounts("years", _("By age"), lead, _("Year"), [(one.of, one) for one in found], most)


def _amounts(
    id_: str, title: str, lead: str, of: str, found: Sequence[tuple[str, Amount]], most: int
) -> Table:
    head = (of, _("Items"), _("Files"), _("Size"))
    rows = tuple(
        Row(name, (number(one.items), number(one.files), size_words(one.size)), _bar(one.size, most))
        for name, one in found
    )
    return Table(id_, title, lead, head, rows, _nothing(), has_bars=True)


def _formats(found: Sequence[Format]) -> Table:
    most = max((one.files for one in found), default=0)
    rows = [
        Row(_name(one), (one.puid or "–", number(one.files), size_words(one.size)), _bar(one.files, most))
        for one in found[:MOST_FORMATS]
    ]
    rarer = found[MOST_FORMATS:]
    if rarer:
        files, size = sum(one.files for one in rarer), sum(one.size for one in rarer)
        rows.append(Row(_("Rarer ones"), ("–", number(files), size_words(size)), _bar(files, most)))
    head = (_("Format"), _("PRONOM identifier"), _("Files"), _("Size"))
    lead = _("As PRONOM, the registry of the National Archives of the United Kingdom, names them.")
    return Table("formats", _("By format"), lead, head, tuple(rows), _nothing(), has_bars=True)


def _at_risk(found: Sequence[Format]) -> Table:
    rows = tuple(
        Row(_name(one), (one.puid or "–", number(one.files), labels.of(labels_holdings.WHY, one.why)))
        for one in found
    )
    head = (_("Format"), _("PRONOM identifier"), _("Files"), _("Why"))
    lead = _(
        "By a short list that comes with this program and whose makers judged; the Digital Preservation Framework of the U.S. National Archives has a long one. What is to be done, you decide."
    )
    empty = _("None of the formats kept here is on the list.")
    return Table("at-risk", _("Formats at risk"), lead, head, rows, empty)


def _months(held: Holdings) -> Table:
    most = held.grown[-1] if held.grown else 0
    shown = list(zip(held.months, held.grown, strict=True))[-MOST_MONTHS:]
    rows = tuple(
        Row(
            month(date.fromisoformat(f"{one.of}-01")),
            (number(one.items), size_words(one.size), size_words(grown)),
            _bar(grown, most),
        )
        for one, grown in shown
    )
    head = (_("Month"), _("Items received"), _("Size received"), _("In all by then"))
    lead = _("What was received each month, and how much there was by its end.")
    return Table("growth", _("Growth"), lead, head, rows, _nothing(), has_bars=True)


def _state(state: State) -> Table:
    most = max((count for _of, count in state.counts), default=0)
    rows = tuple(
        Row(labels.of(labels_holdings.COUNTS, of), (number(count),), _bar(count, most))
        for of, count in state.counts
    )
    head = (_("State"), _("How many"))
    return Table(state.about, labels.of(labels_holdings.ABOUT, state.about), "", head, rows, has_bars=True)


def _name(one: Format) -> str:
    return one.name or _("Unknown format")


def _nothing() -> str:
    return _("Nothing is kept here yet.")


def _bar(part: int, whole: int) -> str:
    return percent("x", part / whole) if part and whole else ""
