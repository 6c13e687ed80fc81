"""The parent of web and worker: owns the socket, restarts what dies, takes everything down with it."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import runpy
import signal
import socket
import sys
import threading
import time
from multiprocessing.context import ForkProcess

from archive.settings import Settings, environment_name

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
STOPPING = (signal.SIGINT, signal.SIGTERM)
# A child that dies at once is started again ever more slowly.
FIRST_WAIT_S, LONGEST_WAIT_S, STEADY_S = 0.5, 30.0, 10.0
STOP_WITHIN_S = 20.0


class Child:
    """One program that is to run all the time, under a name of at most 15 bytes that `ps` and `top` show.

    It is forked, not started anew: what the parent has imported it neither reads nor holds a second time.
    """

    def __init__(
        self,
        name: str,
        arguments: list[str],
        environment: dict[str, str],
        closes: socket.socket | None = None,
    ) -> None:
        self._name = name
        self._arguments = arguments
        self._environment = environment
        self._closes = closes
        self._wait = FIRST_WAIT_S
        self._due = 0.0
        self._started = 0.0
        self._process: ForkProcess | None = None

    def keep_running(self) -> None:
        """Start it if it does not run and its wait is over."""
        if self._process is not None and self._process.is_alive():
            return
        moment = time.monotonic()
        if self._process is not None:
            self._wait = (
                FIRST_WAIT_S if moment - self._started > STEADY_S else min(self._wait * 2, LONGEST_WAIT_S)
            )
            self._due = moment + self._wait
            self._process = None
        if moment >= self._due:
            self._started = moment
            self._process = multiprocessing.get_context("fork").Process(target=self._live, name=self._name)
            # Told to stop before it can hear it, it would not hear it at all.
            signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
            try:
                self._process.start()
            finally:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self._process is not None and self._process.is_alive() and self._process.pid:
            os.kill(self._process.pid, number)

    def wait(self, timeout: float) -> None:
        """Wait for its end, and end it when it takes too long."""
        if self._process is None:
            return
        self._process.join(timeout)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _live(self) -> None:
        """In the child: be a program of its own, as `python -m` would run it."""
        die_with_parent()
        os.setsid()
        for number in STOPPING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        if self._closes is not None:
            self._closes.close()
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_NAME, self._name.encode())
        os.environ.update(self._environment)
        module, *rest = self._arguments
        sys.argv = [module, *rest]
        runpy.run_module(module, run_name="__main__", alter_sys=True)


class Supervisor:
    """Web and worker of one archive below this process, which must have no threads when it begins."""

    def __init__(self, settings: Settings, listening: socket.socket, *, web_only: bool) -> None:
        environment = {
            environment_name("home"): str(settings.home),
            "REMEMBRANCE_LISTEN_FD": str(listening.fileno()),
            "REMEMBRANCE_PARENT": str(os.getpid()),
        }
        self._children = [Child("archive-web", ["archive.web"], environment)]
        if not web_only:
            worker = ["archive", "worker", "--slot", "served"]
            # A worker that holds the socket would keep the address taken after the web server's end.
            self._children.append(Child("archive-worker", worker, environment, closes=listening))

    def run(self) -> None:
        """Keep every child running until SIGINT or SIGTERM, then stop them in an orderly way."""
        stop = threading.Event()
        previous = {number: signal.signal(number, lambda *_: stop.set()) for number in STOPPING}
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
