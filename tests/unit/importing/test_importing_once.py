"""What a bag becomes arrives like any gift, whole and once; what is here or was taken back does not come again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Consent, Event, File, Item, Submission
from archive.profiles import CollectionProfile
from archive.services import withdrawing
from archive.services.opening import Archive
from archive.services.sweep import stray_bytes, sweep
from ingest.bulk import send as sending
from ingest.bulk.model import Plan
from ingest.bulk.send import Sent, send
from ingest.importing import bags as planning
from ingest.importing.bags import plan_bag
from tests.fixtures.brought import ours
from tests.fixtures.foreign import foreign_bag

Look = Callable[..., Plan]


def refused(found: Plan) -> list[tuple[str, str]]:
    return [(one.path.name, one.code) for one in found.refusals]


def sent(archive: Archive, root: Path, profile: CollectionProfile) -> Sent:
    (one,) = send(archive, plan_bag(archive, root, profile), "march-25", "staff")  # type: ignore[arg-type]
    return one


def test_a_bag_comes_in_whole_or_not_at_all(
    archive: Archive, look: Look, tmp_path: Path, profile: CollectionProfile
) -> None:
    root = foreign_bag(tmp_path / "bag")
    planned = plan_bag(archive, root, profile)
    (root / "data/letter.txt").write_bytes(b"Dear Sister")
    (part,) = send(archive, planned, "march-25", "staff")  # type: ignore[arg-type]
    assert [one.code for one in part.refusals] == ["changed-meanwhile"]
    assert part.submission_id is None
    assert list(archive.settings.staging.iterdir()) == []
    small = replace(archive, settings=replace(archive.settings, max_file_bytes=1))
    with pytest.raises(Exception, match="larger than 1 bytes"):
        plan_bag(small, foreign_bag(tmp_path / "other"), profile)


def test_no_room_is_said_before_a_byte_is_read(
    archive: Archive, tmp_path: Path, profile: CollectionProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "prove", lambda *_: pytest.fail("it was read"))
    full = replace(archive, settings=replace(archive.settings, free_space_floor=1 << 62))
    with pytest.raises(Exception, match="no room"):
        plan_bag(full, foreign_bag(tmp_path / "bag"), profile)


def test_it_arrives_like_any_gift_with_the_way_it_came_in_its_history(
    archive: Archive, tmp_path: Path, profile: CollectionProfile
) -> None:
    one = sent(archive, ours(tmp_path / "abc123"), profile)
    again = sent(archive, tmp_path / "abc123", profile)
    assert (one.already, again.already, again.item_ids) == (False, True, one.item_ids)
    with archive.db.read() as session:
        item = session.scalars(select(Item)).one()
        assert (item.state, item.collection, item.id == "abc123") == ("received", "march-25", False)
        consent = session.scalars(select(Consent)).one()
        assert (consent.audience, consent.naming, consent.name_shown) == ("staff", "no-name", "")
        event = session.scalars(select(Event).where(Event.subject_id == item.id)).one()
        assert event.detail["item elsewhere"] == "abc123"
        assert "Letter to my grandmother" not in str(event.detail)


def test_a_bag_of_an_item_that_is_here_is_told_as_such(
    archive: Archive, look: Look, tmp_path: Path, profile: CollectionProfile
) -> None:
    root = ours(tmp_path / "one")
    (item_id,) = sent(archive, root, profile).item_ids
    same = ours(tmp_path / "same", item_id=item_id)
    other = foreign_bag(
        tmp_path / "other",
        info=f"External-Identifier: {item_id}\n",
        tags={"metadata/1/record.json": b"{}"},
    )
    assert refused(look(same, other)) == [("same", "already-here"), ("other", "bag-item-here")]


@pytest.mark.parametrize("destroy", [False, True])
def test_a_bag_of_what_was_taken_back_is_refused_by_its_id_and_by_its_files(
    archive: Archive, look: Look, tmp_path: Path, profile: CollectionProfile, destroy: bool
) -> None:
    (item_id,) = sent(archive, ours(tmp_path / "one"), profile).item_ids
    withdrawing.withdraw_item(archive, OPERATOR, item_id, destroy=destroy)
    by_id = foreign_bag(
        tmp_path / "by-id",
        info=f"External-Identifier: {item_id}\n",
        tags={"metadata/1/record.json": b"{}"},
    )
    by_files = foreign_bag(tmp_path / "by-files", {"renamed.bin": b"a picture", "more": b"x"})
    found = look(by_id, by_files)
    by_hash = "withdrawn-before" if destroy else "bag-withdrawn"
    assert refused(found) == [("by-id", "bag-withdrawn"), ("by-files", by_hash)]


def test_what_a_killed_import_left_is_swept_and_the_next_one_takes_it_in_once(
    archive: Archive, tmp_path: Path, profile: CollectionProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    # A database that has received nothing may not be the right one, and removes nothing.
    sent(archive, foreign_bag(tmp_path / "before", {"before.txt": b"before"}), profile)
    root = foreign_bag(tmp_path / "bag")
    (archive.settings.run / "unzip-killed").mkdir()
    (archive.settings.run / "unzip-killed/half").write_bytes(b"x")
    with monkeypatch.context() as patched:
        patched.setattr(sending, "receive", die)
        with pytest.raises(Killed):
            sent(archive, root, profile)
    assert len(stray_bytes(archive)) == 2
    assert sweep(archive) == 3
    assert stray_bytes(archive) == []
    sent(archive, root, profile)
    sent(archive, root, profile)
    with archive.db.read() as session:
        assert len(session.scalars(select(Submission)).all()) == 2
        assert len(session.scalars(select(File)).all()) == 3
