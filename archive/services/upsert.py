"""Writes one row whether or not one with its key stands there: two writers at once never fail, on either database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from archive.models import Base


def put_row(session: Session, model: type[Base], key: Sequence[str], values: dict[str, Any]) -> None:
    """Insert the row, or set its other values where one with the same key stands."""
    changed = {name: value for name, value in values.items() if name not in key}
    insert = _insert(session)(model).values(values)
    session.execute(insert.on_conflict_do_update(index_elements=list(key), set_=changed))


def put_row_once(session: Session, model: type[Base], key: Sequence[str], values: dict[str, Any]) -> None:
    """Insert the row, or leave the one that stands there with the same key: the first one stays."""
    session.execute(_insert(session)(model).values(values).on_conflict_do_nothing(index_elements=list(key)))


def _insert(session: Session) -> Any:
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
