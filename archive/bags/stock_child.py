"""The child process in which the stock BagIt library works; started by `stock`, one request and one answer a line.

It imports nothing of ours and holds no state, so it may be killed at any moment. The library can wait for ever (on a
pipe in the bag) and raises almost anything on a bad bag: hence the alarm, which ends the process, and the broad except.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from multiprocessing.pool import ThreadPool
from typing import Any

# Isolated, Python looks only into its own folder of packages: the library may be in another one, which is told.
sys.path += sys.argv[1:]

import bagit

LONGEST_MESSAGE = 500
AT_ONCE, BYTES_FOR_SEVERAL = min(2, os.cpu_count() or 1), 50_000_000


class _Threads:
    """What the library asks of `multiprocessing` when told to hash several files at once.

    Hashing lets other threads go on, and threads end with their process; processes of its own would outlive one that is killed.
    """

    @staticmethod
    def Pool(processes: int, initializer: object = None) -> ThreadPool:  # noqa: N802  its name there
        return ThreadPool(processes)


class _Paths:
    """What `os.path.realpath` says, each folder looked up once while a bag is checked.

    The library asks for every file of a bag and each time for the bag itself, and each time all folders above are looked at
    one by one: half of what a bag of many small files takes.
    """

    def __init__(self) -> None:
        self._real = os.path.realpath
        self._folders: dict[str, str] = {}

    def __call__(self, path: str, *, strict: bool = False) -> str:
        folder, name = os.path.split(path)
        if strict or name in ("", ".", "..") or not folder:
            return self._real(path, strict=strict)
        if folder not in self._folders:
            self._folders[folder] = self._real(folder)
        found = os.path.join(self._folders[folder], name)  # noqa: PTH118  a Path is dear
        return self._real(found) if os.path.islink(found) else found  # noqa: PTH114

    def forget(self) -> None:
        """Look at each anew."""
        self._folders.clear()


bagit.multiprocessing = _Threads
_paths = _Paths()
os.path.realpath = _paths  # type: ignore[assignment]


def _validate(path: str) -> tuple[bool, str]:
    _paths.forget()
    try:
        bag = bagit.Bag(path)
        bag.validate(processes=AT_ONCE if _is_much(bag) else 1)
    except Exception as error:
        return False, f"{type(error).__name__}: {error}"[:LONGEST_MESSAGE]
    return True, ""


def _is_much(bag: Any) -> bool:
    """Whether hashing its files takes longer than beginning threads for it, by what it says of itself."""
    size, _, files = str(bag.info.get("Payload-Oxum", "")).partition(".")
    return files.isdecimal() and int(files) > 1 and size.isdecimal() and int(size) >= BYTES_FOR_SEVERAL


def main() -> None:
    """Answer `{"path", "seconds"}` with `{"valid", "message"}` until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever the library says must not pass for an answer
    for line in sys.stdin:
        request = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, request["seconds"])
        valid, message = _validate(request["path"])
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(json.dumps({"valid": valid, "message": message}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
