"""A notice says that there is something to read, and nothing that tells who somebody is or what they gave."""

from __future__ import annotations

import dataclasses
import email
import logging
import re
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default

import pytest

from archive.access import Actor
from archive.jobs.retrying import TransientError, is_transient
from archive.models import Item, ItemState, Submission
from archive.models.errors import ArchiveError, BadInputError
from archive.services import contacts, messages, notices
from archive.services.contacts import Details
from archive.services.opening import Archive
from ingest.work import worker
from tests.fixtures.drafts import begin
from tests.fixtures.items import actor
from tests.fixtures.mail_server import MailServer, mail_server

ADDRESS = "rosa.canary@example.org"
CURATOR = actor("curator", "march-25")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def mailing(archive: Archive, server: MailServer) -> Archive:
    """An archive that sends notices."""
    return with_settings(archive, smtp_url=server.url, mail_from="notices@archive.example")


def with_settings(archive: Archive, **changed: str) -> Archive:
    changed = {"public_url": "https://archive.example"} | changed
    return dataclasses.replace(archive, settings=dataclasses.replace(archive.settings, **changed))


def given(archive: Archive, details: Details | None = None) -> tuple[str, Actor]:
    """A submission that curators may write about, and who gave it."""
    submission_id, who = begin(archive)
    with archive.db.write() as session:
        row = session.get_one(Submission, submission_id)
        row.sent, row.title = True, "The secret title"
        session.add(
            Item(
                submission_id=row.id,
                collection=row.collection,
                consent_id=row.consents[-1].id,
                state=ItemState.IN_REVIEW,
            )
        )
    contacts.keep(archive, who, submission_id, details or Details(ADDRESS, "Rosa’s neighbour", "es"))
    return submission_id, who


def waiting(archive: Archive, submission_id: str) -> int:
    """How many notices of a submission wait to be sent."""
    jobs = archive.jobs._tables.workflows
    with archive.db.read() as session:
        found = session.query(jobs.c.workflow_uuid).filter(
            jobs.c.workflow_uuid.like(f"{notices.NOTICE_JOB}/{submission_id}%")
        )
        return len(found.all())


def parsed(mail: str) -> EmailMessage:
    found = email.message_from_bytes(mail.encode(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt", "yo"])
def test_a_notice_holds_the_archives_address_and_nothing_else_that_tells(
    mailing: Archive, server: MailServer, language: str
) -> None:
    submission_id, _ = given(mailing, Details(ADDRESS, "Rosa’s neighbour", language))
    messages.write(mailing, CURATOR, submission_id, "Dear Rosa, who is the woman in the picture?")
    notices.send(mailing, submission_id)
    (mail,) = server.mails
    assert [one.lower() for one in server.recipients] == [f"rcpt to:<{ADDRESS}>"]
    found = parsed(mail)
    assert set(found.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
    }
    assert found["Message-ID"].endswith("@archive.example>")
    text = found.get_content().replace("\r\n", "\n")
    assert re.findall(r"\S+://\S+", text) == ["https://archive.example"]
    said = f"{found['Subject']}\n{text}"
    assert (found["Subject"], text.strip()) == (
        notices.WORDS.get(language, notices.WORDS["en"])[0],
        notices.WORDS.get(language, notices.WORDS["en"])[1].format(address="https://archive.example").strip(),
    )
    for secret in ("Rosa", "woman", "secret", "neighbour", submission_id, mailing.settings.site_name):
        assert secret not in said
    assert submission_id not in mail


def test_a_message_of_curators_asks_for_one_notice_until_it_is_read(mailing: Archive) -> None:
    submission_id, who = given(mailing)
    messages.write(mailing, who, submission_id, "Is it safe?")
    assert waiting(mailing, submission_id) == 0
    messages.write(mailing, CURATOR, submission_id, "It is.")
    messages.write(mailing, CURATOR, submission_id, "And who is this?")
    assert waiting(mailing, submission_id) == 1
    messages.thread(mailing, who, submission_id)
    messages.write(mailing, CURATOR, submission_id, "One more thing.")
    assert waiting(mailing, submission_id) == 2


def test_nobody_is_told_who_did_not_ask_or_where_no_notices_are_sent(
    archive: Archive, mailing: Archive, server: MailServer
) -> None:
    off = [
        archive,
        with_settings(mailing, smtp_url=""),
        with_settings(mailing, mail_from=""),
        with_settings(mailing, public_url=""),
    ]
    for silent in off:
        submission_id, _ = given(silent)
        messages.write(silent, CURATOR, submission_id, "It is.")
        assert waiting(silent, submission_id) == 0
        notices.send(silent, submission_id)
    submission_id, who = given(mailing)
    contacts.keep(mailing, who, submission_id, Details())
    messages.write(mailing, CURATOR, submission_id, "It is.")
    assert waiting(mailing, submission_id) == 0
    # By another way than mail, and then read before the job came to it.
    for details in (Details(other="Through the choir"), Details(ADDRESS)):
        submission_id, who = given(mailing, details)
        messages.write(mailing, CURATOR, submission_id, "It is.")
        messages.thread(mailing, who, submission_id)
        notices.send(mailing, submission_id)
    assert server.mails == []


@pytest.mark.parametrize(
    ("command", "reply", "kind"),
    [
        ("RCPT", f"450 {ADDRESS} later", TransientError),
        ("RCPT", f"550 {ADDRESS} nobody", None),
        ("MAIL", f"550 {ADDRESS} not from you", ArchiveError),
        ("DATA", f"451 {ADDRESS} later", TransientError),
        ("DATA", f"554 {ADDRESS} spam", ArchiveError),
        ("EHLO", "421 closing", TransientError),
    ],
)
def test_what_a_server_refuses_is_tried_again_or_told_and_never_with_the_address(
    mailing: Archive,
    server: MailServer,
    caplog: pytest.LogCaptureFixture,
    command: str,
    reply: str,
    kind: type[ArchiveError] | None,
) -> None:
    submission_id, _ = given(mailing)
    messages.write(mailing, CURATOR, submission_id, "It is.")
    server.answers = {command: reply, "HELO": reply} if command == "EHLO" else {command: reply}
    caplog.set_level(logging.DEBUG)
    if kind is None:
        notices.send(mailing, submission_id)
    else:
        with pytest.raises(kind) as caught:
            notices.send(mailing, submission_id)
        assert is_transient(caught.value) == (kind is TransientError)
        assert caught.value.__suppress_context__
        assert ADDRESS not in f"{caught.value!r}{caught.value.remedy}"
    assert ADDRESS not in caplog.text
    assert server.mails == []


def test_a_server_that_is_away_is_waited_for(mailing: Archive, server: MailServer) -> None:
    submission_id, _ = given(mailing)
    messages.write(mailing, CURATOR, submission_id, "It is.")
    nowhere = with_settings(mailing, smtp_url="smtp://127.0.0.1:1")
    with pytest.raises(TransientError):
        notices.send(nowhere, submission_id)
    notices.send(mailing, submission_id)
    assert len(server.mails) == 1


def test_a_server_elsewhere_must_seal_the_way_to_it(
    mailing: Archive, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission_id, _ = given(mailing)
    messages.write(mailing, CURATOR, submission_id, "It is.")
    monkeypatch.setattr(notices, "_is_here", lambda _host: False)
    with pytest.raises(ArchiveError) as caught:
        notices.send(mailing, submission_id)
    assert caught.value.code == "mail-refused"
    assert server.recipients == [] and server.mails == []


def test_an_address_that_is_no_mail_servers_is_told(mailing: Archive) -> None:
    submission_id, _ = given(mailing)
    messages.write(mailing, CURATOR, submission_id, "It is.")
    for wrong in ("http://127.0.0.1", "mail.example", "smtp://"):
        with pytest.raises(BadInputError) as caught:
            notices.send(with_settings(mailing, smtp_url=wrong), submission_id)
        assert caught.value.code == "bad-setting"


def test_the_worker_sends_it(empty_archive: Archive, server: MailServer) -> None:
    mailing = with_settings(empty_archive, smtp_url=server.url, mail_from="notices@archive.example")
    submission_id, _ = given(mailing)
    messages.write(mailing, CURATOR, submission_id, "It is.")
    with worker(mailing, "notices"):
        deadline = time.monotonic() + 60
        while not server.mails and time.monotonic() < deadline:
            time.sleep(0.05)
    assert len(server.mails) == 1
