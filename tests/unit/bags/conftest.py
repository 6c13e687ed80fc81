"""Good bags for the tests to look at and to damage."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from archive.bags import PayloadFile, StockValidator, plain_words_readme, read_bag, write_bag
from tests.fixtures.second_opinion import refusals

ITEM = "7k3m9qx2v0t4hsbd"
PAYLOAD = {"letter.txt": b"Dear all\n", "photo.jpg": b"\xff\xd8\xff" + b"x" * 5000}
RECORD = {
    "record.json": b'{"title": "A letter"}',
    "README.txt": plain_words_readme("A letter", ITEM).encode(),
}
INFO = {"Source-Organization": "Demonstration archive", "Bagging-Date": "2025-03-25"}

MakeBag = Callable[..., Path]


@pytest.fixture(scope="session")
def stock() -> Iterator[StockValidator]:
    with StockValidator() as validator:
        yield validator


@pytest.fixture
def make_bag(tmp_path: Path) -> MakeBag:
    """Write a bag as the pipeline does, out of files that have just arrived."""

    def make(
        name: str = ITEM,
        payload: Mapping[str, bytes] = PAYLOAD,
        info: Mapping[str, str] = INFO,
        record: Mapping[str, bytes] = RECORD,
    ) -> Path:
        files = arrive(tmp_path / "arriving" / name, payload)
        return write_bag(tmp_path / name, item_id=ITEM, payload=files, info=info, revision=record).path

    return make


def arrive(folder: Path, payload: Mapping[str, bytes]) -> list[PayloadFile]:
    folder.mkdir(parents=True)
    files = []
    for number, (name, data) in enumerate(payload.items()):
        (folder / str(number)).write_bytes(data)
        files.append(PayloadFile(folder / str(number), name, hashlib.sha512(data).hexdigest(), len(data)))
    return files


@pytest.fixture
def arriving() -> Callable[[Path, Mapping[str, bytes]], list[PayloadFile]]:
    return arrive


@pytest.fixture
def bag(make_bag: MakeBag) -> Path:
    return make_bag()


@pytest.fixture
def relist() -> Callable[[Path], None]:
    """Make the tag manifest agree again with tag files that a test changed, so that only the damage itself shows."""

    def relist(root: Path) -> None:
        lines = []
        for line in (root / "tagmanifest-sha512.txt").read_text().splitlines():
            path = line[130:]
            data = (root / path).read_bytes() if (root / path).is_file() else b""
            lines.append(f"{hashlib.sha512(data).hexdigest()}  {path}\n")
        (root / "tagmanifest-sha512.txt").write_text("".join(lines))

    return relist


def sums_hold(root: Path) -> bool:
    """Do what `sha512sum -c` does, with nothing of ours."""
    for manifest in ("manifest-sha512.txt", "tagmanifest-sha512.txt"):
        for line in (root / manifest).read_text("utf-8").splitlines():
            expected, path = line.split("  ", 1)
            if hashlib.sha512((root / path).read_bytes()).hexdigest() != expected:
                return False
    return True


@pytest.fixture
def is_sound(stock: StockValidator) -> Callable[[Path], None]:
    """Assert that the stock library, another one and an independent reading of the sums all accept a bag."""

    def check(root: Path) -> None:
        report = stock.validate(root, 30)
        assert report.valid, report.message
        # What a killed process left beside the revisions is no part of the bag; this library alone minds it.
        assert read_bag(root).pending or refusals(root) == []
        assert sums_hold(root)

    return check
