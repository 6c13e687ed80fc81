"""`remembrance verify-receipt` ends well only when the bag holds all that the receipt names of it, unchanged."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from archive.bags import PayloadFile, add_revision, write_bag, zip_stream
from archive.cli.main import main
from archive.services.receipt_choices import CHOICES, Allowed
from archive.services.receipt_text import Agreed, GivenFile, Receipt, read_receipt, write_receipt
from tests.fixtures.forged import forged

ITEM, SUBMISSION = "7k3m9qx2v0t4hsbd", "8m4n0ry3w1v5jtce"
LETTER = b"Dear sister, the river was high."

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command in this process, where there is no archive at all."""
    monkeypatch.setenv("REMEMBRANCE_HOME", str(tmp_path / "nowhere"))

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["remembrance", "verify-receipt", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        assert not (tmp_path / "nowhere").exists()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    source = tmp_path / "letter"
    source.write_bytes(LETTER)
    sha512 = hashlib.sha512(LETTER).hexdigest()
    payload = [PayloadFile(source, "letter.txt", sha512, len(LETTER))]
    staged = write_bag(
        tmp_path / ITEM, item_id=ITEM, payload=payload, info={}, revision={"record.json": b"{}"}
    )
    for path in staged.path.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return staged.path


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    """A receipt of the letter, and of a file that is in another item's bag."""
    files = (
        GivenFile("My letter.txt", len(LETTER), hashlib.sha512(LETTER).hexdigest(), ITEM),
        GivenFile("song.mp3", 12, "a" * 128, "9p5q1sz4x2w6kvdf"),
    )
    path = tmp_path / "receipt.txt"
    text = write_receipt("Remembrance", date(2026, 11, 28), Receipt(SUBMISSION, files), Agreed("1", "", ""))
    path.write_text(text, encoding="utf-8")
    return path


def test_a_folder_or_a_zip_that_holds_it_all_ends_well(
    run: Run, bag: Path, receipt: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "bag.zip"
    packed.write_bytes(b"".join(zip_stream(bag)[0]))
    for where in (bag, packed):
        code, said, _ = run(receipt, where)
        assert code == 0
        assert "My letter.txt is in the bag, unchanged." in said and ITEM in said
    code, said, _ = run(receipt, bag, "--json")
    assert code == 0
    assert json.loads(said) == {
        "bag": ITEM,
        "ok": True,
        "files": [{"name": "My letter.txt", "sha512": hashlib.sha512(LETTER).hexdigest(), "verdict": "held"}],
        "problems": [],
        "agreement": None,
        "choices": [],
    }


def test_each_choice_is_told_in_words_and_whether_the_record_of_the_bag_agrees(
    run: Run, bag: Path, receipt: Path
) -> None:
    given = read_receipt(receipt.read_text(encoding="utf-8"))
    said = dict.fromkeys(CHOICES, "") | {"places_shown": [], "audience": "public", "naming": "no-name"}
    said["not_before"] = "2060-01-01"
    told = dataclasses.replace(given, allowed=Allowed(1, said))
    receipt.write_text(
        write_receipt("Remembrance", date(2026, 11, 28), told, Agreed("1", "", "")), encoding="utf-8"
    )
    first = said | {"version": 1, "given_on": "2026-11-01"}
    later = first | {"version": 2, "audience": "staff", "given_on": "2026-11-20"}
    for consents, code, words in (
        ([first], 0, "Who may see it: everyone; so the record of the bag says too."),
        (
            [first, later],
            0,
            "Who may see it: everyone; changed since, on 2026-11-20: now only those who look after the archive.",
        ),
        ([later | {"version": 1}], 1, "Who may see it: everyone; DIFFERENT in the record of bag"),
    ):
        add_revision(bag, {"record.json": json.dumps({"consent": consents}).encode()})
        ended, out, err = run(receipt, bag)
        assert ended == code and words in out + err
        assert "How the giver is named: by no name; so the record" in out and "Not after" not in out
        assert "chosen by the giver or by those who look after the archive: 2060-01-01; so" in out
        told_to_programs = json.loads(run(receipt, bag, "--json")[1])
        assert told_to_programs["ok"] is (code == 0) and len(told_to_programs["choices"]) == len(CHOICES)


def test_a_byte_that_changed_ends_badly(run: Run, bag: Path, receipt: Path) -> None:
    (bag / "data" / "letter.txt").write_bytes(LETTER[:-1] + b"?")
    code, said, complained = run(receipt, bag)
    assert code == 1
    assert "CHANGED" in said and "is not as the receipt says" in complained


def test_a_bag_whose_record_was_changed_is_not_whole_whatever_its_files_are(
    run: Run, bag: Path, receipt: Path
) -> None:
    (bag / "metadata" / "1" / "record.json").write_bytes(b"[]")
    code, said, complained = run(receipt, bag)
    assert code == 1
    assert "is in the bag, unchanged" in said and "record.json was changed" in complained


def test_a_file_that_is_gone_or_one_too_many_ends_badly(run: Run, bag: Path, receipt: Path) -> None:
    more = bag / "data" / "more.txt"
    more.write_bytes(b"x")
    assert run(receipt, bag)[0] == 1
    more.unlink()
    assert run(receipt, bag)[0] == 0
    (bag / "data" / "letter.txt").unlink()
    assert run(receipt, bag)[0] == 1


def test_what_is_no_receipt_or_no_bag_is_told_with_exit_code_two(
    run: Run, bag: Path, receipt: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text(forged(receipt.read_text(), ITEM, "1" * 16))
    cut = tmp_path / "cut.txt"
    cut.write_text("\n".join(receipt.read_text().splitlines()[:-1]))
    binary = tmp_path / "binary.txt"
    binary.write_bytes(b"\xff\xfe\x00")
    no_zip = tmp_path / "no.zip"
    no_zip.write_bytes(b"PK" + zlib.compress(b"x"))
    for arguments, says in (
        ((other, bag), "names no file of this bag"),
        ((cut, bag), "not whole"),
        ((binary, bag), "not a text"),
        ((tmp_path / "gone.txt", bag), "cannot be read"),
        ((receipt, tmp_path / "gone"), "There is no bag"),
        ((receipt, no_zip), "ZIP"),
    ):
        code, _, complained = run(*arguments)
        assert code == 2 and says in complained, (arguments, complained)
    code, _, complained = run(receipt, tmp_path)
    assert code == 1 and complained
