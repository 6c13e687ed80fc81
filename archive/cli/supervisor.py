"""The parent of web and worker: owns the socket, restarts what dies, takes everything down with it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time

from archive.settings import Settings, environment_name

PR_SET_PDEATHSIG = 1
# A child that dies at once is started again ever more slowly.
FIRST_WAIT_S, LONGEST_WAIT_S, STEADY_S = 0.5, 30.0, 10.0
STOP_WITHIN_S = 20.0


class Child:
    """One program that is to run all the time."""

    def __init__(
        self, arguments: list[str], environment: dict[str, str], sockets: tuple[int, ...] = ()
    ) -> None:
        self._arguments = [sys.executable, "-m", *arguments]
        self._environment = environment
        self._sockets = sockets
        self._wait = FIRST_WAIT_S
        self._due = 0.0
        self._started = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def keep_running(self) -> None:
        """Start it if it does not run and its wait is over."""
        if self.process is not None and self.process.poll() is None:
            return
        moment = time.monotonic()
        if self.process is not None:
            self._wait = (
                FIRST_WAIT_S if moment - self._started > STEADY_S else min(self._wait * 2, LONGEST_WAIT_S)
            )
            self._due = moment + self._wait
            self.process = None
        if moment >= self._due:
            self._started = moment
            self.process = subprocess.Popen(
                self._arguments,
                env=self._environment,
                pass_fds=self._sockets,
                stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent,
                start_new_session=True,
            )

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def wait(self, timeout: float) -> None:
        """Wait for its end, and end it when it takes too long."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Supervisor:
    """Web and worker of one archive below this process."""

    def __init__(self, settings: Settings, listening: int, *, web_only: bool) -> None:
        environment = {
            **os.environ,
            environment_name("home"): str(settings.home),
            "REMEMBRANCE_LISTEN_FD": str(listening),
            "REMEMBRANCE_PARENT": str(os.getpid()),
        }
        self._children = [Child(["archive.web"], environment, (listening,))]
        if not web_only:
            self._children.append(Child(["archive", "worker", "--slot", "served"], environment))

    def run(self) -> None:
        """Keep every child running until SIGINT or SIGTERM, then stop them in an orderly way."""
        stop = threading.Event()
        previous = {
            number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            while not stop.is_set():
                for child in self._children:
                    child.keep_running()
                stop.wait(0.2)
        finally:
            for child in self._children:
                child.tell(signal.SIGTERM)
            until = time.monotonic() + STOP_WITHIN_S
            for child in self._children:
                child.wait(max(0.1, until - time.monotonic()))
            for number, handler in previous.items():
                signal.signal(number, handler)


def die_with_parent() -> None:
    """Have the kernel end this process when its parent dies, however that dies (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
