"""The text of a file, cut into parts that are good to read and where a page or a moment can be found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from archive.services.views import FileView, ItemView, PassageView
from archive.services.written_in import text_in
from archive.web import labels
from archive.web.links import item_href
from archive.web.pages_list import Pager, pager
from archive.web.words import _

PART_CHARACTERS = 24_000


@dataclass(frozen=True)
class Paragraph:
    """A piece of text; `page` and `anchor` are set where a new page begins."""

    text: str
    page: int | None = None
    anchor: str = ""


@dataclass(frozen=True)
class TextPage:
    """A part of the text of one file; `for_giver` as of the page of its item."""

    title: str
    item_href: str
    item_title: str
    item_lang: str
    language: str
    paragraphs: tuple[Paragraph, ...]
    pager: Pager
    for_giver: bool


def parts(passages: Sequence[PassageView], size: int) -> tuple[tuple[PassageView, ...], ...]:
    """Passages in runs of about `size` characters; a passage is never cut, so that its place stays true."""
    runs: list[list[PassageView]] = [[]]
    length = 0
    for passage in passages:
        if runs[-1] and length + len(passage.text) > size:
            runs.append([])
            length = 0
        runs[-1].append(passage)
        length += len(passage.text)
    return tuple(tuple(run) for run in runs)


def paragraphs(passages: Sequence[PassageView]) -> tuple[Paragraph, ...]:
    """Passages as paragraphs, the beginning of each page marked."""
    found: list[Paragraph] = []
    page: int | None = None
    for passage in passages:
        new_page = passage.page if passage.page != page else None
        page = passage.page
        for text in passage.text.replace("\r\n", "\n").split("\n\n"):
            if text.strip():
                anchor = f"page-{new_page}" if new_page is not None else ""
                found.append(Paragraph(text.strip("\n"), new_page, anchor))
                new_page = None
    return tuple(found)


def text_page(item: ItemView, file: FileView, part: int, page: int | None) -> TextPage:
    """The part numbered `part` (from 1), or the one where `page` begins."""
    runs = parts(file.passages, PART_CHARACTERS)
    if page is not None:
        holding = (n for n, run in enumerate(runs, start=1) if any(p.page == page for p in run))
        part = next(holding, part)
    part = min(max(1, part), len(runs))
    title = item.title or _("Without a title")
    return TextPage(
        title=file.title or title,
        item_href=item_href(item.id, file_id=file.id),
        item_title=title,
        item_lang=labels.language_beside(item.written_in) if item.title else "",
        language=spoken(item, file),
        paragraphs=paragraphs(runs[part - 1]),
        for_giver=item.for_giver,
        pager=pager(
            part, len(runs), lambda n: url_for("public.text", item_id=item.id, file_id=file.id, part=n)
        ),
    )


def spoken(item: ItemView, file: FileView) -> str:
    """In which language a file's text is, for `lang=""`."""
    return labels.language_tag(text_in(file.language, file.role, item.languages))
