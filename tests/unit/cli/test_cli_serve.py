"""Serving from the command line: the address that is told, and a second one on the same home."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.cli import serve
from archive.jobs import SlotTakenError
from archive.services.opening import Archive, open_archive
from archive.settings import Settings


@pytest.mark.parametrize(
    ("bind", "told"), [("127.0.0.1:0", "http://127.0.0.1:"), ("[::1]:0", "http://[::1]:")]
)
def test_the_address_that_is_told_is_one_a_browser_takes(bind: str, told: str) -> None:
    with serve.listen(bind) as listening:
        assert serve.address_of(listening).startswith(told)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(Settings(home=tmp_path / "home"))
    yield opened
    opened.close()


def test_a_second_serve_says_once_that_another_works_and_takes_over_when_that_ends(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(serve.PARENT, str(os.getppid()))
    stop, turns = Turns(), contextlib.ExitStack()
    with serve.running_worker(archive, "served"), contextlib.ExitStack() as working:
        stop.ends_at = 3
        assert not serve._begin(archive, "served", stop, working)
    with turns as working:
        assert serve._begin(archive, "served", Turns(), working)
    told = capsys.readouterr().err
    assert told.count("Another `remembrance serve`") == 1
    assert "under another name" not in told


def test_a_worker_by_itself_says_that_its_name_is_taken(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(serve.PARENT, raising=False)
    with (
        serve.running_worker(archive, "one"),
        contextlib.ExitStack() as working,
        pytest.raises(SlotTakenError),
    ):
        serve._begin(archive, "one", Turns(), working)


class Turns(threading.Event):
    """Is set at a turn of its own, and waits for nobody."""

    ends_at = 0
    turn = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.turn += 1
        return self.turn >= self.ends_at
