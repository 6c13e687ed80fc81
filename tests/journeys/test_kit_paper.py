"""Whoever gives on paper at a table without internet comes back as everybody does."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page

from archive.services.codes import fold
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures.command_line import answer
from tests.fixtures.contributor import Contributor
from tests.fixtures.kit import browser, kit, page

__all__ = ["browser", "kit", "page"]
pytestmark = pytest.mark.browser


def test_whoever_wrote_on_paper_comes_back_by_the_code_that_a_page_showed_them_alone(
    page: Page, kit: Path, tmp_path: Path
) -> None:
    page.goto((kit / "code-en.html").as_uri())
    page.click("#code-show")
    words = page.inner_text("#code-words")
    assert len(words.split()) == 9
    page.fill("#code", "something else")
    page.click("#again button")
    assert "not the words of your code" in page.inner_text("#code-trouble")
    page.fill("#code", words.upper())
    page.click("#again button")
    mark = page.input_value("#mark")
    assert len(mark) == 64 and page.evaluate("document.activeElement.id") == "mark"
    # Whoever sits down next, or goes back, reads nothing of it.
    assert fold(words) not in fold(page.inner_text("body") + page.input_value("#code"))
    folder = tmp_path / "7"
    folder.mkdir()
    (folder / "letter.txt").write_bytes(b"Dear sister.")
    with (kit / "without-script" / "metadata.csv").open(encoding="utf-8-sig") as table:
        header = next(csv.reader(table))
    row = {"file": "letter.txt", "title": "A letter", "consent_keep": "yes", "return_code": mark}
    with (folder / "metadata.csv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, header)
        writer.writeheader()
        writer.writerow(row)
    home = tmp_path / "home"
    answer(home, "ingest", folder, "--collection", "march-25")
    page.click("#anew")
    assert page.input_value("#mark") == "" and page.is_visible("#code-show")
    archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(home)}))
    try:
        giver = Contributor(create_app(archive.settings, archive).test_client())
        giver.come_back(words)
        assert giver.path == "/mine" and "A letter" in giver.text
    finally:
        archive.close()
