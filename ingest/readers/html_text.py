"""What a reader of a web page would see, as plain text. Nothing is loaded, no entity of a document type is resolved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser

from ingest.readers.css_elements import Named, Open
from ingest.readers.html_look import OWN_GROUND, Look
from ingest.readers.html_sheets import Said, Sheets, hides, own_style

UNSEEN = frozenset(
    {
        *("script", "style", "template", "noscript", "title", "datalist", "iframe", "object", "svg"),
        # What stands in them is for programs that do not know them.
        *(
            "audio",
            "video",
            "canvas",
            "applet",
            "noframes",
            "noembed",
            "progress",
            "meter",
            "annotation",
            "rp",
        ),
    }
)
BLOCKS = frozenset(
    {
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "br",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "figure",
            "figcaption",
        ),
        *(
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "li",
            "main",
            "nav",
            "ol",
            "p",
        ),
        *("pre", "section", "summary", "table", "tr", "ul"),
    }
)


# Elements that hold nothing, and need no end.
VOID = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source"),
        *("track", "wbr"),
    }
)
# What is around everything, whether the page writes it or not.
AROUND = ("html", "body")
CELLS = frozenset({"td", "th", "caption"})
# Their ends end all that is in them.
OUTER = frozenset({"html", "body", "head", "table", "tr", "tbody", "thead", "tfoot", *UNSEEN})
ROWS = frozenset({"tr", "tbody", "thead", "tfoot"})
# What ends an element whose end tag may be left out (HTML 13.1.2.4).
ENDED_BY = {
    "p": BLOCKS - {"br"},
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "td": CELLS | ROWS,
    "th": CELLS | ROWS,
    "tr": ROWS,
    "option": frozenset({"option", "optgroup"}),
    "head": frozenset({"body"}),
}
UNDRAWN = frozenset(
    {
        *(("display", "none"), ("visibility", "hidden"), ("visibility", "collapse")),
        *(("opacity", "0"), ("color", "transparent")),
    }
)
WHITE = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)"})
BLACK = frozenset({"black", "#000", "#000000", "rgb(0,0,0)"})
# As a browser has comments (HTML 13.2.5.43 to 52); Python's parser ends some later, some earlier, and shows what never ends.
COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
DECLARED = re.compile(rb"(?:charset|<\?xml[^>]{0,99}\sencoding)\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})")
UNENDED = re.compile(r"<[!?/a-zA-Z]")


def visible(page: str, doubt: Callable[[], None] = lambda: None) -> str:
    """Return the visible words, one line a block; `doubt` is called where that some of them are seen, or none else, is not sure."""
    reader = _Visible(Sheets(page), frozenset(tag for tag in AROUND if f"<{tag}" not in page.lower()))
    reader.feed(COMMENT.sub("", page))
    # What is left is a tag that never ends, and a browser shows nothing of it.
    if not UNENDED.match(reader.rawdata):
        reader.close()
    if reader.is_unsure or reader.sheets.is_unsure:
        doubt()
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(reader.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def title(page: str) -> str:
    """Return the title of a page, empty when it has none."""
    match = re.search(r"<title[^>]{0,200}>([^<]{1,1000})</title", page[: 1 << 18], re.IGNORECASE)
    return " ".join(match[1].split()) if match else ""


def declared_encoding(page: bytes) -> str | None:
    """Return the encoding that a page declares in its first kilobytes, in HTML or as XML does."""
    match = DECLARED.search(page[:2048])
    return match[1].decode("ascii") if match else None


def is_hidden(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Whether an element is not drawn, by its name, its attributes or its own style."""
    if tag in UNSEEN or "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
        return True
    style = _own_style(attributes)
    return any(rule in UNDRAWN for rule in style) or _is_like_its_ground(dict(style))


def _is_like_its_ground(style: Mapping[str, str]) -> bool:
    """Whether an element says of itself that its letters have the colour on which they stand."""
    ink, ground = (
        style.get(name, "").replace(" ", "")
        for name in ("color", "background-color" if "background-color" in style else "background")
    )
    return bool(ink) and (ink == ground or any(ink in alike and ground in alike for alike in (WHITE, BLACK)))


def _own_style(attributes: Mapping[str, str | None]) -> list[tuple[str, str]]:
    rules = (rule.partition(":") for rule in (attributes.get("style") or "").lower().split(";"))
    return [(name.strip(), value.partition("!")[0].strip()) for name, _, value in rules]


class _Visible(HTMLParser):
    """Collects words while it keeps the elements that are open, as a browser has them (HTML 13.2.6, simplified)."""

    def __init__(self, sheets: Sheets, implied: frozenset[str]) -> None:
        """With the sheets of the page, and which elements around everything it does not write."""
        super().__init__(convert_charrefs=True)
        self.sheets = sheets
        self.named = Open(sheets.asks_beside)
        self.pieces: list[str] = []
        self.open: list[tuple[str, bool, Look]] = []
        self.count: Counter[str] = Counter()
        self.hiding = 0
        # On what the page stands, a sheet from elsewhere may say.
        self.page = Look(ground=None) if sheets.is_outside else Look()
        for tag in AROUND:
            if tag in implied:
                said = sheets.said(Named(frozenset({"*", tag}), tag, {}), self.named)
                self.page = self.page.of(tag, {}, said.surely)
        self.is_unsure = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a line or a cell begins, and what is not to be seen."""
        if tag == "body" and not self.count["body"]:
            self._leave_head()
        while self.open and tag in ENDED_BY.get(self.open[-1][0], ()):
            self._close()
        # Of two attributes of one name browsers take the first.
        attributes = dict(reversed(attrs))
        said = self._said(tag, attributes)
        look = self._look(tag, attributes, said)
        if tag not in VOID:
            hidden = is_hidden(tag, attributes) or self._is_undrawn(said, look)
            self.open.append((tag, hidden, look))
            self.count[tag] += 1
            self.hiding += hidden
        elif tag == "col" and look.ground != self._around.ground:
            self._shade_columns()
        if tag in BLOCKS:
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append("\t")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<p/>` for `<p>`, as browsers do; in drawings and the like it ends at once."""
        self.handle_starttag(tag, attrs)
        if self.count["svg"] and tag not in VOID:
            self._close()

    def handle_endtag(self, tag: str) -> None:
        """Close what ends here, and what was left open in it."""
        if self.count[tag] and self._is_in_reach(tag):
            while self._close() != tag:
                pass
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words that are seen."""
        look = self._around
        if not self.hiding and look.is_seen:
            self.pieces.append(data)
            self.is_unsure |= look.is_doubtful and not data.isspace()

    @property
    def _around(self) -> Look:
        return self.open[-1][2] if self.open else self.page

    def _said(self, tag: str, attributes: Mapping[str, str | None]) -> Said:
        style = attributes.get("style") or ""
        if not self.sheets:
            return Said({name: value for name, value, _ in own_style(style)} if style else {}, [])
        element = self.named.child(tag, attributes)
        said = self.sheets.said(element, self.named, style)
        if tag not in VOID:
            self.named.push(element)
        return said

    def _look(self, tag: str, attributes: Mapping[str, str | None], said: Said) -> Look:
        if not attributes and not said.surely and tag not in OWN_GROUND and tag != "mark":
            return self._around
        return self._around.of(tag, attributes, said.surely)

    def _is_undrawn(self, said: Said, look: Look) -> bool:
        """Whether rules hide an element with all that is in it; where they only may, it is left out."""
        if any(hides(name, value) for name, value in said.surely.items()):
            return True
        may_shade = any(name.startswith("background") for name, _ in said.perhaps)
        for name, value in said.perhaps:
            is_seen = look.with_said({name: value}).is_seen or not look.is_seen
            if hides(name, value) or not (is_seen or (name == "color" and may_shade)):
                self.is_unsure = True
                return True
        return False

    def _shade_columns(self) -> None:
        """The cells of a table stand on their column's colour too."""
        for place in range(len(self.open) - 1, -1, -1):
            tag, hidden, look = self.open[place]
            self.open[place] = tag, hidden, replace(look, ground=None)
            if tag == "table":
                break

    def _close(self) -> str:
        tag, hidden, _ = self.open.pop()
        if self.sheets:
            self.named.pop()
        self.count[tag] -= 1
        self.hiding -= hidden
        return tag

    def _is_in_reach(self, tag: str) -> bool:
        """Whether an end tag reaches the element: that of a phrase ends no paragraph, and nothing ends a cell from inside."""
        walls = CELLS if tag in BLOCKS or tag in CELLS or tag in OUTER else BLOCKS | CELLS
        for name, _, _ in reversed(self.open):
            if name == tag:
                return True
            if name in walls and tag not in OUTER:
                return False
        return False

    def _leave_head(self) -> None:
        """What was left open in the head ends where the body begins."""
        while self.open and self.open[-1][0] in UNSEEN | {"head"}:
            self._close()
