"""Takes planned submissions in, waits until the pipeline is done with them, and accounts for every file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from archive.access import OPERATOR
from archive.jobs import JobStatus
from archive.models import Audience, Item, ItemState
from archive.models.errors import ArchiveError, BadInputError
from archive.profiles import CollectionProfile
from archive.services import publishing
from archive.services.opening import Archive
from archive.services.sweep import arriving, sweep
from ingest.bulk.account import FileOutcome, NotPublished, SubmissionOutcome, account
from ingest.bulk.again import HELD_BACK
from ingest.bulk.model import Plan, Problem, Refusal
from ingest.bulk.plan import plan_opened
from ingest.bulk.send import Sent, send
from ingest.bulk.unseen import ONLY_STAFF, unseen
from ingest.bulk.unzip import Opened, opened_zips
from ingest.work import wait_until_caught_up, working

Progress = Callable[[str, int, int], None]
ALLOWS_LESS = "table-allows-less"
LOOK_FOR_A_WORKER_S = 2.0


@dataclass(frozen=True)
class Report:
    """What became of everything that was given: every file is in it exactly once."""

    submissions: tuple[SubmissionOutcome, ...]
    refused: tuple[Refusal, ...]

    def count(self, outcome: str) -> int:
        """How many files had this outcome: kept, failed or refused."""
        inside = sum(file.outcome == outcome for one in self.submissions for file in one.files)
        return inside + (len(self.refused) if outcome == "refused" else 0)

    @property
    def items(self) -> int:
        """How many items there are."""
        return sum(len(one.items) for one in self.submissions)

    @property
    def not_published(self) -> int:
        """How many items were to be published and are not, or for nobody but staff."""
        return sum(item.not_published is not None for one in self.submissions for item in one.items)

    @property
    def unseen(self) -> int:
        """How many of these are published, and nobody but staff sees them."""
        held = (item.not_published for one in self.submissions for item in one.items)
        return sum(one is not None and one.code == ONLY_STAFF for one in held)


def ingest(
    archive: Archive,
    paths: Iterable[Path],
    collection: str,
    *,
    publish: bool = False,
    audience: Audience = Audience.PUBLIC,
    progress: Progress = lambda _phase, _done, _total: None,
) -> Report:
    """Take in everything at `paths` and wait until it is kept (and with `publish`, public and found).

    `audience` is who may see the items once somebody publishes them: whoever brings them vouches for it.
    Run again over the same folders, it goes on where it stopped and doubles nothing. `progress` hears of
    phases `taking in`, `keeping` and `publishing`. BadInputError when there is nothing it can use.
    """
    profile = profile_of(archive.profiles, collection)
    # What a killed run left behind takes room that this one may need.
    sweep(archive)
    with opened_zips(archive.settings, paths) as opened:
        return _take_in(archive, opened, profile, publish=publish, audience=audience, progress=progress)


def _take_in(
    archive: Archive,
    opened: Opened,
    profile: CollectionProfile,
    *,
    publish: bool,
    audience: Audience,
    progress: Progress,
) -> Report:
    planned = plan_opened(opened, profile)

    def send_all() -> list[Sent]:
        return send_planned(archive, planned, profile.slug, audience, progress, compares=True)

    outcomes = keep_all(archive, send_all, publish=publish, audience=audience, progress=progress)
    return Report(tuple(_as_given(one, opened) for one in outcomes), planned.refusals)


def profile_of(profiles: Mapping[str, CollectionProfile], collection: str) -> CollectionProfile:
    """The profile of a collection; BadInputError (`no-such-collection`)."""
    profile = profiles.get(collection)
    if profile is None:
        known = ", ".join(sorted(profiles))
        raise BadInputError(
            f"There is no collection “{collection}”; there are: {known}.", code="no-such-collection"
        )
    return profile


def keep_all(
    archive: Archive,
    send_all: Callable[[], list[Sent]],
    *,
    publish: bool,
    audience: Audience = Audience.PUBLIC,
    progress: Progress,
) -> list[SubmissionOutcome]:
    """Send what is given, wait until the pipeline has kept it, and say what became of every file."""
    with working(archive) as see_to_it:
        with arriving(archive):
            sent = send_all()
        _wait(archive, sent, see_to_it, progress)
        if end_what_is_done(archive, sent):
            _wait(archive, sent, see_to_it, progress)
        held = _publish(archive, sent, audience, progress) if publish else {}
        wait_until_caught_up(archive)
    return [account(archive, one, held) for one in sent]


def _as_given(outcome: SubmissionOutcome, opened: Opened) -> SubmissionOutcome:
    """The same, with paths as whoever gave them knows them."""
    return replace(
        outcome,
        folder=opened.shown(outcome.folder),
        files=tuple(replace(file, path=opened.shown(file.path)) for file in outcome.files),
        table=opened.shown(outcome.table) if outcome.table else None,
    )


def send_planned(
    archive: Archive,
    planned: Plan,
    collection: str,
    audience: Audience,
    progress: Progress,
    *,
    compares: bool = False,
) -> list[Sent]:
    """Send every submission of a plan; `progress` hears of the phase `taking in`, in files."""
    total = sum(one.files for one in planned.submissions)
    done = 0
    sent: list[Sent] = []
    for one in planned.submissions:
        sent += send(archive, one, collection, audience, compares=compares)
        done += one.files
        progress("taking in", done, total)
    return sent


def _wait(archive: Archive, sent: Sequence[Sent], see_to_it: Callable[[], None], progress: Progress) -> None:
    jobs = [job for one in sent for job in one.job_ids]
    progress("keeping", 0, len(jobs))
    ended: set[str] = set()

    def tell(statuses: Sequence[JobStatus]) -> None:
        ended.update(one.id for one in statuses if one.state.ended)
        progress("keeping", len(ended), len(jobs))

    while open_jobs := [job for job in jobs if job not in ended]:
        see_to_it()
        archive.jobs.wait(open_jobs, LOOK_FOR_A_WORKER_S, tell)


def end_what_is_done(archive: Archive, sent: Sequence[Sent]) -> int:
    """Run jobs again that were given up although their item is kept (workers died between the two); how many."""
    jobs = {item: job for one in sent for item, job in zip(one.item_ids, one.job_ids, strict=True)}
    failed = {one.id for one in archive.jobs.failed()} & set(jobs.values())
    suspects = [item for item, job in jobs.items() if job in failed]
    with archive.db.read() as session:
        kept = session.scalars(select(Item.id).where(Item.id.in_(suspects), Item.bag_key != "")).all()
    for item_id in kept:
        archive.jobs.retry(jobs[item_id])
    return len(kept)


def _publish(
    archive: Archive, sent: Sequence[Sent], audience: Audience, progress: Progress
) -> dict[str, NotPublished]:
    """Publish what nothing speaks against; what was not, or is and nobody but staff sees, by item, with the reason."""
    held = _held_back(archive, [item for one in sent if one.held_back for item in one.item_ids])
    items = [item for one in sent if not one.held_back for item in one.item_ids]
    for done, item_id in enumerate(items, start=1):
        try:
            # Who runs it again goes on where it stopped, and undoes nothing that was decided in the meantime.
            publishing.publish(archive, OPERATOR, item_id, again=False)
        except ArchiveError as error:
            # Withdrawn, declined, taken off or not kept: the report says so, and the next one goes on.
            held[item_id] = NotPublished(error.code, " ".join(filter(None, (str(error), error.remedy))))
        progress("publishing", done, len(items))
    # Who wishes that staff alone see it need not be told.
    asked = [
        item
        for one in sent
        if one.plan.consent is not None or audience != Audience.STAFF
        for item in one.item_ids
    ]
    return _unseen(archive, asked) | held


def _unseen(archive: Archive, items: Sequence[str]) -> dict[str, NotPublished]:
    """Those that are published and that nobody but staff sees."""
    with archive.db.read() as session:
        rows = session.scalars(select(Item).where(Item.id.in_(items), Item.state == ItemState.PUBLISHED))
        return {
            item.id: NotPublished(code=ONLY_STAFF, reason=reason) for item in rows if (reason := unseen(item))
        }


def _held_back(archive: Archive, items: Sequence[str]) -> dict[str, NotPublished]:
    """Those whose table allows less now; what is public already is told with the table."""
    with archive.db.read() as session:
        shut = session.scalars(
            select(Item.id).where(Item.id.in_(items), Item.state != ItemState.PUBLISHED)
        ).all()
    return {item: NotPublished(ALLOWS_LESS, HELD_BACK) for item in shut}


__all__ = ["FileOutcome", "Problem", "Report", "SubmissionOutcome", "ingest"]
