"""Uploading in a real browser: a killed server, a closed page, a voice; with the keyboard alone; quiet and usable."""

from __future__ import annotations

import hashlib
import os
import signal
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import BrowserContext, Page

from archive.services import sessions
from archive.services.sessions import DRAFTING, SUBMISSION
from archive.services.sweep import stray_bytes
from tests.fixtures.recording import a_file, address, chromium, context
from tests.fixtures.serving import Served, serving, wait_until
from tests.fixtures.uploading import COOKIE, Giver, given, port

__all__ = ["address", "chromium", "context", "given", "port"]

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MIB = 1024**2


def serve(tmp_path: Path, port: int) -> Served:
    """The archive, served at that port until it is closed."""
    running = Served(tmp_path / "home", tmp_path / "log", f"127.0.0.1:{port}")
    wait_until(running.is_well)
    return running


def kill(running: Served) -> None:
    """As a power cut would: every process of it, at once."""
    for name in running.tree():
        os.kill(int(name.partition("@")[0]), signal.SIGKILL)
    running.close()


def slowly(context: BrowserContext, page: Page, bytes_per_s: int) -> None:
    """Give the page a connection of this speed."""
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": bytes_per_s},
    )


def is_half_here(given: Giver, size: int) -> bool:
    """Whether about half of the only file that is on its way has arrived."""
    found = [path.stat().st_size for path in given.archive.settings.staging.iterdir() if path.is_file()]
    return bool(found) and size * 0.4 < max(found) < size * 0.9


def is_there_once(given: Giver, data: bytes) -> None:
    (file,) = given.files
    assert (file.size, file.sha512) == (len(data), hashlib.sha512(data).hexdigest())
    assert given.contents[file.given_name] == data
    assert given.arriving == ()
    assert stray_bytes(given.archive) == []


def test_an_upload_goes_on_by_itself_when_a_killed_server_is_back(
    tmp_path: Path, port: int, address: str, given: Giver, context: BrowserContext
) -> None:
    path, data = a_file(tmp_path, "film.bin", 30 * MIB)
    running = serve(tmp_path, port)
    try:
        page = context.new_page()
        page.goto(f"{address}/give/files")
        slowly(context, page, 10 * MIB)
        page.set_input_files("#files", path)
        wait_until(lambda: is_half_here(given, len(data)))
        kill(running)
        page.get_by_text("The connection is lost").wait_for()
        running = serve(tmp_path, port)
        page.get_by_text("film.bin has arrived.").wait_for(timeout=90_000)
        page.locator("[data-list] .file-name").get_by_text("film.bin").wait_for()
        is_there_once(given, data)
        # Nothing is left on the phone.
        assert page.evaluate("Object.keys(localStorage)") == []
    finally:
        running.close()


def test_a_closed_page_is_gone_on_from_where_the_phone_was_asked_to_remember(
    tmp_path: Path, port: int, address: str, given: Giver, context: BrowserContext
) -> None:
    path, data = a_file(tmp_path, "film.bin", 30 * MIB)
    with serving(tmp_path / "home", tmp_path / "log", f"127.0.0.1:{port}"):
        page = context.new_page()
        page.goto(f"{address}/give/files")
        # So slowly that a busy machine has closed the page before the rest has come.
        slowly(context, page, 2 * MIB)
        page.check("#remember")
        page.set_input_files("#files", path)
        wait_until(lambda: is_half_here(given, len(data)))
        page.close(run_before_unload=False)
        again = context.new_page()
        offsets: list[str] = []
        again.on(
            "request",
            lambda request: request.method == "PATCH" and offsets.append(request.headers["upload-offset"]),
        )
        again.goto(f"{address}/give/files")
        again.get_by_text("It has not arrived whole.").wait_for()
        again.check("#remember")
        again.set_input_files("#files", path)
        again.get_by_text("film.bin has arrived.").wait_for(timeout=60_000)
        assert int(offsets[0]) > 0.3 * len(data)
        is_there_once(given, data)
        assert again.evaluate("Object.keys(localStorage)") == []


def test_many_files_at_once_with_the_keyboard_alone(
    tmp_path: Path, port: int, address: str, given: Giver, context: BrowserContext
) -> None:
    paths = [a_file(tmp_path, name, 100_000)[0] for name in ("one.bin", "two.bin", "three.bin")]
    with serving(tmp_path / "home", tmp_path / "log", f"127.0.0.1:{port}"):
        page = context.new_page()
        page.goto(f"{address}/give/files")
        page.set_input_files("#files", paths)
        wait_until(lambda: page.locator("[data-list] li").count() == 3)
        names = [file.given_name for file in given.files]
        first, _, last = (file.id for file in given.files)
        page.locator(f"#caption-{first}").focus()
        page.keyboard.type("My mother")
        page.locator(f"#earlier-{last}").focus()
        page.keyboard.press("Enter")
        wait_until(lambda: [file.given_name for file in given.files] == [names[0], names[2], names[1]])
        wait_until(lambda: page.evaluate("document.activeElement.id") == f"earlier-{last}")
        page.locator(f"#remove-{last}").focus()
        page.keyboard.press("Enter")
        wait_until(lambda: [file.given_name for file in given.files] == names[:2])
        assert given.files[0].title == "My mother"
        assert page.locator(f"#caption-{first}").input_value() == "My mother"
        wait_until(lambda: page.locator("[data-looking]").count() == 0)
        # Enter in a field goes on; it takes nothing out.
        page.locator(f"#caption-{first}").press("Enter")
        page.wait_for_url("**/give/about")
        assert len(given.files) == 2


def test_what_cannot_be_taken_says_why_and_the_others_arrive(
    tmp_path: Path, port: int, address: str, given: Giver, context: BrowserContext
) -> None:
    (tmp_path / "home" / "remembrance.toml").write_text("max_file_bytes = 200000\n")
    small, large = a_file(tmp_path, "small.bin", 1000), a_file(tmp_path, "large.bin", 300_000)
    with serving(tmp_path / "home", tmp_path / "log", f"127.0.0.1:{port}"):
        page = context.new_page()
        page.goto(f"{address}/give/files")
        page.set_input_files("#files", [large[0], small[0]])
        page.locator("[data-sending]").get_by_text("This file is larger than the archive takes.").wait_for()
        page.locator("[data-list] .file-name").get_by_text("small.bin").wait_for()
        assert list(given.contents) == ["small.bin"]
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_a_voice_is_recorded_and_added(
    tmp_path: Path, port: int, address: str, given: Giver, context: BrowserContext
) -> None:
    with serving(tmp_path / "home", tmp_path / "log", f"127.0.0.1:{port}"):
        page = context.new_page()
        page.goto(f"{address}/give/files")
        page.get_by_text("Or record your voice here").click()
        page.get_by_text("Begin to record").click()
        page.get_by_text("Recording: 0:02").wait_for()
        page.get_by_text("Stop", exact=True).click()
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        page.get_by_text("Add this recording").click()
        page.wait_for_url("**/give/files")
        (file,) = given.files
        assert file.given_name == "voice recording.webm"
        wait_until(lambda: given.files[0].media_type.startswith(("audio/", "video/")))


def test_nothing_asks_whoever_leaves_quickly_and_everybody_else_is_asked(
    tmp_path: Path, port: int, address: str, given: Giver, context: BrowserContext
) -> None:
    (tmp_path / "home" / "remembrance.toml").write_text(f'leave_to = "{address}/search"\n')
    path, _ = a_file(tmp_path, "film.bin", 8 * MIB)
    with serving(tmp_path / "home", tmp_path / "log", f"127.0.0.1:{port}"):
        # What is recorded, or on its way, is nowhere else yet.
        page, asked = context.new_page(), list[str]()
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.goto(f"{address}/give/files/record")
        page.get_by_text("Begin to record").click()
        page.get_by_text("Recording: 0:01").wait_for()
        page.get_by_role("link", name="Help").click(no_wait_after=True)
        wait_until(lambda: asked == ["beforeunload"])
        page.get_by_text("Leave this page quickly").click()
        page.wait_for_url("**/search")
        assert asked == ["beforeunload"]
        # Leaving ended that session; the draft is opened in another.
        again = sessions.save_session(given.archive, None, {SUBMISSION: given.submission_id, DRAFTING: True})
        context.add_cookies([{"name": COOKIE, "value": again, "url": address}])
        page.goto(f"{address}/give/files")
        slowly(context, page, MIB)
        page.locator("#remember").click()
        page.locator("#files").set_input_files(str(path))
        page.get_by_text("of 100 parts have arrived").first.wait_for()
        page.get_by_text("Leave this page quickly").click()
        page.wait_for_url("**/search")
        assert asked == ["beforeunload"]


def test_only_the_page_that_records_may_use_the_microphone(
    tmp_path: Path, port: int, address: str, given: Giver, context: BrowserContext
) -> None:
    with serving(tmp_path / "home", tmp_path / "log", f"127.0.0.1:{port}"):
        for path, allowed in (("/give/files", False), ("/give/files/record", True), ("/give", False)):
            headers = context.request.get(f"{address}{path}").headers
            assert ("microphone=(self)" in headers["permissions-policy"]) is allowed, path
            assert ("blob:" in headers["content-security-policy"]) is allowed, path
