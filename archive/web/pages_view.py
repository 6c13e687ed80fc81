"""Ways to look at a file: an image, the pages of a document, a recording with captions, the beginning of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from flask import url_for
from werkzeug.datastructures import MultiDict

from archive.services.text_parts import PART_CHARACTERS, Piece, parts, pieces
from archive.services.views import CopyView, FileView, ItemView
from archive.web import labels
from archive.web.formats import clock
from archive.web.links import iiif_href, item_href, media_href
from archive.web.numbering import LARGEST_PAGE_NUMBER, number_in
from archive.web.pages_list import Picture, picture
from archive.web.pages_text import Paragraph, paragraphs, spoken
from archive.web.pages_transcript import first_told
from archive.web.words import _

TEXT_CHARACTERS = 6_000
ROOM = 75_000
"""So many bytes of a page the files of an item may take; with everything else it stays under 150 kB."""

# What stands around a paragraph, about.
_AROUND = 25
MOST_LISTED = 200
BETWEEN, LEAST_ZOOMED = 960, 600


@dataclass(frozen=True)
class Opened:
    """Where an address opens an item: at a page or a second of one of its files.

    `is_shown` says that its pictures are asked for clearly, by who has them veiled.
    """

    file_id: str = ""
    page: int | None = None
    second: int | None = None
    is_shown: bool = False

    @classmethod
    def from_args(cls, args: MultiDict[str, str]) -> Opened:
        """Read an address; what makes no sense in it is left out."""
        page, second = number_in(args, "page", LARGEST_PAGE_NUMBER), number_in(args, "t")
        return cls(args.get("file", ""), page, second, args.get("show") == "1")


@dataclass(frozen=True)
class Sheet(Picture):
    """An image in sizes, as `srcset` has them; `zoom` is where a part of it is asked for, by IIIF.

    `lang` is the language of `alt`, where the page has another.
    """

    srcset: str = ""
    zoom: str = ""
    lang: str = ""


@dataclass(frozen=True)
class PageTurner:
    """One page of many as an image, its text, and the ways to the others; `others` are numbers with addresses.

    Of a document of very many pages not every one is listed.
    """

    number: int
    total: int
    picture: Sheet | None
    text: tuple[Paragraph, ...]
    previous: str
    next: str
    action: str
    others: tuple[tuple[int, str], ...]
    language: str
    is_shown: bool


@dataclass(frozen=True)
class Track:
    """Captions for a recording; `language` is a BCP 47 code; `is_default` are those that are shown at first."""

    src: str
    language: str
    words: str
    is_default: bool


@dataclass(frozen=True)
class Player:
    """A recording: its sources (address and media type), opened at a second where that is asked for."""

    is_video: bool
    sources: tuple[tuple[str, str], ...]
    tracks: tuple[Track, ...]
    poster: str
    waveform: Picture | None
    duration: str


@dataclass(frozen=True)
class TextStretch:
    """Paragraphs that follow each other; `title` says which part of the text they are, "" where there is one alone."""

    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Text:
    """A text from its beginning on, and where to read on when there is more."""

    language: str
    stretches: tuple[TextStretch, ...]
    more_href: str

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """What it shows, in one piece."""
        return tuple(one for stretch in self.stretches for one in stretch.paragraphs)


def image(item: ItemView, file: FileView) -> Sheet | None:
    """The file as one image; None when it has none, or many."""
    images = file.copies_of("web")
    if not images or file.copies_of("page"):
        return None
    words = file.title or item.title or _("Picture without a title")
    shown = _sheet(images[-1], words, file.copies_of("thumbnail"), file.copies_of("tiles"))
    is_said = file.title or item.title
    return replace(shown, lang=labels.language_beside(item.written_in) if is_said else "")


def turner(item: ItemView, file: FileView, at: Opened) -> PageTurner | None:
    """The pages of a document; None when it has no images of pages."""
    images = {copy.page: copy for copy in file.copies_of("page")}
    if not images:
        return None
    total = max(file.pages or 0, *(page or 0 for page in images))
    number = min(max(1, at.page or 1), total)
    title = file.title or item.title
    alt = _("Page %(number)s of %(total)s: %(title)s", number=number, total=total, title=title)
    shown = images.get(number)
    larger = [copy for copy in file.copies_of("tiles") if copy.page == number]

    def href(page: int) -> str:
        there = 1 <= page <= total
        return item_href(item.id, file_id=file.id, page=page, is_shown=at.is_shown) if there else ""

    return PageTurner(
        number=number,
        total=total,
        picture=_sheet(shown, alt, larger=larger) if shown else None,
        text=paragraphs(pieces(replace(one, page=None) for one in file.passages if one.page == number)),
        previous=href(number - 1),
        next=href(number + 1),
        action=url_for("public.item", item_id=item.id, _anchor=f"file-{file.id}"),
        others=tuple((one, href(one)) for one in range(1, total + 1, -(-total // MOST_LISTED))),
        language=spoken(item, file),
        is_shown=at.is_shown,
    )


def _sheet(
    copy: CopyView, alt: str, smaller: Sequence[CopyView] = (), larger: Sequence[CopyView] = ()
) -> Sheet:
    """A copy in the sizes there are, and one between for small screens; zoomed into from the largest there is."""
    plain = picture(copy, alt, copy)
    sizes = [(media_href(one), one.width) for one in (*smaller, copy)]
    if (copy.width or 0) > BETWEEN:
        sizes.insert(-1, (f"{iiif_href(copy.id)}/full/{BETWEEN},/0/default.jpg", BETWEEN))
    srcset = ", ".join(f"{address} {width}w" for address, width in sizes if width)
    best = (*larger, copy)[0]
    is_worth_it = max(best.width or 0, best.height or 0) >= LEAST_ZOOMED
    return Sheet(
        plain.src,
        alt,
        plain.width,
        plain.height,
        plain.href,
        srcset=srcset if len(sizes) > 1 else "",
        zoom=iiif_href(best.id) if is_worth_it else "",
    )


def player(file: FileView, companions: Sequence[FileView], at: Opened) -> Player | None:
    """The recording; None when the file is none. Captions may be its own or a companion's."""
    copies = file.copies_of("video") or file.copies_of("audio")
    if not copies:
        return None
    moment = f"#t={at.second}" if at.second else ""
    captioned = [one for one in (file, *companions) if one.copies_of("captions")]
    shown = first_told(captioned, at.file_id)
    tracks = tuple(
        Track(
            media_href(copy),
            labels.language_tag(one.language) or "und",
            labels.language_name(one.language) if one.language else _("Captions"),
            one is shown and not place,
        )
        for one in captioned
        for place, copy in enumerate(one.copies_of("captions"))
    )
    posters, waves = file.copies_of("poster"), file.copies_of("waveform")
    return Player(
        is_video=copies[0].kind == "video",
        sources=tuple((media_href(copy) + moment, copy.media_type) for copy in copies),
        tracks=tracks,
        poster=media_href(posters[0]) if posters else "",
        waveform=picture(waves[0], "") if waves else None,
        duration=clock(file.duration_ms) if file.duration_ms else "",
    )


def heard(item: ItemView, file: FileView) -> Player | None:
    """The recording that a file's text accompanies, for where the text is read by itself; None where there is none."""
    recording = item.file(file.accompanies_id or "") or file
    companions = [one for one in item.files if one.accompanies_id == recording.id]
    return player(recording, companions, Opened(file_id=file.id))


def text(item: ItemView, file: FileView, room: int = 0) -> Text | None:
    """The beginning of the file's text, or as much of it as takes so many bytes of `room`; None when it has none."""
    if not file.passages:
        return None
    those = pieces(file.passages)
    shown = max(parts(those, TEXT_CHARACTERS)[0], _fitting(those, room), key=len)
    # The same parts as where the text is read by itself.
    runs = parts(shown, PART_CHARACTERS)
    stretches = tuple(
        TextStretch(
            _("Part %(number)s", number=number) if len(runs) > 1 else "",
            paragraphs(run, of=file),
        )
        for number, run in enumerate(runs, start=1)
    )
    more = url_for("public.text", item_id=item.id, file_id=file.id) if len(shown) < len(those) else ""
    return Text(spoken(item, file), stretches, more)


def _fitting(those: Sequence[Piece], room: int) -> tuple[Piece, ...]:
    """As many pieces from the first on as have room."""
    for place, one in enumerate(those):
        room -= len(escape(one.text).encode()) + _AROUND * (1 + one.text.count("\n\n"))
        if room < 0:
            return tuple(those[:place])
    return tuple(those)
