"""Elements that a document holds by the thousand, alike but for their values: laid out once, and filled in for each.

Built one by one, those of ten thousand files took most of the time in which a bag of them was made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

from archive.exchange.elements import as_lines, in_quotes, in_text

# Private use: XML can hold them, and nothing but the layout does where they stand for a value.
_BEGIN, _END = "\ue000", "\ue001"
_HELD = re.compile(f"{_BEGIN}(\\w+){_END}")

Build = Callable[..., object]


class Alike:
    """Fills in one element after another that `build(parent, values, *said)` would add, `depth` levels down.

    What is built may depend on `said`, and on whether there is a value, but on nothing else of the values; all of them
    are texts of elements or, with `quoted`, values of attributes.
    """

    def __init__(self, build: Build, depth: int, *, quoted: bool = False) -> None:
        self._build, self._indent = build, " " * depth
        self._fit = in_quotes if quoted else in_text
        self._layouts: dict[tuple[object, ...], str] = {}

    def filled(self, values: Mapping[str, str], *said: str) -> str:
        """One of them with these values, as it is written."""
        shape = (said, *(name for name, value in values.items() if value))
        layout = self._layouts.get(shape)
        if layout is None:
            layout = self._layouts[shape] = self._laid_out(values, said)
        return layout % {name: self._fit(value) for name, value in values.items()}

    def _laid_out(self, values: Mapping[str, str], said: tuple[str, ...]) -> str:
        parent = Element("parent")
        self._build(
            parent, {name: value and f"{_BEGIN}{name}{_END}" for name, value in values.items()}, *said
        )
        lines = "\n".join(line for node in parent for line in as_lines(node, self._indent))
        return _HELD.sub(r"%(\1)s", lines.replace("%", "%%"))
