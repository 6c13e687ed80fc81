"""A part on the page of the whole: what there is to look at, kept short, and the way to its own page for all the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import url_for

from archive.services.opening import Archive
from archive.services.together import Part
from archive.services.views import ItemView
from archive.web.links import item_href
from archive.web.pages_file import FileBlock, file_blocks
from archive.web.pages_item import notices
from archive.web.pages_list import ListedItem
from archive.web.pages_text import Paragraph
from archive.web.pages_transcript import Stretch
from archive.web.pages_view import Opened, Text, TextStretch

# Of each part so much: several stand on one page, and each has one of its own.
FILES, LINES, CHARACTERS = 3, 20, 1_200


@dataclass(frozen=True)
class ShownPart:
    """An item as it stands on the page of another: what a list says of it, and its files; `more` others stand on its own."""

    id: str
    item: ListedItem
    notices: tuple[str, ...]
    files: tuple[FileBlock, ...]
    more: int


def shown_part(archive: Archive, part: Part, view: ItemView, item: ListedItem) -> ShownPart:
    """The part with its first files, each with its beginning."""
    # The address opens a file of the whole at most: an item's own id is that of no file.
    blocks = file_blocks(view, Opened(file_id=part.card.id))
    files = tuple(_short(view.id, one) for one in blocks[:FILES])
    return ShownPart(part.card.id, item, notices(archive, view), files, len(blocks) - len(files))


def _short(item_id: str, block: FileBlock) -> FileBlock:
    lines, rest = _first_lines(block.transcript)
    turner = block.turner
    return replace(
        block,
        # All pages are listed on its own page, where they are turned too.
        turner=replace(turner, others=()) if turner else None,
        transcript=lines,
        untold_from=rest,
        read_on=item_href(item_id, file_id=block.id) if rest is not None else "",
        text=_beginning(item_id, block.id, block.text) if block.text else None,
        companions=tuple(_short(item_id, one) for one in block.companions),
    )


def _first_lines(stretches: tuple[Stretch, ...]) -> tuple[tuple[Stretch, ...], int | None]:
    """The first lines, and the second at which the first of those begins that are left out; None when none is."""
    lines = tuple(line for stretch in stretches for line in stretch.lines)
    if not lines:
        return (), None
    rest = lines[LINES].second if len(lines) > LINES else None
    return (Stretch("", lines[:LINES]),), rest


def _beginning(item_id: str, file_id: str, text: Text) -> Text:
    kept = tuple(_cut(text.paragraphs))
    beginning = (TextStretch("", tuple(replace(one, anchor="") for one in kept)),)
    if kept == text.paragraphs and not text.more_href:
        return replace(text, stretches=beginning)
    more = url_for("public.text", item_id=item_id, file_id=file_id)
    return replace(text, stretches=beginning, more_href=more)


def _cut(paragraphs: tuple[Paragraph, ...]) -> Iterator[Paragraph]:
    room = CHARACTERS
    for one in paragraphs:
        if len(one.text) > room:
            if beginning := one.text[:room].rpartition(" ")[0].rstrip():
                yield replace(one, text=f"{beginning} …")
            return
        yield one
        room -= len(one.text)
