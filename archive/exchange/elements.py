"""XML built element by element; what XML cannot hold is replaced, so that nothing a person wrote can stop a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE = f"{{{XSI}}}type"
XLINK = "http://www.w3.org/1999/xlink"

_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# lxml brings no types: an element is whatever it says an element is.
Node = Any


class Maker:
    """Makes elements of one namespace: `make(parent, "title", "A letter")`; without text they are empty."""

    def __init__(self, namespace: str) -> None:
        self._in = f"{{{namespace}}}"

    def root(self, name: str, namespaces: Mapping[str | None, str], schema: str) -> Node:
        """The outermost element, which says where the schema of its namespace is."""
        node = etree.Element(self._in + name, nsmap=dict(namespaces))
        node.set(f"{{{XSI}}}schemaLocation", f"{self._in[1:-1]} {schema}")
        return node

    def __call__(
        self, parent: Node, name: str, text: str = "", attributes: Mapping[str, str] | None = None
    ) -> Node:
        node = etree.SubElement(parent, self._in + name)
        if text:
            try:
                node.text = text
            except ValueError:
                node.text = fit(text)
        for label, value in (attributes or {}).items():
            node.set(label, fit(value))
        return node


def fit(text: str) -> str:
    """The text with U+FFFD for each character that XML 1.0 (section 2.2) has no way to write."""
    return _UNFIT.sub("\ufffd", text)


def as_bytes(root: Node) -> bytes:
    """The document in UTF-8, a line an element, the same bytes for the same elements."""
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written
