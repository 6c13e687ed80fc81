"""What office documents hide from whoever reads them: hidden words, slides, sheets and rows, and what was struck out."""

from __future__ import annotations

import re

from ingest.readers.html_text import is_hidden
from ingest.readers.markup_cuts import Attributes, Element, Rules, parser_of, walk

OFF = frozenset({"0", "false", "off", "none"})
VANISHING = frozenset({"vanish", "webHidden", "specVanish"})
STRUCK = frozenset({"del", "moveFrom"})
SHAPES = frozenset({"sp", "pic", "graphicFrame", "grpSp", "cxnSp"})
STYLED = {"p": "paragraph", "h": "paragraph", "span": "text", "a": "text"}
CELL = re.compile(r"[A-Z]{1,3}")


class Word(Rules):
    """Runs that vanish (ISO/IEC 29500-1, 17.3.2.41), by themselves or by their style, and what is tracked as struck out."""

    def __init__(self, styles: bytes = b"") -> None:
        self.styles = _Styles(styles).hidden if styles else frozenset[str]()

    def start(self, open_elements: list[Element], attributes: Attributes) -> None:
        """See `Rules`."""
        element = open_elements[-1]
        inside = open_elements[-2].name if len(open_elements) > 1 else ""
        if element.name in STRUCK:
            element.is_hidden = True
        elif element.name in VANISHING and inside == "rPr" and _is_of(open_elements, "r"):
            run = open_elements[-3]
            run.is_hidden = run.is_hidden or _is_on(attributes)
        elif element.name in ("rStyle", "pStyle") and attributes.get("val") in self.styles:
            # The run or the paragraph whose properties these are.
            if len(open_elements) > 2:
                open_elements[-3].by_style = True
        elif element.name == "r":
            around = next((one for one in reversed(open_elements) if one.name == "p"), None)
            element.by_style = around is not None and around.by_style

    def is_hidden(self, element: Element, open_elements: list[Element]) -> bool:
        """See `Rules`."""
        if element.name == "r" and element.is_hidden is None:
            return element.by_style
        return bool(element.is_hidden)


class _Styles:
    """The styles of a Word document by which text is hidden."""

    def __init__(self, data: bytes) -> None:
        self.own: dict[str, bool] = {}
        self.based: dict[str, str] = {}
        self.style = ""
        self.path: list[str] = []
        walk(data, self._start, self._end, parser_of(data))
        self.hidden = frozenset(
            name for name in {*self.own, *self.based} if _inherits(name, self.own, self.based)
        )

    def _start(self, name: str, attributes: Attributes) -> None:
        self.path.append(name)
        if name == "style":
            self.style = attributes.get("styleId", "")
        elif name == "basedOn":
            self.based[self.style] = attributes.get("val", "")
        elif name in VANISHING and self.path[-3:-1] == ["style", "rPr"]:
            self.own[self.style] = self.own.get(self.style, False) or _is_on(attributes)

    def _end(self, _name: str) -> None:
        self.path.pop()


class OpenDocument(Rules):
    """What OpenDocument does not display: by its style, as a section, or as a hidden field (OpenDocument 1.3, 19.868)."""

    def __init__(self, styles: bytes = b"") -> None:
        self.own: dict[str, bool] = {}
        self.based: dict[str, str] = {}
        self.style = ""
        if styles:
            walk(styles, self._style, lambda _name: None, parser_of(styles))

    def _style(self, name: str, attributes: Attributes) -> None:
        if name == "style":
            self.style = f"{attributes.get('family', '')} {attributes.get('name', '')}"
            if parent := attributes.get("parent-style-name"):
                self.based[self.style] = f"{attributes.get('family', '')} {parent}"
        elif name == "text-properties" and "display" in attributes:
            self.own[self.style] = attributes["display"] != "true"

    def start(self, open_elements: list[Element], attributes: Attributes) -> None:
        """See `Rules`."""
        element = open_elements[-1]
        self._style(element.name, attributes)
        if element.name in ("tracked-changes", "annotation", "notes"):
            element.is_hidden = True
        elif element.name == "hidden-text":
            element.is_hidden = attributes.get("is-hidden") != "false"
        elif element.name == "section":
            element.is_hidden = attributes.get("display", "true") != "true"
        elif element.name == "hidden-paragraph" and attributes.get("is-hidden") != "false":
            for around in reversed(open_elements):
                if around.name in ("p", "h"):
                    around.is_hidden = True
                    break
        elif element.name in STYLED and (style := attributes.get("style-name")):
            element.is_hidden = _inherits(f"{STYLED[element.name]} {style}", self.own, self.based)


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
        elif element.name == "cNvPr" and _is_on(attributes, "hidden", "0") and len(open_elements) > 2:
            open_elements[-3].is_hidden = True


class Sheet(Rules):
    """Rows and columns that are not shown (ISO/IEC 29500-1, 18.3.1); of a hidden sheet, all of them."""

    def __init__(self, is_hidden: bool) -> None:
        self.is_left_out = is_hidden
        self.columns: list[tuple[int, int]] = []

    def start(self, open_elements: list[Element], attributes: Attributes) -> None:
        """See `Rules`."""
        element = open_elements[-1]
        if element.name == "col" and _is_on(attributes, "hidden", "0") and len(self.columns) < 1000:
            self.columns.append((int(attributes.get("min", 0)), int(attributes.get("max", 0))))
        elif element.name == "row":
            element.is_hidden = self.is_left_out or _is_on(attributes, "hidden", "0")
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


def _inherits(name: str, own: dict[str, bool], based: dict[str, str]) -> bool:
    """Whether a style hides, or the nearest of those it is based on that says anything of it."""
    for _ in range(20):
        if name in own:
            return own[name]
        if name not in based:
            return False
        name = based[name]
    return False


def _is_of(open_elements: list[Element], name: str) -> bool:
    return len(open_elements) > 2 and open_elements[-3].name == name


def _is_on(attributes: Attributes, name: str = "val", absent: str = "1") -> bool:
    return attributes.get(name, absent) not in OFF
