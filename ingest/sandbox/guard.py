"""What the child gives up before it touches a file: its network, new privileges, other programs, writing elsewhere."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from ingest.sandbox.limits import MB, Limits

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
ALLOWED_PROGRAMS = frozenset({"tesseract"})
OTHER_PROGRAMS = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn")
# Which of the arguments of an audit event are places that change.
CHANGES = {
    **dict.fromkeys(
        ("os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod", "os.chown"), slice(0, 1)
    ),
    **dict.fromkeys(("os.link", "os.symlink"), slice(1, 2)),
    "os.rename": slice(0, 2),
}
# Decoders of film start a thread for each processor, up to 16, whose stacks count in full.
UNUSED_MB = 48 + 8 * min(16, os.cpu_count() or 1)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Refused(PermissionError):
    """Code in the sandbox tried what it may not do."""


def give_up_privileges(parent: int) -> bool:
    """Die with the parent, gain no privileges, leave the network; True where the kernel let us leave it."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("the parent has gone")
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return bool(libc.unshare(CLONE_NEWNET) == 0 or libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)


def refuse_the_rest(scratch: Path) -> None:
    """From here on Python code in this process opens no socket, starts no program but OCR, writes only in `scratch`."""
    inside = (f"{scratch}{os.sep}", f"{os.devnull}{os.sep}")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            allowed = not flags & WRITING or isinstance(path, int) or _is_inside(path, inside)
        elif event == "subprocess.Popen":
            allowed = Path(os.fsdecode(arguments[0])).name in ALLOWED_PROGRAMS
        elif event in CHANGES:
            allowed = all(_is_inside(path, inside) for path in arguments[CHANGES[event]])
        else:
            allowed = not event.startswith("socket.") and event not in OTHER_PROGRAMS
        if not allowed:
            raise Refused(f"{event} is not allowed here")

    sys.addaudithook(hook)


def apply(limits: Limits) -> None:
    """Set the kernel's own limits for the next request; the parent's watching is the finer one."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    _soften(resource.RLIMIT_CPU, spent + limits.cpu_s)
    _soften(resource.RLIMIT_FSIZE, limits.file_mb * MB)
    space, own = _address_space()
    _soften(resource.RLIMIT_AS, space + 3 * limits.memory_mb * MB + 1024 * MB)
    # What a parser takes between two looks of the parent; what it asks for and does not use counts too.
    _soften(resource.RLIMIT_DATA, own + (limits.memory_mb + UNUSED_MB) * MB)


def _soften(which: int, soft: int) -> None:
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _address_space() -> tuple[int, int]:
    """Bytes in all, and those that are data of its own (proc(5), statm)."""
    pages = Path("/proc/self/statm").read_text().split()
    return int(pages[0]) * resource.getpagesize(), int(pages[5]) * resource.getpagesize()


def _is_inside(path: Any, inside: tuple[str, ...]) -> bool:
    if not isinstance(path, str | bytes):
        return False
    # Not resolved: the names of links are judged, and a lookup would itself be an event.
    return f"{os.path.abspath(os.fsdecode(path))}{os.sep}".startswith(inside)  # noqa: PTH100
