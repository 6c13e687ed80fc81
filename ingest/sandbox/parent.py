"""The parent's side: start the child, hand it a file, watch it, end it when it oversteps, start another."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, Self

from ingest.failures import ReadFailure
from ingest.sandbox.limits import MB, Limits
from ingest.sandbox.watch import Watch, own_memory
from ingest.sandbox.wire import Unpacker, pack

CODE_ROOT = Path(__file__).resolve().parents[2]
START_LIMITS = Limits(stall_s=60, wall_s=60, memory_mb=1024)
LOOK_EVERY_S = 0.01
KEPT_NOISE = 4096
# What the libraries of all readers take together (135 MB), and a little that a file may leave behind.
REST_GROWTH_MB = 192
# What a parser says that ends because the kernel gives it no more memory.
NO_MEMORY = (b"memory allocation of", b"bad_alloc", b"out of memory")


class Sandbox:
    """A child process that runs one reader function at a time; it lives through many files and is replaced after trouble.

    `scratch` is the only folder in which the child may write; it is emptied before each call, and locked (flock) as long
    as this process lives, so that what a killed one left can be told and cleared away. `may_read` are the only
    folders (beside the system's) in which it may read, None for no such bound. `protections` tells, once a child has
    started, which of these the kernel itself upholds: `no_network`, `own_folder_only`.
    After a call `longest_silence` tells for how many seconds it gave no sign, `worked` how long it kept a processor busy, and `noise` what it wrote on its output.
    Calls from several threads wait for each other: give each worker thread its own (see `SandboxPool`).
    """

    def __init__(self, scratch_in: Path | None = None, may_read: tuple[Path, ...] | None = None) -> None:
        self.scratch, self._scratch_lock = _locked_folder(scratch_in)
        self.noise = b""
        self.starts = 0
        self.longest_silence = 0.0
        self.worked = 0.0
        self.protections: dict[str, bool] = {}
        self._may_read = may_read
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._rest = 0
        self._is_given_up = False
        # The kernel ends the child when the THREAD that started it ends, so one thread stays for that alone.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-starter")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, function: str, arguments: dict[str, Any], limits: Limits) -> Any:
        """Run `package.module:function` with JSON arguments in the child and return its JSON answer.

        Raises ReadFailure when the function does, or when a limit is overstepped; OSError when the child cannot start
        or finds no room on the disk.
        """
        with self._lock:
            self._check_wanted()
            child = self._ready_child()
            self._check_wanted()
            self._empty_scratch()
            # What it kept of earlier files (bounded below) is not this file's doing.
            held = max(self._rest, own_memory(child.pid))
            self._send(child, {"function": function, "arguments": arguments, "limits": vars(limits)})
            try:
                answer = self._await_answer(child, limits, held)
            except BaseException:
                self._end_child()
                self._check_wanted()
                raise
            if own_memory(child.pid) > self._rest + REST_GROWTH_MB * MB:
                self._end_child()
        return _open_answer(answer)

    def forget(self) -> None:
        """Remove what was made of the last file: whoever takes it back finds nothing of it here."""
        with self._lock:
            self._empty_scratch()

    def give_up(self) -> None:
        """Have whoever is waiting for an answer, or asks later, told by OSError that none comes; then it may be closed."""
        self._is_given_up = True
        if (child := self._child) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)

    def _check_wanted(self) -> None:
        # That the child ended says nothing of the file then.
        if self._is_given_up:
            raise OSError(errno.ECANCELED, os.strerror(errno.ECANCELED))

    def close(self) -> None:
        """End the child and remove the scratch folder."""
        with self._lock:
            self._end_child()
            self._starter.shutdown()
            shutil.rmtree(self.scratch, ignore_errors=True)
            if self._scratch_lock is not None:
                os.close(self._scratch_lock)
                self._scratch_lock = None

    def _ready_child(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._end_child()
        self._child = self._starter.submit(self._start).result()
        self.starts += 1
        self.protections = self._await_answer(self._child, START_LIMITS, 0)["answer"]
        self._rest = own_memory(self._child.pid)
        return self._child

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(self.scratch),
            "TMPDIR": str(self.scratch),
            "PYTHONPATH": str(CODE_ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "MALLOC_ARENA_MAX": "2",
            **dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "RAYON_NUM_THREADS", "GOMAXPROCS"), "1"),
            "OPENBLAS_NUM_THREADS": "1",
            "TOKIO_WORKER_THREADS": "1",
        }
        may_read = None if self._may_read is None else [str(path.absolute()) for path in self._may_read]
        start = {"parent": os.getpid(), "scratch": str(self.scratch), "may_read": may_read}
        command = [sys.executable, "-P", "-m", "ingest.sandbox.child", json.dumps(start)]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, start_new_session=True, bufsize=0
        )

    def _send(self, child: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
        assert child.stdin is not None
        rest = memoryview(pack(message))
        while rest:
            rest = rest[child.stdin.write(rest) :]

    def _await_answer(self, child: subprocess.Popen[bytes], limits: Limits, held: int) -> dict[str, Any]:
        self.noise = b""
        unpacker = Unpacker(limits.answer_mb * MB)
        watch = Watch(child.pid, held, limits)
        with selectors.DefaultSelector() as selector:
            for stream in (child.stdout, child.stderr):
                assert stream is not None
                selector.register(stream, selectors.EVENT_READ)
            while True:
                for message in self._read(child, selector, unpacker):
                    watch.progress()
                    self.longest_silence = watch.longest_silence
                    if "progress" not in message:
                        self.worked = watch.worked()
                        return message
                watch.look()

    def _read(
        self, child: subprocess.Popen[bytes], selector: selectors.BaseSelector, unpacker: Unpacker
    ) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        for key, _ in selector.select(LOOK_EVERY_S):
            data = os.read(key.fd, 1 << 20)
            if key.fileobj is child.stdout:
                try:
                    messages += unpacker.feed(data)
                except ValueError as error:
                    raise ReadFailure("parser-crashed") from error
                if unpacker.too_long:
                    raise ReadFailure("too-much-output")
                if not data:
                    raise ReadFailure(self._why_it_died(child))
            elif data:
                self.noise = (self.noise + data)[:KEPT_NOISE]
            else:
                selector.unregister(key.fileobj)
        return messages

    def _why_it_died(self, child: subprocess.Popen[bytes]) -> str:
        ended = child.wait()
        assert child.stderr is not None
        os.set_blocking(child.stderr.fileno(), False)
        last = self.noise + (child.stderr.read(KEPT_NOISE) or b"")
        if any(word in last for word in NO_MEMORY):
            return "too-much-memory"
        return "took-too-long" if ended == -signal.SIGXCPU else "parser-crashed"

    def _end_child(self) -> None:
        child, self._child, self._rest = self._child, None, 0
        if child is None:
            return
        try:
            os.killpg(child.pid, signal.SIGKILL)  # the group, so that a program the reader started ends too
        except ProcessLookupError:
            pass
        child.wait()
        for stream in (child.stdin, child.stdout, child.stderr):
            if stream is not None:
                stream.close()

    def _empty_scratch(self) -> None:
        for entry in self.scratch.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)


def _locked_folder(inside: Path | None) -> tuple[Path, int | None]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix="remembrance-sandbox-", dir=inside))
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Somebody clearing away may have found it in the moment before it was locked.
        if folder.exists():
            return folder, descriptor
        os.close(descriptor)


def _open_answer(message: dict[str, Any]) -> Any:
    if "failure" in message:
        raise ReadFailure(message["failure"])
    if "no_room" in message:
        raise OSError(message["no_room"], os.strerror(message["no_room"]))
    if "broken" in message:
        raise RuntimeError(f"the sandbox cannot read files here: {message['broken']}")
    return message["answer"]
