"""Nothing of an archive itself is ever a gift: not its home, by whatever name, nor that of another, nor a backup."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive.models.errors import BadInputError
from archive.profiles import CollectionProfile
from archive.services.opening import Archive
from archive.settings import Settings
from ingest.bulk import Plan, opened_zips, plan, plan_opened
from ingest.bulk.keep_out import KeepOut
from ingest.importing import look_at_table, read_mapping

Write = Callable[..., Path]
Planned = Callable[..., Plan]


@pytest.fixture
def planned(archive: Archive, profile: CollectionProfile) -> Planned:
    """Plans what is given as the command does."""

    def made(*paths: Path) -> Plan:
        with opened_zips(archive.settings, paths) as opened:
            return plan_opened(opened, profile)

    return made


def taken(found: Plan) -> list[str]:
    return [file.given_name for one in found.submissions for item in one.items for file in item.files]


def refused(found: Plan) -> list[tuple[str, str]]:
    every = [*found.refusals, *(one for each in found.submissions for one in each.refusals)]
    return [(one.path.name, one.code) for one in every]


@pytest.fixture
def home(archive: Archive) -> Path:
    """The archive's home, with what must never leave it."""
    (archive.settings.home / "demonstration-password").write_text("secret")
    for folder in ("exports", "keys"):
        (archive.settings.home / folder).mkdir(exist_ok=True)
    return archive.settings.home


def test_the_home_beside_gifts_is_left_alone_and_the_gifts_are_taken(planned: Planned, home: Path) -> None:
    (home.parent / "photos").mkdir()
    (home.parent / "photos" / "a.txt").write_text("a")
    found = planned(home.parent)
    assert taken(found) == ["a.txt"]
    assert refused(found) == [(home.name, "own-home")]


def test_the_home_beside_loose_files_is_not_walked_into(planned: Planned, home: Path) -> None:
    (home.parent / "a.txt").write_text("a")
    found = planned(home.parent)
    assert taken(found) == ["a.txt"]
    assert refused(found) == [(home.name, "own-home")]


def test_the_home_deep_in_a_gift_is_not_walked_into(
    settings: Settings, profile: CollectionProfile, tmp_path: Path
) -> None:
    deep = tmp_path / "gift" / "below" / "home"
    for folder in ("exports", "run"):
        (deep / folder).mkdir(parents=True)
    (deep / "exports" / "b.txt").write_text("b")
    (tmp_path / "gift" / "below" / "a.txt").write_text("a")
    with opened_zips(replace(settings, home=deep), [tmp_path / "gift"]) as opened:
        found = plan_opened(opened, profile)
    assert (taken(found), refused(found)) == (["a.txt"], [("home", "own-home")])


@pytest.mark.parametrize(
    "inside", [".", "keys", "demonstration-password", "run/..", "index/../demonstration-password"]
)
def test_what_lies_in_the_home_is_refused_when_it_is_named(planned: Planned, home: Path, inside: str) -> None:
    found = planned(home / inside)
    assert taken(found) == []
    assert [code for _, code in refused(found)] == ["own-home"]


def test_no_other_name_of_the_home_opens_it(
    planned: Planned, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").symlink_to(home)
    (tmp_path / "inside").symlink_to(home / "keys")
    monkeypatch.chdir(home)
    given = [
        tmp_path / "other",
        tmp_path / "other" / "demonstration-password",
        tmp_path / "inside",
        Path(),
        Path("keys"),
        Path("../") / home.name / "demonstration-password",
    ]
    for path in given:
        found = planned(path)
        assert (taken(found), [code for _, code in refused(found)]) == ([], ["own-home"]), path


def test_a_zip_in_the_home_stays_closed(planned: Planned, home: Path) -> None:
    with zipfile.ZipFile(home / "exports" / "whole.zip", "w") as made:
        made.writestr("a.txt", "a")
    for path in (home / "exports" / "whole.zip", home / "exports"):
        found = planned(path)
        assert (taken(found), [code for _, code in refused(found)]) == ([], ["own-home"])


def test_what_is_unpacked_in_the_home_and_its_sample_are_taken(
    planned: Planned, home: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "gift.zip", "w") as made:
        made.writestr("gift/a.txt", "a")
    (home / "demonstration" / "one").mkdir(parents=True)
    (home / "demonstration" / "one" / "b.txt").write_text("b")
    found = planned(tmp_path / "gift.zip", home / "demonstration" / "one")
    assert (taken(found), refused(found)) == (["a.txt", "b.txt"], [])


@pytest.mark.parametrize(
    "files", [["remembrance.db"], ["keys/forms.key"], ["backup.json", "manifest-sha512.txt"]]
)
def test_another_archive_or_a_backup_is_known_by_what_lies_in_it(
    write: Write, tmp_path: Path, profile: CollectionProfile, files: list[str]
) -> None:
    for name in [*files, "staging/private.txt"]:
        write(f"all/gift/theirs/{name}")
    write("all/gift/a.txt")
    theirs = tmp_path / "all" / "gift" / "theirs"
    found = plan([tmp_path / "all" / "gift"], profile)
    assert (taken(found), refused(found)) == (["a.txt"], [("theirs", "own-home")])
    for path in (theirs, theirs / "staging", theirs / "staging" / "private.txt", theirs / files[0]):
        found = plan([path], profile)
        assert (taken(found), [code for _, code in refused(found)]) == ([], ["own-home"]), path


def test_a_home_in_a_zip_is_known_too(planned: Planned, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "gift.zip", "w") as made:
        made.writestr("var/remembrance.db", "x")
        made.writestr("var/note.txt", "x")
    found = planned(tmp_path / "gift.zip")
    assert (taken(found), [code for _, code in refused(found)]) == ([], ["own-home"])


def test_a_gift_with_keys_of_another_kind_is_a_gift(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("gift/keys/house.jpg")
    write("gift/backup.json")
    assert sorted(taken(plan([tmp_path / "gift"], profile))) == ["backup.json", "keys/house.jpg"]


def test_the_store_and_the_ledger_are_kept_out_where_they_lie_outside_of_the_home(
    write: Write, tmp_path: Path, settings: Settings, profile: CollectionProfile
) -> None:
    write("all/a.txt")
    write("all/store/bag.txt")
    ledger = write("all/ledger.jsonl")
    elsewhere = replace(settings, objects_url=str(tmp_path / "all" / "store"), withdrawals_path=str(ledger))
    found = plan([tmp_path / "all"], profile, KeepOut.of(elsewhere))
    assert taken(found) == ["a.txt"]
    assert sorted(refused(found)) == [("ledger.jsonl", "own-home"), ("store", "own-home")]


def test_a_table_of_another_program_names_no_file_of_the_home(archive: Archive, home: Path) -> None:
    table = home.parent / "table.csv"
    mapping = read_mapping("collectionbuilder")
    table.write_text("objectid,title,filename\n1,Secret,demonstration-password\n")
    (one,) = look_at_table(archive, table, mapping, "march-25").submissions
    assert one.items == ()
    with pytest.raises(BadInputError) as caught:
        look_at_table(archive, table, mapping, "march-25", home)
    assert caught.value.code == "own-home"
