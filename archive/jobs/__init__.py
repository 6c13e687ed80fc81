"""Durable work: asked for in the caller's transaction, done once, taken up again after any crash.

The only room that knows the engine (dbos). `Jobs` asks for work and looks at it; `Worker` does it.
"""

from archive.jobs.client import Jobs
from archive.jobs.heartbeat import SlotTakenError
from archive.jobs.job import Handler, Job
from archive.jobs.retrying import TransientError
from archive.jobs.rounds import Periodic, Schedule
from archive.jobs.states import JobState, JobStatus, Progress, StepError
from archive.jobs.worker import Worker

__all__ = [
    "Handler",
    "Job",
    "JobState",
    "JobStatus",
    "Jobs",
    "Periodic",
    "Progress",
    "Schedule",
    "SlotTakenError",
    "StepError",
    "TransientError",
    "Worker",
]
