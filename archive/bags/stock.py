"""A second opinion on a bag: the stock BagIt library, kept in a child process with a time limit."""

from __future__ import annotations

import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

PYTHON = (sys.executable, "-I")
CHILD = str(Path(__file__).with_name("stock_child.py"))
LEAST_SECONDS = 30.0
SLOWEST_BYTES_PER_SECOND = 5_000_000
GRACE = 2.0
"""Seconds after which a child that missed its own alarm is killed."""


@dataclass(frozen=True)
class StockReport:
    """What the stock library says: whether the bag is valid and, when not, why; `undecided` when it said nothing."""

    valid: bool
    message: str
    undecided: bool = False


class StockValidator:
    """One child process for many bags (starting it costs more than checking a small bag); close it, or use `with`.

    Threads may share it and then wait for each other; give each worker its own to use every core.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> StockValidator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def validate(
        self, root: Path, timeout: float, meanwhile: Callable[[], object] = lambda: None
    ) -> StockReport:
        """Let the stock library read and check the whole bag in `root`, for at most `timeout` seconds.

        What is to be done `meanwhile` is done in this process; where it fails, the child is ended and the error goes on.
        """
        request = json.dumps({"path": os.path.abspath(root), "seconds": timeout}) + "\n"  # noqa: PTH100
        with self._lock:
            child = self._running()
            if child is None:
                meanwhile()
                return StockReport(False, "The stock library (the package bagit) is not installed.", True)
            deadline = time.monotonic() + timeout + GRACE
            with suppress(OSError):  # One that has ended gives no answer either, and that is told below.
                child.stdin.write(request.encode("ascii"))  # type: ignore[union-attr]
                child.stdin.flush()  # type: ignore[union-attr]
            self._do(meanwhile)
            try:
                answer = _read_line(child, deadline)
            except TimeoutError:
                self._stop()
                return StockReport(False, _why_silent(-signal.SIGALRM, timeout), True)
            except (OSError, EOFError):
                # Its end of the pipe is closed, so it is ending; by what tells why.
                ended = child.wait()
                self._stop()
                return StockReport(False, _why_silent(ended, timeout), True)
        reply = json.loads(answer)
        return StockReport(reply["valid"], reply["message"])

    def _do(self, meanwhile: Callable[[], object]) -> None:
        try:
            meanwhile()
        except BaseException:
            # Its answer would be taken for that to the next question.
            self._stop()
            raise

    def close(self) -> None:
        """End the child process."""
        with self._lock:
            self._stop()

    def _running(self) -> subprocess.Popen[bytes] | None:
        if self._child is not None and self._child.poll() is not None:
            self._stop()
        if self._child is None and (library := _library()) is not None:
            self._child = subprocess.Popen(
                [*PYTHON, CHILD, library],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        return self._child

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            with self._child:
                pass
            self._child = None


def _library() -> str | None:
    """The folder that `bagit` is imported from here, wherever it was installed to; None when it is not."""
    found = importlib.util.find_spec("bagit")
    return None if found is None or found.origin is None else str(Path(found.origin).parent)


def _why_silent(ended: int, timeout: float) -> str:
    if ended == -signal.SIGALRM:
        return f"The stock library gave no answer within {timeout:g} seconds."
    return "The stock library ended without an answer."


def patience(size: int) -> float:
    """How many seconds the stock library may take over a bag of `size` bytes, on a slow disk."""
    return LEAST_SECONDS + size / SLOWEST_BYTES_PER_SECOND


def verify_with_stock(root: Path, timeout: float) -> StockReport:
    """Let the stock library check one bag in a child process of its own; see StockValidator for many."""
    with StockValidator() as validator:
        return validator.validate(root, timeout)


def _read_line(child: subprocess.Popen[bytes], deadline: float) -> bytes:
    """Read one answer; EOFError when the child ended, TimeoutError when it is late."""
    descriptor = child.stdout.fileno()  # type: ignore[union-attr]
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        block = os.read(descriptor, 65536)
        if not block:
            raise EOFError
        line += block
    return line
