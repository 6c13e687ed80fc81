"""A table at an event without internet: the form is filled in a real browser, and what it saves is taken in at home."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from archive.access import PUBLIC
from archive.models import Consent, File, Item, ItemState, Submission
from archive.services import find
from archive.services.codes import fold
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures.command_line import answer, run
from tests.fixtures.contributor import Contributor
from tests.fixtures.given import jpeg
from tests.fixtures.kit import browser, kit, page

__all__ = ["browser", "kit", "page"]
pytestmark = pytest.mark.browser
CC_BY = "http://creativecommons.org/licenses/by/4.0/"


def choose(page: Page, *names: str) -> None:
    for name in names:
        question, _, value = name.partition("=")
        page.check(f'input[name="{question}"][value="{value}"]')


def answer_what_is_needed(page: Page) -> None:
    page.fill("#about-title", "Candles at dusk")
    choose(page, "others=agreed", "keep=yes", "audience=community", "naming=other-name")
    page.fill("#name_shown", "A neighbour")


def save(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.click("#gift > p > button")
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


def gifts(folder: Path) -> dict[str, bytes]:
    """Two photographs of one name from two telephones, and a note with a name in another script."""
    made = {"one/IMG_1.jpg": jpeg(), "two/IMG_1.jpg": jpeg(320, 240), "Nota é 思い出.txt": b"A memory.\n"}
    for name, content in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return made


def kept(home: Path) -> dict[str, Any]:
    archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(home)}))
    try:
        with archive.db.read() as session:
            return {
                "files": {one.given_name: one.sha512 for one in session.scalars(select(File))},
                "titles": sorted(session.scalars(select(Item.title))),
                "submissions": session.scalars(select(Submission.title)).all(),
                "consents": [vars(one) for one in session.scalars(select(Consent))],
                "public": find.find(archive, PUBLIC, "candles").total,
            }
    finally:
        archive.close()


def test_what_the_form_saves_is_taken_in_byte_for_byte_with_what_was_allowed(
    page: Page, tmp_path: Path
) -> None:
    made = gifts(tmp_path / "phone")
    page.set_input_files("#files", [tmp_path / "phone" / name for name in made])
    choose(page, "together=apart")
    answer_what_is_needed(page)
    page.fill("#about-place", "12 Mill Lane")
    choose(page, "place_precision=town")
    page.fill("#not_before", "2020-03-25")
    page.select_option("#reuse", CC_BY)
    page.click("#chosen li:nth-child(3) summary")
    page.fill("#f3-about-title", 'A note, "by hand"\tand more')
    page.fill("#f3-about-place", "5 Main Street\n3 Harbour Street")
    for place, town in {"12 Mill Lane": "Bristol", "3 Harbour Street": "Bath; England"}.items():
        page.get_by_label(f"Shown instead of “{place}”").fill(town)
    # A town is asked for each place, and none stands for another.
    page.click("#gift > p > button")
    assert page.eval_on_selector_all(".wrong", "all => all.map(one => one.id)") == ["town-2-trouble"]
    page.get_by_label("Shown instead of “5 Main Street”").fill("Atlanta")
    parcel = save(page, tmp_path)

    with zipfile.ZipFile(parcel) as opened:
        assert opened.testzip() is None
        assert {name.rpartition("/")[2] for name in opened.namelist()} == {
            "metadata.csv",
            "IMG_1.jpg",
            "IMG_1-2.jpg",
            "Nota é 思い出.txt",
        }
    home = tmp_path / "home"
    answer(home, "ingest", parcel, "--collection", "march-25", "--publish")
    again = answer(home, "ingest", parcel, tmp_path / parcel.name, "--collection", "march-25")
    assert all(one["already"] for one in again["submissions"])
    found = kept(home)
    first, second, note = (hashlib.sha512(content).hexdigest() for content in made.values())
    assert found["files"] == {"IMG_1.jpg": first, "IMG_1-2.jpg": second, "Nota é 思い出.txt": note}
    assert found["titles"] == ['A note, "by hand"\tand more', "Candles at dusk", "Candles at dusk"]
    assert found["submissions"] == [parcel.stem]
    (consent,) = found["consents"]
    assert (consent["audience"], consent["people"], consent["reuse"]) == ("community", "agreed", CC_BY)
    assert (consent["naming"], consent["name_shown"]) == ("other-name", "A neighbour")
    assert consent["places_shown"] == {
        "12 Mill Lane": "Bristol",
        "5 Main Street": "Atlanta",
        "3 Harbour Street": "Bath, England",
    }
    assert str(consent["not_before"]) == "2020-03-25"
    assert "stays yours" in consent["agreement_text"]
    # Published, but to members alone.
    assert found["public"] == 0


def test_whoever_gave_without_internet_comes_back_by_the_code_of_the_form_and_takes_it_back(
    page: Page, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_bytes(b"Dear sister.")
    page.set_input_files("#files", tmp_path / "letter.txt")
    answer_what_is_needed(page)
    page.click("#code-show")
    words = page.inner_text("#code-words")
    assert len(words.split()) == 9
    page.fill("#code", "something else")
    page.click("#gift > p > button")
    assert "not the words of your code" in page.inner_text("#code-trouble")
    page.fill("#code", words.upper())
    parcel = save(page, tmp_path)
    with zipfile.ZipFile(parcel) as opened:
        table = next(opened.read(name) for name in opened.namelist() if name.endswith("metadata.csv"))
    assert b"return_code" in table and not [one for one in words.split() if f'"{one}"'.encode() in table]
    assert fold(words).encode() not in table and words.encode() not in table
    home = tmp_path / "home"
    answer(home, "ingest", parcel, "--collection", "march-25")
    # The same gift again, and another parcel with the same code, neither fail nor open anything else.
    answer(home, "ingest", parcel, "--collection", "march-25")
    page.fill("#about-title", "Another")
    answer(home, "ingest", save(page, tmp_path), "--collection", "march-25")
    archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(home)}))
    try:
        giver = Contributor(create_app(archive.settings, archive).test_client())
        giver.come_back(words)
        assert giver.path == "/mine", giver.text
        assert "Candles at dusk" in giver.text and "You have no code yet" not in giver.text
        giver.open("/mine/take-back")
        giver.fill("/mine/take-back", {"how": "hide"})
        with archive.db.read() as session:
            states = dict(session.execute(select(Item.title, Item.state)).all())
        assert states == {"Candles at dusk": ItemState.WITHDRAWN, "Another": ItemState.IN_REVIEW}
    finally:
        archive.close()
    # Done without, the parcel holds nothing of a code.
    page.click("#code-drop")
    with zipfile.ZipFile(save(page, tmp_path)) as opened:
        table = next(opened.read(name) for name in opened.namelist() if name.endswith("metadata.csv"))
    assert table.rstrip().endswith(b'""')


def test_what_is_missing_is_told_at_the_question_and_nothing_is_lost(page: Page, tmp_path: Path) -> None:
    page.fill("#about-description", "What I remember")
    page.click("#gift > p > button")
    told = page.eval_on_selector_all(".wrong", "all => all.map(one => one.id)")
    assert told == [
        f"{name}-trouble" for name in ("files", "about-title", "others", "keep", "audience", "naming")
    ]
    assert page.evaluate("document.activeElement.id") == "summary"
    assert page.input_value("#about-description") == "What I remember"
    page.click("#summary a >> nth=1")
    assert page.evaluate("document.activeElement.id") == "about-title"
    (tmp_path / "a.txt").write_bytes(b"words")
    page.set_input_files("#files", tmp_path / "a.txt")
    answer_what_is_needed(page)
    save(page, tmp_path)
    assert page.locator(".wrong").count() == 0
    assert page.locator("#saved").is_visible()


def test_which_month_is_meant_is_asked_while_the_person_is_there(page: Page, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(name.encode())
    page.set_input_files("#files", [tmp_path / "a.txt", tmp_path / "b.txt"])
    answer_what_is_needed(page)
    choose(page, "together=apart")
    page.fill("#about-date", "3/4/1807")
    page.click("#chosen li:nth-child(2) summary")
    page.fill("#f2-about-date", "5.6.1963")
    page.click("#gift > p > button")
    told = page.eval_on_selector_all(".wrong", "all => all.map(one => one.id)")
    assert sorted(told) == ["about-date-trouble", "f2-about-date-trouble"]
    page.get_by_label("April 3, 1807").check()
    page.get_by_label("May 6, 1963").check()
    parcel = save(page, tmp_path)
    home = tmp_path / "home"
    answer(home, "ingest", parcel, "--collection", "march-25")
    archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(home)}))
    try:
        with archive.db.read() as session:
            found = session.execute(select(Item.date_given, Item.date_edtf).order_by(Item.position)).all()
        assert [tuple(one) for one in found] == [
            ("April 3, 1807", "1807-04-03"),
            ("May 6, 1963", "1963-05-06"),
        ]
    finally:
        archive.close()
    # What has one reading is not asked about.
    for plain in ("25/3/1807", "3/3/1807", "summer 1963"):
        page.fill("#about-date", plain)
        assert page.locator("#about-date-readings").count() == 0


def test_an_empty_file_is_told_where_it_is_and_can_be_taken_away(page: Page, tmp_path: Path) -> None:
    page.goto(page.url.replace("give-en", "give-fr"))
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "full.txt").write_bytes(b"words")
    page.set_input_files("#files", [tmp_path / "empty.txt", tmp_path / "full.txt"])
    assert page.locator(".file-name .facts").all_inner_texts() == ["0\xa0octet", "5\xa0octets"]
    answer_what_is_needed(page)
    page.click("#gift > p > button")
    assert "vide" in page.inner_text("#f1-away-trouble")
    page.click("#f1-away")
    parcel = save(page, tmp_path)
    with zipfile.ZipFile(parcel) as opened:
        assert len(opened.namelist()) == 2


def test_names_that_lead_elsewhere_become_plain(page: Page, tmp_path: Path) -> None:
    page.evaluate(
        """() => {
            const names = ["../../up.txt", "CON.txt", "metadata.csv", "a:b\\u0007.txt", ".hidden", "A.txt", "a.txt"];
            const held = new DataTransfer();
            for (const name of names) held.items.add(new File(["words"], name));
            const picker = document.getElementById("files");
            picker.files = held.files;
            picker.dispatchEvent(new Event("change", {bubbles: true}));
        }"""
    )
    answer_what_is_needed(page)
    parcel = save(page, tmp_path)
    done = run(tmp_path / "home", "ingest", parcel, "--collection", "march-25", "--dry-run")
    assert done.returncode == 0, done.stdout
    assert "7 files" in done.stdout
    assert "refused" not in done.stdout


def test_without_a_script_the_page_leads_to_the_form_on_paper(browser: Browser, kit: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto((kit / "give-fr.html").as_uri())
    assert not opened.is_visible("#gift")
    opened.click("#no-script a")
    assert opened.url.endswith("without-script/paper-fr.html")
    context.close()
