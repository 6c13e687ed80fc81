"""Takes the pictures of docs/images from the demonstration: `.venv/bin/python docs/make_screenshots.py [HOME]`.

HOME is an archive that holds the demonstration already; without it one is made first, in a temporary folder.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
PROGRAM = [sys.executable, "-m", "archive"]
WIDTH, HEIGHT, PATIENCE_S = 1120, 760, 60


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of the archive at `home` while it is served."""
    relaxed = {"REMEMBRANCE_STAFF_SECOND_FACTOR": "no"}
    environment = {**os.environ, **relaxed, "REMEMBRANCE_HOME": str(home)}
    subprocess.run(
        [*PROGRAM, "demo", "--no-serve"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    serving = subprocess.Popen(
        [*PROGRAM, "serve", "--web-only", "--bind", address], cwd=ROOT, env=environment
    )
    try:
        wait_for(f"http://{address}/health")
        yield f"http://{address}"
    finally:
        serving.terminate()
        serving.wait()


def wait_for(address: str) -> None:
    """Wait until something answers there."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - an address of our own
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def take(page: Page, name: str) -> None:
    """Keep what is seen in 128 colours: a third of the bytes, and no difference to the eye."""
    page.wait_for_load_state("networkidle")
    seen = Image.open(io.BytesIO(page.screenshot()))
    seen.convert("RGB").quantize(128).save(IMAGES / f"{name}.png", optimize=True)


def visit(browser: Browser, address: str, home: Path) -> None:
    """Walk through the archive as a visitor, then as its archivist."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(f"{address}/")
    take(page, "home")
    page.goto(f"{address}/search?q=candle")
    take(page, "search")
    page.get_by_role("link", name="Five candles at dusk").first.click()
    take(page, "item")
    give(page, address)
    page.goto(f"{address}/sign-in")
    page.get_by_role("textbox").nth(0).fill("archivist")
    page.locator("input[type=password]").fill((home / "demonstration-password").read_text(encoding="ascii"))
    page.get_by_role("main").get_by_role("button").first.click()
    page.goto(f"{address}/desk")
    page.get_by_role("main").get_by_role("link", name="Five candles at dusk").first.click()
    take(page, "desk")


def give(page: Page, address: str) -> None:
    """Begin to give, as far as the page that asks who may see it."""
    page.goto(f"{address}/give")
    page.locator("#what").check()
    page.locator("form.give button").click()
    page.goto(f"{address}/give/show")
    page.locator("#keep").check()
    page.locator("#audience").check()
    page.evaluate("document.activeElement.blur()")
    take(page, "give")


def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary) / "home"
        with served(home) as address, sync_playwright() as playwright:
            program = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            visit(browser, address, home)
            browser.close()


if __name__ == "__main__":
    main()
