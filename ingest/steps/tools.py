"""What every step may use."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.options import ExamineOptions
from ingest.parcel import FileParcel
from ingest.sandbox import Limits, Sandbox


@dataclass(frozen=True)
class Tools:
    """The sandbox that reads, the folder for access copies, and how the file is to be examined."""

    sandbox: Sandbox
    out_dir: Path
    options: ExamineOptions

    def read(self, action: str, parcel: FileParcel, limits: Limits) -> dict[str, Any]:
        """Let the sandbox run `ingest.readers.actions:<action>` on the file; raises ReadFailure."""
        found = parcel.found
        answer: dict[str, Any] = self.sandbox.call(
            f"ingest.readers.actions:{action}",
            {
                "path": str(parcel.path.absolute()),
                "name": parcel.given_name,
                "identification": asdict(found.identification) if found.identification else None,
                "inspection": asdict(found.inspection) if found.inspection else None,
                "options": asdict(self.options),
            },
            limits,
        )
        return answer
