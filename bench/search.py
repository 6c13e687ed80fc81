"""CPU time of a result page: this archive's search beside other engines in one run; `python -m bench.search`.

    python -m bench.search [RECORDS.jsonl.gz] [--records 10000] [--rounds 3] [--engines whoosh,tantivy] [--keep FOLDER] [--dearest]

Every engine gets the same records and the same 50 queries, each in its own spelling, one after the other; what a database
server spends is counted with what this process does. Then, of this archive's own index: what it takes of a process's memory
that opens it and puts every query, and how long a change takes until another reader finds it. With --dearest, in place of all
that: the dearest queries that are let through, and which are refused.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

from archive.search import IndexDocument, open_indexes, parse_query
from bench.search_dearest import tell_dearest
from bench.search_engines import Page, Record, fts5, ours, plain_whoosh
from tests.fixtures.postgres import Server, installed

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "bulk" / "all-100k.jsonl.gz"
QUERIES = (
    "slavery", "freedom", "mother", "whipped", "plantation", "letter", "church", "river", "negro children", "old master",
    "william still", "peter still", "frederick douglass", "sojourner truth", "harriet jacobs", "isaac", "philadelphia", "north carolina",
    "emancipation proclamation", "underground railroad", "human rights", "equality dignity", "born in slavery", "cotton field hands",
    "sold away from family", "civil war soldiers", "yankee soldiers came", "ku klux klan", "washing clothes river", "school education laws",
    '"bill of sale"', '"born free and equal"', '"peter still"', '"old massa"', '"after the war"', '"my mother was"',
    "slavery OR freedom", "cotton OR tobacco OR rice", "mother OR father OR sister", "escape OR runaway OR fugitive",
    "slavery -master", "church -school", "letter -william", "emancip*", "planta*", "relig*",
    "master house work day night", "wedding marriage", "interview woman age", "law",
)  # fmt: skip
NAMES = {
    "whoosh": "this archive",
    "plain-whoosh": "plain Whoosh",
    "fts5": "SQLite FTS5",
    "tantivy": "ours, tantivy",
    "postgresql": "ours, PostgreSQL",
}
OURS = ("whoosh", "tantivy", "postgresql")
MOST_FOR_PLAIN_WHOOSH = 20_000
CHANGES = 20


def records(path: Path, count: int) -> Iterator[Record]:
    """The first records of a file of lines of JSON."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in islice(file, count):
            yield json.loads(line)


class Bench:
    """The engines that this machine has; this archive's own indexes lie in `folder`, everything else is thrown away."""

    def __init__(self, rows: list[Record], folder: Path, stack: ExitStack) -> None:
        self._rows = rows
        self._folder = folder
        self._stack = stack
        self._server: Server | None = None

    def dearest(self, name: str) -> None:
        """Print the dearest queries that one of this archive's engines lets through."""
        page = self.page(name)
        print(f"{NAMES[name]}{f' left out: {page}' if isinstance(page, str) else ''}", flush=True)
        if not isinstance(page, str):
            folder = self._folder if self._server else self._folder / name
            url = self._server.url if self._server else ""
            tell_dearest(lambda: open_indexes(folder, engine=name, database=url).public, self._rows, self.cpu)

    def page(self, name: str) -> Page | str:
        """An engine's index made, and what asks it for a page; or in words why there is none."""
        if name == "plain-whoosh":
            return plain_whoosh(self._rows, self._temporary())
        if name == "fts5":
            return fts5(self._rows, self._temporary())
        if name == "postgresql":
            binaries = installed()
            if binaries is None:
                return "PostgreSQL is not installed here (Debian: apt-get install postgresql)"
            server = Server(binaries, self._temporary(), shared_buffers="256MB")
            self._server = self._stack.enter_context(server)
            return ours("postgresql", self._rows, self._folder, server.url)
        return ours(name, self._rows, self._folder / name)

    def _temporary(self) -> Path:
        # In the system's own place, whose folders a database's user may enter.
        folder = Path(tempfile.mkdtemp(prefix="remembrance-bench-"))
        self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def cpu(self) -> float:
        """Seconds of CPU that this process has spent, and the database server with all of its own."""
        return time.process_time() + (_spent(self._server.pid) if self._server else 0.0)


def _spent(pid: int) -> float:
    processes = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    spent = 0
    for each in processes:
        try:
            spent += int(Path(f"/proc/{each}/schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return spent / 1e9


def measure(page: Page, rounds: int, cpu: Callable[[], float]) -> tuple[list[float], list[int]]:
    """CPU milliseconds of every page (the first of each query included), and the totals."""
    times: list[float] = []
    totals: list[int] = []
    for number in range(rounds):
        for query in QUERIES:
            start = cpu()
            total = page(query)
            times.append((cpu() - start) * 1000)
            if not number:
                totals.append(total)
    return times, totals


def compare(bench: Bench, names: Sequence[str], rounds: int) -> None:
    """Print a line for each engine; the ratios are to the first."""
    print(
        f"{'engine':<18}{'build s':>9}{'median':>9}{'p95':>9}{'worst':>9}{'median x':>10}{'p95 x':>8}{'hits':>9}"
    )
    first: tuple[float, float] | None = None
    for name in names:
        start = bench.cpu()
        page = bench.page(name)
        built = bench.cpu() - start
        if isinstance(page, str):
            print(f"{NAMES[name]:<18} left out: {page}", flush=True)
            continue
        times, totals = measure(page, rounds, bench.cpu)
        median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        first = first or (median, p95)
        print(
            f"{NAMES[name]:<18}{built:>9.1f}{median:>9.2f}{p95:>9.2f}{max(times):>9.2f}"
            f"{median / first[0]:>10.1f}{p95 / first[1]:>8.1f}{sum(totals):>9}",
            flush=True,
        )


def tell_memory(folder: Path) -> None:
    """Print what the index takes of a process: its own memory, and what is mapped from files all processes share."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        before, after = pool.apply(_memory, (folder,))
    own, mapped = (after[name] - before[name] for name in ("RssAnon", "RssFile"))
    print(f"memory of the index in a process: {own:.1f} MB of its own, {mapped:.1f} MB of mapped files")


def _memory(folder: Path) -> tuple[dict[str, float], dict[str, float]]:
    found = open_indexes(folder, engine="whoosh").public
    before = _resident()
    for query in QUERIES * 2:
        found.search(parse_query(query))
    return before, _resident()


def _resident() -> dict[str, float]:
    """Megabytes of this process that are in memory, by kind."""
    lines = (line.split() for line in Path("/proc/self/status").read_text().splitlines())
    return {line[0].rstrip(":"): int(line[1]) / 1024 for line in lines if line and line[0].startswith("Rss")}


def tell_changes(folder: Path) -> None:
    """Print how long it takes from a change until another reader finds it."""
    writer, reader = (open_indexes(folder, engine="whoosh").public for _ in range(2))
    waits = []
    reader.count()  # it is open, as a server's is
    for number in range(CHANGES):
        start = time.monotonic()
        writer.update([IndexDocument(f"new{number}", f"Newly published{number}", text="words " * 500)])
        while reader.search(parse_query(f"published{number}")).total == 0:
            pass
        waits.append((time.monotonic() - start) * 1000)
    writer.update([], removed_ids=[f"new{number}" for number in range(CHANGES)])
    print(
        f"from a change until it is found: median {statistics.median(waits):.0f} ms, worst {max(waits):.0f} ms"
    )


def main() -> None:
    """Measure as the command line says."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("path", nargs="?", type=Path, default=DEFAULT)
    arguments.add_argument("--records", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--engines", help="some of: " + ", ".join(NAMES))
    arguments.add_argument("--keep", type=Path, help="leave the indexes there, and use those that are")
    arguments.add_argument(
        "--dearest", action="store_true", help="the dearest queries let through, nothing else"
    )
    given: Any = arguments.parse_args()
    if not given.path.exists():
        raise SystemExit(f"{given.path} is not there; name a .jsonl.gz file of records.")
    rows = list(records(given.path, given.records))
    names = given.engines.split(",") if given.engines else list(NAMES)
    if not given.engines and len(rows) > MOST_FOR_PLAIN_WHOOSH:
        names.remove("plain-whoosh")  # it would take an hour
    print(f"{len(rows)} records, {len(QUERIES)} queries, {given.rounds} rounds; CPU ms a page")
    with ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bench = Bench(rows, folder, stack)
        if given.dearest:
            for name in OURS if not given.engines else names:
                bench.dearest(name)
            return
        compare(bench, names, given.rounds)
        if "whoosh" in names:
            tell_memory(folder / "whoosh")
            tell_changes(folder / "whoosh")


if __name__ == "__main__":
    main()
