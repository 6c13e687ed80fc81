"""Bags of what belongs to no item are audited, copied and backed up as those of items are, and made anew where one is damaged."""

from __future__ import annotations

import errno
import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select, update

from archive.access import OPERATOR
from archive.bags import (
    SHARED_PROFILE_ID,
    breaches,
    published,
    read_bag,
    shared_key,
)
from archive.models import SharedBag, SharedBagCopy, migrate, today
from archive.services import (
    copies,
    copies_shared,
    doctor,
    fixity_round,
    health,
    shared_bags,
    shared_fixity,
    shared_writing,
    upkeep,
    withdrawing,
)
from archive.services.opening import Archive
from archive.services.shared_record import record_of
from archive.storage import FolderStore
from tests.fixtures.backups import backed_up
from tests.fixtures.commands import command
from tests.fixtures.copying import likenesses, rotten, state_of
from tests.fixtures.letters_kept import shelf
from tests.fixtures.outside import bytes_below
from tests.fixtures.shared_things import (
    Written,
    bag_id,
    bag_of,
    is_written,
    show,
    written,
)
from tests.fixtures.shelf import Shelf

__all__ = ["shelf", "written"]
ROOT = Path(__file__).parents[3]


def bags_of(archive: Archive) -> list[Path]:
    return sorted(archive.bag_folder("shared").iterdir())


def test_an_audit_finds_one_changed_byte_and_everybody_hears_of_it(shelf: Shelf, written: Written) -> None:
    archive = shelf.archive
    subject = shared_bags.story(written.stories["published"])
    damaged = bag_of(archive, subject)
    shared_fixity.read_due(archive, timedelta(days=1), set(), lambda _size: None)
    assert shared_fixity.counts(archive) == shared_fixity.Counts(0, 0, 0)
    rotten(damaged.root / f"metadata/{damaged.current_revision}/text.md")
    assert shared_fixity.next_due(archive, timedelta(), set()) is not None
    found = shared_fixity.check(archive, OPERATOR, damaged.id)
    assert found is not None and found.found == {"changed": (f"metadata/{damaged.current_revision}/text.md",)}
    assert shared_fixity.alarm(archive, OPERATOR).damaged == health.check(archive)["fixity"]["damaged"] == 1
    told = [one for one in doctor.examine(archive) if one.what == "fixity" and one.verdict == "problem"]
    assert f"shared/{damaged.id} of {subject} is damaged" in told[0].sentence
    assert command(archive.settings.home, "fixity", "state").return_value == 1
    (damaged.root / "data" / "about.txt").unlink()
    # A bag that takes no revision keeps no other waiting.
    show(archive, written.stories["published"], publish=False)
    show(archive, written.stories["translated"], publish=False)
    assert shared_writing.write_waiting(archive) == {damaged.id}
    assert is_written(archive, written.stories["translated"])


def test_the_round_reads_what_has_its_turn(shelf: Shelf, written: Written) -> None:
    with shelf.archive.db.write() as session:
        session.execute(update(SharedBag).values(made_on=today() - timedelta(days=40)))
    assert shared_fixity.counts(shelf.archive).late == 8
    fixity_round.Round(shelf.archive)()
    assert shared_fixity.counts(shelf.archive) == shared_fixity.Counts(0, 0, 0)


def test_one_is_made_anew_where_it_is_damaged_or_gone(shelf: Shelf, written: Written) -> None:
    archive, subject = shelf.archive, shared_bags.story(written.stories["published"])
    old = bag_of(archive, subject)
    shutil.rmtree(old.root)
    assert command(archive.settings.home, "fixity", "check", "--all").return_value == 1
    renewed = command(archive.settings.home, "bags", "renew", old.id)
    assert renewed.exception is None and bag_id(archive, subject) in renewed.output
    assert json.loads(bag_of(archive, subject).record("record.json"))["history"] == json.loads(
        json.dumps(history_of(archive, subject))
    )
    for words in (("bags", "validate"), ("fixity", "check", "--all"), ("rebuild", "--check")):
        done = command(archive.settings.home, *words)
        assert (done.return_value, done.exception) == (0, None), done.output
    listed = command(archive.settings.home, "bags", "list")
    assert subject in listed.output and old.id not in listed.output
    told = json.loads(command(archive.settings.home, "bags", "list", "--json").output)
    assert all(one.keys() >= {"id", "path", "state"} for one in told)
    assert {one["state"] for one in told if one.get("subject")} == {"kept"}


def history_of(archive: Archive, subject: str) -> list[object]:
    with archive.db.read() as session:
        row = session.scalars(select(SharedBag).where(SharedBag.subject == subject)).one()
        record = record_of(session, row)
        assert record is not None
        return list(record["history"])


def test_each_is_copied_to_every_store_and_goes_from_there_too(
    shelf: Shelf, written: Written, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    archive = replace(
        shelf.archive, settings=replace(shelf.archive.settings, copies=(str(tmp_path / "disk"),))
    )
    (ran,) = copies.run(archive)
    assert (ran.trouble, ran.waiting, ran.copied) == ("", 0, 10)
    assert set(likenesses(archive).values()) == {"same"} and len(likenesses(archive)) == 10
    assert state_of(archive).kept == 10, "as many as are compared"
    subject = shared_bags.story(written.stories["published"])
    old = bag_id(archive, subject)
    show(archive, written.stories["translated"], publish=False)
    withdrawing.withdraw_item(archive, OPERATOR, shelf.items["two"], destroy=True)
    upkeep.catch_up(archive)
    (ran,) = copies.run(archive)
    assert (ran.trouble, ran.waiting) == ("", 0)
    assert set(likenesses(archive).values()) == {"same"}
    assert not (tmp_path / "disk" / shared_key(old)).exists()
    held = bytes_below(tmp_path / "disk").items()
    assert not any(shelf.items["two"].encode() in data for _, data in held)
    with archive.db.read() as session:
        assert session.scalars(select(SharedBag.id).where(SharedBag.subject.is_(None))).all() == []


def test_a_copy_that_rotted_is_put_right(shelf: Shelf, written: Written, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    archive = replace(
        shelf.archive, settings=replace(shelf.archive.settings, copies=(str(tmp_path / "disk"),))
    )
    copies.run(archive)
    one = bag_id(archive, shared_bags.story(written.stories["draft"]))
    rotten(tmp_path / "disk" / shared_key(one) / "metadata" / "1" / "text.md")
    assert likenesses(archive)[one] == "changed"
    with archive.db.write() as session:
        session.execute(update(SharedBagCopy).values(read_on=today() - timedelta(days=4000)))
    archive = replace(archive, settings=replace(archive.settings, copies_read_days=30))
    assert copies.run(archive)[0].trouble == ""
    assert likenesses(archive)[one] == "same"


@pytest.mark.parametrize("whose", ["store", "ours"])
def test_one_bad_spot_of_a_disk_holds_up_no_other_bag(
    shelf: Shelf, written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    (tmp_path / "disk").mkdir()
    archive = replace(
        shelf.archive, settings=replace(shelf.archive.settings, copies=(str(tmp_path / "disk"),))
    )
    with archive.db.read() as session:
        first, *others = copies_shared.ids(session)
    honest = FolderStore.put_file

    def failing(self: FolderStore, key: str, source: Path, *, move: bool = False) -> None:
        if first in key:
            raise OSError(errno.EIO, "Input/output error")
        honest(self, key, source, move=move)

    about = archive.bag_folder(shared_key(first)) / "data" / "about.txt"
    was = about.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(FolderStore, "put_file", failing)
        if whose == "ours":
            rotten(about)
        (ran,) = copies.run(archive)
    assert (ran.trouble, ran.waiting) == ("store-failing" if whose == "store" else "source-damaged", 1)
    alike = likenesses(archive)
    assert {alike[one] for one in others} == {"same"} and alike[first] != "same"
    about.write_bytes(was)
    assert copies.run(archive)[0].trouble == "" and likenesses(archive)[first] == "same"


def test_a_backup_holds_them(shelf: Shelf, written: Written, tmp_path: Path) -> None:
    kept = {path.name for path in bags_of(shelf.archive)}
    made = backed_up(shelf.archive, tmp_path / "backups", verify=True)
    held = {path.split("/")[2] for path in made.backup.files if path.startswith("objects/shared/")}
    assert held == kept and made.backup.missing == ()


def test_every_record_has_the_published_form(shelf: Shelf, written: Written) -> None:
    schema = json.loads((ROOT / "docs" / "shared.schema.json").read_text("utf-8"))
    form = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    Draft202012Validator.check_schema(schema)
    kinds = set()
    for folder in bags_of(shelf.archive):
        record = json.loads(read_bag(folder).record("record.json"))
        assert [error.json_path for error in form.iter_errors(record)] == []
        kinds.add(record["kind"])
        assert list(form.iter_errors(record | {"kind": "photograph"})) != []
    assert kinds == {"story", "collection", "word"}


def test_every_one_keeps_the_published_profile(shelf: Shelf, written: Written) -> None:
    rules = json.loads((ROOT / "docs" / "bagit-profile-shared.json").read_text("utf-8"))
    assert json.dumps(rules, indent=2) + "\n" == published(SHARED_PROFILE_ID)
    for folder in bags_of(shelf.archive):
        assert read_bag(folder).info["BagIt-Profile-Identifier"] == SHARED_PROFILE_ID
        assert breaches(folder, rules) == []


def test_an_upgrade_has_a_bag_written_of_everything_that_is_there(shelf: Shelf, written: Written) -> None:
    engine = shelf.archive.db.engine
    migrate.downgrade(engine, "0026")
    migrate.upgrade(engine)
    shutil.rmtree(shelf.archive.bag_folder("shared"))
    assert shared_writing.write_waiting(shelf.archive) == frozenset()
    assert len(bags_of(shelf.archive)) == 8
