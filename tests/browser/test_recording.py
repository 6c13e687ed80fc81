"""A voice that is recorded in a real browser outlives its page where somebody chose so, and is replaced only when they say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.fixtures.recording import address, chromium, context
from tests.fixtures.serving import serving, wait_until
from tests.fixtures.uploading import Giver, given, port

__all__ = ["address", "chromium", "context", "given", "port"]

pytestmark = pytest.mark.browser


def test_a_voice_that_is_sent_while_it_is_recorded_outlives_the_page(
    tmp_path: Path, port: int, address: str, given: Giver, context: BrowserContext
) -> None:
    with serving(tmp_path / "home", tmp_path / "log", f"127.0.0.1:{port}"):
        page = context.new_page()
        page.goto(f"{address}/give/files/record")
        page.get_by_label("Send it to the archive while I record").check()
        page.get_by_text("Begin to record").click()
        wait_until(lambda: given.arriving == ("voice recording.webm",) and is_some_here(given))
        stored = page.evaluate("indexedDB.databases().then(all => [all.length, localStorage.length])")
        assert stored == [0, 0]
        # As a phone does with a page that takes too much.
        page.close(run_before_unload=False)
        again = context.new_page()
        again.add_init_script(
            "const make = URL.createObjectURL;"
            "URL.createObjectURL = (one) => { window.whole = one.size; return make.call(URL, one); };"
        )
        again.goto(f"{address}/give/files")
        again.get_by_text("It was recorded, and not added yet.").wait_for()
        again.get_by_role("button", name="Keep what has arrived").click()
        wait_until(lambda: [one.given_name for one in given.files] == ["voice recording.webm"])
        wait_until(lambda: given.files[0].media_type.startswith(("audio/", "video/")))
        # One that came to its end is added once, whole.
        again.goto(f"{address}/give/files/record")
        again.get_by_label("Send it to the archive while I record").check()
        again.get_by_text("Begin to record").click()
        again.get_by_text("Recording: 0:02").wait_for()
        again.get_by_text("Stop", exact=True).click()
        again.get_by_text("Add this recording").wait_for()
        size = again.evaluate("window.whole")
        again.get_by_text("Add this recording").click()
        again.wait_for_url("**/give/files")
        assert given.arriving == () and [one.size for one in given.files][1:] == [size]


def test_what_was_recorded_is_replaced_only_by_who_says_so(
    tmp_path: Path, port: int, address: str, given: Giver, context: BrowserContext
) -> None:
    with serving(tmp_path / "home", tmp_path / "log", f"127.0.0.1:{port}"):
        page, asked = context.new_page(), list[str]()
        page.goto(f"{address}/give/files/record")
        page.get_by_text("Begin to record").click()
        page.get_by_text("Recording: 0:01").wait_for()
        page.get_by_text("Stop", exact=True).click()
        page.get_by_text("Add this recording").wait_for()
        before = page.locator("audio").get_attribute("src")
        answers = iter((False, True))
        page.on(
            "dialog",
            lambda one: (asked.append(one.message), one.accept() if next(answers) else one.dismiss()),
        )
        page.get_by_role("button", name="Begin again").click()
        assert asked == ["What you recorded before is thrown away. Begin again?"]
        assert page.locator("audio").get_attribute("src") == before
        assert page.get_by_text("Add this recording").is_visible()
        page.get_by_role("button", name="Begin again").click()
        page.get_by_text("Recording: 0:01").wait_for()
        assert len(asked) == 2 and given.arriving == () and given.files == []


def is_some_here(given: Giver) -> bool:
    """Whether a few seconds of what is on its way have arrived."""
    found = [path.stat().st_size for path in given.archive.settings.staging.iterdir() if path.is_file()]
    return bool(found) and max(found) > 20_000
