"""Every bag of ours keeps the profile that we publish, and says so; what it promises is checked by others' programs."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import bagit_profile
import pytest

from archive.bags import PROFILE_ID, PROFILE_LABEL, add_revision, profile, published, read_bag, verify
from archive.services.record import as_files
from tests.fixtures.recorded import record
from tests.fixtures.schemas import faults

ROOT = Path(__file__).parents[3]
WHOLE = as_files(record())
SCHEMA_OF = {"premis.xml": "premis-3.xsd", "mets.xml": "mets.xsd", "dc.xml": "oai_dc.xsd"}

MakeBag = Callable[..., Path]


def conformance(root: Path) -> list[str]:
    """What bagit-profile, the program of those who keep the standard, says against a bag."""
    try:
        checked = bagit_profile.Profile(PROFILE_ID, profile=profile())
        checked.validate(bagit.Bag(str(root)))
    except SystemExit as left:
        return [f"left the process with {left.code}"]
    return [str(error) for error in checked.report.errors]


@pytest.fixture
def whole(make_bag: MakeBag) -> Path:
    return make_bag(record=WHOLE)


def test_the_profile_that_is_published_is_the_one_that_is_kept() -> None:
    assert (ROOT / "docs" / "bagit-profile.json").read_text(encoding="utf-8") == published()
    assert json.loads(published()) == profile()


def test_a_bag_keeps_the_profile_and_names_it(whole: Path) -> None:
    assert read_bag(whole).info[PROFILE_LABEL] == PROFILE_ID
    assert conformance(whole) == []
    assert verify(whole).ok


def test_a_revised_bag_keeps_it_and_so_does_one_whose_reviser_was_killed(whole: Path) -> None:
    add_revision(whole, {**WHOLE, "record.json": b"{}"})
    assert conformance(whole) == []
    (whole / ".pending-0123").write_bytes(b"half")
    (whole / "metadata/3").mkdir()
    (whole / "metadata/3/record.json").write_bytes(b"half")
    assert conformance(whole) == []
    assert verify(whole).ok


def test_a_bag_that_lacks_something_of_the_profile_does_not_say_that_it_keeps_it(make_bag: MakeBag) -> None:
    bag = make_bag(record={name: data for name, data in WHOLE.items() if name != "premis.xml"})
    assert PROFILE_LABEL not in read_bag(bag).info
    assert any(PROFILE_LABEL in told for told in conformance(bag))


@pytest.mark.parametrize("other", ["", "https://example.org/another-profile.json"])
def test_whoever_writes_a_bag_of_another_kind_says_so(make_bag: MakeBag, other: str) -> None:
    bag = make_bag(record=WHOLE, info={PROFILE_LABEL: other})
    assert read_bag(bag).info.get(PROFILE_LABEL, "") == other
    assert verify(bag).ok


def test_a_bag_from_before_there_was_a_profile_is_ours_all_the_same(make_bag: MakeBag) -> None:
    bag = make_bag(record={"record.json": b"{}"})
    assert PROFILE_LABEL not in read_bag(bag).info
    assert verify(bag).ok
    add_revision(bag, WHOLE)
    assert read_bag(bag).record_names() == sorted(WHOLE)
    assert verify(bag).ok


@pytest.mark.parametrize(
    ("damage", "lacking"),
    [("^Bagging-Date: .*\n", "Bagging-Date"), ("^Bag-Software-Agent: .*\n", "Bag-Software-Agent")],
)
def test_a_bag_that_names_the_profile_and_breaks_it_is_told(
    whole: Path, relist: Callable[[Path], None], damage: str, lacking: str
) -> None:
    info = whole / "bag-info.txt"
    info.write_text(re.sub(damage, "", info.read_text(), flags=re.MULTILINE))
    relist(whole)
    assert [(one.code, one.path) for one in verify(whole).refused] == [("bag-profile", lacking)]
    assert lacking in conformance(whole)[0]


def test_a_bag_whose_first_record_lost_a_document_is_told(whole: Path) -> None:
    listed = whole / "tagmanifest-sha512.txt"
    kept = [line for line in listed.read_text().splitlines(keepends=True) if not line.endswith("/mets.xml\n")]
    listed.write_text("".join(kept))
    (whole / "metadata/1/mets.xml").unlink()
    assert [(one.code, one.path) for one in verify(whole).refused] == [("bag-profile", "metadata/1/mets.xml")]


def commands(root: Path) -> list[str]:
    """What README.txt tells its reader to type."""
    words = read_bag(root).record("README.txt").decode()
    return re.findall(r"^    (\S.*)$", words.partition("How to check")[2], re.MULTILINE)


def typed(root: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Type it there, with nothing but what every system has."""
    plain = {"PATH": os.defpath, "LC_ALL": "C"}
    return subprocess.run(
        ["sh", "-c", line], cwd=root, env=plain, capture_output=True, text=True, check=False
    )


def test_whoever_does_what_the_page_says_finds_a_good_bag_good(whole: Path) -> None:
    payload, record_and_rest, strangers = (typed(whole, line) for line in commands(whole))
    assert (payload.returncode, record_and_rest.returncode, strangers.stdout) == (0, 0, "")
    assert payload.stdout == "data/letter.txt: OK\ndata/photo.jpg: OK\n"
    assert record_and_rest.stdout.count(": OK\n") == len(read_bag(whole).tags)


@pytest.mark.parametrize(
    ("damage", "found_by"),
    [
        (lambda bag: (bag / "data/letter.txt").write_bytes(b"Dear aII\n"), {0}),
        (lambda bag: (bag / "data/letter.txt").unlink(), {0, 2}),
        (lambda bag: (bag / "data/stranger.txt").write_bytes(b"?"), {2}),
        (lambda bag: (bag / "metadata/1/premis.xml").write_bytes(b"<premis/>"), {1}),
        (lambda bag: (bag / "bag-info.txt").write_bytes(b""), {1}),
    ],
    ids=["changed", "gone", "added", "record", "info"],
)
def test_whoever_does_what_the_page_says_finds_what_is_wrong(
    whole: Path, damage: Callable[[Path], Any], found_by: set[int]
) -> None:
    lines = commands(whole)
    damage(whole)
    answers = [typed(whole, line) for line in lines]
    found = {place for place, one in enumerate(answers[:2]) if one.returncode != 0}
    assert found | ({2} if answers[2].stdout else set()) == found_by


def test_every_bag_of_the_demonstration_is_what_we_promise_to_others(demonstration: Path) -> None:
    bags = [path.parent for path in (demonstration / "objects" / "bags").glob("*/bagit.txt")]
    assert len(bags) > 5
    for bag in bags:
        # By what every system has, as the page in the bag tells: a third opinion, which shares no line with the others.
        answers = [typed(bag, line) for line in commands(bag)]
        assert [one.returncode for one in answers] == [0, 0, 0] and not answers[2].stdout
        assert conformance(bag) == []
        found = read_bag(bag)
        for name, schema in SCHEMA_OF.items():
            assert faults(found.record(name), schema) == []
