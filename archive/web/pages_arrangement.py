"""How the files of an item were arranged, in words: what differs between one arrangement and another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.services.arrangements import ORIGINAL, Place, Rearranged
from archive.services.arranging import as_title
from archive.services.views import ItemView
from archive.web import labels
from archive.web.pages_describe import ChangeShown
from archive.web.words import _, day, later

OF_A_ROLE = {
    "original": later("Original"),
    "verso": later("Back of ..."),
    "transcript": later("Transcript of ..."),
    "machine-transcript": later("Transcript made by a machine, of ..."),
    "captions": later("Captions of ..."),
    "translation": later("Translation of ..."),
}


@dataclass(frozen=True)
class ArrangementHistory:
    """Every arrangement of the files of an item, the newest first; `mark` is of the one that stands."""

    mark: str
    changes: tuple[ChangeShown, ...]


@dataclass(frozen=True)
class Regrouped:
    """What became of a form when the item was put together in another way meanwhile.

    `added` are files that are here now and were not in the form, `loose` those that went with a file that is in another
    item now, `others` the items, by id and title, where what was chosen of the rest is a draft; `lost` is what could be
    kept nowhere.
    """

    added: tuple[str, ...]
    loose: tuple[str, ...]
    others: tuple[tuple[str, str], ...]
    lost: tuple[tuple[str, str], ...]


def arrangement_history(
    item: ItemView, mark: str, changes: Sequence[Rearranged], users: Mapping[str, str]
) -> ArrangementHistory:
    """The changes, side by side; `users` are the user names of those who made them."""
    names = names_in(item)
    shown = tuple(
        ChangeShown(
            one.number,
            day(one.on),
            labels.by(users, one.agent),
            differing(one.before, one.after, names),
            one is changes[0],
        )
        for one in changes
    )
    return ArrangementHistory(mark, shown)


def regrouped(
    item: ItemView,
    chosen: Sequence[Place],
    now: Mapping[str, tuple[str, str]],
    others: Sequence[tuple[str, str]],
) -> Regrouped:
    """What is said above the form of `item`, of what was `chosen` for the files that are `now` in it or in `others`."""
    names, places = names_in(item), {item.id, *(one for one, _title in others)}
    at = {one.file_id: now.get(one.file_id, ("", "")) for one in chosen}
    here = {file_id for item_id, file_id in at.values() if item_id == item.id}
    lost = [
        (_("File %(number)s: %(name)s", number=number, name=label), words)
        for number, one in enumerate(chosen, start=1)
        if at[one.file_id][0] not in places
        for label, words in _said(one, {})
        if words and (label, words) not in _said(None, {})
    ]
    return Regrouped(
        tuple(names[one.id] for one in item.files if one.id not in here),
        tuple(
            names[at[one.file_id][1]]
            for one in chosen
            if at[one.file_id][0] == item.id
            and one.role != ORIGINAL
            and one.accompanies
            and now.get(one.accompanies, ("", ""))[0] != item.id
        ),
        tuple((one, title or _("Without a title")) for one, title in others),
        tuple(lost),
    )


def names_in(item: ItemView) -> dict[str, str]:
    """What the files of an item are called, by their ids; where two came under one name, which of them each is."""
    alike: dict[str, list[str]] = {}
    # By id, which never changes: the order of the files does.
    for file in sorted(item.files, key=lambda one: one.id):
        alike.setdefault(file.given_name, []).append(file.id)
    return {
        one: f"{name} ({number})" if len(ids) > 1 else name
        for name, ids in alike.items()
        for number, one in enumerate(ids, start=1)
    }


def differing(
    before: Sequence[Place], after: Sequence[Place], names: Mapping[str, str]
) -> tuple[tuple[str, str, str], ...]:
    """In what two arrangements differ, as the name of it, what the one says and what the other."""
    found: list[tuple[str, str, str]] = []
    orders = _in_order(before, names), _in_order(after, names)
    if orders[0] != orders[1]:
        found.append((_("Order of the files"), *orders))
    stood = {one.file_id: one for one in before}
    for one in after:
        pairs = zip(_said(stood.get(one.file_id), names), _said(one, names), strict=True)
        for (label, old), (_label, new) in pairs:
            if old != new:
                found.append((f"{names.get(one.file_id, one.file_id)}: {label}", old, new))
    return tuple(found)


def _in_order(places: Sequence[Place], names: Mapping[str, str]) -> str:
    called = (names.get(one.file_id, one.file_id) for one in places)
    return "\n".join(f"{number}. {name}" for number, name in enumerate(called, start=1))


def _said(place: Place | None, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    one = place or Place("")
    # What was chosen beside an original is not kept.
    head = "" if one.role == ORIGINAL else names.get(one.accompanies, "")
    return (
        (_("Title of this file"), as_title(one.title)),
        (_("What it is"), str(OF_A_ROLE.get(one.role, one.role))),
        (_("Of which file"), head),
        (_("Language"), one.language),
    )
