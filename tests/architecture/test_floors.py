"""Imports point down the floors: a room knows those below it, never those above or beside it."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sources import PACKAGES, Import, all_imports, dotted, python, tree

# From the ground up. Rooms on one floor do not know each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("archive.typed_files",),
    ("archive.setting_values",),
    (
        "archive.settings",
        "archive.profiles",
        "archive.dates",
        "archive.durable",
        "archive.captions",
        "archive.copies_version",
        "archive.plain_text",
        "archive.same_words",
    ),
    ("archive.models",),
    ("archive.jobs",),
    ("archive.access",),
    ("archive.bags", "archive.search", "archive.storage", "archive.exchange"),
    ("archive.services",),
    ("ingest",),
    ("archive.cli", "archive.web"),
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# The errors a person can meet are words, not tables: every room may raise them, and the leaves do.
FOR_EVERYBODY = {"archive", "archive.models.errors"}
# A leaf that the sandbox's child may read: see LEAVES in `ingest.sandbox.child`.
FOR_READERS = {"archive.captions", "archive.same_words"}
# The door, which opens on the command line and does nothing else.
DOOR = "archive.__main__"


def room_of(module: str) -> str | None:
    """The room a module of ours lies in; None for a module that is not ours."""
    parts = module.split(".")
    if parts[0] == "ingest":
        return "ingest"
    return ".".join(parts[:2]) if parts[0] == "archive" else None


def between_rooms() -> list[tuple[str, str, Import]]:
    """Every import that crosses from one room to another."""
    crossing = []
    for one in all_imports(*PACKAGES):
        here, there = room_of(dotted(one.file)), room_of(one.module)
        if there is None or here == there or one.module in FOR_EVERYBODY or dotted(one.file) == DOOR:
            continue
        crossing.append((str(here), there, one))
    return crossing


def test_every_room_has_its_floor() -> None:
    rooms = {room_of(dotted(path)) for path in python(*PACKAGES)} - {"archive", DOOR}
    assert rooms <= set(FLOOR_OF), "say in FLOORS where the new room lies"


def test_imports_point_down() -> None:
    wrong = [str(one) for here, there, one in between_rooms() if FLOOR_OF[there] > FLOOR_OF[here]]
    assert wrong == []


def test_rooms_on_one_floor_do_not_know_each_other() -> None:
    wrong = [str(one) for here, there, one in between_rooms() if FLOOR_OF[there] == FLOOR_OF[here]]
    assert wrong == []


def test_the_web_never_loads_the_pipeline() -> None:
    """They meet at a job: a parser of hostile files has no place in the process that answers visitors."""
    wrong = [str(one) for here, there, one in between_rooms() if here == "archive.web" and there == "ingest"]
    assert wrong == []


def test_services_know_nothing_of_http() -> None:
    libraries = {"flask", "werkzeug", "gunicorn", "click", "jinja2"}
    wrong = [str(one) for one in all_imports("archive/services") if one.module.split(".")[0] in libraries]
    assert wrong == []


@pytest.mark.parametrize("folder", ["ingest/readers", "ingest/sandbox"])
def test_what_opens_hostile_files_knows_no_database_and_no_store(folder: str) -> None:
    """The child process that reads what strangers send has nothing in it worth taking."""
    wrong = [
        str(one)
        for one in all_imports(folder)
        if one.module.split(".")[0] == "archive" and one.module not in FOR_EVERYBODY | FOR_READERS
    ]
    assert wrong == []


def test_the_steps_never_open_what_was_given() -> None:
    """They run in the worker, beside the database: whatever looks into a file does so in the sandbox."""
    opening = {"open", "read_bytes", "read_text"}
    wrong = [
        f"{path.name}:{node.lineno} opens parcel.path"
        for path in python("ingest/steps")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Call)
        and _on_the_file(node)
        and (isinstance(node, ast.Call) or node.attr in opening)
    ]
    assert wrong == []


def _on_the_file(node: ast.Attribute | ast.Call) -> bool:
    """Whether something is asked of `parcel.path`, or it is handed to the built-in `open`."""
    if isinstance(node, ast.Attribute):
        return ast.unparse(node.value) == "parcel.path"
    return ast.unparse(node.func) == "open" and "parcel.path" in map(ast.unparse, node.args)


def test_nobody_opens_the_database_with_the_standard_library() -> None:
    """Two copies of SQLite in one process lose locks; the one we bring is pysqlite3."""
    wrong = [str(one) for one in all_imports(*PACKAGES) if one.module.split(".")[0] == "sqlite3"]
    assert wrong == []
