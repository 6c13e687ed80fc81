"""The files of an item as they lie beside a form: whole, one under the other, with nothing that leads away from what is typed."""

from __future__ import annotations

from dataclasses import dataclass

from archive.services.text_parts import pieces
from archive.services.views import FileView, ItemView
from archive.web import labels
from archive.web.pages_list import Picture, picture
from archive.web.pages_text import Paragraph, paragraphs
from archive.web.pages_view import Opened, Player, player
from archive.web.words import _

# All that is read in one sitting; the rest is on the item's own page.
MOST_PICTURES, MOST_PASSAGES = 200, 2_000


@dataclass(frozen=True)
class Beside:
    """One file: its pictures or pages, its recording, its text."""

    id: str
    name: str
    role: str
    trouble: str
    language: str
    pictures: tuple[Picture, ...]
    player: Player | None
    text: tuple[Paragraph, ...]
    is_cut: bool

    @property
    def is_seen(self) -> bool:
        """Whether there is something to see, not only to hear or to read."""
        return bool(self.pictures) or bool(self.player and self.player.is_video)


def beside(item: ItemView) -> tuple[Beside, ...]:
    """Every file of `item`, as staff see it."""
    return tuple(_file(item, file) for file in item.files)


def _file(item: ItemView, file: FileView) -> Beside:
    companions = tuple(one for one in item.files if one.accompanies_id == file.id)
    pages = file.copies_of("page")
    images = pages or file.copies_of("web")[:1]
    title = file.title or item.title or file.given_name
    return Beside(
        id=file.id,
        name=file.given_name,
        role=labels.of(labels.FILE_ROLES, file.role),
        trouble=_(file.failure) if file.failure else "",
        language=labels.language_tag(file.language),
        pictures=tuple(
            picture(
                copy,
                _("Page %(number)s of %(total)s: %(title)s", number=copy.page, total=len(pages), title=title)
                if pages
                else title,
                copy,
            )
            for copy in images[:MOST_PICTURES]
        ),
        player=player(file, companions, Opened()),
        text=paragraphs(pieces(file.passages[:MOST_PASSAGES])),
        is_cut=len(images) > MOST_PICTURES or len(file.passages) > MOST_PASSAGES,
    )
