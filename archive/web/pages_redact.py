"""The pages on which curators take parts of files out of what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from archive.models import FileState
from archive.models.errors import NotFoundError
from archive.services.doubles import Doubles
from archive.services.lifecycle import NO_SUCH_FILE
from archive.services.marking import SIDES, is_pictured
from archive.services.recordings import is_film, is_recording
from archive.services.redacting import Marked, MarkView
from archive.services.sealed_copies import Sealed
from archive.services.views import CopyView, FileView, ItemView, PassageView
from archive.web import labels
from archive.web.formats import clock
from archive.web.i18n import shared
from archive.web.links import media_href
from archive.web.pages_doubles import Elsewhere, elsewhere
from archive.web.pages_faces import SuggestedPage
from archive.web.pages_list import Picture
from archive.web.pages_view import Player
from archive.web.redact_form import MOST_ROWS, ROWS, Fields, carried, pages_marked
from archive.web.redact_words import MarkLine, Still, file_name, mark_line, still_said, trouble_words
from archive.web.words import _

TENTHS = tuple(range(0, 101, 10))
MOST_LINES = 2_000
REGIONS = ("region", "film-region")
SHOWN = ("thumbnail", "poster", "waveform")


@dataclass(frozen=True)
class MarkedFile:
    """A file with its marks; `shown` is how others see it now, empty while nothing of it is shown.

    `removed` are marks whose parts are shown again.
    """

    id: str
    name: str
    role: str
    is_closed: bool
    trouble: str
    notes: tuple[str, ...]
    shown: Picture | None
    marks: tuple[MarkLine, ...]
    removed: tuple[MarkLine, ...]
    elsewhere: Elsewhere


@dataclass(frozen=True)
class RedactPage:
    """What is taken out of an item; `still` is where that is said still."""

    id: str
    title: str
    seen: str
    may_remove: bool
    files: tuple[MarkedFile, ...]
    still: Still

    @property
    def is_seen(self) -> bool:
        """Whether any of them can be seen."""
        return any(one.shown for one in self.files)


@dataclass(frozen=True)
class Box:
    """A region that is marked, in percent of the picture; in a film from one second to another."""

    x: float
    y: float
    width: float
    height: float
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Said:
    """A piece of a text with its place: a page, a moment, or none."""

    where: str
    text: str


@dataclass(frozen=True)
class RedactFilePage:
    """One file to be marked: `picture`, `player` and `lines` show it with nothing taken out.

    `is_waiting`: they are still being made. `shown` is the same picture as everybody else sees it, `film_size` how many
    pixels a film that is seen is wide and high. What was typed on other pages is `carried` along.
    """

    id: str
    title: str
    file_id: str
    name: str
    seen: str
    is_sealed: bool
    is_waiting: bool
    is_closed: bool
    is_crossed: bool
    trouble: str
    has_regions: bool
    has_film_regions: bool
    has_ranges: bool
    has_words: bool
    is_paged: bool
    page: int
    pages: int
    picture: Picture | None
    shown: Picture | None
    film_size: tuple[int, int] | None
    player: Player | None
    shown_player: Player | None
    lines: tuple[Said, ...]
    boxes: tuple[Box, ...]
    marks: tuple[MarkLine, ...]
    typed: Fields
    carried: tuple[tuple[str, str], ...]
    also_marked: tuple[int, ...]
    suggested: SuggestedPage
    elsewhere: Elsewhere
    still: Still

    @property
    def tenths(self) -> tuple[int, ...]:
        """The numbers on the rulers."""
        return TENTHS

    @property
    def rows(self) -> tuple[int, ...]:
        """The regions that can be typed in one go, and those that were drawn beyond them."""
        filled = (
            row for row in range(MOST_ROWS, ROWS, -1) if any(self.typed.get(f"{one}-{row}") for one in SIDES)
        )
        return tuple(range(1, next(filled, ROWS) + 1))

    @property
    def most_rows(self) -> int:
        """How many regions are marked in one go at most."""
        return MOST_ROWS


def item_page(item: ItemView, marked: Marked, found: Doubles, names: Mapping[str, str]) -> RedactPage:
    """The files of an item with their marks; `names` are the user names of those who made them."""
    return RedactPage(
        id=item.id,
        title=item.title or _("Without a title"),
        seen=marked.seen,
        may_remove=marked.may_remove,
        files=tuple(_marked_file(item, file, marked, found, names) for file in item.files),
        still=still_said(item, marked),
    )


def file_page(
    item: ItemView,
    file_id: str,
    marked: Marked,
    unseen: Sealed | None,
    page: int,
    typed: Fields,
    trouble: str,
    suggested: SuggestedPage,
    found: Doubles,
) -> RedactFilePage:
    """One file to be marked; NotFoundError when the item has none of that id."""
    file = item.file(file_id)
    if file is None:
        raise NotFoundError(NO_SUCH_FILE)
    is_sealed = file_id in marked.touched
    source: FileView | Sealed | None = unseen if is_sealed else file
    sheets = _sheets(source)
    pages = max(file.pages or 1, len(sheets))
    page = min(max(1, page), pages)
    own = marked.on(file_id)
    return RedactFilePage(
        id=item.id,
        title=item.title or _("Without a title"),
        file_id=file_id,
        name=file_name(item, file),
        seen=marked.seen,
        is_sealed=is_sealed,
        is_waiting=source is None or (not is_sealed and file.state == FileState.RECEIVED),
        is_closed=file.state == FileState.RECEIVED,
        is_crossed=trouble == "stale-version",
        trouble=trouble_words(trouble, typed),
        has_regions=is_pictured(file),
        has_film_regions=is_film(file),
        has_ranges=is_recording(file),
        has_words=not is_recording(file),
        is_paged=pages > 1,
        page=page,
        pages=pages,
        picture=_picture(item, file, _at(sheets, page), is_sealed=is_sealed),
        shown=_picture(item, file, _at(_sheets(file), page), is_sealed=False) if is_sealed else None,
        film_size=_film_size(source),
        player=_player(item, file, source, is_sealed=is_sealed),
        shown_player=_player(item, file, file, is_sealed=False) if is_sealed else None,
        lines=_lines(source, page if len(sheets) > 1 else None),
        boxes=tuple(_box(one) for one in own if one.kind in REGIONS and (one.page or 1) == page),
        marks=tuple(mark_line(one, {}, file.duration_ms) for one in own),
        typed=typed,
        carried=carried(typed),
        also_marked=pages_marked(typed),
        suggested=suggested,
        elsewhere=elsewhere(found, file_id),
        still=still_said(item, marked, file_id),
    )


def _marked_file(
    item: ItemView, file: FileView, marked: Marked, found: Doubles, names: Mapping[str, str]
) -> MarkedFile:
    face = next((copy for kind in SHOWN for copy in file.copies_of(kind)), None)
    return MarkedFile(
        id=file.id,
        name=file_name(item, file),
        role=labels.of(labels.FILE_ROLES, file.role),
        is_closed=file.state == FileState.RECEIVED,
        trouble=_(file.failure) if file.failure else "",
        notes=tuple(labels.note(note) for note in file.notes) if file.id in marked.touched else (),
        shown=Picture(media_href(face), "", face.width, face.height) if face else None,
        marks=tuple(mark_line(one, names, file.duration_ms) for one in marked.on(file.id)),
        removed=tuple(mark_line(one, names, file.duration_ms) for one in marked.removed_from(file.id)),
        elsewhere=elsewhere(found, file.id),
    )


def _sheets(source: FileView | Sealed | None) -> tuple[CopyView, ...]:
    return (source.copies_of("page") or source.copies_of("web")) if source else ()


def _at(sheets: Sequence[CopyView], page: int) -> CopyView | None:
    return next((one for one in sheets if (one.page or 1) == page), None)


def _href(item: ItemView, file: FileView, copy: CopyView, *, is_sealed: bool) -> str:
    if not is_sealed:
        return media_href(copy)
    return shared(url_for("redact.unredacted", item_id=item.id, file_id=file.id, name=copy.id))


def _picture(item: ItemView, file: FileView, copy: CopyView | None, *, is_sealed: bool) -> Picture | None:
    if copy is None:
        return None
    src = _href(item, file, copy, is_sealed=is_sealed)
    return Picture(src, file_name(item, file), copy.width, copy.height, src)


def _player(
    item: ItemView, file: FileView, source: FileView | Sealed | None, *, is_sealed: bool
) -> Player | None:
    copies = (source.copies_of("video") or source.copies_of("audio")) if source else ()
    if source is None or not copies:
        return None
    waves, posters = source.copies_of("waveform"), source.copies_of("poster")
    return Player(
        is_video=copies[0].kind == "video",
        sources=tuple((_href(item, file, one, is_sealed=is_sealed), one.media_type) for one in copies),
        tracks=(),
        poster=_href(item, file, posters[0], is_sealed=is_sealed) if posters else "",
        waveform=_picture(item, file, waves[0], is_sealed=is_sealed) if waves else None,
        duration=clock(file.duration_ms) if file.duration_ms else "",
    )


def _film_size(source: FileView | Sealed | None) -> tuple[int, int] | None:
    sizes = ((one.width, one.height) for one in (source.copies_of("video") if source else ()))
    return next(((width, height) for width, height in sizes if width and height), None)


def _lines(source: FileView | Sealed | None, page: int | None) -> tuple[Said, ...]:
    passages = source.passages if source else ()
    wanted = [one for one in passages if page is None or one.page in (None, page)]
    return tuple(Said(_where(one), one.text) for one in wanted[:MOST_LINES])


def _where(passage: PassageView) -> str:
    if passage.start_ms is not None:
        return clock(passage.start_ms)
    return _("Page %(number)s", number=passage.page) if passage.page is not None else ""


def _box(mark: MarkView) -> Box:
    start, end = (mark.extent[one] / 1000 if one in mark.extent else None for one in ("start_ms", "end_ms"))
    x, y, width, height = (round(mark.extent[side] * 100, 3) for side in SIDES)
    return Box(x, y, width, height, start, end)
