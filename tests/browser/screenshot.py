"""Makes the pictures of the README from a real archive: `python -m tests.browser.screenshot HOME FOLDER`.

HOME is the home of an archive with the demonstration in it (`make demo` makes `var`), FOLDER is where the pictures go.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from archive.access import PUBLIC
from archive.services import find
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures.browser import CHROMIUM, CHROMIUM_ARGUMENTS, serving

WIDTH, HEIGHT = 1280, 1000
ITEM_SHOWN = "candles dusk"


def main(home: Path, folder: Path) -> None:
    """Write `home.png`, `search.png` and `item.png` into `folder`."""
    archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(home)}))
    try:
        item_id = find.find(archive, PUBLIC, ITEM_SHOWN).cards[0].id
        pages = {"home": "/", "search": "/search?q=candles", "item": f"/items/{item_id}"}
        folder.mkdir(parents=True, exist_ok=True)
        with serving(create_app(archive.settings, archive)) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
            for name, path in pages.items():
                page.goto(address + path)
                page.screenshot(path=folder / f"{name}.png")
            browser.close()
    finally:
        archive.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
