"""Folders and spreadsheets to submissions: planned first, so that a dry run names every problem, then taken in."""

from ingest.bulk.model import FilePlan, ItemPlan, Plan, Problem, Refusal, SubmissionPlan
from ingest.bulk.plan import plan
from ingest.bulk.run import FileOutcome, Report, SubmissionOutcome, ingest

__all__ = [
    "FileOutcome",
    "FilePlan",
    "ItemPlan",
    "Plan",
    "Problem",
    "Refusal",
    "Report",
    "SubmissionOutcome",
    "SubmissionPlan",
    "ingest",
    "plan",
]
