"""What curators work on while they describe: drafts that are theirs alone, and texts of files as people wrote them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, today
from archive.models.ids import new_id


class DeskDraft(Base):
    """What one user has typed into one form of the desk and not saved yet; nobody else sees it, and no record holds it.

    `form` says which form of what, and `window_id` in which window it was typed: what is typed in another one is another
    draft, and `number` is higher the later it was kept. `mark` tells what its writer had before them.
    """

    __tablename__ = "desk_draft"

    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    window_id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    story_id: Mapped[str | None] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    kept_on: Mapped[date] = mapped_column(default=today)
    mark: Mapped[str]
    typed: Mapped[dict[str, str]] = mapped_column(default=dict)
    choices: Mapped[dict[str, str]] = mapped_column(default=dict)


class Transcript(Base):
    """The text of a file as somebody wrote or corrected it; the one with the highest `number` is what is shown.

    The first is what the archive had read from the file, where it had read anything. `text` is plain, with a line
    before each page, or WebVTT. `agent` is a role or a user's id, never a name.
    """

    __tablename__ = "transcript"
    __table_args__ = (UniqueConstraint("file_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    file_id: Mapped[str] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"))
    number: Mapped[int]
    made_on: Mapped[date] = mapped_column(default=today)
    agent: Mapped[str]
    text: Mapped[str]
