"""What a worker learns of a package that was brought to the desk, and writes down of its bags."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete

from archive.access import Actor
from archive.bags import is_item_id
from archive.models import BagImport, BagVerdict, Item, Right
from archive.services.acting import actor_named
from archive.services.bag_import_standing import (
    ASKED,
    CHECK,
    CHECKED,
    DONE,
    FAILED,
    HERE,
    PUT_OFF,
    SOUND,
    TAKEN,
    delete_bytes,
)
from archive.services.opening import Archive


@dataclass(frozen=True)
class Asked:
    """What is wished of a package: by whom, with the roles as they stand now, and whether it is only to be checked."""

    id: str
    actor: Actor
    collection: str
    given_name: str
    only_check: bool

    @property
    def is_allowed(self) -> bool:
        """Whether who brought it may still bring bags into that collection."""
        return self.actor.has(Right.BRING_IN, self.collection)


@dataclass(frozen=True)
class Verdict:
    """What was found of one bag, as in `BagVerdict`."""

    name: str
    verdict: str
    code: str = ""
    sentence: str = ""
    problems: tuple[str, ...] = ()
    files: int = 0
    size: int = 0
    item_id: str | None = None


def asked(archive: Archive, import_id: str) -> Asked | None:
    """What is wished of a package; None when nothing is any more, and then its bytes are gone too."""
    with archive.db.read() as session:
        row = session.get(BagImport, import_id)
        if row is not None and row.state == ASKED:
            actor = actor_named(session, row.agent)
            return Asked(row.id, actor, row.collection, row.given_name, row.wish == CHECK)
        kept = row is not None and row.state == CHECKED
    if not kept:
        # Whoever noted how it ended may have been killed before the bytes were removed.
        delete_bytes(archive, [import_id])
    return None


def note(archive: Archive, import_id: str, position: int, found: Verdict) -> None:
    """Write down what was found of the bag at a place in the package; of one that this import took in it stays said so."""
    with archive.db.write() as session:
        if session.get(BagImport, import_id, with_for_update=True) is None:
            return
        row = session.get(BagVerdict, (import_id, position))
        # Taken in by this import itself, before its worker was killed.
        was_ours = row is not None and row.verdict == TAKEN and row.item_id == found.item_id
        item_id = found.item_id
        if item_id is None and found.verdict == HERE and is_item_id(found.name):
            item_id = found.name if session.get(Item, found.name) else None
        session.merge(
            BagVerdict(
                import_id=import_id,
                position=position,
                name=found.name,
                verdict=TAKEN if was_ours and found.verdict == HERE else found.verdict,
                code=found.code,
                sentence=found.sentence,
                problems=list(found.problems),
                files=found.files,
                size=found.size,
                item_id=item_id,
            )
        )


def end(archive: Archive, import_id: str, found: list[Verdict]) -> None:
    """Say that all of a package was looked at; its bytes stay only where something of it can be taken in yet."""
    with archive.db.write() as session:
        row = session.get(BagImport, import_id, with_for_update=True, populate_existing=True)
        beyond = (BagVerdict.import_id == import_id, BagVerdict.position >= len(found))
        session.execute(delete(BagVerdict).where(*beyond))
        if row is None or row.state != ASKED:
            return
        left = (SOUND, PUT_OFF) if row.wish == CHECK else (PUT_OFF,)
        row.state = CHECKED if any(one.verdict in left for one in found) else DONE
        is_kept = row.state == CHECKED
    if not is_kept:
        delete_bytes(archive, [import_id])


def put_off(archive: Archive, import_id: str, why: str) -> None:
    """Say why it came to nothing for now; the package stays, to be tried again."""
    _stop(archive, import_id, CHECKED, why)


def fail(archive: Archive, import_id: str, why: str) -> None:
    """Say why it came to nothing for good; the package goes."""
    _stop(archive, import_id, FAILED, why)
    delete_bytes(archive, [import_id])


def _stop(archive: Archive, import_id: str, state: str, why: str) -> None:
    with archive.db.write() as session:
        row = session.get(BagImport, import_id, with_for_update=True, populate_existing=True)
        if row is not None and row.state == ASKED:
            row.state, row.why = state, why
