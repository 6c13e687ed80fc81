"""XML built element by element and written a line each; what XML cannot hold is replaced, so that nothing stops a document.

Names are written as they are given, with their prefixes. Writers that keep track of namespaces take more than twice as
long, and a revision is written each time something is said of an item.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from archive.plain_text import UNFIT

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XLINK = "http://www.w3.org/1999/xlink"

# No name of an element is empty.
_WRITTEN_ALREADY = ""

_IN_TEXT = re.compile(f"[&<>\r]|{UNFIT}")
_IN_QUOTES = re.compile(f'[&<>"\t\n\r]|{UNFIT}')
_WRITTEN = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def outermost(name: str, namespaces: Mapping[str, str], schema: str) -> Element:
    """The outermost element of a document, with its namespaces by prefix; the first one is that of the `schema`."""
    declared = {f"xmlns:{prefix}" if prefix else "xmlns": address for prefix, address in namespaces.items()}
    where = f"{next(iter(namespaces.values()))} {schema}"
    return Element(name, {**declared, "xmlns:xsi": XSI, "xsi:schemaLocation": where})


def add(parent: Element, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> Element:
    """Add an element at the end of another; without a text it is empty, or holds others."""
    node = SubElement(parent, name)
    if text:
        node.text = text
    if attributes:
        node.attrib.update(attributes)
    return node


def add_written(parent: Element, lines: str) -> None:
    """Add what is written already, in its place and with its indent (`alike`)."""
    if lines:
        SubElement(parent, _WRITTEN_ALREADY).text = lines


def as_bytes(root: Element) -> bytes:
    """The document in UTF-8, the same bytes for the same elements.

    A character that XML 1.0 (section 2.2) has no way to write becomes U+FFFD.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', *as_lines(root, "")]
    return ("\n".join(lines) + "\n").encode("utf-8")


def as_lines(node: Element, indent: str) -> list[str]:
    """An element as it is written, so far in."""
    lines: list[str] = []
    _write(node, indent, lines)
    return lines


def in_text(text: str) -> str:
    """A text as it stands between two tags."""
    return _fit(text, _IN_TEXT)


def in_quotes(text: str) -> str:
    """A text as it stands as the value of an attribute."""
    return _fit(text, _IN_QUOTES)


def _write(node: Element, indent: str, lines: list[str]) -> None:
    name, text = node.tag, node.text
    if name == _WRITTEN_ALREADY:
        lines.append(text or "")
        return
    start = f"{indent}<{name}"
    for label, value in node.items():
        start += f' {label}="{_fit(value, _IN_QUOTES)}"'
    if len(node):
        lines.append(f"{start}>")
        for child in node:
            _write(child, indent + " ", lines)
        lines.append(f"{indent}</{name}>")
    elif text:
        lines.append(f"{start}>{_fit(text, _IN_TEXT)}</{name}>")
    else:
        lines.append(f"{start}/>")


def _fit(text: str, special: re.Pattern[str]) -> str:
    # Most of what is written is like that, and this is told faster than where the others would be.
    if text.isprintable() and "&" not in text and "<" not in text and ">" not in text and '"' not in text:
        return text
    return special.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return _WRITTEN.get(found[0], "\ufffd")
