"""The look at a database that was made again from bags: was it made to its end, and what did not come."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from archive.services import rebuild_arrived, rebuild_mark
from archive.services.counted import counted
from archive.services.finding import Finding
from archive.services.opening import Archive

NAMED = 10


def rebuild(archive: Archive) -> Iterator[Finding]:
    """A database made again from bags was made to its end, and left nothing out."""
    mark = rebuild_mark.read(archive.settings)
    if mark is None:
        return
    for folder in sorted(set(mark.left_out.values())):
        names = sorted(name for name, lies_in in mark.left_out.items() if lies_in == folder)
        where = f" of those in {folder}" if folder else ""
        yield Finding(
            "rebuild",
            "problem",
            f"Making the database again from bags left out {len(names)}{where}: {_listed(names)}.",
            f"Put each right there, or move one away that is not to come; then run {_command(folder)} again, which says why it leaves one out.",
        )
    if mark.under_way is None:
        return
    # One of an older version does not say where it looked.
    where = "" if mark.under_way else ", with --from where it was begun so"
    yield Finding(
        "rebuild",
        "problem",
        "Making the database again from bags came to no end, or left something out.",
        f"Run {_command(mark.under_way)} again{where}: it goes on where it stopped, and says what it leaves out.",
    )


def arrived(archive: Archive) -> Iterator[Finding]:
    """Nothing is kept of a database that was lost that nobody has looked at yet."""
    if number := rebuild_arrived.kept(archive.settings):
        yield Finding(
            "rebuild",
            "note",
            f"{counted(number, 'file that had arrived and was', 'files that had arrived and were')} in no bag when the database was made again "
            f"{'is' if number == 1 else 'are'} kept in {rebuild_arrived.folder(archive.settings)}.",
            "Where the database is found after all, put them back into staging before it is served. Else look at them and take them in with remembrance ingest; then remove the folder.",
        )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _command(folder: str) -> str:
    return f"remembrance rebuild --from {shlex.quote(folder)}" if folder else "remembrance rebuild"
