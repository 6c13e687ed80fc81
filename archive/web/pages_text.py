"""The text of a file, cut into parts that are good to read and where a page or a moment can be found."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from flask import url_for

from archive.services.text_parts import PART_CHARACTERS, Piece, parts, pieces
from archive.services.views import FileView, ItemView
from archive.services.written_in import text_in
from archive.web import labels
from archive.web.links import item_href, place_anchor
from archive.web.pages_letter import Heading, heading
from archive.web.pages_list import Pager, pager
from archive.web.words import _

Places = tuple[tuple[int, str], ...]
"""Anchors inside a paragraph, each behind how many of its characters."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `page` and `anchor` are set where a new page begins, `places` where a search may lead to.

    `heading` stands before it where another message of a mail begins, or what is enclosed with one.
    """

    text: str
    page: int | None = None
    anchor: str = ""
    places: Places = ()
    heading: Heading | None = None

    @property
    def runs(self) -> tuple[tuple[str, str], ...]:
        """The text in runs, each with the anchor that stands before it, or \"\"."""
        starts = ((0, ""), *self.places)
        ends = (*(at for at, _anchor in self.places), len(self.text))
        return tuple(
            (anchor, self.text[at:end])
            for (at, anchor), end in zip(starts, ends, strict=True)
            if anchor or end > at
        )


@dataclass(frozen=True)
class TextPage:
    """A part of the text of one file; `for_giver` as of the page of its item."""

    title: str
    title_lang: str
    item_href: str
    item_title: str
    item_lang: str
    language: str
    paragraphs: tuple[Paragraph, ...]
    pager: Pager
    for_giver: bool


def paragraphs(
    those: Sequence[Piece], first: int | None = None, of: FileView | None = None
) -> tuple[Paragraph, ...]:
    """Pieces as paragraphs, the beginning of each page marked; of each piece too where the number of the first is given.

    Messages and what they enclose are told apart where it is given what file they are `of`.
    """
    found: list[Paragraph] = []
    page: int | None = None
    source: tuple[int | None, int | None] = (None, None)
    number = first
    for stretch in _stretches(those):
        before, source = source, (stretch[0].message, stretch[0].enclosure)
        begins = heading(of, *source) if of is not None and source != before else None
        new_page = stretch[0].page if stretch[0].page != page else None
        page = stretch[0].page
        for text, places in _cut(stretch, number):
            anchor = f"page-{new_page}" if new_page is not None else ""
            found.append(Paragraph(text, new_page, anchor, places, begins))
            new_page = begins = None
        number = None if number is None else number + len(stretch)
    return tuple(found)


def _stretches(those: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces together with those that go on within a paragraph of theirs, so that none is broken where it is not."""
    stretches: list[list[Piece]] = []
    for one in those:
        if one.goes_on and stretches:
            stretches[-1].append(one)
        else:
            stretches.append([one])
    return stretches


def _cut(stretch: Sequence[Piece], number: int | None) -> Iterator[tuple[str, Places]]:
    """The paragraphs of a stretch, each with what begins inside it; `number` is that of its first piece."""
    texts = [one.text.replace("\r\n", "\n") for one in stretch]
    begins = list(accumulate(map(len, texts[:-1]), initial=0)) if number is not None else []
    waiting = deque((begin, place_anchor((number or 0) + nth)) for nth, begin in enumerate(begins))
    at = 0
    for paragraph in "".join(texts).split("\n\n"):
        next_at = at + len(paragraph) + 2
        if paragraph.strip():
            shown = paragraph.strip("\n")
            start = at + len(paragraph) - len(paragraph.lstrip("\n"))
            places = []
            while waiting and waiting[0][0] < next_at:
                begin, anchor = waiting.popleft()
                places.append((min(max(begin - start, 0), len(shown)), anchor))
            yield shown, tuple(places)
        at = next_at


def text_page(item: ItemView, file: FileView, part: int, page: int | None) -> TextPage:
    """The part numbered `part` (from 1), or the one where `page` begins."""
    runs = parts(pieces(file.passages), PART_CHARACTERS)
    if page is not None:
        holding = (n for n, run in enumerate(runs, start=1) if any(p.page == page for p in run))
        part = next(holding, part)
    part = min(max(1, part), len(runs))
    first = 1 + sum(map(len, runs[: part - 1]))
    title = item.title or _("Without a title")
    lang = labels.language_beside(item.written_in)
    return TextPage(
        title=file.title or title,
        title_lang=lang if file.title or item.title else "",
        item_href=item_href(item.id, file_id=file.id),
        item_title=title,
        item_lang=lang if item.title else "",
        language=spoken(item, file),
        paragraphs=paragraphs(runs[part - 1], first, file),
        for_giver=item.for_giver,
        pager=pager(
            part, len(runs), lambda n: url_for("public.text", item_id=item.id, file_id=file.id, part=n)
        ),
    )


def spoken(item: ItemView, file: FileView) -> str:
    """In which language a file's text is, for `lang=""`."""
    return labels.language_tag(text_in(file.language, file.role, item.languages))
