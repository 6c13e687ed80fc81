"""What every step may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.allowance import Allowance
from ingest.options import ExamineOptions
from ingest.parcel import FileParcel
from ingest.sandbox import Limits, Sandbox
from ingest.sandbox.limits import MB
from ingest.sandbox.watch import BUSY_FACTOR

LEAST_PATIENCE_S = 1.0
BYTES_A_SECOND = 200 * MB
# What the libraries of a reader that has read many files take by themselves.
LIBRARIES_MB = 180


def wall_s(work_s: float) -> float:
    """Seconds in which so much work is done also on a busy machine."""
    return 60 + BUSY_FACTOR * work_s


class Patience:
    """Seconds for which a reader may give no sign, shared by the steps of one file: one that stalls a little in each step
    must not take the sum of their limits."""

    def __init__(self, seconds: float, size: int = 0) -> None:
        """So many seconds, and a little more for a file of many bytes."""
        self.left = seconds + size / BYTES_A_SECOND

    def spend(self, seconds: float) -> None:
        """Take off what was spent; a little is always left."""
        self.left = max(self.left - seconds, LEAST_PATIENCE_S)


@dataclass(frozen=True)
class Tools:
    """The sandbox that reads, the folder for access copies, how the file is to be examined, patience with it and its allowance.

    `marks` say what is to be taken out of all that is made, as `ingest.marks.Marks.from_json` reads them.
    """

    sandbox: Sandbox
    out_dir: Path
    options: ExamineOptions
    patience: Patience
    allowance: Allowance
    marks: Sequence[dict[str, Any]] = ()

    def memory_mb(self, parcel: FileParcel, room_mb: float = 0) -> int:
        """Megabytes for a reader: 256, and more where the file's bytes (twice) or `room_mb` for what it declares ask for it."""
        options, size = self.options, parcel.path.stat().st_size / MB
        asked = max(options.memory_mb + 2 * size, LIBRARIES_MB + room_mb)
        return int(max(options.memory_mb, min(asked, options.copy_memory_mb)))

    def read(
        self, action: str, parcel: FileParcel, limits: Limits, pages_s: float | None = None
    ) -> dict[str, Any]:
        """Let the sandbox run `ingest.readers.actions:<action>` on the file; raises ReadFailure.

        For all its pages together it has `pages_s` seconds, None for no such bound.
        """
        found = parcel.found
        answer: dict[str, Any] = self.sandbox.call(
            f"ingest.readers.actions:{action}",
            {
                "path": str(parcel.path.absolute()),
                "name": parcel.given_name,
                "identification": asdict(found.identification) if found.identification else None,
                "inspection": asdict(found.inspection) if found.inspection else None,
                "options": asdict(self.options),
                "marks": self.marks,
                "allowance": None if pages_s is None else [pages_s, self.allowance.bytes],
            },
            limits,
        )
        self.patience.spend(self.sandbox.longest_silence)
        if limits.work_s is not None:
            self.allowance.spend(self.sandbox.worked)
        return answer
