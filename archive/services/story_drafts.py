"""What somebody has typed of a story and not saved yet: kept for them alone, as drafts of descriptions are.

`story_id` is "" of a story that is not begun yet.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from archive.access import Actor, may_write_pages
from archive.models.errors import ForbiddenError
from archive.services import desk_drafts
from archive.services.desk_drafts import OwnDraft, Window, story
from archive.services.opening import Archive
from archive.services.stories import NOT_ALLOWED, to_write


def keep(
    archive: Archive,
    actor: Actor,
    story_id: str,
    typed: Mapping[str, str],
    stands: Mapping[str, str],
    mark: str,
    window: Window,
) -> None:
    """Keep what `actor` has typed so far in that window; what says no more than what `stands` there needs no draft."""
    with archive.db.write() as session:
        _check(session, actor, story_id, lock=True)
        if desk_drafts.says(typed, stands):
            desk_drafts.forget(session, actor, story(story_id), window)
        else:
            desk_drafts.keep(session, actor, story(story_id), window, typed, {}, mark)


def own(archive: Archive, actor: Actor, story_id: str) -> tuple[OwnDraft, ...]:
    """The drafts that `actor` has of a story, the newest first, for as long as they may write it."""
    with archive.db.read() as session:
        _check(session, actor, story_id)
        return desk_drafts.own(session, actor, story(story_id))


def throw_away(archive: Archive, actor: Actor, story_id: str, window: Window) -> None:
    """Forget what was typed in a window; there being nothing is success."""
    with archive.db.write() as session:
        _check(session, actor, story_id)
        desk_drafts.forget(session, actor, story(story_id), window)


def _check(session: Session, actor: Actor, story_id: str, *, lock: bool = False) -> None:
    if story_id:
        to_write(session, actor, story_id, lock=lock)
    elif not may_write_pages(actor):
        raise ForbiddenError(NOT_ALLOWED)
