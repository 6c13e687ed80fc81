"""Our reading of a BagIt Profile finds what the program of those who keep the standard finds, and what it leaves out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import bagit
import bagit_profile
import pytest

from archive.bags import PROFILE_ID, breaches, profile
from archive.bags.profile_kept import FOLDER
from archive.services.record import as_files
from tests.fixtures.recorded import record

MakeBag = Callable[..., Path]
ZIP = "application/zip"


@pytest.fixture
def whole(make_bag: MakeBag) -> Path:
    return make_bag(record=as_files(record()))


def others(root: Path, rules: Mapping[str, Any]) -> list[str]:
    """What bagit-profile says."""
    checked = bagit_profile.Profile(PROFILE_ID, profile=dict(rules))
    checked.validate(bagit.Bag(str(root)))
    return [str(error) for error in checked.report.errors]


def replaced(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "External-Identifier is not there": lambda bag: replaced(bag, "bag-info.txt", "External-Identifier", "Other"),
    "Bagging-Date is not there": lambda bag: replaced(bag, "bag-info.txt", "Bagging-Date", "Other"),
    "Bagging-Date is there 2 times": lambda bag: replaced(
        bag, "bag-info.txt", "Bagging-Date", "Bagging-Date: 2020-01-01\nBagging-Date"
    ),
    "BagIt-Profile-Identifier is none of those that it may be": lambda bag: replaced(
        bag, "bag-info.txt", PROFILE_ID, "https://example.org/other"
    ),
    "manifest-sha512.txt is not there": lambda bag: (bag / "manifest-sha512.txt").rename(bag / "manifest-md5.txt"),
    "manifest-md5.txt may not be there": lambda bag: (bag / "manifest-md5.txt").write_text(""),
    "tagmanifest-sha512.txt is not there": lambda bag: (bag / "tagmanifest-sha512.txt").unlink(),
    "tagmanifest-md5.txt may not be there": lambda bag: (bag / "tagmanifest-md5.txt").write_text(""),
    "notes.txt may not be there": lambda bag: (bag / "notes.txt").write_text("x"),
    "fetch.txt may not be there": lambda bag: (bag / "fetch.txt").write_text("http://example.org/x 1 data/x\n"),
    "BagIt-Version may not be 0.97": lambda bag: replaced(bag, "bagit.txt", "1.0", "0.97"),
}  # fmt: skip


def test_a_bag_that_keeps_the_profile_does_so_as_a_folder_and_in_a_file(whole: Path) -> None:
    for comes_as in (FOLDER, ZIP, "application/x-tar"):
        assert breaches(whole, profile(), comes_as) == []
    assert others(whole, profile()) == []


@pytest.mark.parametrize("said", DAMAGES)
def test_whatever_of_the_profile_is_broken_is_said(whole: Path, said: str) -> None:
    DAMAGES[said](whole)
    assert said in breaches(whole, profile())
    assert others(whole, profile())


def test_a_tag_file_that_another_profile_requires_is_missed(whole: Path) -> None:
    rules = {**profile(), "Tag-Files-Required": ["metadata/1/premis.xml"]}
    assert breaches(whole, rules) == []
    (whole / "metadata/1/premis.xml").unlink()
    assert "metadata/1/premis.xml is not there" in breaches(whole, rules)


def test_each_rule_of_the_profile_is_asked_alone(whole: Path) -> None:
    """A rule that is taken away is the only one that its damage breaks."""
    (whole / "notes.txt").write_text("x")
    rules = {name: said for name, said in profile().items() if name != "Tag-Files-Allowed"}
    assert breaches(whole, rules) == []


@pytest.mark.parametrize(
    ("said", "comes_as", "broken"),
    [
        ("required", FOLDER, ["it may not come as a folder"]),
        ("required", ZIP, []),
        ("forbidden", FOLDER, []),
        ("forbidden", ZIP, [f"it may not come as {ZIP}"]),
        ("optional", "application/gzip", ["it may not come as application/gzip"]),
    ],
)
def test_how_it_comes_is_asked_too(whole: Path, said: str, comes_as: str, broken: list[str]) -> None:
    assert breaches(whole, {**profile(), "Serialization": said}, comes_as) == broken


def test_a_rule_that_is_not_known_is_not_kept(whole: Path) -> None:
    assert breaches(whole, {**profile(), "Data-Empty": False}) == ["Data-Empty is a rule that is not known"]
