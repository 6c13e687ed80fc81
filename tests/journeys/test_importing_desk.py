"""An archivist who has no command line brings bags in: uploaded, checked, taken in, and nothing of them left lying about."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC
from archive.models import BagImport, BagVerdict, Consent, Event, Item, User, today
from archive.services import bag_import_standing, erasing, export_bag, find, withdrawing
from archive.services.sweep import stray_bytes, sweep
from archive.web.app import create_app
from ingest.work import worker
from tests.fixtures.bringing import (
    DESK,
    brought,
    done,
    id_of,
    item_of,
    packed,
    pressed,
    uploaded,
    verdicts,
    zip_of,
    zip_with_link,
)
from tests.fixtures.brought import METS, ours
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.foreign import foreign_bag
from tests.fixtures.shelf import Shelf
from tests.fixtures.walking import sign_in, told

__all__ = ["client", "master", "shelf"]

GONE = "The uploaded package is not here any more: it was removed."
WAITS = "The uploaded package is removed when it was taken in or refused, and on"


@pytest.fixture
def archivist(client: FlaskClient) -> FlaskClient:
    sign_in(client, "archivist")
    return client


def is_there(shelf: Shelf, address: str) -> bool:
    return bag_import_standing.package_of(shelf.archive, id_of(address)).exists()


def items_of(shelf: Shelf) -> set[str]:
    with shelf.archive.db.read() as session:
        return set(session.scalars(select(Item.id)))


def test_a_bag_is_checked_and_then_taken_in_without_uploading_it_again(
    archivist: FlaskClient, shelf: Shelf, tmp_path: Path
) -> None:
    assert f'href="{DESK}"' in archivist.get("/desk").text
    before = items_of(shelf)
    address = brought(archivist, packed(ours(tmp_path / "letters")), "Letters of 1963.zip")
    page = archivist.get(address).text
    assert "Being checked" in page and "Look again" in page and WAITS in page
    page = done(shelf.archive, archivist, address)
    assert verdicts(page) == [("letters", "Sound: it can be taken in")]
    assert "2 files" in page and WAITS in page and is_there(shelf, address)
    assert items_of(shelf) == before
    assert pressed(archivist, address, "take-in").status_code == 303
    assert "Being taken in" in archivist.get(address).text
    page = done(shelf.archive, archivist, address)
    assert verdicts(page) == [("letters", "Taken in")]
    assert GONE in page and not is_there(shelf, address)
    (item_id,) = items_of(shelf) - before
    assert item_of(page) == item_id
    assert "Letter to my grandmother" in archivist.get(f"/desk/items/{item_id}").text
    with shelf.archive.db.read() as session:
        who = session.scalars(select(User.id).where(User.username == "archivist")).one()
        event = session.scalars(select(Event).where(Event.subject_id == item_id)).first()
        item = session.get_one(Item, item_id)
        assert event is not None and (event.kind, event.agent) == ("receive", who)
        assert event.detail["brought as"] == "bag"
        # What it says of consent is that everybody may see it.
        assert session.get_one(Consent, item.consent_id).audience == "staff"
    assert find.find(shelf.archive, PUBLIC, "grandmother").total == 0


def test_a_worker_with_one_hand_takes_in_a_bag_of_archivematica_and_keeps_it(
    archivist: FlaskClient, shelf: Shelf, tmp_path: Path
) -> None:
    bag = foreign_bag(
        tmp_path / "still-papers",
        {"objects/a.txt": b"Dear sister", "METS.0c4e5e2a.xml": METS},
        algorithms=("sha256",),
    )
    address = brought(archivist, packed(bag, "gztar"), "still.tar.gz", "take")
    alone = replace(shelf.archive, settings=replace(shelf.archive.settings, worker_concurrency=1))
    until = time.monotonic() + 60
    with worker(alone, "test"):
        while "In review" not in archivist.get(address).text and time.monotonic() < until:
            time.sleep(0.1)
    page = archivist.get(address).text
    assert verdicts(page) == [("still-papers", "Taken in")] and "In review" in page
    assert "Letters of the Still family" in archivist.get(f"/desk/items/{item_of(page)}").text


@pytest.mark.parametrize(
    ("package", "code"),
    [
        (zip_of(("../../outside.txt", b"x")), "archive-escape"),
        (zip_with_link(), "archive-link"),
        (zip_of(("b/data/a.txt", bytes(32 << 20))), "archive-ratio"),
        (b"no archive at all", "archive-kind"),
    ],
    ids=["leads outside", "link", "bomb", "no archive"],
)
def test_what_means_harm_is_refused_and_nothing_of_it_stays(
    archivist: FlaskClient, shelf: Shelf, package: bytes, code: str
) -> None:
    before = items_of(shelf)
    address = brought(archivist, package, "..zip", "take")
    page = done(shelf.archive, archivist, address)
    assert [verdict for _, verdict in verdicts(page)] == ["Refused"]
    assert f"<code>{code}</code>" in page and GONE in page
    assert items_of(shelf) == before and not is_there(shelf, address)
    assert [one for one in shelf.archive.settings.run.iterdir() if one.name.startswith("unzip-")] == []
    assert pressed(archivist, address, "take-in").status_code == 409


@pytest.mark.parametrize("name", ["..", ".zip", "é" * 250 + ".zip", "a\\b\nc.zip"])
def test_no_name_of_a_package_leads_anywhere(
    archivist: FlaskClient, shelf: Shelf, tmp_path: Path, name: str
) -> None:
    root = foreign_bag(tmp_path / "quilts")
    files = [one for one in sorted(root.rglob("*")) if one.is_file()]
    package = zip_of(*((str(one.relative_to(root)), one.read_bytes()) for one in files))
    page = done(shelf.archive, archivist, brought(archivist, package, name, "take"))
    assert [verdict for _, verdict in verdicts(page)] == ["Taken in"]


def test_one_bad_bag_does_not_stop_the_others(archivist: FlaskClient, shelf: Shelf, tmp_path: Path) -> None:
    foreign_bag(tmp_path / "all" / "good")
    (foreign_bag(tmp_path / "all" / "bad") / "data/letter.txt").write_bytes(b"changed")
    entries = [(one, one.read_bytes()) for one in sorted((tmp_path / "all").rglob("*")) if one.is_file()]
    both = zip_of(*((str(one.relative_to(tmp_path / "all")), data) for one, data in entries))
    address = brought(archivist, both, "both.zip", "take")
    page = done(shelf.archive, archivist, address)
    assert verdicts(page) == [("bad", "Refused"), ("good", "Taken in")]
    assert "<code>bag-file-changed</code>" in page


def test_what_is_here_or_was_taken_back_is_told_so(
    archivist: FlaskClient, shelf: Shelf, tmp_path: Path
) -> None:
    letter = shelf.items["letter"]
    bag = b"".join(export_bag.bag_zip(shelf.archive, OPERATOR, letter).chunks)
    page = done(shelf.archive, archivist, brought(archivist, bag, f"{letter}.zip", "take"))
    assert verdicts(page) == [(letter, "Here already")] and item_of(page) == letter
    withdrawing.withdraw_item(shelf.archive, OPERATOR, letter)
    page = done(shelf.archive, archivist, brought(archivist, bag, f"{letter}.zip", "take"))
    assert verdicts(page) == [(letter, "Taken back")]
    assert "It was taken back here by whoever gave it; a bag does not bring it again." in page
    assert "<code>bag-withdrawn</code>" in page and GONE in page


def test_the_same_package_twice_is_one_item(archivist: FlaskClient, shelf: Shelf, tmp_path: Path) -> None:
    package = packed(foreign_bag(tmp_path / "quilts"))
    first = done(shelf.archive, archivist, brought(archivist, package, wish="take"))
    kept = items_of(shelf)
    again = done(shelf.archive, archivist, brought(archivist, package, wish="take"))
    assert verdicts(again) == [("quilts", "Here already")]
    assert item_of(first) == item_of(again) and items_of(shelf) == kept


def test_a_worker_that_dies_before_it_could_say_so_is_asked_again_and_doubles_nothing(
    archivist: FlaskClient, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = brought(archivist, packed(foreign_bag(tmp_path / "quilts")), wish="take")

    class Killed(BaseException):
        pass

    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr("archive.services.bag_import_outcomes.end", dies)
        done(shelf.archive, archivist, address)
    kept = items_of(shelf)
    assert is_there(shelf, address)
    sweep(shelf.archive)
    assert is_there(shelf, address)
    page = done(shelf.archive, archivist, address)
    assert verdicts(page) == [("quilts", "Taken in")]
    assert items_of(shelf) == kept and not is_there(shelf, address)
    # Killed between the word and the deed, the bytes lie there still: they are swept, or go when it is asked again.
    bag_import_standing.package_of(shelf.archive, id_of(address)).write_bytes(b"left")
    assert [path.name for path in stray_bytes(shelf.archive)] == [id_of(address)]
    assert done(shelf.archive, archivist, address) and not is_there(shelf, address)


def test_without_room_nothing_is_lost_and_it_can_be_tried_again(
    archivist: FlaskClient, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = brought(archivist, packed(foreign_bag(tmp_path / "quilts")), wish="take")
    archive = shelf.archive
    floor = replace(archive, settings=replace(archive.settings, free_space_floor=1 << 60))
    page = done(floor, archivist, address)
    assert [verdict for _, verdict in verdicts(page)] == ["Not now: it can be tried again"]
    assert is_there(shelf, address) and "Try again to take it in" in page
    assert pressed(archivist, address, "take-in").status_code == 303
    assert verdicts(done(archive, archivist, address)) == [("quilts", "Taken in")]


def test_a_package_goes_by_hand_or_after_its_days_and_the_page_says_so(
    archivist: FlaskClient, shelf: Shelf, tmp_path: Path
) -> None:
    package = packed(foreign_bag(tmp_path / "quilts"))
    assert "after 7 days in any case" in archivist.get(DESK).text
    first = brought(archivist, package)
    done(shelf.archive, archivist, first)
    assert pressed(archivist, first, "remove").status_code == 303
    page = archivist.get(first).text
    assert "You removed it." in page and GONE in page and not is_there(shelf, first)
    second = brought(archivist, package)
    done(shelf.archive, archivist, second)
    assert bag_import_standing.expire(shelf.archive) == 0
    with shelf.archive.db.write() as session:
        session.get_one(BagImport, id_of(second)).expires_on = today()
    assert bag_import_standing.expire(shelf.archive) == 1
    page = archivist.get(second).text
    assert "Its days were over." in page and GONE in page and not is_there(shelf, second)
    assert pressed(archivist, second, "take-in").status_code == 409
    with shelf.archive.db.write() as session:
        session.get_one(BagImport, id_of(second)).expires_on = today() - timedelta(days=31)
    bag_import_standing.expire(shelf.archive)
    assert archivist.get(second).status_code == 404


def test_nobody_is_told_of_it_but_those_who_may(archivist: FlaskClient, shelf: Shelf, tmp_path: Path) -> None:
    address = brought(archivist, packed(foreign_bag(tmp_path / "quilts")))
    done(shelf.archive, archivist, address)
    app = create_app(shelf.archive.settings, shelf.archive)
    for name in ("curator", "administrator"):
        somebody = app.test_client()
        sign_in(somebody, name)
        assert DESK not in somebody.get("/desk").text
        asked = [somebody.get(one) for one in (DESK, address, f"{DESK}/0123456789abcdef")]
        assert [one.status_code for one in asked] == [404] * 3
        assert len({str(told(one)) for one in asked[1:]}) == 1
        assert somebody.post(DESK, data={}).status_code == 404
    other = app.test_client()
    sign_in(other, "elsewhere")
    assert other.get(DESK).status_code == 200 and "march-25" not in other.get(DESK).text
    assert told(other.get(address)) == told(other.get(f"{DESK}/0123456789abcdef"))
    assert pressed(other, address, "take-in").status_code == 404
    assert uploaded(other, b"x", collection="march-25").status_code == 400
    assert app.test_client().get(address).status_code == 303
    with shelf.archive.db.write() as session:
        session.scalars(select(User).where(User.username == "curator")).one().roles[0].name = "archivist"
    colleague = app.test_client()
    sign_in(colleague, "curator")
    assert "bags.zip" not in colleague.get(DESK).text
    assert told(colleague.get(address)) == told(colleague.get(f"{DESK}/0123456789abcdef"))


def test_who_lost_the_right_meanwhile_takes_nothing_in(
    archivist: FlaskClient, shelf: Shelf, tmp_path: Path
) -> None:
    before = items_of(shelf)
    address = brought(archivist, packed(foreign_bag(tmp_path / "quilts")), wish="take")
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "archivist")).one()
        user.roles[0].name = "curator"
    done(shelf.archive, archivist, address)
    assert items_of(shelf) == before and not is_there(shelf, address)


def test_what_is_destroyed_is_forgotten_by_the_package_it_came_in(
    archivist: FlaskClient, shelf: Shelf, tmp_path: Path
) -> None:
    package = packed(foreign_bag(tmp_path / "quilts-of-zibbelquist"))
    address = brought(archivist, package, "zibbelquist.zip", "take")
    item_id = item_of(done(shelf.archive, archivist, address))
    withdrawing.withdraw_item(shelf.archive, OPERATOR, item_id, destroy=True)
    erasing.clear(shelf.archive)
    assert "zibbelquist" not in archivist.get(address).text
    with shelf.archive.db.read() as session:
        assert session.scalars(select(BagVerdict)).all() == []
    page = done(shelf.archive, archivist, brought(archivist, package, wish="take"))
    assert [verdict for _, verdict in verdicts(page)] == ["Taken back"]
    assert "<code>withdrawn-before</code>" in page
