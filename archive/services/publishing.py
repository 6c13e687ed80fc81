"""Publishes for those who have not the item's page before them: what was decided against it stands until the desk decides otherwise."""

from __future__ import annotations

from sqlalchemy.orm import Session

from archive.access import SEALED, Actor, can
from archive.models import Item, ItemState, Right
from archive.models.errors import ConflictError
from archive.services.asked_about import REQUEST_WAITS, TAKEN_DOWN, against_publishing
from archive.services.lifecycle import changing, publish_held
from archive.services.opening import Archive

AT_THE_DESK = "Decide about it anew on its own page at the desk, and publish it there."
SAID = {
    ItemState.WITHDRAWN: "It was taken back, and stays so until somebody brings it back.",
    ItemState.DECLINED: "It was declined, and stays so until somebody decides otherwise.",
}


def publish(archive: Archive, actor: Actor, item_id: str, *, again: bool = True) -> None:
    """Publish an item as `lifecycle.publish` does, unless somebody decided against it since; already published is success.

    ConflictError: `sealed` when it was taken back or declined, `taken-down` when that was promised to somebody who asked,
    `request-waits` when it is hidden until somebody who asked is answered, and without `again` `taken-off` when it was
    shown once and is not any more. The rule is the desk's for many at once.
    """
    with changing(archive, item_id) as (session, item):
        if can(actor, Right.PUBLISH, item) and item.state != ItemState.PUBLISHED:
            _check(session, item, again=again)
        publish_held(session, item, actor)


def _check(session: Session, item: Item, *, again: bool) -> None:
    if item.state in SEALED:
        raise ConflictError(SAID[ItemState(item.state)], code="sealed", remedy=AT_THE_DESK)
    against = against_publishing(session, item.id)
    if against == TAKEN_DOWN:
        said = "It was taken down because somebody asked, and they were told so."
        raise ConflictError(said, code=TAKEN_DOWN, remedy=AT_THE_DESK)
    if against:
        said = "It is not shown: somebody asked about it, and nobody has answered them yet."
        raise ConflictError(said, code=REQUEST_WAITS, remedy="Answer the request at the desk first.")
    if item.published_on is not None and not again:
        raise ConflictError(
            "It was shown once, and somebody took it off since.", code="taken-off", remedy=AT_THE_DESK
        )
