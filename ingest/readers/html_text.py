"""What a reader of a web page would see, as plain text. Nothing is loaded, no entity of a document type is resolved."""

from __future__ import annotations

import re
from html.parser import HTMLParser

UNSEEN = frozenset({"script", "style", "template", "noscript", "title", "iframe", "object", "svg"})
BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "figcaption"),
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
        *("pre", "section", "table", "tr", "ul"),
    }
)


def visible(page: str) -> str:
    """Return the visible words, one line a block."""
    reader = _Visible()
    reader.feed(page)
    reader.close()
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(reader.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def title(page: str) -> str:
    """Return the title of a page, empty when it has none."""
    match = re.search(r"<title[^>]{0,200}>([^<]{1,1000})</title", page[: 1 << 18], re.IGNORECASE)
    return " ".join(match[1].split()) if match else ""


def declared_encoding(page: bytes) -> str | None:
    """Return the encoding that a page declares in its first kilobytes."""
    match = re.search(rb"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", page[:2048])
    return match[1].decode("ascii") if match else None


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN or (self.hidden and tag == self.hidden[-1]):
            self.hidden.append(tag)
        elif tag == "body":
            self.hidden.clear()
        if tag in BLOCKS:
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and tag == self.hidden[-1]:
            self.hidden.pop()
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(data)
