"""Items that are shown together: on the page of each, and at the desk where it is chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from archive.services import near
from archive.services.answers import Trouble
from archive.services.opening import Archive
from archive.services.together import Joinable, Part, Together, Whole
from archive.services.views import Card, ItemView
from archive.web import labels
from archive.web.giving_words import TROUBLES
from archive.web.i18n import language
from archive.web.links import item_href
from archive.web.pages_file import FileBlock
from archive.web.pages_list import ListedItem, listed
from archive.web.pages_parts import ShownPart, shown_part
from archive.web.words import _


@dataclass(frozen=True)
class Around:
    """The item on whose page one is shown, and those that stand there before and after it; `lang` is its title's."""

    href: str
    title: str
    lang: str
    around: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Beside:
    """What is shown together with an item on its page: the first parts whole, the rest in a list."""

    parts: tuple[ShownPart, ...]
    listed: tuple[ListedItem, ...]
    wholes: tuple[Around, ...]

    @property
    def hrefs(self) -> frozenset[str]:
        """The addresses of all of them, which need not be told once more."""
        listed = (*(one.item for one in self.parts), *self.listed)
        return frozenset([*(one.href for one in listed), *(one.href for one in self.wholes)])

    @property
    def files(self) -> tuple[FileBlock, ...]:
        """The files of all parts that are shown whole."""
        return tuple(file for one in self.parts for file in one.files)


@dataclass(frozen=True)
class TogetherPage:
    """The page on which it is chosen: `typed` stands in the form, `parts` is what everybody would see.

    `hidden` says of how many of them nothing is shown to the public, `before` is what it was before the last change.
    `is_changed` says that what stands in the form is not what is shown.
    """

    id: str
    title: str
    seen: str
    typed: str
    parts: tuple[ListedItem, ...]
    hidden: str
    before: str | None
    trouble: str
    is_preview: bool
    is_changed: bool


def beside_it(archive: Archive, together: Together) -> Beside:
    """What is shown together with an item on its page."""
    whole = [(one, one.view) for one in together.parts if one.view is not None]
    return Beside(
        tuple(shown_part(archive, one, view, _part(one)) for one, view in whole),
        tuple(_part(one) for one in together.parts if one.view is None),
        tuple(map(_around, together.wholes)),
    )


def around_it(archive: Archive, view: ItemView, beside: Beside) -> list[Card]:
    """What is near an item, without what its page shows together with it."""
    return [one for one in near.near(archive, view, language()) if item_href(one.id) not in beside.hrefs]


def together_page(
    found: Joinable,
    typed: str | None = None,
    preview: Together | None = None,
    hidden: int = 0,
    trouble: str = "",
    seen: str = "",
) -> TogetherPage:
    """The page as it stands, or with what was typed and what would come of it; `seen` is the mark it was typed upon."""
    hidden = found.hidden if typed is None else hidden
    shown = found.parts if typed is None else preview.parts if preview else ()
    return TogetherPage(
        id=found.id,
        title=found.title or _("Without a title"),
        seen=seen or found.seen,
        typed=found.said if typed is None else typed,
        parts=tuple(map(_part, shown)),
        hidden=_("Of %(number)s of them the public is shown nothing now.", number=hidden) if hidden else "",
        before=found.before if typed is None else None,
        trouble=trouble,
        is_preview=preview is not None and not trouble,
        is_changed=typed is not None and typed.split() != found.said.split(),
    )


def trouble_words(trouble: Trouble | None) -> str:
    """Why these cannot be shown together."""
    return str(TROUBLES.get(trouble.code, _("This cannot be done with it now."))) if trouble else ""


def _part(part: Part) -> ListedItem:
    shown = listed(part.card)
    by = _("Given by %(name)s.", name=part.given_by) if part.given_by else ""
    return replace(shown, facts=(*shown.facts, *(one for one in (by, part.rights) if one)))


def _around(whole: Whole) -> Around:
    title = whole.title or _("Without a title")
    near = ((whole.before, _("The one before it")), (whole.after, _("The one after it")))
    return Around(
        item_href(whole.id),
        title,
        labels.language_beside(whole.written_in) if whole.title else "",
        tuple((item_href(one), words) for one, words in near if one),
    )
