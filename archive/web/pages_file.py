"""One file of an item as it can be looked at, read or heard, with what accompanies it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from archive.models import FileState
from archive.services.views import CopyView, FileView, ItemView
from archive.web import labels
from archive.web.formats import format_words, size_words
from archive.web.links import document_href, media_href
from archive.web.pages_letter import LetterHead, letter_head
from archive.web.pages_text import spoken
from archive.web.pages_transcript import Stretch, first_told, is_timed, transcript
from archive.web.pages_view import (
    ROOM,
    Opened,
    PageTurner,
    Player,
    Sheet,
    Text,
    image,
    player,
    text,
    turner,
)
from archive.web.words import _

DOWNLOADS = ("web", "tiles", "audio", "video", "text", "captions")


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

    `trouble` says why there is nothing to see, `cut` why not all of it; `no_copy` that no copy safe to show can be made; `is_told` that
    a transcript with times already shows what it says. `spoken` is the language of the transcript, for `lang=""`, and
    `told_in` the file that holds it: of several that accompany a recording the one that `first_told` gives.
    `size` and `sha512` are "" where by them somebody could find out what is not shown.
    Where the transcript is not told to its end, `untold_from` is the second at which it stops, `read_on` where it goes on.
    `title_lang` is the language of the title, where the page has another.
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
    image: Sheet | None
    turner: PageTurner | None
    player: Player | None
    transcript: tuple[Stretch, ...]
    spoken: str
    told_in: str
    letter: LetterHead | None
    text: Text | None
    downloads: tuple[Download, ...]
    companions: tuple[FileBlock, ...]
    cut: tuple[str, ...] = ()
    untold_from: int | None = None
    read_on: str = ""
    title_lang: str = ""

    @property
    def is_zoomed(self) -> bool:
        """Whether there is a picture that can be looked into, here or in what accompanies it."""
        seen = self.image or (self.turner.picture if self.turner else None)
        return bool(seen and seen.zoom) or any(one.is_zoomed for one in self.companions)


def file_blocks(item: ItemView, opened: Opened) -> tuple[FileBlock, ...]:
    """The files of an item in their order, each with those that accompany it."""
    known = {file.id for file in item.files}
    heads = [file for file in item.files if file.accompanies_id not in known]
    if heads and not opened.file_id:
        opened = replace(opened, file_id=heads[0].id)
    return tuple(_block(item, file, opened) for file in heads)


def _block(item: ItemView, file: FileView, opened: Opened, room: int = 0) -> FileBlock:
    companions = tuple(one for one in item.files if one.accompanies_id == file.id)
    at = (
        opened
        if opened.file_id in {file.id, *(one.id for one in companions)}
        else Opened(is_shown=opened.is_shown)
    )
    played = player(file, companions, at)
    timed = [one for one in (*companions, file) if is_timed(one)] if played else []
    told = first_told(timed, at.file_id)
    if played and told is None:
        # What is heard is read to its end beside it, as far as the page stays light.
        room = ROOM // max(1, sum(bool(one.passages) for one in (file, *companions)))
    pages = turner(item, file, at)
    title = file.title if file.title != item.title else ""
    return FileBlock(
        id=file.id,
        title=title,
        title_lang=labels.language_beside(item.written_in) if title else "",
        role=labels.of(labels.FILE_ROLES, file.role),
        language=labels.language_name(file.language) if file.language else "",
        format=file.format_name or file.media_type,
        size=size_words(file.size),
        sha512=file.sha512,
        waiting=file.state == FileState.RECEIVED,
        trouble=_(file.failure) if file.failure else "",
        no_copy=_has_nothing_to_show(file),
        is_told=False,
        image=image(item, file),
        turner=pages,
        player=played,
        transcript=transcript(
            item.id, told.id, told.passages, at.second, is_opened=at is opened, is_shown=at.is_shown
        )
        if told
        else (),
        spoken=spoken(item, told) if told else "",
        told_in=told.id if told else "",
        letter=letter_head(file),
        text=None if pages or file in timed else text(item, file, room),
        downloads=_downloads(file),
        cut=tuple(_(sentence) for sentence in file.cut),
        companions=tuple(_companion(item, one, opened, told, room) for one in companions),
    )


def _companion(item: ItemView, file: FileView, opened: Opened, told: FileView | None, room: int) -> FileBlock:
    block = _block(item, file, opened, room)
    if told is None:
        return block
    if file is told:
        return replace(block, text=None, is_told=True)
    if is_timed(file):
        # The same in another language: what is marked, and where the address leads, is in the one that is told first.
        lines = transcript(item.id, file.id, file.passages, None, is_opened=False, is_shown=opened.is_shown)
        return replace(
            block, text=None, transcript=lines, spoken=spoken(item, file), told_in=file.id, is_told=True
        )
    return replace(block, is_told=file.role == "transcript")


def _has_nothing_to_show(file: FileView) -> bool:
    seen = [copy for copy in file.copies if copy.kind not in ("thumbnail", "waveform", "poster")]
    return file.state == FileState.EXAMINED and not seen and not file.passages


def _downloads(file: FileView) -> tuple[Download, ...]:
    copies: list[CopyView] = [copy for kind in DOWNLOADS for copy in file.copies_of(kind)]
    found = [
        Download(
            media_href(copy, download=True),
            labels.of(labels.COPIES, copy.kind),
            format_words(copy.media_type),
            size_words(copy.size),
        )
        for copy in copies
        # Pages are carried home together.
        if copy.page is None
    ]
    if pages := file.copies_of("page"):
        # As good as exact: besides the images a document holds a few hundred bytes a page.
        size = size_words(sum(copy.size for copy in pages))
        found.insert(
            0,
            Download(document_href(file.id), _("Images of all pages"), format_words("application/pdf"), size),
        )
    return tuple(found)
