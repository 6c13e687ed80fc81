"""What a Word document hides: runs that vanish, what is struck out, and letters that nobody sees by their size and colour."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.readers.html_look import WHITE, Colour, Look, colour
from ingest.readers.markup_cuts import Attributes, Element, Rules, chain, parser_of, walk
from ingest.readers.office_hidden import is_on

VANISHING = frozenset({"vanish", "webHidden", "specVanish"})
STRUCK = frozenset({"del", "moveFrom"})
# They hold what a picture is called and how it is described, for those who do not see it; nobody else is told.
OF_PICTURES = frozenset({"docPr", "cNvPr"})
# Properties of letters that are kept, and of what letters stand in.
OF_RUNS = frozenset({"color", "sz", "highlight", "shd", "rStyle", *VANISHING})
PLACES = {"p": "pPr", "tc": "tcPr", "tbl": "tblPr"}
OF_PLACES = frozenset({"shd", "pStyle", "tblStyle"})
# What stands on a drawing may stand on any colour.
DRAWN = frozenset({"txbxContent", "textbox"})
# A ground that nobody knows; that of what says nothing is that of what is around it.
UNKNOWN = "?"
# Colours of a marker that are written otherwise than elsewhere (ISO/IEC 29500-1, 17.18.40).
MARKERS = {
    "darkYellow": "#808000",
    "lightGray": "#c0c0c0",
    "darkGray": "#808080",
    "green": "#00ff00",
    "darkGreen": "#006400",
}
Props = dict[str, str]


@dataclass
class _Place:
    """A paragraph, a cell, a table or a drawing that is open, so deep, and what it says of its ground and style."""

    depth: int
    kind: str
    said: Props = field(default_factory=dict)


class Word(Rules):
    """Runs that vanish (ISO/IEC 29500-1, 17.3.2.41) by themselves or by a style, what is tracked as struck out, unseen letters."""

    judges_letters = True

    def __init__(self, styles: bytes = b"", is_page_known: bool = True) -> None:
        """With the document's styles, and whether its pages are known to be white."""
        self.styles = _Styles(styles)
        self.places: list[_Place] = []
        self.page: str = "" if is_page_known else UNKNOWN

    def start(self, open_elements: list[Element], attributes: Attributes) -> None:
        """See `Rules`."""
        element, depth = open_elements[-1], len(open_elements)
        name = element.name
        while self.places and self.places[-1].depth >= depth:
            self.places.pop()
        if name in STRUCK or name in OF_PICTURES:
            element.is_hidden = True
        elif name in PLACES or name in DRAWN:
            self.places.append(_Place(depth, name))
        elif name == "background" and depth == 2:
            self.page = UNKNOWN
        if depth < 3:
            return
        inside, around = open_elements[-2].name, open_elements[-3]
        if inside == "trPr" and around.name == "tr" and _hides_row(name, attributes):
            around.is_hidden = True
        if name in OF_RUNS and inside == "rPr" and around.name == "r":
            around.said = _and(around.said or {}, name, attributes)
        elif name in OF_PLACES and PLACES.get(around.name) == inside and self.places:
            self.places[-1].said |= _said(name, attributes)

    def is_hidden(self, element: Element, open_elements: list[Element]) -> bool:
        """See `Rules`."""
        if element.name != "r" or element.is_hidden:
            return bool(element.is_hidden)
        said = element.said or {}
        if "vanish" in said:
            return bool(said["vanish"])
        paragraph, table = self._nearest("p", len(open_elements)), self._nearest("tbl", len(open_elements))
        styles = [
            said.get("rStyle", ""),
            paragraph.get("pStyle", self.styles.usual),
            table.get("tblStyle", ""),
        ]
        return any(self.styles.of(style).get("vanish") for style in styles)

    def hides_letters(self, open_elements: list[Element]) -> bool:
        """See `Rules`."""
        if len(open_elements) < 2 or open_elements[-1].name != "t" or open_elements[-2].name != "r":
            return False
        said = open_elements[-2].said or {}
        depth = len(open_elements) - 2
        paragraph = self._nearest("p", depth)
        style = self.styles.of(paragraph.get("pStyle", self.styles.usual))
        props = {**style, **self.styles.of(said.get("rStyle", ""), False), **said}
        ground = _marker(props.get("highlight", "")) or props.get("shd", "") or self._ground(depth, style)
        ink = props.get("color", "")
        if not ink and _marker(props.get("highlight", "")):
            # Word turns letters white on a dark ground, but not under a dark marker.
            ink = "#000000"
        size = float(props["sz"]) / 2 if props.get("sz", "").isdigit() else 12.0
        look = Look(size, colour(ink) if ink else None, _colour(ground))
        self.is_unsure |= look.is_doubtful and look.is_seen
        return not look.is_seen

    def _nearest(self, kind: str, depth: int) -> Props:
        return next(
            (one.said for one in reversed(self.places[-200:]) if one.kind == kind and one.depth <= depth), {}
        )

    def _ground(self, depth: int, style: Props) -> str:
        """The ground of letters that stand in so many elements, empty where it is the page's."""
        for place in reversed(self.places[-200:]):
            if place.depth > depth:
                continue
            shaded = place.said.get("shd", "") or (style.get("ground", "") if place.kind == "p" else "")
            if place.kind in DRAWN or (not shaded and self.styles.shades(place.said.get("tblStyle", ""))):
                return UNKNOWN
            if shaded:
                return shaded
        return self.page


class _Styles:
    """The styles of a Word document: what they say of letters and grounds, with what they are based on (17.7)."""

    def __init__(self, data: bytes) -> None:
        self.usual = ""
        self._own: dict[str, Props] = {"": {}}
        self._based: dict[str, str] = {}
        self._shading: set[str] = set()
        self._whole: dict[tuple[str, bool], Props] = {}
        self._style = ""
        self._path: list[str] = []
        if data:
            walk(data, self._start, self._end, parser_of(data))

    def of(self, style: str, with_defaults: bool = True) -> Props:
        """What letters of a style are like, with what holds for all letters or without; of an unknown one only that."""
        key = (style, with_defaults)
        if key not in self._whole:
            names = [one for one in chain(style, self._based) if one]
            said = [self._own.get(name, {}) for name in reversed(names)]
            self._whole[key] = {
                k: v for one in ([self._own[""]] if with_defaults else []) + said for k, v in one.items()
            }
        return self._whole[key]

    def shades(self, style: str) -> bool:
        """Whether a table of that style may give its cells a ground."""
        return any(one in self._shading for one in chain(style, self._based))

    def _start(self, name: str, attributes: Attributes) -> None:
        self._path.append(name)
        inside = self._path[-3:-1]
        if name == "style":
            self._style = attributes.get("styleId", "")
            if attributes.get("type") == "paragraph" and is_on(attributes, "default", "0"):
                self.usual = self._style
        elif name == "basedOn":
            self._based[self._style] = attributes.get("val", "")
        elif inside in (["style", "rPr"], ["rPrDefault", "rPr"]) and name in OF_RUNS:
            style = self._style if inside[0] == "style" else ""
            self._own[style] = _and(self._own.get(style, {}), name, attributes)
        elif name == "shd" and (ground := _said(name, attributes)["shd"]):
            if inside in (["style", "pPr"], ["pPrDefault", "pPr"]):
                self._own.setdefault(self._style if inside[0] == "style" else "", {})["ground"] = ground
            else:
                self._shading.add(self._style)

    def _end(self, _name: str) -> None:
        self._path.pop()


def _hides_row(name: str, attributes: Attributes) -> bool:
    """Whether a property of a row says that it was struck out or is not shown (17.13.5.12, 17.4.20)."""
    return name in STRUCK or (name == "hidden" and is_on(attributes))


def _said(name: str, attributes: Attributes) -> Props:
    value = attributes.get("val", "")
    if name in VANISHING:
        return {"vanish": "1" if is_on(attributes) else ""}
    if name == "color":
        return {name: "" if value == "auto" else f"#{value}"}
    if name == "shd":
        return {name: _shade(value, attributes)}
    return {name: value}


def _and(said: Props, name: str, attributes: Attributes) -> Props:
    """What is said so far, and this: what vanishes for one reason does not come back for want of another."""
    more = _said(name, attributes)
    return {**said, **more, **({"vanish": "1"} if said.get("vanish") and "vanish" in more else {})}


def _shade(pattern: str, attributes: Attributes) -> str:
    """The ground that shading gives, empty for none; of a pattern of two colours nobody knows how it looks."""
    if pattern not in ("clear", "nil", "solid", ""):
        return UNKNOWN
    shade = attributes.get("color" if pattern == "solid" else "fill", "auto")
    return "" if shade == "auto" or pattern == "nil" else f"#{shade}"


def _marker(name: str) -> str:
    return "" if name in ("", "none") else MARKERS.get(name, name.lower())


def _colour(ground: str) -> Colour | None:
    return WHITE if not ground else None if ground == UNKNOWN else colour(ground)
