"""The application, which remembers how addresses are made: a page holds a hundred of them, of a few shapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from flask.globals import request_ctx
from werkzeug.routing import BuildError

# Written in an address as they are: ids, states, names of our own files.
PLAIN = re.compile(r"[A-Za-z0-9._/-]+")
MARK = re.compile(r"zz\.(\d)\.zz")
# Whatever else somebody calls their request is no reason to remember anything.
METHODS = frozenset({"GET", "POST"})
# What Flask knows beside the values; it passes them on also where nobody named them.
SPECIAL = ("_anchor", "_method", "_scheme", "_external")


class Site(Flask):
    """Flask with a memory for the shapes of addresses inside the site; never for what is put into them."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._shapes: dict[tuple[str, ...], list[str]] = {}
        # What addresses of an endpoint hold in this request beside what is given for them.
        self.carries: Callable[[str], Mapping[str, str]] = lambda _endpoint: {}

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """The address of a page, as Flask makes it; `values` may hold what Flask knows by names that begin with `_`."""
        if carried := self.carries(endpoint):
            values = {**carried, **values}
        known = {name: value for name, value in values.items() if name not in SPECIAL}
        special = len(known) < len(values) and any(values.get(name) for name in SPECIAL)
        here = request_ctx.url_adapter if request_ctx else None
        if special or here is None or endpoint[0] == "." or not _are_plain(known):
            return super().url_for(endpoint, **values)
        # The language is a part of the path, and which rule is taken depends on how the page was asked for.
        key = (here.script_name, here.default_method, endpoint, *known)
        shape = self._shapes.get(key)
        if shape is None:
            if here.default_method not in METHODS or not (shape := self._shape(endpoint, [*known])):
                return super().url_for(endpoint, **values)
            self._shapes[key] = shape
        if len(shape) == 1:
            return shape[0]
        given = [*known.values()]
        return "".join([given[int(part)] if place % 2 else part for place, part in enumerate(shape)])

    def _shape(self, endpoint: str, names: list[str]) -> list[str]:
        """An address cut where values stand in it, their numbers between; nothing where not every value can stand there."""
        marks: dict[str, Any] = {name: f"zz.{place}.zz" for place, name in enumerate(names)}
        try:
            made = super().url_for(endpoint, **marks)
        except (BuildError, ValueError):
            return []
        shape = MARK.split(made)
        return shape if sorted(shape[1::2]) == [str(place) for place in range(len(names))] else []


def _are_plain(values: dict[str, Any]) -> bool:
    for value in values.values():
        if type(value) is not str or PLAIN.fullmatch(value) is None:
            return False
    return len(values) < 10
