"""Calls further processes to help while much waits: one process of Python computes on one core, whatever its threads."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from archive.models.ids import new_id
from archive.services.opening import Archive

CODE_ROOT = Path(__file__).resolve().parents[1]
# Starting a process costs as much as a few dozen small items.
MANY = 24
IDLE_S = 20.0
STOP_WITHIN_S = 30.0

log = logging.getLogger(__name__)


class Helpers:
    """The helpers of one worker: none while little waits, one for each further core while much does.

    A helper takes over one of the worker's turns, so that never more items are worked on at once than the settings
    say. It has ended when its worker has, however that ended, because its input ends then.
    """

    def __init__(self, archive: Archive, slot: str) -> None:
        self._archive = archive
        self._slot = slot
        self._most = archive.settings.concurrency - 1
        self._running: list[subprocess.Popen[bytes]] = []
        self._busy_at = time.monotonic()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._running)

    def see_to_it(self) -> None:
        """Call one more helper where there is work for it, let all go where there has been none for a while."""
        self._running = [one for one in self._running if one.poll() is None]
        waiting = self._archive.jobs.pending_count()
        if waiting:
            self._busy_at = time.monotonic()
        if waiting > MANY * (self.count + 1) and self.count < self._most:
            self._running.append(self._start())
            log.info("worker %s has %d helper(s)", self._slot, self.count)
        elif time.monotonic() - self._busy_at > IDLE_S:
            self.close()

    def close(self) -> None:
        """Let every helper finish what it is at, and end."""
        running, self._running = self._running, []
        for one in running:
            assert one.stdin is not None
            one.stdin.close()
        for one in running:
            try:
                one.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        settings = {**asdict(self._archive.settings), "home": str(self._archive.settings.home)}
        told = {"settings": settings, "slot": f"{self._slot}-helper-{new_id()}"}
        helper = subprocess.Popen(
            [sys.executable, "-P", "-m", "ingest.helper_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(CODE_ROOT), *filter(None, sys.path)))},
            # Ctrl-C is for the worker, which then lets its helpers end in an orderly way.
            start_new_session=True,
        )
        assert helper.stdin is not None
        # Not on the command line, where everybody on the machine could read a password of the database.
        helper.stdin.write(json.dumps(told).encode() + b"\n")
        helper.stdin.flush()
        return helper
