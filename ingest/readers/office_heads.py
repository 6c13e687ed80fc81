"""What stands at the head and the foot of the pages of a Word document or an OpenDocument text, once and not once a page."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ingest.failures import ReadFailure
from ingest.readers.markup_cuts import Attributes, parser_of, walk

DOCUMENT = re.compile(r"word/document\d*\.xml", re.IGNORECASE)
# In a section, which parts its pages have, and whether its first one has its own (ISO/IEC 29500-1, 17.10.2 to 17.10.6).
OF_SECTIONS = re.compile(rb"<(?:\w+:)?(headerReference|footerReference|titlePg)\b([^>]*)>")
AS_IT_WAS = re.compile(rb"<(?:\w+:)?sectPrChange\b.*?</(?:\w+:)?sectPrChange\s*>", re.DOTALL)
EVEN = re.compile(rb"<(?:\w+:)?evenAndOddHeaders\b([^>]*)>")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
ATTRIBUTE = re.compile(rb"([\w.]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
OFF = frozenset({"0", "false", "off"})
# Fields that a program fills in on each page (17.16.5), and the same of OpenDocument (7.3 to 7.5).
COUNTING = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES|SECTION)\b", re.IGNORECASE)
COUNTED = frozenset({"page-number", "page-count", "page-continuation"})
# What stands beside a number of a page and says nothing by itself.
PAGE_WORDS = frozenset(
    [
        "page",
        "pages",
        "p",
        "pg",
        "of",
        "página",
        "páginas",
        "pagina",
        "pág",
        "de",
        "da",
        "seite",
        "s",
        "von",
        "sur",
        "folio",
        "fol",
        "f",
    ]
)
WATERMARK = re.compile("water ?mark", re.IGNORECASE)
PARAGRAPHS, OF_WORD, DRAWINGS = frozenset({"p", "h"}), frozenset({"hdr", "ftr"}), ("drawing", "pict")
HEADS = frozenset({"header", "header-left", "header-first"})
FEET = frozenset({"footer", "footer-left", "footer-first"})
APART = {"tab": " ", "br": "\n", "cr": "\n", "line-break": "\n", "s": " ", "noBreakHyphen": "-"}


def around(path: Path, kind: str) -> tuple[str, str]:
    """The words at the head of the pages, and those at their foot, of a document as it is seen; each that says something once.

    What a program counts is left out, with the words that say nothing without it, and so is a watermark. A part that
    cannot be read says nothing, for the document itself may well be read.
    """
    if kind not in ("docx", "odt") or not zipfile.is_zipfile(path):
        return "", ""
    with zipfile.ZipFile(path) as parts:
        heads, feet = _of_word(parts) if kind == "docx" else _of_open_document(parts)
    return "\n".join(dict.fromkeys(heads)), "\n".join(dict.fromkeys(feet))


def _of_word(parts: zipfile.ZipFile) -> tuple[list[str], list[str]]:
    names = {name.lower(): name for name in parts.namelist()}
    main = next((name for name in parts.namelist() if DOCUMENT.fullmatch(name)), None)
    relations = names.get(f"word/_rels/{PurePosixPath(main).name}.rels".lower()) if main else None
    if main is None or relations is None:
        return [], []
    targets = {
        one.get("Id", ""): one.get("Target", "")
        for one in map(_attributes, RELATION.findall(parts.read(relations)))
    }
    settings = parts.read(names["word/settings.xml"]) if "word/settings.xml" in names else b""
    has_even = any(_attributes(one).get("val") not in OFF for one in EVEN.findall(settings))
    said = [
        (kind.decode(), _attributes(one))
        for kind, one in OF_SECTIONS.findall(AS_IT_WAS.sub(b"", parts.read(main)))
    ]
    has_first = any(kind == "titlePg" and one.get("val") not in OFF for kind, one in said)
    # The head that some pages alone would have is on none where they are not told apart.
    shown = {"first": has_first, "even": has_even}
    found: dict[str, list[str]] = {"headerReference": [], "footerReference": []}
    for kind, one in said:
        target = targets.get(one.get("id", ""), "")
        part = names.get((target.lstrip("/") if target.startswith("/") else f"word/{target}").lower())
        if kind in found and part and shown.get(one.get("type", ""), True):
            found[kind] += _words(parts.read(part), _Running(lambda _name, _said: True))
    return found["headerReference"], found["footerReference"]


def _of_open_document(parts: zipfile.ZipFile) -> tuple[list[str], list[str]]:
    if "styles.xml" not in parts.namelist():
        return [], []
    styles = parts.read("styles.xml")

    def of(wanted: frozenset[str]) -> Callable[[str, Attributes], bool]:
        return lambda name, said: name in wanted and said.get("display") != "false"

    return _words(styles, _Running(of(HEADS))), _words(styles, _Running(of(FEET)))


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        name.decode(): (one or other).decode("utf-8", "replace")
        for name, one, other in ATTRIBUTE.findall(tag)
    }


@dataclass
class _Running:
    """Gathers the paragraphs in elements that `begins` chooses; of these the outermost counts."""

    begins: Callable[[str, Attributes], bool]
    lines: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    # How deep what is read, and in it what is passed over, began; 0 for none.
    inside: int = 0
    beyond: int = 0
    text: list[str] = field(default_factory=list)
    is_counting: bool = False
    # Fields of Word that are open: whether each counts, and whether its result has begun.
    fields: list[list[bool]] = field(default_factory=list)
    instruction: str = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """Look at an element that begins."""
        self.path.append(name)
        depth = len(self.path)
        if not self.inside:
            self.inside = depth if self.begins(name, attributes) else 0
        if not self.inside or self.beyond:
            return
        if name in COUNTED or (name == "fldSimple" and COUNTING.match(attributes.get("instr", ""))):
            self.is_counting, self.beyond = True, depth
        elif name == "Fallback":
            # The same drawing once more, for older programs.
            self.beyond = depth
        elif WATERMARK.search(f"{attributes.get('name', '')} {attributes.get('id', '')}"):
            self.beyond = next((at for at, one in enumerate(self.path, 1) if one in DRAWINGS), depth)
        elif name == "fldChar":
            self._field(attributes.get("fldCharType", ""))
        elif name in APART and "tabs" not in self.path:
            self.text.append(APART[name])

    def letters(self, data: str) -> None:
        """Take letters that stand in the innermost element."""
        if not self.inside or self.beyond:
            return
        if self.path[-1] == "instrText":
            self.instruction += data
            if self.fields and COUNTING.match(self.instruction):
                self.fields[-1][0] = self.is_counting = True
        elif self._are_words() and not any(counts and has_begun for counts, has_begun in self.fields):
            self.text.append(data)

    def end(self, name: str) -> None:
        """Look at an element that ends."""
        depth = len(self.path)
        self.path.pop()
        if name in PARAGRAPHS and self.inside and not self.beyond:
            self._line()
        self.beyond = 0 if depth == self.beyond else self.beyond
        self.inside = 0 if depth == self.inside else self.inside

    def _are_words(self) -> bool:
        root, *within = self.path[self.inside - 1 :]
        return self.path[-1] == "t" if root in OF_WORD else not PARAGRAPHS.isdisjoint(within)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self.fields.append([False, False])
            self.instruction = ""
        elif kind == "separate" and self.fields:
            self.fields[-1][1] = True
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _line(self) -> None:
        text = "".join(self.text)
        words = set(re.findall(r"[^\W_]+", text.casefold()))
        if words - PAGE_WORDS if self.is_counting else words:
            self.lines += [line for one in text.split("\n") if (line := " ".join(one.split()))]
        self.text, self.is_counting = [], False


def _words(data: bytes, running: _Running) -> list[str]:
    parser = parser_of(data)
    parser.CharacterDataHandler = running.letters
    with suppress(ReadFailure):
        walk(data, running.start, running.end, parser)
        return running.lines
    return []
