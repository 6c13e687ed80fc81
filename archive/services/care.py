"""How somebody wishes to meet what is on the desk: pictures blurred, in grey, recordings still, keys or none."""

from __future__ import annotations

from dataclasses import dataclass

from archive.access import Actor
from archive.models import Care, Right
from archive.models.errors import ForbiddenError
from archive.services.opening import Archive
from archive.services.upsert import put_row


@dataclass(frozen=True)
class CareView:
    """Pictures are blurred until asked for; they are grey; recordings load and move only when started; keys do things."""

    blur: bool = True
    grey: bool = False
    still: bool = True
    keys: bool = True


def of(archive: Archive, actor: Actor) -> CareView:
    """What somebody has chosen; the kindest for who has not."""
    with archive.db.read() as session:
        row = session.get(Care, actor.id)
        return CareView() if row is None else CareView(row.blur, row.grey, row.still, row.keys)


def choose(archive: Archive, actor: Actor, wanted: CareView) -> None:
    """Keep somebody's choice, from the next page on; ForbiddenError for those who do not work at the desk."""
    if not actor.has(Right.SEE_ALL):
        raise ForbiddenError("The desk is for those who look after the archive.")
    with archive.db.write() as session:
        put_row(session, Care, ["user_id"], {"user_id": actor.id, **vars(wanted)})
