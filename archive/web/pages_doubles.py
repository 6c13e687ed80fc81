"""Other items that hold the same file, or a picture that is nearly the same, where a curator works on one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from archive.services.doubles import Doubles, Likewise
from archive.web import labels
from archive.web.links import item_href
from archive.web.words import _


@dataclass(frozen=True)
class Alike:
    """Another item with the same bytes, or a picture nearly the same: why it is named, its title, the way there."""

    words: str
    title: str
    href: str
    state: str


@dataclass(frozen=True)
class Elsewhere:
    """Where else a file is: what may be seen of it, and in words that there is more."""

    alike: tuple[Alike, ...]
    more: tuple[str, ...]


def alike_shown(one: Likewise) -> Alike:
    """Another item, with a link to what the visitor may see of it."""
    words = _("The same bytes are here:") if one.is_same else _("A picture nearly the same is here:")
    href = url_for("preserve.item", item_id=one.item_id) if one.is_at_hand else item_href(one.item_id)
    return Alike(words, one.title or _("Without a title"), href, labels.of(labels.STATES, one.state))


def elsewhere(found: Doubles, file_id: str) -> Elsewhere:
    """Where else one file is."""
    more = []
    if file_id in found.more:
        more.append(_("There are more items that hold it than are listed here."))
    if file_id in found.hidden:
        more.append(
            _(
                "It, or a picture nearly the same, is also in items that you may not see. Ask an administrator to have it taken out there."
            )
        )
    return Elsewhere(tuple(alike_shown(one) for one in found.of(file_id)), tuple(more))
