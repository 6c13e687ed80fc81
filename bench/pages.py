"""What a page weighs and what Lighthouse says of it: `python -m bench.pages [--home HOME] [--runs 3]`.

HOME is an archive with the demonstration in it (`make demo` makes `var`); without it one is made for the length of the run.
It is served as `remembrance serve` does it. Of the first page, a search and an item are printed: the bytes of the page, its
styles and its scripts, without pictures, and how many requests these are; then, where `npx` can fetch Lighthouse from the npm
registry, its scores of performance and accessibility, each the median of so many runs, as a phone on a slow connection.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import Request, urlopen

from bench.desk import Served, settings_at
from tests.fixtures.browser import CHROMIUM

LIGHTHOUSE = "lighthouse@12"
CATEGORIES = ("performance", "accessibility")
LONGEST_S = 300
SEARCHED = "/search?q=candles"
PART = re.compile(r'(?:src|href)="(/static/[^"]+\.(?:css|js)[^"]*)"')


def read(url: str) -> str:
    """A page of the archive that is measured."""
    return fetched(url).decode()


def fetched(url: str, accepted: str = "identity") -> bytes:
    """The bytes that travel."""
    with urlopen(Request(url, headers={"Accept-Encoding": accepted})) as answer:
        return bytes(answer.read())


def weight(url: str) -> tuple[int, int, int]:
    """Bytes of a page with its styles and scripts, the same as a browser gets them, and how many requests bring them."""
    parts = {urljoin(url, unescape(one)) for one in PART.findall(read(url))}
    plain, packed = (
        sum(len(fetched(one, accepted)) for one in (url, *parts)) for accepted in ("identity", "gzip")
    )
    return plain, packed, 1 + len(parts)


def scores(url: str, runs: int, folder: Path) -> list[float] | str:
    """Lighthouse's scores in the order of `CATEGORIES`, to 100; or why there are none."""
    if shutil.which("npx") is None:
        return "no Lighthouse: npx is not installed"
    found = []
    for _ in range(runs):
        report = folder / "report.json"
        command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={report}"]
        command += [f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox"]
        environment = {"CHROME_PATH": str(CHROMIUM), **os.environ}
        try:
            told = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            return f"no Lighthouse: it did not end within {LONGEST_S} seconds"
        if told.returncode:
            return f"no Lighthouse: {(told.stderr.strip() or 'it failed').splitlines()[-1]}"
        categories = json.loads(report.read_text(encoding="utf-8"))["categories"]
        found.append([round(100 * categories[one]["score"]) for one in CATEGORIES])
    return [statistics.median(column) for column in zip(*found, strict=True)]


def measure(address: str, runs: int, folder: Path) -> None:
    """Print the figures of the three pages."""
    item = re.search(r'href="(/items/[^"?#]+)', read(address + SEARCHED))
    assert item is not None
    for name, path in (("first page", "/"), ("search", SEARCHED), ("item", item[1])):
        url = address + path
        plain, packed, requests = weight(url)
        print(
            f"{name:<12} {plain / 1000:6.1f} kB, sent as {packed / 1000:.1f} kB, in {requests} requests",
            end="",
            flush=True,
        )
        told = scores(url, runs, folder)
        if isinstance(told, str):
            print(f"   {told}")
        else:
            print("".join(f"   {one} {score:.0f}" for one, score in zip(CATEGORIES, told, strict=True)))


def main() -> None:
    """Serve the demonstration and measure it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, help="an archive with the demonstration in it")
    parser.add_argument("--runs", type=int, default=3, help="how often Lighthouse looks at each page")
    given = parser.parse_args()
    home = given.home
    with tempfile.TemporaryDirectory() as folder:
        if home is None:
            home = Path(folder) / "home"
            command = [sys.executable, "-m", "archive", "demo", "--no-serve"]
            subprocess.run(
                command, check=True, env={**os.environ, **settings_at(home)}, stdout=subprocess.DEVNULL
            )
        with Served(home) as address:
            measure(address.rstrip("/"), given.runs, Path(folder))


if __name__ == "__main__":
    main()
