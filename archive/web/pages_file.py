"""One file of an item as it can be looked at, read or heard, with what accompanies it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import url_for
from werkzeug.datastructures import MultiDict

from archive.models import FileState
from archive.services.views import CopyView, FileView, ItemView
from archive.web import labels
from archive.web.formats import clock, size_words
from archive.web.links import item_href, media_href
from archive.web.pages_list import Picture, picture
from archive.web.pages_text import Line, Paragraph, lines, paragraphs, parts
from archive.web.words import _

TEXT_CHARACTERS = 6_000
DOWNLOADS = ("web", "audio", "video", "text", "captions")


@dataclass(frozen=True)
class Opened:
    """Where an address opens an item: at a page or a second of one of its files."""

    file_id: str = ""
    page: int | None = None
    second: int | None = None

    @classmethod
    def from_args(cls, args: MultiDict[str, str]) -> Opened:
        """Read an address; what makes no sense in it is left out."""
        return cls(args.get("file", ""), _number(args.get("page", "")), _number(args.get("t", "")))


@dataclass(frozen=True)
class PageTurner:
    """One page of many as an image, its text, and the ways to the others."""

    number: int
    total: int
    picture: Picture | None
    text: tuple[Paragraph, ...]
    previous: str
    next: str
    action: str


@dataclass(frozen=True)
class Track:
    """Captions for a recording; `language` is a BCP 47 code."""

    src: str
    language: str
    words: str


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
class Text:
    """The beginning of a text, and where to read on when there is more."""

    language: str
    paragraphs: tuple[Paragraph, ...]
    more_href: str


@dataclass(frozen=True)
class Download:
    """An access copy to take away."""

    href: str
    words: str
    format: str
    size: str


@dataclass(frozen=True)
class FileBlock:
    """One file: how to look at it, what accompanies it, and the proof of what it is.

    `trouble` says why there is nothing to see; `no_copy` that no copy safe to show can be made; `is_told` that
    a transcript with times already shows what it says.
    """

    id: str
    title: str
    role: str
    language: str
    format: str
    size: str
    sha512: str
    waiting: bool
    trouble: str
    no_copy: bool
    is_told: bool
    image: Picture | None
    turner: PageTurner | None
    player: Player | None
    transcript: tuple[Line, ...]
    text: Text | None
    downloads: tuple[Download, ...]
    companions: tuple[FileBlock, ...]


def file_blocks(item: ItemView, opened: Opened) -> tuple[FileBlock, ...]:
    """The files of an item in their order, each with those that accompany it."""
    known = {file.id for file in item.files}
    heads = [file for file in item.files if file.accompanies_id not in known]
    if heads and not opened.file_id:
        opened = replace(opened, file_id=heads[0].id)
    return tuple(_block(item, file, opened) for file in heads)


def _block(item: ItemView, file: FileView, opened: Opened) -> FileBlock:
    companions = tuple(one for one in item.files if one.accompanies_id == file.id)
    at = opened if opened.file_id in {file.id, *(one.id for one in companions)} else Opened()
    player = _player(file, companions, at)
    timed = next((one for one in (*companions, file) if _is_timed(one)), None) if player else None
    turner = _turner(item, file, at)
    return FileBlock(
        id=file.id,
        title=file.title if file.title != item.title else "",
        role=labels.of(labels.FILE_ROLES, file.role),
        language=labels.language_name(file.language) if file.language else "",
        format=file.format_name or file.media_type,
        size=size_words(file.size),
        sha512=file.sha512,
        waiting=file.state == FileState.RECEIVED,
        trouble=_(file.failure) if file.failure else "",
        no_copy=_has_nothing_to_show(file),
        is_told=False,
        image=_image(item, file),
        turner=turner,
        player=player,
        transcript=lines(item.id, file.id, timed.passages, at.second) if timed else (),
        text=None if turner or timed is file else _text(item, file),
        downloads=_downloads(file),
        companions=tuple(_companion(item, one, opened, timed) for one in companions),
    )


def _companion(item: ItemView, file: FileView, opened: Opened, timed: FileView | None) -> FileBlock:
    block = _block(item, file, opened)
    if timed is None:
        return block
    if file is timed:
        return replace(block, text=None, is_told=True)
    return replace(block, is_told=file.role == "transcript")


def _has_nothing_to_show(file: FileView) -> bool:
    seen = [copy for copy in file.copies if copy.kind not in ("thumbnail", "waveform", "poster")]
    return file.state == FileState.EXAMINED and not seen and not file.passages


def _image(item: ItemView, file: FileView) -> Picture | None:
    images = file.copies_of("web")
    if not images or file.copies_of("page"):
        return None
    smaller, larger = images[0], images[-1]
    return picture(smaller, file.title or item.title or _("Picture without a title"), larger)


def _turner(item: ItemView, file: FileView, at: Opened) -> PageTurner | None:
    images = {copy.page: copy for copy in file.copies_of("page")}
    if not images:
        return None
    total = max(file.pages or 0, *(page or 0 for page in images))
    number = min(max(1, at.page or 1), total)
    title = file.title or item.title
    alt = _("Page %(number)s of %(total)s: %(title)s", number=number, total=total, title=title)
    shown = images.get(number)

    def href(page: int) -> str:
        return item_href(item.id, file_id=file.id, page=page) if 1 <= page <= total else ""

    return PageTurner(
        number=number,
        total=total,
        picture=picture(shown, alt, shown) if shown else None,
        text=paragraphs([replace(one, page=None) for one in file.passages if one.page == number]),
        previous=href(number - 1),
        next=href(number + 1),
        action=url_for("public.item", item_id=item.id, _anchor=f"file-{file.id}"),
    )


def _player(file: FileView, companions: Sequence[FileView], at: Opened) -> Player | None:
    copies = file.copies_of("video") or file.copies_of("audio")
    if not copies:
        return None
    moment = f"#t={at.second}" if at.second else ""
    tracks = tuple(
        Track(
            media_href(copy),
            labels.language_tag(one.language) or "und",
            labels.language_name(one.language) if one.language else _("Captions"),
        )
        for one in (file, *companions)
        for copy in one.copies_of("captions")
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


def _text(item: ItemView, file: FileView) -> Text | None:
    if not file.passages:
        return None
    runs = parts(file.passages, TEXT_CHARACTERS)
    more = url_for("public.text", item_id=item.id, file_id=file.id) if len(runs) > 1 else ""
    return Text(labels.language_tag(file.language), paragraphs(runs[0]), more)


def _downloads(file: FileView) -> tuple[Download, ...]:
    copies: list[CopyView] = [copy for kind in DOWNLOADS for copy in file.copies_of(kind)]
    return tuple(
        Download(
            media_href(copy, download=True),
            labels.of(labels.COPIES, copy.kind),
            copy.media_type.partition(";")[0],
            size_words(copy.size),
        )
        for copy in copies
    )


def _is_timed(file: FileView) -> bool:
    return any(passage.start_ms is not None for passage in file.passages)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
