"""Cuts elements out of XML without writing the rest anew: byte for byte, what stays is what was given."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from ingest.failures import ReadFailure

Attributes = dict[str, str]
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
PIECE = 1 << 20
# A tag to its end: a value may hold what would end it.
TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")


@dataclass(slots=True)
class Element:
    """An open element: its name without prefix, where it begins, whether it goes; None, what is around it decides."""

    name: str
    start: int
    is_hidden: bool | None = None
    said: dict[str, str] | None = None


class Rules:
    """What a format hides. `start` is told of each element, the innermost open one last; it marks any of them.

    Where it `judges_letters`, it is asked for each run of letters too. `is_unsure` once whether some are seen cannot be told.
    """

    judges_letters = False
    is_unsure = False

    def start(self, open_elements: list[Element], attributes: Attributes) -> None:
        """Look at the element that has just begun."""

    def is_hidden(self, element: Element, open_elements: list[Element]) -> bool:
        """Whether an element that has just ended goes; those around it are still open."""
        return bool(element.is_hidden)

    def hides_letters(self, open_elements: list[Element]) -> bool:
        """Whether letters that stand in the innermost of these go."""
        return False


def chain(style: str, based: Mapping[str, str]) -> Iterator[str]:
    """A style, and those that it is based on, the nearest first."""
    for _ in range(20):
        yield style
        if style not in based:
            break
        style = based[style]


def without(data: bytes, rules: Rules) -> bytes:
    """The document without what the rules say is hidden; raises ReadFailure where it is not well formed."""
    if data.startswith(UTF_16):
        data = _as_utf8(data)
    spans = _spans(data, rules)
    if not spans:
        return data
    starts, ends = array("q", [0]), array("q")
    for place in range(0, len(spans), 2):
        ends.append(spans[place])
        starts.append(spans[place + 1])
    ends.append(len(data))
    return b"".join(data[start:end] for start, end in zip(starts, ends, strict=True))


def walk(
    data: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    parser: expat.XMLParserType,
) -> None:
    """Let the functions see each element by its name without prefix, and its attributes without theirs."""

    def started(name: str, attributes: Attributes) -> None:
        start(local(name), {local(key): value for key, value in attributes.items()})

    parser.StartElementHandler = started
    parser.EndElementHandler = lambda name: end(local(name))
    try:
        for place in range(0, len(data), PIECE):
            parser.Parse(data[place : place + PIECE])
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise ReadFailure("damaged") from error


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def parser_of(data: bytes) -> expat.XMLParserType:
    """A parser for a document that declares no entities: what they hide would be seen nowhere in its bytes."""

    def refuse(*_: object) -> None:
        raise ReadFailure("damaged")

    # What was UTF-16 has been written anew, and its declaration still says so.
    encoding = "utf-8" if data.startswith(b"\xef\xbb\xbf") else None
    parser = expat.ParserCreate(encoding)
    # Names of characters (&nbsp;) that a type declares elsewhere are passed over.
    parser.UseForeignDTD(True)
    parser.EntityDeclHandler = refuse
    return parser


def _spans(data: bytes, rules: Rules) -> array[int]:
    """First byte and the one after the last of each element that goes, none inside another."""
    spans: array[int] = array("q")
    stack: list[Element] = []
    parser = parser_of(data)
    # Where letters began that have not ended yet.
    letters = -1

    def begin(_: str = "") -> None:
        nonlocal letters
        letters = parser.CurrentByteIndex if letters < 0 else letters

    def stop() -> None:
        nonlocal letters
        if letters >= 0 and stack and rules.hides_letters(stack):
            spans.extend((letters, parser.CurrentByteIndex))
        letters = -1

    def start(name: str, attributes: Attributes) -> None:
        stop()
        stack.append(Element(name, parser.CurrentByteIndex))
        rules.start(stack, attributes)

    def end(_name: str) -> None:
        stop()
        element, last = stack.pop(), parser.CurrentByteIndex
        if not rules.is_hidden(element, stack):
            return
        while spans and spans[-2] >= element.start:
            del spans[-2:]
        tag = TAG.match(data, element.start)
        # Of an element of one tag the parser tells, by its version, where the tag begins or what stands behind it.
        is_one_tag = tag is not None and data.endswith(b"/>", element.start, tag.end())
        spans.extend((element.start, tag.end() if tag and is_one_tag else data.index(b">", last) + 1))

    if rules.judges_letters:
        parser.CharacterDataHandler = begin
        parser.StartCdataSectionHandler = begin
    walk(data, start, end, parser)
    return spans


def _as_utf8(data: bytes) -> bytes:
    order = "utf-16" if data[:2] in UTF_16[:2] else "utf-16-le" if data[1] == 0 else "utf-16-be"
    return data.decode(order, "replace").encode("utf-8-sig")
