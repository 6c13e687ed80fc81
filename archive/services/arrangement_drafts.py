"""What a curator has typed under the files of an item and not saved yet: kept for them alone, as drafts of descriptions are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from archive.access import Actor
from archive.services import desk_drafts
from archive.services.arrangements import ORIGINAL, Place, Places, places_of
from archive.services.desk_drafts import OwnDraft, Window, arrangement
from archive.services.lifecycle import changing
from archive.services.opening import Archive
from archive.services.revisions import check_describing, for_describing

ORDER = "file"


def keep(
    archive: Archive, actor: Actor, item_id: str, wanted: Sequence[Place], mark: str, window: Window
) -> None:
    """Keep what `actor` has chosen so far in that window; files that stand so already need no draft."""
    typed = typed_of(wanted)
    with changing(archive, item_id) as (session, item):
        check_describing(actor, item)
        if desk_drafts.says(typed, typed_of(places_of(item.files))):
            desk_drafts.forget(session, actor, arrangement(item_id), window)
        else:
            desk_drafts.keep(session, actor, arrangement(item_id), window, typed, {}, mark)


def own(archive: Archive, actor: Actor, item_id: str) -> tuple[OwnDraft, ...]:
    """The drafts that `actor` has of the files of an item, the newest first, for as long as they may describe it."""
    with archive.db.read() as session:
        for_describing(session, actor, item_id)
        return desk_drafts.own(session, actor, arrangement(item_id))


def throw_away(archive: Archive, actor: Actor, item_id: str, window: Window) -> None:
    """Forget what was typed in a window; there being nothing is success."""
    with archive.db.write() as session:
        for_describing(session, actor, item_id)
        desk_drafts.forget(session, actor, arrangement(item_id), window)


def places_in(typed: Mapping[str, str]) -> Places:
    """The files as a draft has them, in its order; a form says them by the same names."""
    return tuple(
        Place(
            one,
            typed.get(f"title-{one}", ""),
            typed.get(f"role-{one}", ""),
            typed.get(f"accompanies-{one}", ""),
            typed.get(f"language-{one}", "").strip().lower(),
        )
        for one in typed.get(ORDER, "").split()
    )


def typed_of(places: Sequence[Place]) -> dict[str, str]:
    """What a draft says of files in this order."""
    found = {ORDER: " ".join(one.file_id for one in places)}
    for one in places:
        found |= {
            f"title-{one.file_id}": one.title,
            f"role-{one.file_id}": one.role,
            # What is chosen beside an original is not kept.
            f"accompanies-{one.file_id}": one.accompanies if one.role != ORIGINAL else "",
            f"language-{one.file_id}": one.language,
        }
    return found


def parted(places: Sequence[Place], now: Mapping[str, tuple[str, str]]) -> dict[str, Places]:
    """What was chosen of files, by the item in which they are `now`; a file goes with none that is in another one."""
    found: dict[str, list[Place]] = {}
    for one in places:
        if one.file_id in now:
            item_id, file_id = now[one.file_id]
            there, beside = now.get(one.accompanies, ("", ""))
            accompanies = beside if there == item_id else ""
            found.setdefault(item_id, []).append(replace(one, file_id=file_id, accompanies=accompanies))
    return {item_id: tuple(these) for item_id, these in found.items()}
