"""What commands share: opening the archive, JSON output, progress bars."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from archive.services import withdrawing
from archive.services.opening import Archive, must_be_begun, open_archive
from archive.settings import Settings

# Half a character: a byte of a file's name that is no UTF-8, or what a program made of one.
_HALF = re.compile("[\ud800-\udfff]")

STOPPED = "Stopped. Run the same command again: it goes on where it stopped, and nothing is doubled."

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")


@contextmanager
def opened(
    settings: Settings | None = None, *, begins: bool = False, beside_bags: bool = False
) -> Iterator[Archive]:
    """The archive of this environment, closed at the end; where there is none, only a command that `begins` one makes it.

    One that makes rows of bags goes on `beside_bags` of which the database knows none.
    """
    settings = settings or Settings.load()
    if not begins:
        must_be_begun(settings)
    archive = open_archive(settings, begins=begins, beside_bags=beside_bags)
    try:
        # A database restored from an older copy does not know what was taken back since.
        withdrawing.reapply(archive)
        yield archive
    finally:
        archive.close()


def print_json(value: Any) -> None:
    """Print a value as JSON that strict readers take: in UTF-8, or in ASCII where the output is neither."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    click.echo(json.dumps(_whole(value), ensure_ascii=encoding != "utf8", indent=2))


def printable(text: str) -> str:
    """Text on one line as a terminal may get it: what is not to be seen, escapes of a terminal too, is spelled out."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in _HALF.sub(_spelled, text)
    )


def _whole(value: Any) -> Any:
    """The value with bytes that are no text spelled out (`bad\\xff.txt`), as in the names that are kept."""
    match value:
        case str():
            return _HALF.sub(_spelled, value)
        case dict():
            return {name: _whole(one) for name, one in value.items()}
        case list() | tuple():
            return [_whole(one) for one in value]
        case _:
            return value


def _spelled(found: re.Match[str]) -> str:
    number = ord(found[0])
    # How Python holds the bytes 80 to FF of a name (PEP 383).
    return f"\\x{number - 0xDC00:02x}" if 0xDC80 <= number <= 0xDCFF else f"\\u{number:04x}"


@contextmanager
def bars(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """Progress bars on stderr, one for each phase that is told; nothing where nobody looks."""
    console = Console(file=sys.stderr, quiet=quiet)
    columns = (TextColumn("{task.description:>12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    shown = Progress(*columns, console=console, disable=quiet)
    tasks: dict[str, TaskID] = {}

    def tell(phase: str, done: int, total: int) -> None:
        if not total and phase not in tasks:
            # A bar of nothing says nothing.
            return
        if not tasks:
            # Only now: bars that never came to show anything would leave an empty line.
            shown.start()
        if phase not in tasks:
            tasks[phase] = shown.add_task(phase, total=total)
        shown.update(tasks[phase], completed=done, total=total)

    try:
        yield tell
    finally:
        if tasks:
            shown.stop()


@contextmanager
def stops_in_words() -> Iterator[None]:
    """Say on stderr, where somebody stops a command that takes in, that running it again is safe."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(STOPPED, err=True)
        raise


def lines(*rows: tuple[str, str]) -> None:
    """Print labels and values under each other."""
    width = max((len(label) for label, _ in rows), default=0)
    for label, value in rows:
        click.echo(f"{label:<{width}}  {printable(value)}")
