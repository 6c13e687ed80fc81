"""What every file of ours keeps to: small, documented, finished, and silent about the machine it was made on."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import FOLDERS, PACKAGES, ROOT, everything_readable, files, python, tree

LONGEST_FILE = 300
# Tables are listed whole, one after the other: a migration is as long as they are.
GENERATED = "archive/models/migrations/versions"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def relative(path: Path) -> str:
    """The path as a reader of the repository knows it."""
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_two_things() -> None:
    long = {
        relative(path): len(path.read_text().splitlines()) for path in python(*PACKAGES, "tests", "bench")
    }
    wrong = {name: count for name, count in long.items() if count > LONGEST_FILE and GENERATED not in name}
    assert wrong == {}


def test_no_module_bears_a_name_of_the_standard_library() -> None:
    wrong = []
    for path in python(*PACKAGES, "tests", "bench"):
        names = {path.stem, *path.relative_to(ROOT).parent.parts}
        wrong += [relative(path)] if names & sys.stdlib_module_names - {"__init__"} else []
    assert wrong == []


def test_collections_are_data() -> None:
    """A package of that name would shadow the standard library's."""
    assert [relative(path) for path in files("collections", suffix=".py")] == []
    assert [relative(path) for path in files("templates", suffix=".py")] == []


def test_only_the_command_line_prints() -> None:
    wrong = []
    for path in python(*PACKAGES):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                wrong.append(f"{relative(path)}:{node.lineno}")
    assert [place for place in wrong if not place.startswith("archive/cli/")] == []


def undocumented(path: Path, promised: frozenset[str]) -> Iterator[str]:
    """Public functions, classes and methods of one file that nobody explains.

    A command is explained by its help, a method by the class or the port it follows.
    """
    if not ast.get_docstring(tree(path)):
        yield f"{relative(path)}: the module"
    for node in tree(path).body:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not node.name.startswith("_"):
            helped = any("help=" in ast.unparse(decorator) for decorator in node.decorator_list)
            if not helped and not ast.get_docstring(node):
                yield f"{relative(path)}:{node.lineno} {node.name}"
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not node.bases:
            yield from (
                f"{relative(path)}:{inner.lineno} {node.name}.{inner.name}"
                for inner in node.body
                if isinstance(inner, FUNCTIONS)
                and not inner.name.startswith("_")
                and inner.name not in promised
                and not ast.get_docstring(inner)
            )


def promised_by_ports() -> frozenset[str]:
    """The methods that the ports explain, once for every backend."""
    return frozenset(
        node.name
        for path in python("archive")
        if path.stem == "port"
        for node in ast.walk(tree(path))
        if isinstance(node, FUNCTIONS) and ast.get_docstring(node)
    )


def test_everything_public_is_explained() -> None:
    promised = promised_by_ports()
    wrong = [
        one
        for path in python(*PACKAGES)
        if GENERATED not in relative(path)
        for one in undocumented(path, promised)
    ]
    assert wrong == []


def test_nothing_is_left_for_later() -> None:
    mark = re.compile(r"\b(TODO|FIXME|HACK)\b|mark\.skip\(|\bxfail\b|raise NotImplementedError")
    here = Path(__file__)
    wrong = [
        relative(path) for path in everything_readable() if path != here and mark.search(path.read_text())
    ]
    assert wrong == []


def test_nothing_names_the_machine_it_was_made_on() -> None:
    folder = re.compile(r"(?<![\w.}])/(?:work|root|home/\w+|Users/\w+)/")
    here = Path(__file__)
    wrong = [
        f"{relative(path)}: {found.group()}"
        for path in everything_readable()
        if path != here and (found := folder.search(path.read_text()))
    ]
    assert wrong == []


def test_people_are_called_people() -> None:
    """The word stands only in official names, in titles of sources, and where it is marked as the word that was used."""
    voices = [*files("templates", suffix=".html"), *files("archive/web/translations", suffix=".po")]
    voices += [*python("archive/web", "archive/cli", "archive/services"), *files("docs", suffix=".md")]
    voices += [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    official = re.compile(r"Slave Trade|slave-trade|`[^`]*`|```.*?```|“[^”]*”", re.DOTALL)
    wrong = [
        relative(path)
        for path in voices
        if re.search(r"\bslaves?\b", official.sub("", path.read_text()), re.IGNORECASE)
    ]
    assert wrong == []


def test_every_folder_of_tests_is_a_kind_of_promise() -> None:
    kinds = {"unit", "contract", "journeys", "browser", "faults", "architecture", "fixtures"}
    there = {path.relative_to(ROOT / "tests").parts[0] for path in python("tests")} - {"conftest.py"}
    assert there <= kinds


def test_unit_tests_mirror_the_rooms() -> None:
    rooms = {path.relative_to(ROOT / "tests" / "unit").parts[0] for path in python("tests/unit")}
    known = {path.stem for path in (ROOT / "archive").iterdir()} | {"ingest"}
    known |= {path.stem for path in (ROOT / "ingest").iterdir()}
    assert rooms - {"conftest.py"} <= known
    assert set(FOLDERS) >= {"archive", "ingest", "tests"}
