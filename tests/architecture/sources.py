"""Reads the project's own files for the tests of this folder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("archive", "ingest")
FOLDERS = (*PACKAGES, "templates", "collections", "tests", "bench", "docs")
# What is made, installed or cached beside our files.
NOT_OURS = {"__pycache__", "node_modules", "_data", "test-results", "vendor"}
TEXT = {
    ".py",
    ".md",
    ".html",
    ".toml",
    ".po",
    ".css",
    ".js",
    ".sh",
    ".txt",
    ".mako",
    ".csv",
    ".json",
    ".xml",
    "",
}


@dataclass(frozen=True)
class Import:
    """One imported module, and where."""

    file: Path
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.module}"


def files(*folders: str, suffix: str = "") -> Iterator[Path]:
    """Every file of ours below `folders`, with that ending."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            if path.is_file() and not NOT_OURS & set(path.relative_to(ROOT).parts):
                yield path


def everything_readable() -> Iterator[Path]:
    """Every text of the project: what somebody may read who clones it."""
    for path in sorted(ROOT.iterdir()):
        if path.is_file() and path.suffix in TEXT and not path.name.endswith(".lock"):
            yield path
    for path in files(".ci", *FOLDERS):
        if path.suffix in TEXT:
            yield path


def python(*folders: str) -> list[Path]:
    """Every Python file below `folders`."""
    return list(files(*folders, suffix=".py"))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def dotted(path: Path) -> str:
    """The name a file is imported by."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


@cache
def modules() -> frozenset[str]:
    """The names of all our modules and packages."""
    return frozenset(dotted(path) for path in python(*PACKAGES))


@cache
def imports(path: Path) -> tuple[Import, ...]:
    """Every import in one file, also those inside functions and those for types alone.

    `from archive.models import ids` counts as archive.models.ids where that is a module.
    """
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [Import(path, node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = dotted(path).split(".")
                above = package[: len(package) - node.level + (path.name == "__init__.py")]
                base = ".".join([*above, base]).rstrip(".")
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                found.append(Import(path, node.lineno, whole if whole in modules() else base))
    return tuple(found)


def all_imports(*folders: str) -> list[Import]:
    """Every import below `folders`."""
    return [one for path in python(*folders) for one in imports(path)]


def links(page: Path) -> Iterator[str]:
    """The targets of all links and pictures of one Markdown page, outside code."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    yield from re.findall(r"\]\(([^)\s]+)[^)]*\)", text)
