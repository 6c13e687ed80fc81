"""What a job is at, in words of this archive rather than of the engine that runs it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from archive.models.errors import ArchiveError

WAITING = ("ENQUEUED", "DELAYED")
ACTIVE = (*WAITING, "PENDING")
FAILED = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")

# Lower runs first: a person waits for a file just sent, nobody waits for an audit.
QUEUES = {"files": 10, "items": 20, "upkeep": 90}

KILLED = "The worker died each time it tried this."


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen unless somebody asks for it."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


_STATES = {
    "ENQUEUED": JobState.WAITING,
    "DELAYED": JobState.WAITING,
    "PENDING": JobState.RUNNING,
    "SUCCESS": JobState.DONE,
    "ERROR": JobState.FAILED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": JobState.FAILED,
    "CANCELLED": JobState.CANCELLED,
}


@dataclass(frozen=True)
class Progress:
    """How far a job is: `done` of `total` (0 when unknown) and what it is doing, in words."""

    done: int = 0
    total: int = 0
    words: str = ""


@dataclass(frozen=True)
class JobStatus:
    """One job as it is now; `attempts` counts deaths of workers and putting off, `failure` is a sentence."""

    id: str
    name: str
    state: JobState
    progress: Progress
    attempts: int
    failure: str | None


def state_of(engine_status: str) -> JobState:
    """The state that the engine's `engine_status` stands for."""
    return _STATES[engine_status]


class StepError(ArchiveError):
    """A step of a job failed for good: `code` and sentence of what it raised, the same when it is replayed."""

    code = "step-failed"
    remedy = "See why it failed, put it right, and retry the job."

    def as_json(self) -> dict[str, str]:
        """The error as the engine keeps it."""
        return {"code": self.code, "sentence": str(self)}


def failure_in(engine_status: str, error: str | None) -> str | None:
    """The sentence for a failed job's recorded `error` (JSON), None when it has not failed."""
    if engine_status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
        return KILLED
    if engine_status != "ERROR":
        return None
    return str(json.loads(error)["error"]["sentence"]) if error else "It failed without a reason."
