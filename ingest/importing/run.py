"""Takes in what comes from elsewhere by the same way as everything else: sent, kept, accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from archive.models import Audience
from archive.services.opening import Archive
from archive.services.sweep import sweep
from ingest.bulk.account import SubmissionOutcome
from ingest.bulk.keep_out import KeepOut
from ingest.bulk.model import Plan, Refusal, SubmissionPlan
from ingest.bulk.run import Progress, Report, keep_all, profile_of, send_planned
from ingest.bulk.send import Sent, send
from ingest.importing.bags import planned_bags
from ingest.importing.mapping import TableMapping
from ingest.importing.tables import plan_table


def look_at_bags(
    archive: Archive,
    paths: Iterable[Path],
    collection: str,
    *,
    progress: Progress = lambda _phase, _done, _total: None,
) -> Plan:
    """What the bags at `paths` would become, every byte of them proved; touches nothing."""
    profile = profile_of(archive.profiles, collection)
    refusals: list[Refusal] = []
    planned: list[SubmissionPlan] = []
    found = planned_bags(archive, paths, profile, refusals.append, _proving(progress))
    with closing(found):
        planned += (replace(one, folder=given) for one, given in found)
    return Plan(tuple(planned), tuple(refusals))


def import_bags(
    archive: Archive,
    paths: Iterable[Path],
    collection: str,
    *,
    progress: Progress = lambda _phase, _done, _total: None,
) -> Report:
    """Take in every bag at `paths` that is sound as a new submission, and wait until it is kept.

    Nothing of it is shown to anybody but staff: what a bag says of consent or of its state does not count here. Run
    again, it goes on where it stopped and doubles nothing. `progress` hears of phases `proving` and `keeping`.
    """
    profile = profile_of(archive.profiles, collection)
    # What a killed run left behind takes room that this one may need.
    sweep(archive)
    refusals: list[Refusal] = []
    given: dict[Path, Path] = {}

    def send_all() -> list[Sent]:
        sent: list[Sent] = []
        found = planned_bags(archive, paths, profile, refusals.append, _proving(progress))
        with closing(found):
            for planned, path in found:
                given[planned.folder] = path
                sent += send(archive, planned, profile.slug, Audience.STAFF)
        return sent

    outcomes = keep_all(archive, send_all, publish=False, progress=progress)
    return Report(tuple(_as_given(one, given) for one in outcomes), tuple(refusals))


def look_at_table(
    archive: Archive, path: Path, mapping: TableMapping, collection: str, files: Path | None = None
) -> Plan:
    """What a table would become, and what is wrong with it by row and column; touches nothing."""
    return plan_table(
        path, mapping, profile_of(archive.profiles, collection), files, KeepOut.of(archive.settings)
    )


def import_table(
    archive: Archive,
    path: Path,
    mapping: TableMapping,
    collection: str,
    files: Path | None = None,
    *,
    progress: Progress = lambda _phase, _done, _total: None,
) -> Report:
    """Take in what a table tells of as one submission that only staff see, and wait until it is kept.

    Run again, it goes on where it stopped and doubles nothing. `progress` hears of phases `taking in` and `keeping`.
    """
    profile = profile_of(archive.profiles, collection)
    planned = plan_table(path, mapping, profile, files, KeepOut.of(archive.settings))
    sweep(archive)

    def send_all() -> list[Sent]:
        return send_planned(archive, planned, profile.slug, Audience.STAFF, progress)

    return Report(tuple(keep_all(archive, send_all, publish=False, progress=progress)), planned.refusals)


def _proving(progress: Progress) -> Callable[[int, int], None]:
    return lambda done, total: progress("proving", done, total)


def _as_given(outcome: SubmissionOutcome, given: dict[Path, Path]) -> SubmissionOutcome:
    """The same, with paths as whoever gave them knows them."""
    path = given[outcome.folder]
    files = (replace(file, path=path / file.path.relative_to(outcome.folder)) for file in outcome.files)
    return replace(outcome, folder=path, files=tuple(files))
