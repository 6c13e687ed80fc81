"""How somebody can be reached is in no bag, index, export, log or job, nor readable in the database and its WAL."""

from __future__ import annotations

import base64
import dataclasses
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.access import OPERATOR, contributor
from archive.models import Item
from archive.services import contacts, drafts, export_bag, lifecycle, messages, sending
from archive.services.contacts import Details
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from ingest import work
from tests.fixtures.databases import ON_POSTGRESQL
from tests.fixtures.drafts import READY, add
from tests.fixtures.mail_server import MailServer, mail_server
from tests.fixtures.outside import bytes_below

ADDRESS, OTHER = "zibbleforth@canary.example", "by the quillfeather choir"
# Long enough to be told from chance, as plain letters and as what mails and programs make of them.
SECRETS = [
    one
    for text in ("zibbleforth", "quillfeather", "canary.example")
    for one in (text.encode(), text.encode("utf-16-le"), base64.b64encode(text.encode())[:-4])
]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def mailing(tmp_path: Path, server: MailServer) -> Iterator[Archive]:
    settings = dataclasses.replace(
        Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "home")}),
        smtp_url=server.url,
        mail_from="notices@archive.example",
        public_url="https://archive.example",
    )
    found = open_archive(settings)
    yield found
    found.close()


def given(archive: Archive) -> tuple[str, str]:
    """A letter that was sent by somebody who said how they can be reached; submission and item."""
    submission_id = drafts.start(archive, "march-25", "en")
    who = contributor([submission_id])
    contacts.keep(archive, who, submission_id, Details(ADDRESS, OTHER, "en"))
    add(archive, submission_id, b"Dear sister, the river was high.", "letter.txt")
    drafts.save(archive, who, submission_id, READY)
    sending.send(archive, who, submission_id, "en")
    with archive.db.read() as session:
        return submission_id, str(session.query(Item.id).filter_by(submission_id=submission_id).scalar())


def wait_for(arrived: list[str]) -> None:
    deadline = time.monotonic() + 60
    while not arrived and time.monotonic() < deadline:
        time.sleep(0.05)


def test_no_byte_of_it_is_anywhere_but_in_the_mail_that_was_asked_for(
    mailing: Archive, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # One mail that is refused for ever, one that is put off, one that goes through.
    with work.worker(mailing, "sealed"):
        for answer in (
            "550 zibbleforth@canary.example is nobody",
            "450 zibbleforth@canary.example later",
            "",
        ):
            submission_id, item_id = given(mailing)
            server.answers = {"RCPT": answer} if answer else {}
            messages.write(mailing, OPERATOR, submission_id, "Who is the woman in the picture?")
            wait_for(server.refused if answer else server.mails)
            server.refused.clear()
        deadline = time.monotonic() + 60
        while not _bagged(mailing, item_id) and time.monotonic() < deadline:
            time.sleep(0.1)
        lifecycle.publish(mailing, OPERATOR, item_id)
        work.wait_until_caught_up(mailing, 60)
    assert len(server.mails) >= 1
    assert contacts.read(mailing, OPERATOR, submission_id) == Details(ADDRESS, OTHER, "en")
    exported = b"".join(export_bag.bag_zip(mailing, OPERATOR, item_id).chunks)
    kept = bytes_below(mailing.settings.home)
    assert any(b"the river was high" in data for data in kept.values())
    assert ON_POSTGRESQL or any(path.name.endswith("-wal") and data for path, data in kept.items())
    for secret in SECRETS:
        assert [path for path, data in kept.items() if secret in data] == [], secret
        assert secret not in exported
        assert secret.decode("latin-1") not in caplog.text


def _bagged(archive: Archive, item_id: str) -> bool:
    with archive.db.read() as session:
        item = session.get_one(Item, item_id)
        return bool(item.bag_key) and item.state == "in_review"
