"""Folders and spreadsheets to submissions: planned first, so that a dry run names every problem, then taken in."""

from ingest.bulk.again import look_again
from ingest.bulk.model import FilePlan, ItemPlan, Plan, Problem, Refusal, SubmissionPlan
from ingest.bulk.plan import plan, plan_opened
from ingest.bulk.run import FileOutcome, Report, SubmissionOutcome, ingest
from ingest.bulk.unzip import Opened, opened_zips

__all__ = [
    "FileOutcome",
    "FilePlan",
    "ItemPlan",
    "Opened",
    "Plan",
    "Problem",
    "Refusal",
    "Report",
    "SubmissionOutcome",
    "SubmissionPlan",
    "ingest",
    "look_again",
    "opened_zips",
    "plan",
    "plan_opened",
]
