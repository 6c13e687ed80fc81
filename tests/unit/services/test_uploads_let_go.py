"""An upload that the disk did not take is let go of; nobody goes on writing into what has no name any more."""

from __future__ import annotations

import errno
import os
import threading

import pytest

from archive.models.errors import ConflictError, StorageFailingError
from archive.services import uploads
from archive.services.arrival import arrive
from archive.services.arriving import Memory
from archive.services.opening import Archive
from tests.fixtures.drafts import begin


def test_who_waited_for_a_file_that_the_disk_did_not_take_writes_nothing_into_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission, actor = begin(archive)
    begun = uploads.begin(archive, actor, submission, "a", 6)

    def refuse(_file: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with arrive(archive, Memory(), begun) as first:
        first.write(b"abcdef")

        def fail_meanwhile(_seconds: float) -> None:
            with monkeypatch.context() as failing, pytest.raises(StorageFailingError):
                failing.setattr(os, "fsync", refuse)
                first.flush()

        monkeypatch.setattr("archive.services.arrival.time.sleep", fail_meanwhile)
        with pytest.raises(ConflictError), arrive(archive, Memory(), begun):
            pass
    with arrive(archive, Memory(), begun) as again:
        assert again.offset == 0


def test_a_part_that_has_ended_is_gone_on_with_while_the_disk_has_not_begun_with_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission, actor = begin(archive)
    begun, goes_on = uploads.begin(archive, actor, submission, "a", 6), threading.Event()
    monkeypatch.setattr(os, "posix_fadvise", lambda *_: goes_on.wait(10))
    monkeypatch.setattr("archive.services.arrival.BUSY_FOR_S", 0)
    try:
        with arrive(archive, Memory(), begun) as first:
            first.write(b"abc")
            first.settle()
        # Whoever asks the disk holds the same file open, but not its lock.
        with arrive(archive, Memory(), begun) as second:
            second.write(b"def")
            assert second.offset == 6
    finally:
        goes_on.set()
