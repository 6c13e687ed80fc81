"""Does to one item what a batch asks for, or says in its row why it stays as it is."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor, can_see
from archive.jobs.retrying import failure_of, is_transient
from archive.models import Action, Batch, BatchItem, Item, ItemState
from archive.models.errors import ArchiveError
from archive.services import moving
from archive.services.acting import actor_named
from archive.services.kept import MOVE, asked_of
from archive.services.lifecycle import load_for_change, transition
from archive.services.opening import Archive
from archive.services.revisions import mark_now, revise
from archive.services.weighing import COLLECTION, DESCRIBE, Weighed, Wish, steps_to, weigh

DONE, FAILED, STALE = "done", "failed", "stale-version"

log = logging.getLogger(__name__)


def do(archive: Archive, batch: Batch, row_id: str) -> None:
    """One item of a batch, in one transaction with what its row says became of it; done again, it changes nothing.

    What is wrong with it alone is in its row: the code of an error of the archive, `failed` for a mistake of the
    program, of which the log says where. What passes by itself is raised.
    """
    with archive.db.read() as session:
        item_id = session.scalar(select(BatchItem.item_id).where(BatchItem.id == row_id))
    if item_id is None:
        return
    try:
        archive.db.write_until_done(lambda session: _do(archive, session, batch, row_id, item_id))
    except Exception as error:
        if is_transient(error):
            raise
        code, sentence = failure_of(error)
        is_told = isinstance(error, ArchiveError)
        if not is_told:
            log.warning("batch %s: an item stays as it was (%s)", batch.id, sentence)
        _leave(archive, row_id, code if is_told else FAILED)


def _do(archive: Archive, session: Session, batch: Batch, row_id: str, item_id: str) -> None:
    item = load_for_change(session, item_id)
    row = session.get(BatchItem, row_id, populate_existing=True)
    if row is None or row.outcome:
        return
    # The roles are those of this moment: who lost a right since has lost it here too.
    actor = actor_named(session, batch.agent)
    wish = Wish(row.act, row.said, takes_back=batch.undoes is not None)
    found = weigh(archive, session, actor, item, wish, batch.language)
    if not can_see(actor, item):
        row.outcome = "forbidden"
    elif found.mark != row.seen_mark:
        row.outcome = STALE
    elif found.trouble:
        row.outcome = found.outcome
    else:
        _apply(archive, session, item, actor, wish, found, batch.id)
        row.left_mark = _left(archive, item, wish)
        row.outcome = DONE


def _leave(archive: Archive, row_id: str, outcome: str) -> None:
    """Say what became of an item in a transaction of its own; nothing, when it was removed with its row."""
    with archive.db.write() as session:
        row = session.get(BatchItem, row_id)
        if row is not None and not row.outcome:
            row.outcome = outcome


def _apply(
    archive: Archive,
    session: Session,
    item: Item,
    actor: Actor,
    wish: Wish,
    found: Weighed,
    batch_id: str,
) -> None:
    detail = {"batch": batch_id}
    if found.description is not None:
        profile = asked_of(archive.profiles, item, wish.said)
        revise(session, item, profile, found.fields, found.description, actor, DESCRIBE, detail)
        return
    if wish.act == MOVE:
        moving.put(archive, session, actor, item, wish.said[COLLECTION], detail)
        return
    steps: Sequence[tuple[ItemState, Action]] = steps_to(ItemState(item.state), Action(wish.act))
    for _, action in steps:
        transition(session, item, action, actor, detail=dict(detail))


def _left(archive: Archive, item: Item, wish: Wish) -> str:
    if wish.act != DESCRIBE:
        return ""
    return mark_now(archive.profiles, item)
