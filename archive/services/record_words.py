"""What a record holds of the words that its item shares with others: which they are, and what curators wrote down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from archive.models import Agent, Place, Term
from archive.services.record_statements import AUTHORITIES, GIVEN, LINKS, MERGED, OTHERS

Owned = dict[str, list[Row[Any]]]
# What a word bears besides its name, by the room it is in.
BORNE = ("kind", "vocabulary", "latitude", "longitude")
ROWS = tuple(
    select(*(model.__table__.c[name] for name in names)).where(model.__table__.c.id.in_(GIVEN))
    for model, names in (
        (Agent, ("id", "name", "kind")),
        (Place, ("id", "name", "latitude", "longitude")),
        (Term, ("id", "label", "vocabulary")),
    )
)


class Words:
    """What is known of the words of some items, and of those that these replace or are replaced by."""

    def __init__(self, session: Session, linked: Sequence[Owned]) -> None:
        rows = {row.id: row._mapping for owned in linked for some in owned.values() for row in some}
        written = session.execute(AUTHORITIES, {"given": list(rows)}).all() if rows else []
        self._preferred = {one.id: one.preferred_id for one in written}
        named = {*self._preferred, *(one for one in self._preferred.values() if one)} - {*rows}
        rows |= _rows(session, sorted(named))
        ids = list(self._preferred)
        beside = [
            by_owner(session, query, owner, ids) if ids else {}
            for query, owner in ((OTHERS, "authority_id"), (LINKS, "authority_id"), (MERGED, "new_id"))
        ]
        known = {one.id: one for one in written}
        # Also a word of which nobody wrote anything down: by its id it is the same in every bag, whatever it is called.
        self._entries = {
            one: _entry(bears, known.get(one), rows, [some.get(one, ()) for some in beside])
            for one, bears in rows.items()
        }

    def of(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        """Those that an item is linked to, in order, each once."""
        return [self._entries[one] for one in dict.fromkeys(ids) if one in self._entries]

    def related_to(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        """Those that an item is not linked to, but by which it is found: what its words replace, or are replaced by."""
        own = frozenset(ids)
        above = {self._preferred.get(one) for one in own} - {None}
        related = (
            entry
            for one, entry in self._entries.items()
            if one not in own and (one in above or self._preferred.get(one) in own)
        )
        return sorted(related, key=lambda entry: (entry["room"], entry["name"], entry["id"]))


def written_about(session: Session, word_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What curators wrote down about one word, and about those that it replaces or is replaced by."""
    bears = [row for query in ROWS for row in session.execute(query, {"given": [word_id]})]
    words = Words(session, [{word_id: bears}])
    return words.of([word_id]), words.related_to([word_id])


def by_owner(session: Session, query: Select[Any], owner: str, given: list[str]) -> Owned:
    """Rows by what they belong to, in the order of the statement."""
    found: Owned = {}
    for row in session.execute(query, {"given": given}):
        found.setdefault(getattr(row, owner), []).append(row)
    return found


def _rows(session: Session, ids: list[str]) -> dict[str, Any]:
    if not ids:
        return {}
    return {row.id: row._mapping for query in ROWS for row in session.execute(query, {"given": ids})}


def _entry(
    bears: Any, known: Row[Any] | None, rows: Mapping[str, Any], beside: Sequence[Sequence[Row[Any]]]
) -> dict[str, Any]:
    others, links, merged = beside
    preferred = rows.get(known.preferred_id) if known else None
    return {
        "id": bears["id"],
        "room": _room(bears),
        "name": _name(bears),
        "version": known.version if known else 0,
        "standing": known.standing if known else "",
        "note": known.note if known else "",
        "precision": known.precision if known else "",
        "preferred": _name(preferred) if preferred else "",
        "other_names": [{"name": other.name, "former": other.former} for other in others],
        "links": [link.uri for link in links],
        "merged": [one.old_id for one in merged],
        **{name: bears.get(name, "" if name in ("kind", "vocabulary") else None) for name in BORNE},
    }


def _room(bears: Any) -> str:
    return "terms" if "label" in bears else "places" if "latitude" in bears else "agents"


def _name(row: Any) -> str:
    name: str = row.get("name") or row["label"]
    return name
