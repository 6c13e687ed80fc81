"""The page of the copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from archive.services.copies_state import InTrouble, StoreState
from archive.web.words import _, day, later, number

TROUBLES = {
    "store-away": later("It was not there when it was last looked for."),
    "store-refused": later("It was there, but could not be written to, or refused its keys."),
    "store-other": later("Another disk or bucket is in its place."),
    "store-failing": later("It failed while it was read or written."),
    "store-same-place": later("It lies where the bags lie, or is named twice."),
    "store-set-aside": later(
        "This archive was restored, and writes to no store until somebody says that it may."
    ),
    "store-unfit": later("Its server cannot be told not to write over what is there."),
    "store-keys": later("There are no keys for it."),
    "storage-full": later("There is no room left in it."),
    "storage-url": later("Its address is not written as one."),
    "storage-scheme": later("Nothing can be kept at an address of that kind."),
    "copy-differs": later("What was read back is not what was put there."),
    "copy-ahead": later("The copy holds a newer record than the archive."),
    "copy-diverged": later("The copy holds another record than the archive under the same number."),
    "source-damaged": later("The archive’s own bag is damaged, so it was not copied."),
}
OTHER_TROUBLE = later("Something is in the way: %(code)s.")


@dataclass(frozen=True)
class BadLine:
    """A bag without a sound copy."""

    href: str
    title: str
    reason: str


@dataclass(frozen=True)
class StoreCard:
    """One store: its name, whether all is well with it, a sentence on it, its figures by their labels."""

    name: str
    standing: str
    is_well: bool
    sentence: str
    facts: tuple[tuple[str, str], ...]
    bad: tuple[BadLine, ...]


def copies_page(found: Sequence[StoreState]) -> tuple[StoreCard, ...]:
    """The stores, in the order of the setting."""
    return tuple(_card(one) for one in found)


def _card(one: StoreState) -> StoreCard:
    is_well = not (one.trouble or one.in_trouble or one.waiting or one.to_remove)
    return StoreCard(
        name=one.name,
        standing=_standing(one, is_well=is_well),
        is_well=is_well,
        sentence=_reason(one.trouble) if one.trouble else "",
        facts=tuple(_facts(one)),
        bad=tuple(_bad(each) for each in one.in_trouble),
    )


def _standing(one: StoreState, *, is_well: bool) -> str:
    if is_well:
        return _("Everything is there")
    if one.trouble:
        return _("Not reached")
    return _("Needs a look") if one.in_trouble else _("Catching up")


def _facts(one: StoreState) -> list[tuple[str, str]]:
    facts = [(_("Kind"), _("Bucket") if one.is_bucket else _("Folder or disk"))]
    facts.append((_("Last reached"), day(one.reached_on) if one.reached_on else _("never yet")))
    facts.append((_("Bags that are there as they are now"), number(one.kept)))
    waiting = number(one.waiting)
    if one.waiting_since:
        waiting = _("%(count)s, since %(day)s", count=waiting, day=day(one.waiting_since))
    facts.append((_("Bags that wait"), waiting))
    if one.read_since:
        facts.append((_("Every byte of each was read there since"), day(one.read_since)))
    if one.to_remove:
        facts.append((_("Destroyed, and still to be removed there"), number(one.to_remove)))
    return facts


def _bad(one: InTrouble) -> BadLine:
    title = one.title or _("Without a title")
    # A story, an introduction or a word is named by what it is of, and has its pages elsewhere.
    href = "" if "/" in one.id else url_for("preserve.item", item_id=one.id)
    return BadLine(href, title, _reason(one.trouble))


def _reason(code: str) -> str:
    return str(TROUBLES[code]) if code in TROUBLES else str(OTHER_TROUBLE) % {"code": code}
