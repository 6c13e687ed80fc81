"""The served archive loses a process, or all of them: it serves again, or leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.cli.serve import SERVED_TWICE
from archive.services.opening import Archive
from ingest.bulk import ingest
from tests.fixtures.command_line import run
from tests.fixtures.faults import COLLECTION, assert_whole, make_gift, open_home
from tests.fixtures.serving import Served, living, serving, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def served(home: Path, tmp_path: Path) -> Iterator[Served]:
    with serving(home, tmp_path / "serve.log") as running:
        yield running


def give(archive: Archive, tmp_path: Path, *numbers: int) -> None:
    """What a person gives meanwhile is kept and published by whichever worker is there."""
    gifts = [make_gift(tmp_path / "gifts", number) for number in numbers]
    ingest(archive, [gift.folder for gift in gifts], COLLECTION, publish=True)
    assert_whole(archive, gifts, withdrawn=False, served=True)


def port_of(address: str) -> int:
    return int(address.rstrip("/").rpartition(":")[2])


def assert_port_is_free(port: int) -> None:
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


def test_a_killed_worker_and_a_killed_web_server_are_there_again(
    served: Served, home: Path, tmp_path: Path
) -> None:
    worker, web = served.child("archive-worker"), served.child("archive-web")
    before = served.tree()

    os.kill(worker, signal.SIGKILL)
    os.kill(web, signal.SIGKILL)

    # Whoever asks in between waits at the door, which is the parent's, and is then served.
    assert wait_until(served.is_well)
    wait_until(lambda: served.child("archive-worker") not in (0, worker))
    wait_until(lambda: served.child("archive-web") not in (0, web))
    own = {name for name in before if name.startswith(f"{served.process.pid}@")}
    wait_until(lambda: living(before) == own)
    archive = open_home(home)
    try:
        give(archive, tmp_path, 0)
    finally:
        archive.close()
    assert "Traceback" not in served.said


def test_when_the_parent_is_killed_nothing_is_left_and_the_port_is_free(served: Served) -> None:
    tree, port = served.tree(), port_of(served.address)
    assert len(tree) >= 4

    served.process.kill()

    wait_until(lambda: served.process.poll() is not None and not living(tree), 30.0)
    assert_port_is_free(port)


def test_asked_to_stop_it_stops_in_order_and_the_port_is_free(served: Served) -> None:
    tree, port = served.tree(), port_of(served.address)

    served.process.terminate()

    assert served.process.wait(30) == 0
    wait_until(lambda: not living(tree), 5.0)
    assert_port_is_free(port)
    assert "Traceback" not in served.said


@pytest.mark.slow
def test_a_second_server_of_the_same_home_is_told_why_its_worker_waits_and_takes_over_later(
    served: Served, home: Path, tmp_path: Path
) -> None:
    with serving(home, tmp_path / "second.log") as second:
        wait_until(lambda: SERVED_TWICE in second.said)
        archive = open_home(home)
        try:
            give(archive, tmp_path, 1)
            served.process.terminate()
            assert served.process.wait(30) == 0
            wait_until(second.is_well, 90.0)
        finally:
            archive.close()
        assert "Traceback" not in second.said


def test_a_second_server_at_the_same_address_is_refused_in_a_sentence(served: Served, home: Path) -> None:
    address = served.address.removeprefix("http://").rstrip("/")
    refused = run(home, "serve", "--bind", address)

    assert refused.returncode == 2
    assert refused.stderr.startswith(f"{address} cannot be listened on: Address already in use.")
    assert served.is_well()
