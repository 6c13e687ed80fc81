"""What slides, sheets and e-books hide from whoever reads them."""

from __future__ import annotations

import re

from ingest.readers.html_text import is_hidden
from ingest.readers.markup_cuts import Attributes, Element, Rules, parser_of, walk

OFF = frozenset({"0", "false", "off", "none"})
SHAPES = frozenset({"sp", "pic", "graphicFrame", "grpSp", "cxnSp"})
CELL = re.compile(r"[A-Z]{1,3}")


class Slides(Rules):
    """Slides that are left out of the show, and shapes that are not drawn (ISO/IEC 29500-1, 19.3.1.38)."""

    def __init__(self) -> None:
        self.is_left_out = False

    def start(self, open_elements: list[Element], attributes: Attributes) -> None:
        """See `Rules`."""
        element = open_elements[-1]
        if element.name == "sld":
            self.is_left_out = attributes.get("show") in OFF
        elif element.name in SHAPES:
            element.is_hidden = self.is_left_out
        elif element.name == "cNvPr" and is_on(attributes, "hidden", "0") and len(open_elements) > 2:
            open_elements[-3].is_hidden = True


class Sheet(Rules):
    """Rows and columns that are not shown (ISO/IEC 29500-1, 18.3.1); of a hidden sheet, all of them."""

    def __init__(self, is_hidden: bool) -> None:
        self.is_left_out = is_hidden
        self.columns: list[tuple[int, int]] = []

    def start(self, open_elements: list[Element], attributes: Attributes) -> None:
        """See `Rules`."""
        element = open_elements[-1]
        if element.name == "col" and is_on(attributes, "hidden", "0") and len(self.columns) < 1000:
            self.columns.append((int(attributes.get("min", 0)), int(attributes.get("max", 0))))
        elif element.name == "row":
            element.is_hidden = self.is_left_out or is_on(attributes, "hidden", "0")
        elif element.name == "c" and self.columns and (letters := CELL.match(attributes.get("r", ""))):
            column = 0
            for letter in letters[0]:
                column = 26 * column + ord(letter) - ord("A") + 1
            element.is_hidden = any(first <= column <= last for first, last in self.columns)


class Book(Rules):
    """What a page of an e-book hides, as in any web page."""

    def start(self, open_elements: list[Element], attributes: Attributes) -> None:
        """See `Rules`."""
        open_elements[-1].is_hidden = is_hidden(open_elements[-1].name, attributes)


def hidden_sheets(workbook: bytes, relations: bytes) -> frozenset[str]:
    """The names (without folder) of the parts of a workbook that hold hidden sheets."""
    ids: set[str] = set()
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: Attributes) -> None:
        if name == "sheet" and attributes.get("state", "visible") != "visible":
            ids.add(attributes.get("id", ""))

    def relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "").rpartition("/")[2]

    walk(workbook, sheet, lambda _name: None, parser_of(workbook))
    walk(relations, relation, lambda _name: None, parser_of(relations))
    return frozenset(targets[one] for one in ids if one in targets)


def is_on(attributes: Attributes, name: str = "val", absent: str = "1") -> bool:
    """Whether a property is switched on (ISO/IEC 29500-1, 22.9.2.7)."""
    return attributes.get(name, absent) not in OFF
