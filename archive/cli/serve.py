"""`remembrance serve` and `remembrance worker`."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from dataclasses import replace

import click

from archive.cli.common import opened
from archive.cli.supervisor import Supervisor
from archive.jobs import SlotTakenError
from archive.models.errors import BadInputError
from archive.services import indexing
from archive.services.opening import Archive
from archive.settings import Settings
from ingest.work import worker as running_worker

BACKLOG = 256
PARENT = "REMEMBRANCE_PARENT"
SERVED_TWICE = "Another `remembrance serve` does the work of this archive. Here pages are served, and the work is taken on when that one ends."
HIGHEST_PORT = 65535
MADE_BEFORE = (
    "The search index was made by another version: nothing can be searched for before it is made anew. "
)
BY_ITSELF, BY_A_WORKER = "That is done now, by itself.", "A worker does it, or `remembrance index rebuild`."


@click.command(
    help="Serve the archive until Ctrl-C: web and worker under one process, either restarted if it dies."
)
@click.option("--bind", metavar="HOST:PORT", help="Where to listen (setting bind).")
@click.option("--web-only", is_flag=True, help="No worker: for when one runs elsewhere.")
def serve(bind: str | None, web_only: bool) -> None:
    settings = Settings.load()
    if bind:
        settings = replace(settings, bind=bind)
    # Opened once here, so that a wrong setting or an unreadable collection is told now and in words.
    with opened(settings, begins=True) as archive:
        is_outdated = indexing.is_outdated(archive)
    listening = listen(settings.bind)
    click.echo(f"Serving on {address_of(listening)} (Ctrl-C stops it)")
    if is_outdated:
        click.echo(MADE_BEFORE + (BY_A_WORKER if web_only else BY_ITSELF))
    with listening:
        Supervisor(settings, listening, web_only=web_only).run()


def address_of(listening: socket.socket) -> str:
    """The address that a browser takes, an IPv6 one in brackets (RFC 3986, section 3.2.2)."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def listen(bind: str) -> socket.socket:
    """A listening socket at `HOST:PORT`; BadInputError when the address is no such thing or taken."""
    host, colon, port = bind.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > HIGHEST_PORT:
        raise BadInputError(f"“{bind}” is not an address like 127.0.0.1:8325.", code="bad-address")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host.strip("[]") or "0.0.0.0", int(port)))  # noqa: S104 - an empty host is asked for
    except OSError as error:
        made.close()
        remedy = "Give another with --bind, or stop what listens there."
        raise BadInputError(
            f"{bind} cannot be listened on: {error.strerror}.", code="bad-address", remedy=remedy
        ) from error
    made.listen(BACKLOG)
    return made


@click.command(help="Do the work that waits until Ctrl-C, without a web server.")
@click.option(
    "--slot", default="worker-1", show_default=True, help="Name of this worker; one at a time bears it."
)
def worker(slot: str) -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with opened(begins=True) as archive, contextlib.ExitStack() as working:
        if not _begin(archive, slot, stop, working):
            return
        while not stop.wait(1.0):
            # A parent that died without saying so leaves nobody to stop us.
            if _orphaned():
                break


def _begin(archive: Archive, slot: str, stop: threading.Event, working: contextlib.ExitStack) -> bool:
    """Begin to work under a name; below `serve`, which cannot give another, once nobody else bears it. False when stopped."""
    told = False
    while True:
        try:
            working.enter_context(running_worker(archive, slot))
        except SlotTakenError:
            if PARENT not in os.environ:
                raise
        else:
            return True
        if not told:
            click.echo(SERVED_TWICE, err=True)
            told = True
        if stop.wait(1.0) or _orphaned():
            return False


def _orphaned() -> bool:
    parent = os.environ.get(PARENT)
    with contextlib.suppress(ValueError):
        return parent is not None and os.getppid() != int(parent)
    return False
