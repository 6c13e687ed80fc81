"""What is held: counted at the desk for those who answer for it, and written as one file that names nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from archive.access import OPERATOR, Actor, actor_of
from archive.bags import bag_key
from archive.models import BagCopy, File, Item, User, today
from archive.models.errors import ForbiddenError
from archive.services import checkpoints, copies, holdings
from archive.services.opening import Archive
from archive.web.labels_holdings import WHY
from archive.web.report import report
from tests.fixtures.copying import revise, rotten
from tests.fixtures.desk import client, master, shelf, token_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD, SECRET

__all__ = ["client", "master", "shelf"]


def sign_in(client: FlaskClient, name: str) -> None:
    token = token_of(client.get("/sign-in").text)
    client.post("/sign-in", data={"username": name, "password": PASSWORD, "csrf_token": token})


def rows(page: str, section: str) -> list[list[str]]:
    """The cells of a table, as somebody hears them."""
    body = page.partition(f'id="held-{section}"')[2].partition("</section>")[0].partition("<tbody>")[2]
    found = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [re.sub(r"<.*?>", "", one) for one in re.findall(r"<(?:th|td)[^>]*>(.*?)</t", row)] for row in found
    ]


def keep_all(shelf: Shelf) -> None:
    """Everything counts as kept; what the shelf has is of three months."""
    with shelf.archive.db.write() as session:
        session.execute(update(Item).values(bag_key="bags/" + Item.id, received_on=date(2025, 11, 3)))
        ids = [shelf.items[name] for name in ("letter", "photo")]
        session.execute(update(Item).where(Item.id.in_(ids)).values(received_on=date(2026, 1, 31)))
        session.execute(update(File).values(puid="fmt/18", format_name="Acrobat PDF 1.4"))
        letter = File.id == shelf.files["letter", 0]
        session.execute(
            update(File).where(letter).values(puid="fmt/40", format_name="Microsoft Word Document")
        )
        photo = File.id == shelf.files["photo", 0]
        session.execute(update(File).where(photo).values(puid="", format_name=""))


def test_an_archivist_sees_what_is_held_as_tables_that_need_no_drawing(
    client: FlaskClient, shelf: Shelf
) -> None:
    keep_all(shelf)
    sign_in(client, "archivist")
    page = client.get("/desk/holdings")
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert (
        'style="' not in page.text
        and "<script" not in page.text.partition("<main")[2].partition("</main>")[0]
    )
    held = holdings.holdings(shelf.archive, OPERATOR)
    (collection,) = rows(page.text, "collections")
    assert collection[1:3] == [str(held.all.items), str(held.all.files)]
    assert [row[0] for row in rows(page.text, "years")] == ["2025", "2026"]
    assert [row[0] for row in rows(page.text, "growth")] == ["November 2025", "January 2026"]
    risks = {row[0]: row[1:] for row in rows(page.text, "at-risk")}
    assert set(risks) == {"Microsoft Word Document", "Unknown format"}
    assert (
        risks["Microsoft Word Document"][:2] == ["fmt/40", "1"]
        and "2007" in risks["Microsoft Word Document"][2]
    )
    assert "xa9 xb9 xc9" in page.text
    assert "/desk/holdings" in client.get("/desk").text


def test_the_counts_are_those_of_what_is_kept(shelf: Shelf) -> None:
    keep_all(shelf)
    held = holdings.holdings(shelf.archive, OPERATOR)
    with shelf.archive.db.read() as session:
        files = session.query(File).all()
    assert held.all.files == len(files) and held.all.size == sum(file.size for file in files)
    for parts in (held.collections, held.years, held.months):
        assert [sum(getattr(one, name) for one in parts) for name in ("items", "files", "size")] == [
            held.all.items,
            held.all.files,
            held.all.size,
        ]
    assert sum(one.files for one in held.formats) == held.all.files and held.grown[-1] == held.all.size
    states = {state.about: dict(state.counts) for state in held.states}
    assert sum(states["fixity"].values()) == sum(states["records"].values()) == held.all.items


def test_who_looks_after_one_collection_sees_that_one_alone(shelf: Shelf) -> None:
    keep_all(shelf)
    names = {name: actor(shelf, name) for name in ("elsewhere", "curator", "administrator")}
    elsewhere = holdings.holdings(shelf.archive, names["elsewhere"])
    assert elsewhere.all.items == 0 and (elsewhere.formats, elsewhere.months) == ((), ())
    assert {state.about for state in elsewhere.states} == {"fixity", "records"}
    assert holdings.holdings(shelf.archive, names["administrator"]).all.items
    with pytest.raises(ForbiddenError):
        holdings.holdings(shelf.archive, names["curator"])


def states_of(archive: Archive) -> dict[str, dict[str, int]]:
    return {state.about: dict(state.counts) for state in holdings.holdings(archive, OPERATOR).states}


def test_copies_are_counted_as_they_are_in_the_stores_that_are_named_now(
    shelf: Shelf, tmp_path: Path
) -> None:
    drawer, old = tmp_path / "drawer", tmp_path / "old"
    drawer.mkdir()
    old.mkdir()
    archive = replace(shelf.archive, settings=replace(shelf.archive.settings, copies=(str(drawer), str(old))))
    with archive.db.write() as session:
        for name in ("photo", "talk"):
            shelf.bag(session, session.get_one(Item, shelf.items[name]))
    with archive.db.read() as session:
        bags = list(session.scalars(select(Item.id).where(Item.bag_key != "")))
    assert len(bags) == 3
    nothing = {"copies-stores": 2, "copies-there": 0, "copies-unsound": 0}
    assert states_of(archive)["copies"] == nothing | {"copies-wait": 2 * len(bags), "copies-lag": 0}
    copies.run(archive)
    archive = replace(archive, settings=replace(archive.settings, copies=(str(drawer),)))
    all_there = {"copies-stores": 1, "copies-there": len(bags), "copies-unsound": 0}
    assert states_of(archive)["copies"] == all_there | {"copies-wait": 0, "copies-lag": 0}
    # No run has heard yet of what was revised since.
    letter, photo = shelf.items["letter"], shelf.items["photo"]
    revise(archive, letter)
    behind = all_there | {"copies-there": len(bags) - 1, "copies-wait": 1}
    assert states_of(archive)["copies"] == behind | {"copies-lag": 0}
    drawer.rename(tmp_path / "away")
    copies.run(archive)
    nine_days_ago = today() - timedelta(days=9)
    with archive.db.write() as session:
        waits = BagCopy.waits_since.is_not(None)
        session.execute(update(BagCopy).where(waits).values(waits_since=nine_days_ago))
    assert states_of(archive)["copies"] == behind | {"copies-lag": 9}
    page = report(archive, "en")
    assert rows(page, "copies")[-1][:2] == ["Days that the first of them has waited", "9"]
    # Both rotted, the bag and its copy: nothing waits, and still it is no sound copy.
    (tmp_path / "away").rename(drawer)
    name = next((drawer / bag_key(photo) / "data").iterdir()).name
    for folder in (drawer / bag_key(photo), archive.bag_folder(bag_key(photo))):
        rotten(folder / "data" / name)
    with archive.db.write() as session:
        session.execute(update(BagCopy).values(read_on=today() - timedelta(days=90)))
    copies.run(archive)
    found = all_there | {"copies-there": len(bags) - 1, "copies-unsound": 1}
    assert states_of(archive)["copies"] == found | {"copies-wait": 0, "copies-lag": 0}


def test_what_waits_to_be_signed_is_counted(shelf: Shelf) -> None:
    keep_all(shelf)
    signed = shelf.archive.settings.ledger / checkpoints.FOLDER
    signed.mkdir(parents=True)
    for days in (4, 3):
        (signed / f"{today() - timedelta(days=days)}.json").touch()
    assert states_of(shelf.archive)["ledger"] == {"ledger-days": 2, "ledger-behind": 2, "ledger-gaps": 0}
    page = report(shelf.archive, "en")
    assert ["Days that are still to be signed", "2"] in [row[:2] for row in rows(page, "ledger")]


def actor(shelf: Shelf, name: str) -> Actor:
    with shelf.archive.db.read() as session:
        return actor_of(session.query(User).filter_by(username=name).one())


def test_the_report_is_one_file_that_needs_nothing_and_names_nobody(shelf: Shelf) -> None:
    keep_all(shelf)
    for language, words in (("en", "What is held"), ("es", "")):
        text = report(shelf.archive, language)
        assert f'<html lang="{language}">' in text and words in text
        assert re.findall(r'(?:src|href)="', text) == [] and "<style>" in text and "url(" not in text
        assert SECRET not in text and "Writer, A." not in text and "archivist" not in text
    assert rows(report(shelf.archive, "en"), "collections")


@pytest.mark.parametrize(
    ("puid", "name", "why"),
    [
        ("fmt/40", "Anything", "old-office"),
        ("fmt/412", "Microsoft Word for Windows", ""),
        ("x-fmt/44", "WordPerfect for MS-DOS/Windows Document", "gone-program"),
        ("fmt/507", "Macromedia Flash", "gone-player"),
        ("", "", "unknown"),
        ("fmt/353", "Tagged Image File Format", ""),
    ],
)
def test_a_format_is_at_risk_for_a_reason_that_has_words(puid: str, name: str, why: str) -> None:
    assert holdings.why_at_risk(puid, name) == why
    assert not why or why in WHY
