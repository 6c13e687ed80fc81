"""What an OpenDocument text hides: by its style, as a section or a field, and letters that nobody sees by their size and colour."""

from __future__ import annotations

from dataclasses import replace

from ingest.readers.html_look import Look, colour, points
from ingest.readers.markup_cuts import Attributes, Element, Rules, chain, parser_of, walk

# Elements that have a style, and the family of it.
STYLED = {
    **{"p": "paragraph", "h": "paragraph", "span": "text", "a": "text", "section": "section"},
    **{
        "table": "table",
        "table-row": "table-row",
        "table-cell": "table-cell",
        "table-column": "table-column",
    },
}
# Fields that may be set without being shown.
FIELDS = frozenset({"variable-set", "user-field-get", "expression"})
# What stands on a drawing may stand on any colour.
DRAWN = frozenset({"text-box", "custom-shape", "frame"})
UNKNOWN = "?"
Props = dict[str, str]


class OpenDocument(Rules):
    """What OpenDocument does not display (OpenDocument 1.3, 19.868), and letters that are not seen where they stand."""

    judges_letters = True

    def __init__(self, styles: bytes = b"", is_page_known: bool = True) -> None:
        """With the document's styles, and whether its pages are known to be white."""
        self.own: dict[str, Props] = {}
        self.based: dict[str, str] = {}
        self.style = ""
        self.is_page_known = is_page_known
        # How letters look in the elements that are open, so deep.
        self.looks: list[tuple[int, Look]] = []
        if styles:
            walk(styles, self._style, lambda _name: None, parser_of(styles))

    def _style(self, name: str, attributes: Attributes) -> None:
        if name in ("style", "default-style"):
            family = attributes.get("family", "")
            self.style = f"{family} {attributes.get('name', '')}"
            if name == "style":
                self.based[self.style] = f"{family} {attributes.get('parent-style-name', '')}"
        elif name == "text-properties":
            said: Props = {
                key: attributes[key] for key in ("display", "color", "font-size") if key in attributes
            }
            if attributes.get("use-window-font-color") == "true":
                said["color"] = "auto"
            self._say({**said, **_ground(attributes, "marker")})
        elif name == "page-layout-properties":
            self.is_page_known &= (
                not _ground(attributes, "ground") and attributes.get("fill", "none") == "none"
            )
        elif name == "background-image" and attributes.get("href"):
            self._say({"ground": UNKNOWN})
        elif name.endswith("-properties"):
            self._say(_ground(attributes, "ground"))

    def _say(self, said: Props) -> None:
        self.own.setdefault(self.style, {}).update(said)

    def _find(self, style: str, key: str) -> str:
        """What a style says of this, or the nearest of those it is based on that says anything."""
        return next(
            (said[key] for one in chain(style, self.based) if key in (said := self.own.get(one, {}))), ""
        )

    def start(self, open_elements: list[Element], attributes: Attributes) -> None:
        """See `Rules`."""
        element = open_elements[-1]
        self._style(element.name, attributes)
        self._see(element.name, len(open_elements), attributes.get("style-name", ""))
        if element.name in ("tracked-changes", "annotation", "notes", "script"):
            element.is_hidden = True
        elif element.name in FIELDS:
            element.is_hidden = attributes.get("display") == "none"
        elif element.name == "table-row":
            element.is_hidden = attributes.get("visibility", "visible") != "visible"
        elif element.name == "hidden-text":
            element.is_hidden = attributes.get("is-hidden") != "false"
        elif element.name == "section":
            element.is_hidden = attributes.get("display", "true") != "true"
        elif element.name == "hidden-paragraph" and attributes.get("is-hidden") != "false":
            for around in reversed(open_elements):
                if around.name in ("p", "h"):
                    around.is_hidden = True
                    break
        elif STYLED.get(element.name) in ("paragraph", "text") and (style := attributes.get("style-name")):
            element.is_hidden = self._find(f"{STYLED[element.name]} {style}", "display") not in ("", "true")

    def hides_letters(self, open_elements: list[Element]) -> bool:
        """See `Rules`."""
        look = self._around(len(open_elements) + 1)
        self.is_unsure |= look.is_doubtful and look.is_seen
        return not look.is_seen

    def _see(self, name: str, depth: int, style: str) -> None:
        """Note how letters look in an element that begins, as it says."""
        family = STYLED.get(name)
        look = self._around(depth)
        if name in DRAWN:
            self.looks.append((depth, replace(look, ground=None)))
        elif name == "table-column" and self._find(f"{family} {style}", "ground"):
            # Its cells stand on its colour too, and which they are is told by counting.
            self.looks.append((depth - 1, replace(look, ground=None)))
        elif family is not None:
            named = f"{family} {style}"
            look = replace(look, size=12.0, ink=None) if family == "paragraph" else look
            self.looks.append((depth, self._with(look, named)))

    def _with(self, look: Look, style: str) -> Look:
        ink, size = self._find(style, "color"), self._find(style, "font-size")
        if ink:
            look = replace(look, ink=None if ink == "auto" else colour(ink.lower()))
        if size:
            look = replace(look, size=points(size, look.size))
        for ground in (self._find(style, "ground"), self._find(style, "marker")):
            if ground:
                look = replace(look, ground=None if ground == UNKNOWN else colour(ground.lower()))
        return look

    def _around(self, depth: int) -> Look:
        while self.looks and self.looks[-1][0] >= depth:
            self.looks.pop()
        if self.looks:
            return self.looks[-1][1]
        page = Look(ink=None)
        return page if self.is_page_known else replace(page, ground=None)


def _ground(attributes: Attributes, name: str) -> Props:
    """The ground that properties give; what they leave clear shows that of what is around."""
    if attributes.get("fill", "none") not in ("none", "solid"):
        return {name: UNKNOWN}
    ground = attributes.get("background-color", "transparent")
    return {} if ground == "transparent" else {name: ground}
