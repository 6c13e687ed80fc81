"""Anonymous means anonymous: nothing tells from where, with what, or at which time of day somebody gave."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import urllib.parse
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.services import times
from archive.services.opening import open_archive
from archive.settings import FILE_NAME, Settings
from tests.fixtures.carried_off import carry_off
from tests.fixtures.contributor import Contributor
from tests.fixtures.databases import ON_POSTGRESQL
from tests.fixtures.home_databases import rows_in
from tests.fixtures.http_browser import HttpBrowser
from tests.fixtures.outside import bytes_below
from tests.fixtures.serving import Served, serving, wait_until
from tests.fixtures.uploading import BYTES, TUS, metadata

# What a browser and the proxies on its way tell about somebody; wherever one of them is found, it was kept.
FORWARDED, AGENT, REFERRER = "203.0.113.77", "Canary-Browser/7.31", "https://canary.example/from-here"
HEADERS = {
    "User-Agent": AGENT,
    "Referer": REFERRER,
    "X-Forwarded-For": FORWARDED,
    "Forwarded": f"for={FORWARDED}",
    "X-Real-IP": FORWARDED,
    "Accept-Language": "tlh-canary",
    "Cookie-Canary": "canary-cookie-value",
}
CANARIES = (FORWARDED, AGENT, "canary.example", "tlh-canary", "canary-cookie-value", "127.0.0.1")
# An address of one's own, on which the server listens too, so that its own logs would hold it.
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Given:
    """An archive to which somebody without a name gave, and everything that may leave its house."""

    served: Served
    home: Path
    left: Path
    code: str
    began: datetime
    scratch: Path

    @property
    def bags(self) -> Path:
        return self.home / "objects" / "bags"


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Given]:
    folder = tmp_path_factory.mktemp("anonymous")
    home, left = folder / "home", folder / "left"
    left.mkdir()
    home.mkdir()
    # What stands before the server is believed when it says where somebody comes from, so that it is read at all.
    (home / FILE_NAME).write_text('trusted_proxy = "127.0.0.0/8"\n')
    os.utime(home / FILE_NAME, (0, 0))
    began = datetime.now(UTC)
    with serving(home, folder / "log") as served:
        code = give_everything(served, home)
        hostile_requests(served)
        here = Given(served, home, left, code, began, folder / "copy")
        wait_until(lambda: len(list(here.bags.glob("*/bagit.txt"))) == 2)
        assert sorted(path.name for path in here.bags.glob("*/data/*")) == ["letter.txt", "song.txt"]
        # What is at work for somebody is known to the moment, until some seconds after it has ended.
        wait_until(lambda: not moments_in(home / "remembrance.db", here.scratch, began))
        carry_off(home, left)
        yield here


def give_everything(served: Served, home: Path) -> str:
    """One whole way as somebody without a name: by both ways of uploading, with mistakes, a message, a change, a withdrawal."""
    giver = Contributor(HttpBrowser(served.address, HEADERS))  # type: ignore[arg-type]
    giver.begin()
    giver.add(letter__txt=b"Dear sister, the river was high.", song__txt=b"We sang.")
    send_in_parts(giver, "film.txt", b"We crossed ", b"at night.")
    giver.answer(title="Two letters", place="Richmond")
    giver.send()
    code = giver.take_code()
    wait_until(lambda: len(list((home / "objects" / "bags").glob("*/bagit.txt"))) == 3)
    again = Contributor(HttpBrowser(served.address, HEADERS))  # type: ignore[arg-type]
    again.come_back("not my code at all")
    again.come_back(code.upper())
    assert again.path == "/mine"
    again.fill("/mine/messages", {"text": "Is it safe with you?"})
    again.open("/mine/allow")
    again.fill("/mine/allow", {"audience": "community"})
    assert again.path == "/mine", again.text
    # The last of the three is what came by tus.
    last = re.findall(r"take-back/([a-z0-9]+)", again.text)[-1]
    again.open(f"/mine/take-back?item={last}")
    again.fill("/mine/take-back", {"how": "destroy", "sure": "yes", "words": "It is with the family."})
    assert again.path == "/mine", again.text
    return code


def send_in_parts(giver: Contributor, name: str, *parts: bytes) -> None:
    """Upload a file as scripts do, one part after the other, with all that a browser and its proxies tell."""
    browser = giver.client
    length = str(sum(map(len, parts)))
    begun = browser.send("POST", "/give/tus", TUS | metadata(name) | {"Upload-Length": length})  # type: ignore[attr-defined]
    assert begun.status_code == 201, begun.text
    offset = 0
    for part in parts:
        headers = BYTES | {"Upload-Offset": str(offset)}
        answer = browser.send("PATCH", begun.headers["Location"], headers, part)  # type: ignore[attr-defined]
        assert answer.status_code == 204, answer.text
        offset += len(part)


def hostile_requests(served: Served) -> None:
    """What servers like to log: requests that are none, and one that is cut. Each is answered in words, in every language."""
    host = urllib.parse.urlsplit(served.address)
    for status, words in (
        (b"400", b"\x00\x01garbage\r\n\r\n"),
        (b"400", b"GET / HTTP/9.9\r\n\r\n"),
        (b"400", b"GET /%ff HTTP/1.1\r\nX: a\x00b\r\n\r\n"),
        (b"400", b"GET /search?q=" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n"),
        (b"431", b"GET /give HTTP/1.1\r\nHost: x\r\nCookie: " + b"x" * 9000 + b"\r\n\r\n"),
    ):
        with socket.create_connection((host.hostname or "", host.port or 0), timeout=10) as line:
            line.sendall(words)
            answer = b""
            while more := line.recv(65536):
                answer += more
        assert answer.startswith(b"HTTP/1.1 " + status), answer
        assert b"no-store" in answer and b'lang="pt"' in answer and b"Leave this page quickly" in answer
    with socket.create_connection((host.hostname or "", host.port or 0), timeout=10) as line:
        line.sendall(b"POST /give/files HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\ncut")


def test_no_address_browser_or_referrer_of_a_contributor_is_in_any_byte(given: Given) -> None:
    kept = bytes_below(given.home.parent)
    places = {
        place: given.home.parent / place for place in ("home", "left/backup", "left/unpacked", "left/again")
    }
    # It would be found in each: in the house, in the backup, in what is exported, and in a database made again from bags.
    for place in ("home", "left/backup", "left/unpacked"):
        assert any(path.is_relative_to(places[place]) for path in having(b"the river was high", kept)), place
    for place in ("home", "left/backup", "left/again"):
        found = databases(having(b"Two letters", kept))
        assert any(path.is_relative_to(places[place]) for path in found), place
    log = given.served.log
    # The server says where it listens, and nothing else of any address.
    kept[log] = kept[log].replace(given.served.address.encode(), b"")
    for canary in CANARIES:
        assert having(canary.encode(), kept) == [], canary
    # Neither is the code, in any spelling.
    for spelling in (given.code, given.code.replace(" ", "")):
        assert having(spelling.encode(), kept) == []


def having(words: bytes, kept: dict[Path, bytes]) -> list[Path]:
    """The files with these bytes in them."""
    return [path for path, data in kept.items() if words in data]


def databases(paths: list[Path]) -> list[Path]:
    return [path for path in paths if ".db" in path.name or path.name.startswith("database")]


def test_only_the_day_on_which_somebody_gave_is_kept(given: Given) -> None:
    assert moments_in(given.home / "remembrance.db", given.scratch, given.began) == []
    # What a worker does each minute.
    opened = open_archive(Settings.load({"REMEMBRANCE_HOME": str(given.home)}))
    times.cut(opened)
    opened.close()
    exact = [path for path in given.home.rglob("*") if path.lstat().st_mtime_ns % (DAY_MS * 10**6)]
    assert [path for path in exact if not of_the_house(path.relative_to(given.home))] == []
    # That of the home itself is that of its folders, of which the ledger of withdrawals is made with the first of them.
    assert given.home.stat().st_mtime_ns % (DAY_MS * 10**6) == 0
    assert {path.name for path in (given.home / "withdrawals").iterdir()} == {
        "ledger.jsonl",
        "withdrawals.key",
    }
    # In the bags themselves no time of day is written.
    for path in given.bags.rglob("metadata/*/*"):
        assert re.findall(rb"T(?!00:00:00)\d\d:\d\d", path.read_bytes()) == [], path


def of_the_house(path: Path) -> bool:
    """What is written to whatever happens, and tells when anything last did: not who gave what."""
    place = path.parts[0]
    is_index = place == "index" and path.suffix != ".seg"
    return place.startswith("remembrance.db") or place == "run" or is_index


def test_what_leaves_the_house_tells_only_the_day_too(given: Given) -> None:
    (database,) = (given.left / "backup").rglob("database.*")
    assert moments_in(database, given.scratch, given.began) == []
    for path in (path for path in database.parent.rglob("*") if path.is_file()):
        assert path.stat().st_mtime_ns % (DAY_MS * 10**6) == 0, path
    packed = list(given.left.glob("*.zip"))
    assert len(packed) == 2
    for path in packed:
        with zipfile.ZipFile(path) as archive:
            assert {one.date_time[3:] for one in archive.infolist()} == {(0, 0, 0)}


def moments_in(database: Path, folder: Path, began: datetime) -> list[tuple[str, object]]:
    """Every value of every table that is a moment since then, told to more than the day; of what runs, not of who gave."""
    # The sign of life of the worker, and the tables of the engine that were made when the archive was.
    about_the_machine = {"job_slots", "queues", "application_versions"}
    since = (began - timedelta(minutes=5)).timestamp()
    until = (began + timedelta(minutes=10)).timestamp()
    rows = rows_in(database) if ON_POSTGRESQL else _rows_of_sqlite(database, folder)
    return [
        (table, value)
        for table, row in rows
        for value in row
        if table not in about_the_machine and _is_moment(value, since, until)
    ]


def _rows_of_sqlite(database: Path, folder: Path) -> Iterator[tuple[str, tuple[object, ...]]]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in (database.name, f"{database.name}-wal"):
        if database.with_name(name).exists():
            shutil.copy(database.with_name(name), folder / name)
    connection = sqlite3.connect(folder / database.name)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in (one for one in tables if not one.startswith("sqlite_")):
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            yield table, row
    connection.close()


def _is_moment(value: object, since: float, until: float) -> bool:
    if isinstance(value, int | float):
        return any(
            since <= value / unit <= until and value % (unit * 86_400) for unit in (1, 1000, 10**6, 10**9)
        )
    if isinstance(value, str | datetime | dict | list):
        times = re.findall(r"\d{4}-\d\d-\d\d[T ](\d\d:\d\d:\d\d)", str(value))
        return any(one != "00:00:00" for one in times)
    return False
