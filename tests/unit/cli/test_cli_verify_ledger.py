"""`remembrance verify-ledger` says what was changed or cut off, with the archive or with what was published alone."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive.access import contributor
from archive.cli.main import main
from archive.services import (
    checkpoint_gaps,
    checkpoint_keys,
    checkpoint_standing,
    checkpoints,
    gap_text,
    receipts,
)
from tests.fixtures.gone_back import GoneBack, forked, gone_back, take_down
from tests.fixtures.ledgers import Ledger, ledger

__all__ = ["forked", "gone_back", "ledger"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, on the archive of the ledger."""
    monkeypatch.setenv("REMEMBRANCE_HOME", str(ledger.archive.settings.home))

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["remembrance", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def kept(ledger: Ledger, tmp_path: Path) -> Path:
    """What somebody kept of the ledger: its keys, all its checkpoints, and the last one by itself as text."""
    last = ledger.grown()[-1]
    settings = ledger.archive.settings
    (tmp_path / "keys").write_text(checkpoint_keys.as_json(checkpoint_keys.published(settings)))
    (tmp_path / "all.jsonl").write_text("".join(checkpoints.lines(settings)))
    (tmp_path / "last.txt").write_text(last.note, encoding="utf-8")
    return tmp_path


def test_a_whole_ledger_ends_well_with_and_without_the_archive(run: Run, kept: Path, ledger: Ledger) -> None:
    assert run("verify-ledger") == (
        0,
        f"The ledger is whole: 5 entries, the newest checkpoint is of {checkpoints.all_days(ledger.archive.settings)[-1]}.\n",
        "",
    )
    assert run("verify-ledger", kept / "keys", kept / "all.jsonl", kept / "last.txt")[0] == 0
    assert run("verify-ledger", "--home", kept / "keys", kept / "all.jsonl", kept / "last.txt")[0] == 0
    day = next((ledger.folder / "checkpoints").iterdir())
    code, said, _ = run("verify-ledger", kept / "keys", day, kept / "last.txt", "--json")
    told = json.loads(said)
    assert (code, told["ok"], told["checkpoints"], told["entries"], told["problems"]) == (0, True, 2, 5, [])


def test_what_was_cut_off_is_found_by_a_kept_checkpoint(run: Run, kept: Path, ledger: Ledger) -> None:
    lines = (kept / "all.jsonl").read_text().splitlines(keepends=True)
    (kept / "shorter.jsonl").write_text("".join(lines[:-1]))
    code, _, complained = run("verify-ledger", kept / "keys", kept / "shorter.jsonl", kept / "last.txt")
    assert code == 1 and "the ledger ends before it" in complained
    for folder in ("entries", "checkpoints"):
        sorted((ledger.folder / folder).iterdir())[-1].unlink()
    assert run("verify-ledger")[0] == 0, "nobody can tell who kept nothing"
    code, said, _ = run("verify-ledger", "--home", kept / "last.txt", "--json")
    assert code == 1 and [one["code"] for one in json.loads(said)["problems"]] == ["cut-off"]


def test_an_entry_that_was_changed_is_named_and_doctor_sees_it_too(
    run: Run, kept: Path, ledger: Ledger
) -> None:
    path = sorted((ledger.folder / "entries").iterdir())[1]
    path.write_text(path.read_text().replace('"accession"', '"withdrawal"'))
    code, said, complained = run("verify-ledger")
    assert (code, said) == (1, "")
    assert "Entry 3 is not the one that was signed." in complained
    assert "PROBLEM ledger: Entry 3" in run("doctor")[1]


def test_a_list_signed_with_another_key_or_with_a_line_missing_is_told(run: Run, kept: Path) -> None:
    lines = (kept / "all.jsonl").read_text().splitlines(keepends=True)
    (kept / "gap.jsonl").write_text(lines[0] + lines[2])
    assert run("verify-ledger", kept / "keys", kept / "gap.jsonl")[0] == 1
    keys = json.loads((kept / "keys").read_text())
    body = keys["keys"][0]
    flipped = "B" if body["note"][-10] == "A" else "A"
    body["note"] = body["note"][:-10] + flipped + body["note"][-9:]
    (kept / "forged").write_text(json.dumps(keys))
    assert run("verify-ledger", kept / "forged", kept / "all.jsonl")[0] == 1


def test_what_is_no_ledger_is_told_with_exit_code_two(run: Run, kept: Path) -> None:
    (kept / "other").write_text("Hello")
    (kept / "broken.json").write_text('{"format": "remembrance-checkpoint/1", "leaves": []}')
    (kept / "binary").write_bytes(b"\xff\xfe\x00")
    for sources in (["other"], ["broken.json"], ["binary"], ["missing"], ["keys"], ["all.jsonl"]):
        assert run("verify-ledger", *(kept / one for one in sources))[0] == 2, sources


def test_a_receipt_is_held_against_what_was_published(run: Run, kept: Path, ledger: Ledger) -> None:
    submission_id = ledger.submission_of(ledger.items[0])
    text = receipts.receipt(ledger.archive, contributor([submission_id]), submission_id)
    receipt = kept / "receipt.txt"
    receipt.write_text(text, encoding="utf-8")
    code, said, _ = run("verify-receipt", receipt)
    assert code == 0 and "is proven to be in the ledger" in said and "Give --ledger" in said
    published = ["--ledger", kept / "keys", "--ledger", kept / "all.jsonl"]
    code, said, _ = run("verify-receipt", receipt, *published, "--json")
    assert code == 0
    assert json.loads(said)["proof"] | {"checkpoint": ""} == {
        "items": {ledger.items[0]: "proven"},
        "checkpoint": "",
        "published": True,
        "gap": None,
    }
    lines = (kept / "all.jsonl").read_text().splitlines(keepends=True)
    (kept / "shorter.jsonl").write_text("".join(lines[:-1]))
    code, _, complained = run(
        "verify-receipt", receipt, "--ledger", kept / "keys", "--ledger", kept / "shorter.jsonl"
    )
    assert code == 1 and "NOT one that was published" in complained
    receipt.write_text(text[: text.index("remembrance-proof/1")], encoding="utf-8")
    assert run("verify-receipt", receipt)[0] == 2


def test_a_checkpoint_can_be_made_and_a_key_replaced_by_hand(run: Run, ledger: Ledger) -> None:
    assert run("ledger", "checkpoint") == (0, "There is nothing to sign.\n", "")
    ledger.grown()
    code, said, _ = run("ledger", "new-key")
    assert code == 0 and said.startswith("archive.example/ledger+")
    assert [one.number for one in checkpoint_keys.published(ledger.archive.settings)] == [1, 2]
    assert run("ledger", "begin-anew")[0] == 2, "nothing is lost"
    shutil.rmtree(ledger.folder)
    code, said, _ = run("ledger", "begin-anew")
    assert code == 1 and "Nothing was done." in said and run("verify-ledger")[0] == 1
    assert run("ledger", "begin-anew", "--sure")[0] == 2, "without a reason"
    code, said, _ = run("ledger", "begin-anew", "--sure", "--reason", "The disk failed.")
    assert code == 0 and said.count("Set aside, not removed") == 2, "both keys"
    assert run("ledger", "checkpoint")[1].startswith("The checkpoint of ")


def test_a_gap_is_looked_at_first_and_acknowledged_only_where_somebody_is_sure(
    gone_back: GoneBack, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = gone_back.ledger.archive
    monkeypatch.setenv("REMEMBRANCE_HOME", str(archive.settings.home))
    monkeypatch.setenv("REMEMBRANCE_DATABASE_URL", archive.settings.database_url)
    monkeypatch.setattr(checkpoint_standing, "behind", lambda *_: 0)
    since = ("ledger", "acknowledge", "--backup", gone_back.backup.isoformat())
    assert run("verify-ledger")[0] == 1
    code, said, _ = run(*since)
    assert code == 0 and "entries 6-8 (" in said and "Nothing was written" in said
    assert run("verify-ledger")[0] == 1
    assert run(*since, "--sure")[0] == 2, "without a reason"
    code, said, _ = run(*since, "--sure", "--reason", "The disk failed.", "--json")
    assert (code, json.loads(said)["acknowledged"]) == (0, 1)
    code, said, complained = run("verify-ledger")
    assert (code, complained) == (0, "") and "Restored from the backup of" in said
    # Whoever has only what was published is told so too, and what fell in the gap of whose receipt they have.
    settings = archive.settings
    every = [checkpoints.of_day(settings, day) for day in checkpoints.all_days(settings)]
    published = {
        "keys": checkpoint_keys.as_json(checkpoint_keys.published(settings)),
        "all.jsonl": "".join(checkpoints.lines(settings)),
        "gaps.jsonl": "".join(checkpoint_gaps.lines(settings, every)),
        "receipt.txt": gone_back.receipt,
    }
    for name, text in published.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    sources = [tmp_path / name for name in ("keys", "all.jsonl", "gaps.jsonl")]
    code, said, _ = run("verify-ledger", *sources)
    assert code == 0 and "Acknowledged on" in said
    asked = [word for one in sources for word in ("--ledger", one)]
    code, said, _ = run("verify-receipt", tmp_path / "receipt.txt", *asked)
    assert code == 0 and "was LOST in a restore" in said and "Restored from the backup of" in said
    (tmp_path / "gaps.jsonl").write_text("{}")
    assert run("verify-ledger", *sources)[0] == 2
    (tmp_path / "gaps.jsonl").write_text(published["gaps.jsonl"].replace("failed", "stayed"))
    assert run("verify-ledger", *sources)[0] == 1


def test_what_others_kept_is_named_as_lost(
    forked: GoneBack, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMEMBRANCE_HOME", str(forked.ledger.archive.settings.home))
    monkeypatch.setenv("REMEMBRANCE_DATABASE_URL", forked.ledger.archive.settings.database_url)
    monkeypatch.setattr(checkpoint_standing, "behind", lambda *_: 0)
    kept = tmp_path / "kept.txt"
    kept.write_text(forked.newest.note, encoding="utf-8")
    assert run("verify-ledger", "--home", kept)[0] == 1
    since = ("ledger", "acknowledge", kept, "--backup", forked.backup.isoformat())
    code, said, _ = run(*since)
    assert code == 0 and f"Not in this ledger any more: the checkpoint of {forked.newest.day}" in said
    assert run(*since, "--sure", "--reason", "The disk failed.")[0] == 0
    assert run("verify-ledger", "--home", kept)[0] == 0


def test_an_acknowledgement_that_somebody_kept_cannot_be_taken_down_or_reworded_at_the_site(
    gone_back: GoneBack, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a checkpoint has it as an entry, only who kept it can tell."""
    settings = gone_back.ledger.archive.settings
    gap = gone_back.acknowledge()
    kept = tmp_path / "gaps.jsonl"
    kept.write_text(gap_text.as_json(gap_text.PublishedGap(gap)), encoding="utf-8")
    other = replace(gap, reason="Nothing much.")
    reworded = gap_text.as_json(
        gap_text.PublishedGap(replace(other, note=checkpoint_keys.signer(settings).sign(other.text)))
    )
    site = {
        "/ledger/keys": checkpoint_keys.as_json(checkpoint_keys.published(settings)),
        "/ledger/checkpoints.jsonl": "".join(checkpoints.lines(settings)),
    }
    address = "https://archive.example"
    monkeypatch.setattr("archive.cli.ledger._fetch", lambda at, **_: site[at.removeprefix(address)])
    for shown, expected in ((kept.read_text(), set()), ("", {"gap-gone"}), (reworded, {"gap-changed"})):
        site["/ledger/gaps.jsonl"] = shown
        _, said, _ = run("verify-ledger", address, kept, "--json")
        assert {one["code"] for one in json.loads(said)["problems"]} == expected
    # A list that somebody kept is not taken for that of the site because it is longer.
    everything = tmp_path / "all.jsonl"
    everything.write_text(site["/ledger/checkpoints.jsonl"], encoding="utf-8")
    site["/ledger/checkpoints.jsonl"] = "".join(everything.read_text().splitlines(keepends=True)[:-1])
    site["/ledger/gaps.jsonl"] = ""
    code, said, _ = run("verify-ledger", address, everything, "--json")
    assert code == 1 and "cut-off" in {one["code"] for one in json.loads(said)["problems"]}
    monkeypatch.setenv("REMEMBRANCE_HOME", str(settings.home))
    take_down(gone_back)
    _, said, _ = run("verify-ledger", "--home", kept, "--json")
    assert "gap-gone" in {one["code"] for one in json.loads(said)["problems"]}
