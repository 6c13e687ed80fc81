"""A job that was given up although its work is done ends well when the same is given again or is still waited for."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import update

from archive.jobs.tables import Tables
from archive.services.opening import Archive
from ingest.bulk import ingest
from ingest.bulk.run import end_what_is_done
from ingest.bulk.send import Sent
from ingest.work import wait_until_caught_up, working
from tests.fixtures.faults import COLLECTION, assert_whole, make_gift

GIVEN_UP = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"


def test_a_job_given_up_after_its_item_was_kept_ends_well(archive: Archive, tmp_path: Path) -> None:
    gift = make_gift(tmp_path / "gifts", 1)
    report = ingest(archive, [gift.folder], COLLECTION, publish=True)
    items = tuple(item.id for one in report.submissions for item in one.items)
    jobs = tuple(f"accession/{item_id}" for item_id in items)
    with archive.db.write() as session:
        rows = Tables.of(session.get_bind().engine).workflows
        given_up = update(rows).where(rows.c.workflow_uuid == jobs[0]).values(status=GIVEN_UP)
        session.execute(given_up)
    assert [one.id for one in archive.jobs.failed()] == [jobs[0]]

    sent = Sent(plan=None, item_ids=items, job_ids=jobs)  # type: ignore[arg-type]  # only its ids are looked at
    with working(archive):
        assert end_what_is_done(archive, [sent]) == 1
        archive.jobs.wait(jobs, 30)
        wait_until_caught_up(archive)
    assert archive.jobs.failed() == []
    assert end_what_is_done(archive, [sent]) == 0
    assert_whole(archive, [gift], withdrawn=False)
