"""Does a thing again and again, each time in a new child that is killed one call later than the last.

Run as `python killed_everywhere.py (write|publish|revise|forget) FOLDER`: makes FOLDER/1, FOLDER/2, ... and prints their
number; in the last one the thing was done to its end. The child counts its calls into the operating system, but for those that only look, by a
profile function, so what is tested has no hook in it; it is killed just before the call would be made.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from archive.bags import PayloadFile, add_revision, bag_key, write_bag
from archive.storage import FolderStore

ITEM = "7k3m9qx2v0t4hsbd"
PAYLOAD = {"a.txt": b"one", "b.txt": b"two" * 10_000}
RECORD = {"record.json": b"{}", "README.txt": b"read me"}
REVISION = {"record.json": b'{"revised": true}', "premis.xml": b"<premis/>"}
FORGOTTEN = {"record.json": b'{"forgotten": true}', "premis.xml": b"<premis/>"}
SYSTEM = ("posix", "_io")
CHANGES_NOTHING = frozenset(
    {"fspath", "fileno", "urandom", "stat", "lstat", "fstat", "scandir", "listdir", "read"}
)
"""Killed before one of these, the disk holds the same as when killed before the next call."""


def arrive(folder: Path) -> None:
    (folder / "in").mkdir(parents=True)
    for name, data in PAYLOAD.items():
        (folder / "in" / name).write_bytes(data)


def write(folder: Path) -> None:
    files = [
        PayloadFile(folder / "in" / name, name, hashlib.sha512(data).hexdigest(), len(data))
        for name, data in PAYLOAD.items()
    ]
    write_bag(
        folder / "staged" / ITEM,
        item_id=ITEM,
        payload=files,
        info={"Bagging-Date": "2025-03-25"},
        revision=RECORD,
    )


def publish(folder: Path) -> None:
    FolderStore(folder / "objects").publish_folder(folder / "staged" / ITEM, bag_key(ITEM))


def revise(folder: Path) -> None:
    add_revision(folder / "objects" / bag_key(ITEM), REVISION)


def forget(folder: Path) -> None:
    add_revision(folder / "objects" / bag_key(ITEM), FORGOTTEN, alone=True)


STORY: list[Callable[[Path], None]] = [arrive, write, publish, revise, forget]


def kill_before_call(number: int) -> None:
    left = number

    def count(frame: FrameType, event: str, called: object) -> None:
        nonlocal left
        if event == "c_call" and _is_system(called):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)


def _is_system(called: object) -> bool:
    if getattr(called, "__name__", "") in CHANGES_NOTHING:
        return False
    owner = getattr(called, "__self__", None)
    return getattr(called, "__module__", None) in SYSTEM or type(owner).__module__ in SYSTEM


def main() -> None:
    doing, root = {step.__name__: step for step in STORY}[sys.argv[1]], Path(sys.argv[2])
    number = 0
    while True:
        number += 1
        folder = root / str(number)
        for step in STORY[: STORY.index(doing)]:
            step(folder)
        child = os.fork()
        if child == 0:
            kill_before_call(number)
            doing(folder)
            sys.setprofile(None)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            sys.stdout.write(f"{number}\n")
            sys.exit(os.WEXITSTATUS(status))


if __name__ == "__main__":
    main()
