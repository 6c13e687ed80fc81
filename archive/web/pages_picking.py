"""Picking what is shown together with an item: what was found for words, and what was picked so far."""

from __future__ import annotations

from dataclasses import dataclass

from archive.services.picking import Picked, Picks
from archive.services.views import Card
from archive.web.errors import searching_words
from archive.web.pages_list import ListedItem, listed


@dataclass(frozen=True)
class Pick:
    """An item to be picked, or picked; `line` is how it was typed, and all there is where `item` is None."""

    id: str
    line: str
    item: ListedItem | None


@dataclass(frozen=True)
class Picker:
    """What was asked for and found, and what was picked; `words` is None before anybody searched.

    `is_cut` says that more was found than is shown, `trouble` why a search cannot be asked.
    """

    words: str | None
    found: tuple[Pick, ...]
    is_cut: bool
    picked: tuple[Pick, ...]
    trouble: tuple[str, ...]


def picker(words: str | None, picks: Picks) -> Picker:
    """The two lists as the page shows them."""
    return Picker(
        words,
        tuple(Pick(card.id, card.id, _listed(card)) for card in picks.found),
        picks.is_cut,
        tuple(map(_picked, picks.picked)),
        searching_words(picks.trouble) if picks.trouble else (),
    )


def _picked(one: Picked) -> Pick:
    return Pick(one.card.id, one.line, _listed(one.card)) if one.card else Pick("", one.line, None)


def _listed(card: Card) -> ListedItem:
    return listed(card, endpoint="preserve.item")
