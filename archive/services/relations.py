"""What an item belongs with: other items of the archive, shown to those alone who may see them, and anything else in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor, visible
from archive.models import Item, ItemState, Revision, id_in
from archive.profiles import CollectionProfile, Field
from archive.services import parts
from archive.services.answers import Trouble
from archive.services.sealed import listed_title
from archive.services.written_in import written_in


@dataclass(frozen=True)
class Related:
    """One thing an item belongs with; `item_id` and `title` are of an item that may be seen, `words` were written with it.

    `written_in` is the language (a code) of the title.
    """

    words: str
    item_id: str = ""
    title: str = ""
    written_in: str = ""


def troubles(
    session: Session, actor: Actor, item: Item, fields: Sequence[Field], typed: Mapping[str, str]
) -> dict[str, Trouble]:
    """By field, which relations lead nowhere: to no item that `actor` may see, or to the item itself."""
    found = {}
    for one in (one for one in fields if one.kind == "relation"):
        named = _named(typed.get(one.name, "").splitlines())
        unseen = named - {one.id for one in _seen(session, actor, named)}
        # What was said before may have been taken back since, and may be said again.
        if item.id in named or (unseen and unseen - _said_before(session, item, one.name)):
            found[one.name] = Trouble("no-such-item")
    found |= _part_troubles(session, actor, item, fields, typed)
    return found


def related(
    session: Session,
    profiles: Mapping[str, CollectionProfile],
    actor: Actor,
    extra: Mapping[str, Any],
    fields: Iterable[Field],
) -> dict[str, tuple[Related, ...]]:
    """By field of a profile, what an item belongs with as `actor` may see it; of what is hidden there is no word."""
    found = {}
    for one in fields:
        if one.kind == "relation" and extra.get(one.name):
            lines = entries(extra[one.name])
            seen = {item.id: item for item in _seen(session, actor, _named(lines))}
            found[one.name] = tuple(
                shown for line in lines if (shown := _related(actor, line, seen, profiles))
            )
    return found


def told(session: Session, actor: Actor, text: str) -> str:
    """What is said of what an item belongs with, one on a line, without the lines that name what `actor` may not see."""
    lines = text.splitlines()
    seen = {one.id for one in _seen(session, actor, _named(lines))}
    return "\n".join(one for one in lines if not id_in(one) or id_in(one) in seen)


def with_untold(session: Session, actor: Actor, stands: str, typed: str) -> str:
    """What is to be said where `actor` typed this in the place of what they were told of `stands`: what they were not stays."""
    shown = told(session, actor, stands).splitlines()
    if plain_lines(typed) == shown:
        return stands
    return "\n".join([*plain_lines(typed), *(one for one in stands.splitlines() if one not in shown)])


def unseen_troubles(
    session: Session, actor: Actor, item: Item, fields: Sequence[Field], typed: Mapping[str, str]
) -> dict[str, Trouble]:
    """By field, that somebody who was not told all of it typed the number of no item that they may see, or of the item itself."""
    found = {}
    for one in (one for one in fields if one.kind == "relation"):
        named = _named(typed.get(one.name, "").splitlines())
        if item.id in named or named - {seen.id for seen in _seen(session, actor, named)}:
            found[one.name] = Trouble("no-such-item")
    return found


def plain_lines(text: str) -> list[str]:
    """What was typed, one entry on a line, as it is kept."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def entries(value: Any) -> list[str]:
    """What is kept under a field of a profile, as a list of texts."""
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value).splitlines()


def _named(lines: Iterable[str]) -> set[str]:
    return {id_in(line) for line in lines} - {""}


def _part_troubles(
    session: Session, actor: Actor, item: Item, fields: Sequence[Field], typed: Mapping[str, str]
) -> dict[str, Trouble]:
    found = {}
    for one in (one for one in fields if one.kind == parts.PARTS):
        lines = [line for line in typed.get(one.name, "").splitlines() if line.strip()]
        if not all(map(id_in, lines)):
            found[one.name] = Trouble("no-such-item")
            continue
        stands = {*entries(item.extra.get(one.name))} | _gone(session, _said_before(session, item, one.name))
        new = [named for named in map(id_in, lines) if named not in stands]
        code = parts.unfit(session, actor, item, one, new) if new else ""
        if code:
            found[one.name] = Trouble(code)
    return found


def _gone(session: Session, ids: set[str]) -> set[str]:
    """Those of the items that were taken back."""
    left = select(Item.id).where(Item.id.in_(ids), Item.state != ItemState.WITHDRAWN)
    return ids - set(session.scalars(left))


def _said_before(session: Session, item: Item, name: str) -> set[str]:
    kept = session.scalars(select(Revision.said).where(Revision.item_id == item.id))
    return _named(line for said in kept for line in said.get(name, "").splitlines()) | _named(
        entries(item.extra.get(name))
    )


def _related(
    actor: Actor, line: str, seen: Mapping[str, Item], profiles: Mapping[str, CollectionProfile]
) -> Related | None:
    item_id = id_in(line)
    if not item_id:
        return Related(line)
    if item_id not in seen:
        return None
    words = re.sub(rf"\S*{item_id}\S*", "", line).strip(" :–-()")
    title = listed_title(actor, seen[item_id])
    return Related(words, item_id, title, written_in(profiles, seen[item_id]))


def _seen(session: Session, actor: Actor, ids: Iterable[str]) -> Sequence[Item]:
    return session.scalars(select(Item).where(Item.id.in_(ids), visible(actor))).all()
