"""What `remembrance ingest` tells a person before and while it takes in."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import click
import pytest

from archive.models import Audience
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from ingest.bulk import ingest
from tests.fixtures.commands import Run, command


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_where_nothing_can_be_taken_in_no_bar_of_nothing_is_drawn(
    run: Run, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "gift").mkdir()
    (tmp_path / "gift" / "link.txt").symlink_to("/etc/hosts")
    told = run(home, "ingest", tmp_path / "gift", "--collection", "march-25")
    assert (told.returncode, told.stderr) == (2, "")
    (tmp_path / "gift" / "note.txt").write_text("A note.")
    assert "keeping" in run(home, "ingest", tmp_path / "gift", "--collection", "march-25").stderr


def test_no_name_of_a_file_reaches_the_terminal_as_it_is(run: Run, home: Path, tmp_path: Path) -> None:
    gift = tmp_path / "gift"
    gift.mkdir()
    (gift / "metadata\a.csv.txt").write_text("file\n")
    for more in (["--dry-run"], []):
        told = run(home, "ingest", gift, "--collection", "march-25", *more)
        assert "What describes it is perhaps in" in told.stdout
        assert "\a" not in told.stdout


def test_what_of_a_later_row_does_not_count_is_told_and_kept_and_stops_nobody(
    run: Run, home: Path, tmp_path: Path
) -> None:
    gift = tmp_path / "gift"
    gift.mkdir()
    for name in ("letter-1.txt", "letter-2.txt"):
        (gift / name).write_text(f"Page {name}.")
    (gift / "metadata.csv").write_text(
        "file,item,title,description,source\nletter-1.txt,a,A letter,First page,An attic\n"
        "letter-2.txt,a,,Second page,A cellar\n"
    )
    line = (
        "  metadata.csv, row 3, column description, source: "
        "It differs from row 2, which counts for its item; "
        "this one is kept beside it with the name of its file, and only staff sees it.\n"
    )
    for more in (["--dry-run"], []):
        told = run(home, "ingest", gift, "--collection", "march-25", *more)
        assert told.returncode == 0
        assert told.stdout.count("metadata.csv") == told.stdout.count(line) == 1
    told = run(home, "ingest", gift, "--collection", "march-25", "--dry-run", "--json")
    problems = json.loads(told.stdout)["submissions"][0]["problems"]
    assert [(one["row"], one["column"], one["note"]) for one in problems] == [
        (3, "description", True),
        (3, "source", True),
    ]


def test_the_archives_own_home_is_neither_taken_in_nor_found(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "var"
    open_archive(Settings(home=home)).close()
    (home / "demonstration-password").write_text("tatterdemalion")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "note.txt").write_text("A note.")
    monkeypatch.chdir(tmp_path)
    given = (home, "ingest", ".", "--collection", "march-25", "--publish", "--json")
    for more in (["--dry-run"], []):
        told = run(*given, *more)
        said = json.loads(told.stdout)
        assert told.returncode == 0
        assert [(Path(one["path"]).name, one["code"]) for one in said["refused"]] == [("var", "own-home")]
        assert [Path(one["folder"]).name for one in said["submissions"]] == ["photos"]
    assert run(home, "ingest", "var", "--collection", "march-25", "--publish").returncode == 2


@pytest.mark.parametrize("given", ["broken.zip", "nothing", "not-to-be-kept", "home"])
def test_a_dry_run_ends_as_the_command_would(run: Run, home: Path, tmp_path: Path, given: str) -> None:
    run(home, "doctor")
    (tmp_path / "broken.zip").write_bytes(b"PK no more")
    os.mkfifo(tmp_path / "nothing")
    gift = tmp_path / "not-to-be-kept"
    gift.mkdir()
    (gift / "note.txt").write_text("A note.")
    (gift / "metadata.csv").write_text("file,consent_keep\nnote.txt,no\n")
    path = tmp_path / given
    ended = [
        run(home, "ingest", path, "--collection", "march-25", *more).returncode
        for more in ([], ["--dry-run"])
    ]
    assert ended == [2, 2]


def test_a_date_of_two_readings_is_told_first_by_the_dry_run_and_kept_as_it_was_written(
    run: Run, home: Path, tmp_path: Path
) -> None:
    gift = tmp_path / "gift"
    gift.mkdir()
    (gift / "note.txt").write_text("A note.")
    (gift / "metadata.csv").write_text("file,title,date\nnote.txt,Note,3/4/1807\n")
    told = [run(home, "ingest", gift, "--collection", "march-25", *more) for more in (["--dry-run"], [])]
    assert [one.returncode for one in told] == [2, 0]
    assert all("row 2, column date" in one.stdout for one in told)
    assert "1 item" in told[1].stdout and "1 kept" in told[1].stdout


def test_a_column_that_is_kept_as_it_is_stops_nobody(run: Run, home: Path, tmp_path: Path) -> None:
    gift = tmp_path / "gift"
    gift.mkdir()
    (gift / "note.txt").write_text("A note.")
    (gift / "metadata.csv").write_text("file,shoe size\nnote.txt,44\n")
    told = run(home, "ingest", gift, "--collection", "march-25", "--dry-run")
    assert told.returncode == 0
    assert "column shoe size: The collection has no field for this column" in told.stdout


def test_a_consent_that_became_stricter_is_not_published_past(run: Run, home: Path, tmp_path: Path) -> None:
    gift = tmp_path / "gift"
    gift.mkdir()
    (gift / "note.txt").write_text("A note.")
    given = (home, "ingest", gift, "--collection", "march-25", "--json")

    def state(audience: str, *more: str) -> tuple[str, str]:
        (gift / "metadata.csv").write_text(f"file,title,consent_audience\nnote.txt,Note,{audience}\n")
        (one,) = json.loads(run(*given, *more).stdout)["submissions"]
        return one["items"][0]["state"], " ".join(each["reason"] for each in one["problems"])

    assert state("public")[0] != "published"
    (kept, told) = state("staff", "--publish")
    assert kept != "published"
    assert "the table allows less now, so it is not published" in told
    assert run(*given, "--dry-run").returncode == 2
    assert state("public", "--publish") == ("published", "")
    (shown, told) = state("staff", "--publish")
    assert shown == "published"
    assert "take it back with `remembrance withdraw" in told


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("consent_naming", "own-name", ("consent_audience", "consent_others")),
        ("consent_audience", "public", ("consent_others",)),
        ("consent_audience,consent_others", "public,refused", ("consent_others",)),
        ("consent_audience,consent_others", "staff,none", ("consent_audience",)),
        (
            "consent_audience,consent_others,consent_not_before",
            "public,none,2999-01-01",
            ("consent_not_before",),
        ),
        (
            "consent_audience,consent_others,consent_not_after",
            "public,none,1999-01-01",
            ("consent_not_after",),
        ),
        ("consent_audience,consent_others", "community,none", ()),
        ("title", "A letter", ()),
    ],
)
def test_what_is_published_and_only_staff_sees_is_named_with_the_column(
    archive: Archive, tmp_path: Path, column: str, value: str, named: tuple[str, ...]
) -> None:
    gift = tmp_path / f"gift {column} {value}"
    gift.mkdir()
    (gift / "letter.txt").write_text(f"A letter {column} {value}.")
    (gift / "metadata.csv").write_text(f"file,{column}\nletter.txt,{value}\n")
    report = ingest(archive, [gift], "march-25", publish=True)
    (item,) = report.submissions[0].items
    assert item.state == "published"
    held = item.not_published
    assert (report.not_published, report.unseen) == ((1, 1) if named else (0, 0))
    assert (held.code if held else "") == ("only-staff-see-it" if named else "")
    reason = held.reason if held else ""
    assert tuple(re.findall(r"column (consent_\w+)", reason)) == named


def test_who_wishes_that_staff_alone_see_it_is_not_told(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("A note for staff.")
    report = ingest(archive, [tmp_path / "note.txt"], "march-25", publish=True, audience=Audience.STAFF)
    assert report.not_published == 0


def test_what_was_to_be_published_and_is_not_is_named_with_why_and_what_to_do(
    run: Run, home: Path, tmp_path: Path
) -> None:
    gift = tmp_path / "gift"
    gift.mkdir()
    (gift / "letter.txt").write_text("A letter.")
    table = "file,title,consent_audience\nletter.txt,A letter,{}\n"
    (gift / "metadata.csv").write_text(table.format("public"))
    given = ("ingest", gift, "--collection", "march-25")
    (item,) = json.loads(run(home, *given, "--json").stdout)["submissions"][0]["items"]
    assert item["not_published"] is None

    (gift / "metadata.csv").write_text(table.format("community"))
    told = run(home, *given, "--publish", "--json")
    said = json.loads(told.stdout)
    (held,) = said["submissions"][0]["items"]
    assert (told.returncode, said["not_published"]) == (0, 1)
    assert held["not_published"]["code"] == "table-allows-less"
    assert "Change what its giver allows at the Desk" in held["not_published"]["reason"]

    (gift / "metadata.csv").write_text(table.format("public"))
    assert run(home, "withdraw", item["id"], "--yes").returncode == 0
    told = run(home, *given, "--publish")
    assert told.returncode == 0
    assert f"  A letter ({item['id']}) is not published: It was taken back" in told.stdout
    assert "Decide about it anew on its own page at the desk" in told.stdout
    assert told.stdout.rstrip().endswith("Not published: 1 item.")


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_a_name_that_is_no_text_is_spelled_out_alike_wherever_it_is_printed(
    run: Run, home: Path, tmp_path: Path, more: list[str]
) -> None:
    gift = tmp_path / "gift"
    gift.mkdir()
    (gift / os.fsdecode(b"bad\xff\xfe.txt")).write_text("A note.")
    (gift / os.fsdecode(b"link\xff.txt")).symlink_to("/etc/hosts")
    told = run(home, "ingest", gift, "--collection", "march-25", "--json", *more)
    # What strict readers of JSON refuse is half a character, written out or not.
    json.dumps(json.loads(told.stdout), ensure_ascii=False).encode()
    (one,) = json.loads(told.stdout)["submissions"]
    names = [file["path"] for file in one.get("files", one["refused"] if more else [])]
    given = one["items"][0]["files"] if more else []
    found = {name.rpartition("/")[2] for name in [*names, *given]}
    assert found == {r"bad\xff\xfe.txt", r"link\xff.txt"}
    assert one["items"][0]["title"] == r"bad\xff\xfe"
    told = run(home, "ingest", gift, "--collection", "march-25", *more)
    assert r"link\xff.txt" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "work"),
    [
        (["ingest", "{gift}"], "archive.cli.ingest.take_in"),
        (["import", "bag", "{gift}"], "archive.cli.bring.import_bags"),
    ],
)
def test_who_stops_it_is_told_that_running_it_again_is_safe(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], work: str
) -> None:
    def stopped(*_given: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(work, stopped)
    gift = tmp_path / "gift"
    gift.mkdir()
    (gift / "note.txt").write_text("A note.")
    given = [one.format(gift=gift) for one in arguments]
    result = command(home, *given, "--collection", "march-25")
    # What ends in 130, as a program that was stopped does.
    assert isinstance(result.exception, click.Abort)
    assert "Stopped. Run the same command again" in result.stderr
    assert "nothing is doubled" in result.stderr
