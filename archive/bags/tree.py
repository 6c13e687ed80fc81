"""What really lies in the folder of a bag, seen without following a link or waiting for a pipe."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

from archive.bags.errors import BagRefusedError, Problem

DEEPEST = 32


@dataclass
class Tree:
    """Sizes in bytes of the regular files by path relative to the bag, the folders, and what is wrong."""

    files: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def walk(root: Path) -> Tree:
    """List all below `root`; what vanishes meanwhile (a pending revision being swept) was never there."""
    tree = Tree()
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        if folder.count("/") >= DEEPEST:
            tree.problems.append(Problem("bag-too-deep", folder))
            continue
        try:
            with os.scandir(root / folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        except OSError:
            tree.problems.append(Problem("bag-unreadable", folder or "The bag"))
            continue
        waiting.extend(_sort(found, folder, tree))
    return tree


def _sort(entries: list[os.DirEntry[str]], folder: str, tree: Tree) -> list[str]:
    folders = []
    for entry in entries:
        path = f"{folder}/{entry.name}" if folder else entry.name
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        except OSError:
            tree.problems.append(Problem("bag-unreadable", path))
            continue
        if stat.S_ISDIR(status.st_mode):
            tree.folders.add(path)
            folders.append(path)
        elif stat.S_ISREG(status.st_mode):
            tree.files[path] = status.st_size
        else:
            tree.problems.append(Problem("bag-special-file", path))
    return folders


def size_of(root: Path, path: str) -> int:
    """The size in bytes of a file of the bag in `root`; BagRefusedError (`bag-unreadable`) where the disk does not say."""
    try:
        return (root / path).lstat().st_size
    except OSError as error:
        raise BagRefusedError(Problem("bag-unreadable", path)) from error


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file for reading; raises OSError for a link, a pipe, a device, and for what cannot be read."""
    return os.fdopen(open_descriptor(path)[0], "rb")


def open_descriptor(path: str | Path) -> tuple[int, int]:
    """The same as a descriptor, which the caller closes, and the size in bytes: of many small files the rest is dear."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return descriptor, status.st_size
