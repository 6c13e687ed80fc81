"""What a curator has typed of what a file says and not saved yet: kept for them alone, as drafts of descriptions are."""

from __future__ import annotations

from archive.access import Actor
from archive.services import desk_drafts
from archive.services.desk_drafts import OwnDraft, Window, transcript
from archive.services.lifecycle import changing
from archive.services.opening import Archive
from archive.services.revisions import check_describing, for_describing
from archive.services.taking import say_still
from archive.services.transcribing import current, file_of

TEXT = "text"


def keep(
    archive: Archive, actor: Actor, item_id: str, file_id: str, text: str, mark: str, window: Window
) -> None:
    """Keep what `actor` has typed so far in that window; what says the same as the file needs no draft.

    The others are told that they are at it.
    """
    typed = {TEXT: text}
    with changing(archive, item_id) as (session, item):
        check_describing(actor, item)
        stands = {TEXT: current(archive, session, file_of(item, file_id)) or ""}
        if desk_drafts.says(typed, stands):
            desk_drafts.forget(session, actor, transcript(item_id, file_id), window)
        else:
            desk_drafts.keep(session, actor, transcript(item_id, file_id), window, typed, {}, mark)
    say_still(archive, actor, item_id)


def own(archive: Archive, actor: Actor, item_id: str, file_id: str) -> tuple[OwnDraft, ...]:
    """The drafts that `actor` has of a file's text, the newest first, for as long as they may describe its item."""
    with archive.db.read() as session:
        file_of(for_describing(session, actor, item_id), file_id)
        return desk_drafts.own(session, actor, transcript(item_id, file_id))


def throw_away(archive: Archive, actor: Actor, item_id: str, file_id: str, window: Window) -> None:
    """Forget what was typed in a window; there being nothing is success."""
    with archive.db.write() as session:
        file_of(for_describing(session, actor, item_id), file_id)
        desk_drafts.forget(session, actor, transcript(item_id, file_id), window)
