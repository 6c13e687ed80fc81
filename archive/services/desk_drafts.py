"""What somebody at the desk has typed into a long form and not saved: kept for them alone, of each window by itself.

Two windows with the same form write over nothing of each other: what was typed in one is a draft of its own, and takes
the place of the draft that it was begun with only as long as nobody else wrote on that one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import DeskDraft, User, new_id, today
from archive.services.meanwhile import mark as mark_of

NEW = "new"


@dataclass(frozen=True)
class Form:
    """A form of the desk by its name, and what it is about."""

    name: str
    item_id: str | None = None
    story_id: str | None = None


@dataclass(frozen=True)
class Window:
    """A window in which a form is open; `begun_with` tells the draft that stood in it when it was opened."""

    id: str = field(default_factory=new_id)
    begun_with: str = ""


@dataclass(frozen=True)
class OwnDraft:
    """A draft as its writer left it; `mark` tells what they had before them."""

    window_id: str
    kept_on: date
    mark: str
    typed: dict[str, str]
    choices: dict[str, str]

    @property
    def told(self) -> str:
        """How a window that shows it tells so: which it is, and what it said."""
        return f"{self.window_id} {mark_of({**self.typed, **_apart(self.choices)})}"

    def opened(self) -> Window:
        """A new window in which it stands."""
        return Window(begun_with=self.told)


def description(item_id: str) -> Form:
    """What is said of an item."""
    return Form(f"description/{item_id}", item_id=item_id)


def transcript(item_id: str, file_id: str) -> Form:
    """What a file says."""
    return Form(f"transcript/{file_id}", item_id=item_id)


def arrangement(item_id: str) -> Form:
    """The files of an item in their order, and what each is called."""
    return Form(f"arrangement/{item_id}", item_id=item_id)


def story(story_id: str = "") -> Form:
    """A story, or one that is not begun yet."""
    return Form(f"story/{story_id or NEW}", story_id=story_id or None)


def keep(
    session: Session,
    actor: Actor,
    form: Form,
    window: Window,
    typed: Mapping[str, str],
    choices: Mapping[str, str],
    mark: str,
) -> None:
    """Keep what was typed in a window in place of what it was begun with, in the caller's transaction."""
    # Held, so that of two windows that are kept at once the later one is the newest.
    session.get(User, actor.id, with_for_update=True)
    newest = session.scalar(select(func.max(DeskDraft.number)).where(*_of(actor, form)))
    kept = session.get(DeskDraft, (actor.id, form.name, window.id))
    if kept is None:
        kept = DeskDraft(user_id=actor.id, form=form.name, window_id=window.id)
        session.add(kept)
    kept.item_id, kept.story_id, kept.number = form.item_id, form.story_id, (newest or 0) + 1
    kept.kept_on, kept.mark = today(), mark
    kept.typed, kept.choices = dict(typed), dict(choices)
    session.flush()
    _forget_beginning(session, actor, form, window)


def own(session: Session, actor: Actor, form: Form) -> tuple[OwnDraft, ...]:
    """The drafts that `actor` has of a form, one of each window, the newest first."""
    query = select(DeskDraft).where(*_of(actor, form)).order_by(DeskDraft.number.desc(), DeskDraft.window_id)
    return tuple(_own(one) for one in session.scalars(query))


def forget(session: Session, actor: Actor, form: Form, window: Window) -> None:
    """Forget what was typed in a window, and what it was begun with where that still says the same.

    In the caller's transaction; what was typed in another window stays.
    """
    _delete(session, actor, form, window.id)
    _forget_beginning(session, actor, form, window)


def says(typed: Mapping[str, str], stands: Mapping[str, str]) -> bool:
    """Whether what was typed says nothing but what stands there already, question by question."""
    return all(_plain(text) == _plain(stands.get(name, "")) for name, text in typed.items())


def _forget_beginning(session: Session, actor: Actor, form: Form, window: Window) -> None:
    begun, _, _said = window.begun_with.partition(" ")
    row = session.get(DeskDraft, (actor.id, form.name, begun), with_for_update=True)
    if row is not None and begun != window.id and _own(row).told == window.begun_with:
        _delete(session, actor, form, begun)


def _delete(session: Session, actor: Actor, form: Form, window_id: str) -> None:
    session.execute(delete(DeskDraft).where(*_of(actor, form), DeskDraft.window_id == window_id))


def _of(actor: Actor, form: Form) -> tuple[ColumnElement[bool], ...]:
    return DeskDraft.user_id == actor.id, DeskDraft.form == form.name


def _own(row: DeskDraft) -> OwnDraft:
    return OwnDraft(row.window_id, row.kept_on, row.mark, row.typed, row.choices)


def _apart(choices: Mapping[str, str]) -> dict[str, str]:
    # No question has a name with an end of line in it.
    return {f"\n{name}": text for name, text in choices.items()}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
