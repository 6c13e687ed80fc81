"""Locks a process into folders with Landlock (https://docs.kernel.org/userspace-api/landlock.html), where the kernel has it.

Unlike the guard in Python it also binds the C libraries that read the files.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

# The numbers of these calls are the same on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION, RULE_PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
CHANGE_FOLDERS = sum(1 << bit for bit in range(4, 13))
REFER, TRUNCATE = 1 << 13, 1 << 14
BIND_TCP, CONNECT_TCP = 1, 2
# What may be granted on a single file, as opposed to a folder.
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE


def lock(writable: Path, readable: Iterable[Path] | None) -> bool:
    """Allow writing in one folder and reading in some (None: anywhere); True when the kernel holds us to it."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)
    if version < 1:
        return False
    change = WRITE_FILE | CHANGE_FOLDERS | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    handled = change | (0 if readable is None else EXECUTE | READ_FILE)
    attributes = (
        struct.pack("QQ", handled, BIND_TCP | CONNECT_TCP) if version >= 4 else struct.pack("Q", handled)
    )
    rules = libc.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if rules < 0:
        return False
    _allow(libc, rules, writable, handled)
    _allow(libc, rules, Path(os.devnull), WRITE_FILE)
    for path in readable or ():
        _allow(libc, rules, path, EXECUTE | READ_FILE)
    locked: bool = libc.syscall(RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return locked


def _allow(libc: ctypes.CDLL, rules: int, path: Path, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no leave
    if not path.is_dir():
        access &= ON_FILES
    libc.syscall(ADD_RULE, rules, RULE_PATH_BENEATH, struct.pack("=Qi", access, place), 0)
    os.close(place)
