"""Judges, look by look, whether a request oversteps its limits."""

from __future__ import annotations

import os
import time
from pathlib import Path

from ingest.failures import ReadFailure
from ingest.sandbox.limits import MB, Limits

# On a busy machine a good file waits for its turn: silence is counted in processor time, up to this much more of wall time.
BUSY_FACTOR = 4


class Watch:
    """Time, silence and memory of one request; `longest_silence` is in seconds of processor time or a share of wall time."""

    def __init__(self, pid: int, memory_at_rest: int, limits: Limits) -> None:
        self.pid, self.limits = pid, limits
        self.ceiling = memory_at_rest + limits.memory_mb * MB
        self.started = time.monotonic()
        self.longest_silence = 0.0
        self._began = cpu_seconds(pid)
        self._heard = (self.started, self._began)

    def progress(self) -> None:
        """Note that the reader gets on."""
        self._silence()
        self._heard = (time.monotonic(), cpu_seconds(self.pid))

    def look(self) -> None:
        """Raise ReadFailure when a limit is overstepped."""
        if time.monotonic() - self.started > self.limits.wall_s or self._silence() > self.limits.stall_s:
            raise ReadFailure("took-too-long")
        if self.limits.work_s is not None and self.worked() > self.limits.work_s:
            raise ReadFailure("took-too-long")
        if own_memory(self.pid) > self.ceiling:
            raise ReadFailure("too-much-memory")

    def worked(self) -> float:
        """Processor seconds that the request has taken so far."""
        return max(0.0, cpu_seconds(self.pid) - self._began)

    def _silence(self) -> float:
        heard, heard_cpu = self._heard
        silence = max(cpu_seconds(self.pid) - heard_cpu, (time.monotonic() - heard) / BUSY_FACTOR)
        self.longest_silence = max(self.longest_silence, silence)
        return silence


def own_memory(pid: int) -> int:
    """Bytes of memory that are the process's own (resident less shared with files), 0 when it has ended."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> float:
    """Processor seconds a process has used, 0 when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
