"""Of when somebody did something the files and folders of the archive tell the day alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archive.durable import DAY_NS
from archive.services import times
from archive.services.opening import open_archive
from archive.services.withdrawal_ledger import Act, Entry
from archive.settings import Settings


def tells_the_hour(path: Path) -> bool:
    return bool(path.stat().st_mtime_ns % DAY_NS)


@pytest.mark.parametrize("where", ["", "apart/ledger.jsonl"])
def test_the_first_withdrawal_leaves_no_time_of_day(tmp_path: Path, where: str) -> None:
    home = tmp_path / "home"
    archive = open_archive(Settings(home=home, withdrawals_path=where))
    ledger = archive.settings.withdrawals
    ledger.parent.mkdir()
    beside = ledger.with_name("of somebody else")
    beside.write_text("x")
    os.utime(beside, (1, 1))
    archive.withdrawals.append([Entry(Act.DESTROY, "an-item", "a-submission", ("ab" * 64,))])
    key = ledger.with_name("withdrawals.key")
    assert tells_the_hour(key) and tells_the_hour(home)
    times.cut(archive)
    assert [path for path in (home, ledger.parent, ledger, key) if tells_the_hour(path)] == []
    assert beside.stat().st_mtime == 1
    archive.close()


def test_a_folder_of_another_account_stays_as_it_is_and_the_rest_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = open_archive(Settings(home=tmp_path / "home"))
    first, real = archive.settings.staging, os.utime

    def refuse(path: str, **how: object) -> None:
        if path == os.fspath(first):
            raise PermissionError(1, "Operation not permitted", path)
        real(path, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "utime", refuse)
    os.close(os.open(first / "a", os.O_CREAT))
    times.cut(archive)
    assert tells_the_hour(first) and not tells_the_hour(archive.settings.home)
    archive.close()
