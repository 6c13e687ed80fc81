"""The ledger of what was taken back, when the disk fails or a process dies while a line is written."""

from __future__ import annotations

import errno
import os
import resource
import signal

import pytest

from archive.access import OPERATOR
from archive.models import ItemState
from archive.services import withdrawing
from archive.services.opening import Archive
from archive.services.withdrawal_ledger import Act, Entry
from tests.fixtures.items import item_of


def test_a_line_that_was_cut_by_a_crash_is_forgotten_and_the_next_takes_its_place(
    archive: Archive, given: dict[str, str]
) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, given["letter"])
    with archive.settings.withdrawals.open("ab") as file:
        file.write(b'{"sequence": 2, "act": "hi')
    assert len(archive.withdrawals.lines()) == 1
    withdrawing.withdraw_item(archive, OPERATOR, given["other"])
    assert [line.sequence for line in archive.withdrawals.lines()] == [1, 2]
    assert archive.withdrawals.first_broken() is None


def test_a_disk_that_is_full_in_the_middle_of_long_lines_leaves_no_hole(
    archive: Archive, given: dict[str, str]
) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, given["letter"])
    whole = archive.settings.withdrawals.read_bytes()
    files = tuple(f"{number:0128x}" for number in range(400))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Room for a part of what is to be written, as on a disk that is full.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 9_000, before[1]))
    try:
        with pytest.raises(OSError):
            archive.withdrawals.append([Entry(Act.DESTROY, given["other"], "a submission", files)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert archive.settings.withdrawals.read_bytes() == whole
    archive.withdrawals.append([Entry(Act.DESTROY, given["other"], "a submission", files)])
    assert archive.withdrawals.first_broken() is None and len(archive.withdrawals.lines()) == 2


def test_a_line_that_could_not_be_flushed_is_taken_out_and_written_again(
    archive: Archive, given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as failing, pytest.raises(OSError, match="Input/output"):
        failing.setattr(os, "fsync", refuse)
        withdrawing.withdraw_item(archive, OPERATOR, given["letter"])
    assert archive.withdrawals.lines() == ()
    assert item_of(archive, given["letter"]).state == ItemState.PUBLISHED
    withdrawing.withdraw_item(archive, OPERATOR, given["letter"])
    assert [line.item for line in archive.withdrawals.lines()] == [given["letter"]]
    assert archive.withdrawals.first_broken() is None
