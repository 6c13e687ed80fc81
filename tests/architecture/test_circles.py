"""No reader needs another that needs it in turn, not even where it loads it only when it is called."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter

from tests.architecture.sources import dotted, python, tree


def test_readers_do_not_need_each_other_in_circles() -> None:
    modules = {dotted(path): path for path in python("ingest/readers")}
    needs = {name: needed(tree(path), set(modules)) & set(modules) for name, path in modules.items()}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as circle:
        raise AssertionError(" needs ".join(reversed(circle.args[1]))) from None


def needed(module: ast.Module, modules: set[str]) -> set[str]:
    """What a module imports anywhere: of `from room import thing` the thing, where that is a module, and else the room."""
    found: set[str] = set()
    for one in ast.walk(module):
        if isinstance(one, ast.Import):
            found |= {name.name for name in one.names}
        elif isinstance(one, ast.ImportFrom) and one.module:
            inside = {f"{one.module}.{name.name}" for name in one.names}
            found |= inside & modules or {one.module}
    return found
