"""Items in lists, and turning the leaves of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import url_for

from archive.profiles import BroughtPicture
from archive.services import told_beside
from archive.services.hit_view import Hit
from archive.services.views import Card, CopyView
from archive.web import labels
from archive.web.desk_nav import lists_work
from archive.web.formats import clock
from archive.web.links import item_href, media_href, text_href
from archive.web.noting import is_at_work
from archive.web.right_to_left import isolated
from archive.web.words import _, day, later

NAMES_SHOWN = PLACES_SHOWN = 3
# Where words stand that are of no text and not of the description, and where on the page of an item that is.
_FIELDS = {
    told_beside.NAMES: later("among the names"),
    told_beside.SUBJECTS: later("among the subjects"),
    told_beside.PLACES: later("among the places"),
    told_beside.DATE: later("in the date"),
    told_beside.FILES: later("in the title of a file"),
    told_beside.SOURCE: later("where it comes from"),
    told_beside.RIGHTS: later("in what others may do with it"),
    told_beside.LETTERS: later("above an e-mail"),
    told_beside.NOTES: later("in what others know about it"),
}
_ON_THE_PAGE = {told_beside.RIGHTS: "#rights", told_beside.NOTES: "#known"}


@dataclass(frozen=True)
class Picture:
    """An image with its own width and height in pixels; `href` leads to a larger one.

    `is_drawn` says that it is the shape of a sound, which is shown whole and may be pressed together.
    """

    src: str
    alt: str
    width: int | None
    height: int | None
    href: str = ""
    is_drawn: bool = False


@dataclass(frozen=True)
class ListedHit:
    """A place in an item: `snippet` alternates plain and found words, `where` says where, `href` leads there.

    `lang` is that of the words, empty where it is not known or the page's own.
    """

    snippet: tuple[tuple[str, bool], ...]
    where: str
    href: str
    lang: str


@dataclass(frozen=True)
class ListedItem:
    """An item in a list, with the places in it that hold what was searched for.

    `lang` is the language of its title, `note_lang` that of its content note, empty where they are the page's own. `met`
    are the classes by which who works with what is not open yet meets its pictures as they chose.
    """

    href: str
    title: str
    names: str
    facts: tuple[str, ...]
    content_note: str
    state: str
    thumbnail: Picture | None
    hits: tuple[ListedHit, ...]
    lang: str
    note_lang: str
    met: str = ""


@dataclass(frozen=True)
class Pager:
    """Where one stands in a long list; an empty address means there is nothing in that direction."""

    page: int
    pages: int
    previous: str
    next: str
    numbers: tuple[tuple[int, str], ...]


def listed(card: Card, *, endpoint: str = "public.item") -> ListedItem:
    """An item as a list shows it; what has a content note shows no picture before somebody opens it, but at the desk."""
    is_shown = card.thumbnail is not None and not (card.content_note and endpoint == "public.item")
    state = labels.of(labels.STATES, card.state)
    facts = (card.date_words, places_line(card.places), card.kind_label)
    # The desk says state and day of everything.
    if card.sealed_since and endpoint == "public.item":
        facts = (state, _("here since %(day)s", day=day(card.sealed_since)), "")
    return ListedItem(
        href=item_href(
            card.id, file_id=card.file_id, page=card.page, start_ms=card.start_ms, endpoint=endpoint
        ),
        title=card.title or _("Without a title"),
        names=names_line(card.names),
        facts=tuple(fact for fact in facts if fact),
        content_note=card.content_note,
        state=state,
        thumbnail=picture(card.thumbnail, "") if card.thumbnail is not None and is_shown else None,
        hits=tuple(_hit(card.id, hit, endpoint) for hit in card.hits),
        lang=labels.language_beside(card.written_in) if card.title else "",
        note_lang=labels.language_beside(card.written_in),
        # At the desk the page says it of all that it lists.
        met=_met(card) if endpoint == "public.item" else "",
    )


def _met(card: Card) -> str:
    if not is_at_work(card.state, card.collection):
        return ""
    chosen = lists_work()
    return f"{' veil' if chosen.blur else ''}{' grey' if chosen.grey else ''}"


def names_line(names: Iterable[str]) -> str:
    """The first few names, and that there are more."""
    all_names = tuple(map(isolated, names))
    shown = "; ".join(all_names[:NAMES_SHOWN])
    return _("%(names)s and others", names=shown) if len(all_names) > NAMES_SHOWN else shown


def places_line(places: Iterable[str]) -> str:
    """The first few places, and that there are more."""
    all_places = tuple(map(isolated, places))
    shown = "; ".join(all_places[:PLACES_SHOWN])
    return _("%(places)s and other places", places=shown) if len(all_places) > PLACES_SHOWN else shown


def picture(copy: CopyView, alt: str, larger: CopyView | None = None) -> Picture:
    """An access copy as an image."""
    return Picture(
        media_href(copy),
        alt,
        copy.width,
        copy.height,
        media_href(larger) if larger is not None else "",
        copy.kind == "waveform",
    )


def brought_picture(slug: str, one: BroughtPicture) -> Picture:
    """What leads in the story `slug` that a collection brings, as an image."""
    href = url_for("stories.picture", slug=slug, name=one.path.name)
    return Picture(href, one.words, one.width, one.height)


def pager(page: int, pages: int, href: Callable[[int], str]) -> Pager:
    """The leaves around `page`: the first, the last and two on each side."""
    near = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
    return Pager(
        page,
        pages,
        href(page - 1) if page > 1 else "",
        href(page + 1) if page < pages else "",
        tuple((number, href(number)) for number in near),
    )


def _hit(item_id: str, hit: Hit, endpoint: str) -> ListedHit:
    href = item_href(item_id, file_id=hit.file_id, page=hit.page, start_ms=hit.start_ms, endpoint=endpoint)
    if hit.within is not None and hit.file_id is not None:
        href = text_href(item_id, hit.file_id, hit.within)
    where = _where(hit)
    href += _ON_THE_PAGE.get(hit.field, "")
    if hit.title:
        where = _("%(place)s, in “%(file)s”", place=where, file=hit.title) if where else hit.title
    return ListedHit(hit.snippet, where, href if where else "", labels.language_beside(hit.written_in))


def _where(hit: Hit) -> str:
    if hit.field:
        return str(_FIELDS[hit.field]) if hit.field in _FIELDS else _("in “%(field)s”", field=hit.label)
    if hit.page is not None:
        return _("on page %(page)s", page=hit.page)
    if hit.start_ms is not None:
        return _("at %(time)s", time=clock(hit.start_ms))
    if hit.within is None:
        return ""
    return (
        _("in part %(part)s of the text", part=hit.within.part) if hit.within.parts > 1 else _("in the text")
    )
