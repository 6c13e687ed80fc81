"""Fixity: a full reading tells apart what changed, what is missing, what nobody listed and what cannot be read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.bags import BagReport, StockValidator, verify, verify_with_stock
from archive.bags.stock import CHILD
from tests.fixtures.second_opinion import refusals
from tests.unit.bags.conftest import MakeBag


def test_a_whole_bag_is_reported_whole(bag: Path) -> None:
    report = verify(bag)
    assert report.ok
    assert report.files_read == 2 + 5
    assert report.bytes_read == sum(path.stat().st_size for path in bag.rglob("*") if path.is_file()) - (bag / "tagmanifest-sha512.txt").stat().st_size  # fmt: skip


def test_reading_from_the_disk_itself_finds_the_same(bag: Path) -> None:
    assert verify(bag, from_disk=True) == verify(bag)


def test_one_flipped_bit_is_found(bag: Path) -> None:
    data = bytearray((bag / "data/photo.jpg").read_bytes())
    data[4000] ^= 1
    (bag / "data/photo.jpg").write_bytes(data)
    assert verify(bag) == _report(changed=("data/photo.jpg",), like=verify(bag))


def test_each_kind_of_damage_is_told_apart(bag: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bag / "data/photo.jpg").write_bytes(b"other" * 1000)
    (bag / "data/stranger").write_bytes(b"x")
    (bag / "metadata/1/record.json").unlink()
    report = verify(bag)
    assert report.changed == ("data/photo.jpg",)
    assert report.untracked == ("data/stranger",)
    assert report.missing == ("metadata/1/record.json",)
    assert [problem.code for problem in report.refused] == ["bag-info-oxum"]
    assert not report.ok


def test_a_file_that_the_disk_cannot_give_is_unreadable_and_the_rest_is_read(
    bag: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = os.open

    def failing(path: str | Path, flags: int, *rest: int) -> int:
        if str(path).endswith("photo.jpg"):
            raise OSError(5, "Input/output error")
        return really_open(path, flags, *rest)

    monkeypatch.setattr(os, "open", failing)
    report = verify(bag)
    assert report.unreadable == ("data/photo.jpg",)
    assert report.files_read == 6
    assert not report.ok


def test_what_is_behind_a_link_is_never_read(bag: Path) -> None:
    (bag / "data").rename(bag.parent / "elsewhere")
    (bag / "data").symlink_to(bag.parent / "elsewhere")
    report = verify(bag)
    assert report.missing == ("data/letter.txt", "data/photo.jpg")
    assert "bag-special-file" in [problem.code for problem in report.refused]


def test_no_bag_at_all_is_a_report_and_not_a_crash(tmp_path: Path) -> None:
    assert [problem.code for problem in verify(tmp_path / "nothing").refused] == ["bag-absent"]


def test_the_stock_library_accepts_a_good_bag_and_says_why_it_refuses_another(
    bag: Path, stock: StockValidator
) -> None:
    assert stock.validate(bag, 30).valid
    (bag / "data/photo.jpg").write_bytes(b"x" * 5003)
    report = stock.validate(bag, 30)
    assert not report.valid
    assert "photo.jpg" in report.message


def test_of_much_the_stock_library_reads_several_files_at_once_and_finds_the_same(
    make_bag: MakeBag, stock: StockValidator
) -> None:
    bag = make_bag(payload={f"{one}.wav": one.encode() * 17_000_000 for one in "abc"})
    assert stock.validate(bag, 30).valid
    with (bag / "data/c.wav").open("r+b") as file:
        file.seek(16_999_999)
        file.write(b"x")
    report = stock.validate(bag, 30)
    assert not report.valid and "c.wav" in report.message and "a.wav" not in report.message


@pytest.fixture
def endless(bag: Path) -> Path:
    """A bag that the stock library would read for ever."""
    (bag / "data/letter.txt").unlink()
    os.mkfifo(bag / "data/letter.txt")
    info = (bag / "bag-info.txt").read_text()
    (bag / "bag-info.txt").write_text(info.replace("5012.2", "5003.2"))
    return bag


def test_the_stock_library_may_hang_without_stopping_us(endless: Path) -> None:
    with StockValidator() as validator:
        report = validator.validate(endless, 1)
        assert report.undecided
        assert not report.valid
        assert not validator.validate(endless.parent, 30).undecided


def test_the_stock_library_is_found_wherever_it_was_installed_to(
    bag: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "target"
    elsewhere.mkdir()
    (elsewhere / "bagit.py").write_text(
        "class Bag:\n    info = {}\n    def __init__(self, path): pass\n"
        "    def validate(self, processes): raise ValueError('from elsewhere')\n"
    )
    monkeypatch.setattr(sys, "path", [str(elsewhere), *sys.path])
    # Another test may have looked at a bag with it in this process.
    monkeypatch.delitem(sys.modules, "bagit", raising=False)
    monkeypatch.setattr("archive.bags.stock.PYTHON", (sys.executable, "-I", "-S"))
    with StockValidator() as validator:
        assert validator.validate(bag, 30).message == "ValueError: from elsewhere"


def test_a_missing_stock_library_is_called_missing(bag: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "bagit", raising=False)
    with StockValidator() as validator:
        report = validator.validate(bag, 30)
    assert report.undecided
    assert report.message == "The stock library (the package bagit) is not installed."


def test_a_child_that_cannot_start_is_not_called_slow(bag: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.bags.stock.CHILD", "/dev/null/no-such-program")
    with StockValidator() as validator:
        report = validator.validate(bag, 30)
    assert report.undecided
    assert report.message == "The stock library ended without an answer."


def test_a_hanging_child_ends_itself_even_when_nobody_is_left_to_end_it(endless: Path) -> None:
    request = json.dumps({"path": str(endless), "seconds": 0.5}).encode() + b"\n"
    with subprocess.Popen([sys.executable, "-I", CHILD], stdin=subprocess.PIPE) as child:
        assert child.stdin is not None
        child.stdin.write(request)
        child.stdin.flush()
        try:
            assert child.wait(30) == -signal.SIGALRM
        finally:
            child.kill()


def test_one_bag_can_be_checked_by_the_stock_library_alone(bag: Path) -> None:
    assert verify_with_stock(bag, 30).valid


def test_the_stock_library_never_moves_us_to_another_folder(bag: Path, stock: StockValidator) -> None:
    before = Path.cwd()
    stock.validate(bag, 30)
    assert Path.cwd() == before


def _report(changed: tuple[str, ...], like: BagReport) -> BagReport:
    return BagReport(changed, (), (), (), (), like.files_read, like.bytes_read)


@pytest.mark.parametrize("path", ["data/letter.txt", "metadata/1/record.json", "manifest-sha512.txt"])
def test_the_second_library_refuses_what_was_changed(bag: Path, path: str) -> None:
    data = bytearray((bag / path).read_bytes())
    data[2] ^= 1
    (bag / path).write_bytes(data)
    assert refusals(bag)
