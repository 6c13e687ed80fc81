"""What one request to the sandbox may use."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds of one request: `stall_s` without a sign of progress, `wall_s` in all, memory above rest, bytes put out.

    `work_s` is processor time in all, None where the wall time alone bounds it.
    """

    stall_s: float = 4.0
    wall_s: float = 60.0
    memory_mb: int = 256
    answer_mb: int = 96
    file_mb: int = 256
    cores: int = 2
    work_s: float | None = None

    @property
    def cpu_s(self) -> int:
        """Processor seconds: all cores busy for the whole wall time, and a little for start and end."""
        return int(self.wall_s * self.cores) + 2
