"""How quickly the desk answers several curators at once: `python -m bench.desk`.

An archive of 25,000 items is served as `remembrance serve` does it, its worker beside it. Four curators, in a process of
their own, each open the queue with one of its filters, then an item's page, then publish it; every tenth publication is
looked for by a visitor until the public search finds it. Times are a client's, in milliseconds, on a connection that stays
open. What no answer can be quicker than is asked for in between, by the same people: a page on which they choose how they
meet pictures, which reads and writes one row of theirs. A ratio says how many times as long as that an answer takes.

Some items hold the very bytes of another, and pictures nearly the same as another's: the queue has to find all of them.
The exit code is 1 when a limit is passed, or something was not found.
"""

from __future__ import annotations

import argparse
import html
import http.client
import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from sqlalchemy import select

from archive.access import Actor
from archive.models import Role, User
from archive.services import accounts, desk_queue, indexing, signing_in
from archive.services.desk_queue import ALL, Asked
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from bench.desk_archive import fill
from bench.desk_limits import PAGE, WRITE, passed, report
from bench.desk_planted import Planted

COOKIE = "remembrance"
PASSWORD = "four random plain words"
CARE = "/desk/care"
LOOKED_FOR_EACH = 10
# Often enough to tell seconds apart, and so rarely that the search is no load of its own.
LOOKED_AGAIN_S = 0.2
LONGEST_WAIT_S = 30.0
Times = dict[str, list[float]]
T = TypeVar("T")


class Browser:
    """One connection that stays open, with the cookie of somebody who has signed in, or without one."""

    def __init__(self, address: str, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
        self._headers = {"Cookie": cookie} if cookie else {}

    def get(self, path: str) -> str:
        """A page, which has to be there."""
        return self._ask("GET", path, None, 200)

    def post(self, path: str, fields: dict[str, str]) -> None:
        """Send a form that leads on to another page."""
        self._ask("POST", path, urlencode(fields), 303)

    def _ask(self, method: str, path: str, body: str | None, wanted: int) -> str:
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        self._connection.request(method, path, body, self._headers | form)
        answer = self._connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        assert answer.status == wanted, f"{method} {path}: {answer.status}"
        return text


def curate(address: str, cookie: str, items: Sequence[tuple[str, str]], times: Times, finder: Finder) -> None:
    """One curator's work: the queue, a page, a publication, again and again."""
    browser, dice = Browser(address, cookie), random.Random(items[0][0])
    lists = queues(browser.get("/desk"))
    for number, (item_id, word) in enumerate(items):
        timed(times["queue"], browser.get, dice.choice(lists))
        page = timed(times["review page"], browser.get, f"/desk/items/{item_id}")
        decide = f"/desk/items/{item_id}/decide"
        decision = form_fields(page, decide) | {"decision": "publish"}
        timed(times["publish"], browser.post, decide, decision)
        if number % LOOKED_FOR_EACH == 0:
            finder.look_for(word)
        own = timed(times[PAGE], browser.get, CARE)
        timed(times[WRITE], browser.post, CARE, form_fields(own, CARE))


def queues(page: str) -> list[str]:
    """The queue, and every way in which its own page narrows it: by links, and by lists to choose from."""
    found = {html.unescape(one) for one in re.findall(r'href="(/desk\?[^"]+)"', page)}
    # The same list again, with one picture unveiled.
    found = {one for one in found if "show=" not in one}
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        found |= {f"/desk?{name}={value}" for value in re.findall(r'<option value="([^"]+)"', options)}
    return ["/desk", *sorted(found)]


def timed(times: list[float], work: Callable[..., T], *given: object) -> T:
    """Do it, and note how many milliseconds it took."""
    start = time.perf_counter()
    done = work(*given)
    times.append((time.perf_counter() - start) * 1000)
    return done


def form_fields(page: str, path: str) -> dict[str, str]:
    """The fields of the form that is sent to a path, as they stand on the page."""
    form = page.partition(f'action="{path}"')[2].partition("</form>")[0]
    found = {}
    for field in re.findall(r"<input[^>]+>", form):
        given = dict(re.findall(r'(\w+)="([^"]*)"', field))
        if given.get("type") != "checkbox" or " checked" in field:
            found[given["name"]] = html.unescape(given.get("value", ""))
    assert "csrf_token" in found, f"the page has no form for {path}"
    return found


class Finder:
    """A visitor who searches for what was just published until it is found."""

    def __init__(self, address: str, times: list[float]) -> None:
        self._address, self._times = address, times
        self._pool = ThreadPoolExecutor(4)

    def look_for(self, word: str) -> None:
        """Begin to look, and note how long it takes from now on."""
        self._pool.submit(self._look, word, time.perf_counter())

    def _look(self, word: str, since: float) -> None:
        browser = Browser(self._address)
        while time.perf_counter() - since < LONGEST_WAIT_S:
            if "/items/" in browser.get(f"/search?q={word}"):
                break
            time.sleep(LOOKED_AGAIN_S)
        self._times.append((time.perf_counter() - since) * 1000)

    def close(self) -> None:
        """Wait until everything is found."""
        self._pool.shutdown()


def together(address: str, cookies: list[str], items: list[tuple[str, str]], says: Connection) -> None:
    """In a process of its own: all curators at once; says how long everything took."""
    times: Times = {name: [] for name in ("queue", "review page", "publish", PAGE, WRITE, "found")}
    finder = Finder(address, times["found"])
    shares = [items[place :: len(cookies)] for place in range(len(cookies))]
    with ThreadPoolExecutor(len(cookies)) as pool:
        work = [
            pool.submit(curate, address, cookie, share, times, finder)
            for cookie, share in zip(cookies, shares, strict=True)
        ]
        for one in work:
            one.result()
    finder.close()
    says.send(times)


def settings_at(home: Path) -> dict[str, str]:
    """The settings of the archive that is measured: its curators sign in with their passwords alone."""
    return {"REMEMBRANCE_HOME": str(home), "REMEMBRANCE_STAFF_SECOND_FACTOR": "no"}


class Served:
    """`remembrance serve` of an archive, for the length of a `with`."""

    def __init__(self, home: Path) -> None:
        environment = {**os.environ, **settings_at(home), "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "archive", "serve", "--bind", "127.0.0.1:0"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> str:
        assert self._process.stdout is not None
        address = next(line for line in self._process.stdout if "Serving on" in line).split()[2]
        threading.Thread(target=self._process.stdout.read, daemon=True).start()
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                if '"worker":"alive"' in Browser(address).get("/health").replace(" ", ""):
                    return address
            except (OSError, AssertionError):
                pass
            time.sleep(0.2)
        raise SystemExit("the server did not start")

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()


def curators(archive: Archive, count: int) -> list[str]:
    """So many curators; returns their ids. Hashing a password is slow by design, so all of them have the same."""
    accounts.create_user(archive, "curator-0", PASSWORD, {"curator": ""})
    with archive.db.write() as session:
        first = session.scalars(select(User)).one()
        for number in range(1, count):
            user = User(username=f"curator-{number}", password_hash=first.password_hash)
            user.roles = [Role(name="curator", collection="")]
            session.add(user)
    with archive.db.read() as session:
        return list(session.scalars(select(User.id).order_by(User.username)))


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=25_000)
    parser.add_argument("--curators", type=int, default=4)
    parser.add_argument("--publish", type=int, default=200, help="publications, of all curators together")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-desk-") as name:
        home = Path(name) / "home"
        archive = open_archive(Settings.load(settings_at(home)))
        start = time.perf_counter()
        ids = curators(archive, asked.curators)
        items, planted = fill(archive, asked.items, asked.publish, ids)
        public = indexing.rebuild(archive).public
        print(f"{asked.items} items, {public} of them public, made in {time.perf_counter() - start:.0f} s")
        unfound = not_found(archive, planted)
        tokens = [signing_in.sign_in(archive, f"curator-{n}", PASSWORD) for n in range(asked.curators)]
        archive.close()
        # Who else is at work here makes every answer later, the trivial ones too.
        print(f"load of the machine before: {os.getloadavg()[0]:.1f}, on {os.cpu_count()} cores")
        with Served(home) as address:
            spawn = multiprocessing.get_context("spawn")
            hears, says = spawn.Pipe(False)
            cookies = [f"{COOKIE}={token}" for token in tokens]
            working = spawn.Process(target=together, args=(address, cookies, items, says))
            working.start()
            # Else nobody would notice that it failed.
            says.close()
            times: Times = hears.recv()
            working.join()
    print(report(times))
    over = unfound + passed(times)
    for one in over:
        print(f"NOT KEPT: {one}")
    return 1 if over else 0


def not_found(archive: Archive, planted: Planted) -> list[str]:
    """What was planted that the queue's filters do not find, or that they find besides, in a sentence each."""
    somebody = Actor("bench", {"curator": frozenset()})
    found = {
        name: desk_queue.queue(archive, somebody, Asked(ALL, flag=name)).total for name in ("same", "alike")
    }
    meant = {"same": planted.same, "alike": planted.alike}
    print(f"planted: {meant['same']} items with the bytes of another, {meant['alike']} with a picture alike")
    return [
        f"{name}: {found[name]} found, {meant[name]} planted" for name in meant if found[name] != meant[name]
    ]


if __name__ == "__main__":
    raise SystemExit(main())
