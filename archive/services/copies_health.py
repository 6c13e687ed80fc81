"""What is wrong with the stores of copies, as `remembrance doctor` tells it: each is looked at now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from archive.access import OPERATOR
from archive.models import today
from archive.models.errors import ArchiveError
from archive.services import restore_copies, restore_record
from archive.services.copies_state import StoreState, states
from archive.services.copies_stores import Place, is_set_aside, places, reach
from archive.services.copies_strangers import strangers
from archive.services.counted import counted
from archive.services.opening import Archive
from archive.storage import StoreAwayError

# A disk may lie in a drawer, or at somebody's home, for about a month.
DAYS_AWAY = 31
DAYS_BEHIND = 2
# More of them are named by `bags compare`.
NAMED = 10
BRING_BACK = (
    "They may have been given after the day of a backup that was restored. `remembrance bags adopt ID --from STORE` brings "
    "each back; `remembrance bags compare` names all of them."
)
LOOK_AT = (
    "They may have been written after the day of a backup that was restored. `remembrance bags adopt ID --from STORE` brings each "
    "back, a story as one that is not published; `remembrance bags compare` names all of them, and nothing removes them."
)
TAKE_UP = (
    "If it takes the place of the archive that was backed up for good, `remembrance copies adopt` without a name says so. Never "
    "in a drill: the other archive goes on with them."
)
SEE = "Run `remembrance copies run`, and see what it says."
MAKE_ROOM = "Make room on it, or put a larger one in its place (`remembrance copies adopt STORE`); then run `remembrance copies run`."
LOOK_AT_DISK = (
    "Look at that disk or bucket, and whether it may be written to; then run `remembrance copies run`."
)
# What the last run met there, and what asking the store who it is does not meet; anything else is over when it answers.
TROUBLES = {
    "storage-full": (
        "it is full (storage-full), and the last run could not write all that waits.",
        MAKE_ROOM,
    ),
    "store-failing": ("the last run could not read or write there (store-failing).", LOOK_AT_DISK),
    "store-refused": ("the last run could not write there (store-refused).", LOOK_AT_DISK),
    "store-unfit": (
        "its server writes over what is there, though it was asked not to (store-unfit).",
        "Choose a server that knows If-None-Match.",
    ),
}
Found = tuple[str, str, str]


def look(archive: Archive) -> Iterator[Found]:
    """Verdict (`ok`, `note`, `problem`), sentence and remedy of each store; none where there are no stores."""
    if is_set_aside(archive.settings):
        yield from _set_aside(archive)
        return
    for place, state in zip(places(archive.settings), states(archive, OPERATOR), strict=True):
        yield _verdict(archive, place, state)
        yield from _strangers(archive, place)


def _set_aside(archive: Archive) -> Iterator[Found]:
    """That a restored home writes to no store: a note in a drill, which lasts no longer; a problem where it is forgotten."""
    names = restore_copies.named(archive.settings)
    if not names:
        return
    restored = restore_record.read_all(archive.settings)
    since = date.fromisoformat(restored[-1].on) if restored else date.min
    verdict = "note" if (today() - since).days <= DAYS_BEHIND else "problem"
    sentence = f"This home was restored, and writes to no store of copies ({', '.join(names)}): nothing new is copied."
    yield verdict, sentence, TAKE_UP


def _strangers(archive: Archive, place: Place) -> Iterator[Found]:
    """What lies in a store at hand and is no item's: a note, for it may have been brought in anew under another id."""
    try:
        found = strangers(archive, reach(archive, place, mark=False))
    except (ArchiveError, OSError):
        return
    items = [key.partition("/")[2] for key in found if key.startswith("bags/")]
    if items:
        yield "note", f"{place.name} also holds bags that no item here has: {_named(items)}.", BRING_BACK
    if shared := [key for key in found if not key.startswith("bags/")]:
        whose = "bags of stories, introductions, names or words that the database does not know"
        yield "note", f"{place.name} also holds {whose}: {_named(shared)}.", LOOK_AT


def _named(found: Sequence[str]) -> str:
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return f"{len(found)} ({', '.join(found[:NAMED])}{more})"


def _verdict(archive: Archive, place: Place, state: StoreState) -> Found:
    since = min(filter(None, (state.waiting_since, state.leaving_since)), default=today())
    behind = (today() - since).days
    waits = _waits(state)
    try:
        reach(archive, place, mark=False)
    except StoreAwayError as error:
        verdict = "note" if error.code == "store-away" and behind <= DAYS_AWAY else "problem"
        return verdict, f"{error} {waits}", error.remedy
    except (ArchiveError, OSError) as error:
        told = error if isinstance(error, ArchiveError) else StoreAwayError(f"{place.name} cannot be read.")
        return "problem", f"{place.name}: {told}", told.remedy
    if state.trouble in TROUBLES:
        words, remedy = TROUBLES[state.trouble]
        return "problem", f"{place.name}: {words} {waits}", remedy
    if state.in_trouble:
        sentence = f"{state.troubled} bags have no sound copy in {place.name}."
        return (
            "problem",
            sentence,
            "`remembrance copies state` names them; `remembrance bags compare` says why.",
        )
    if behind > DAYS_BEHIND:
        return "problem", f"{place.name} is behind: {waits}", SEE
    if state.waiting or state.to_remove:
        return "note", f"{place.name}: {waits} A worker does it.", ""
    return "ok", f"{place.name} holds a copy of all {state.kept} bags.", ""


def _waits(state: StoreState) -> str:
    """How many bags wait for a store, and how many to be removed from it, each since when."""
    said = []
    if state.waiting or not state.to_remove:
        since = f" since {state.waiting_since}" if state.waiting else ""
        said.append(f"{counted(state.waiting, 'bag waits', 'bags wait')} for it{since}.")
    if state.to_remove:
        leaves = counted(state.to_remove, "destroyed bag waits", "destroyed bags wait")
        said.append(f"{leaves} to be removed from it since {state.leaving_since}.")
    return " ".join(said)
