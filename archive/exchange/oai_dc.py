"""Simple Dublin Core in XML: the oai_dc of the Open Archives Initiative, its fifteen elements and no other."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from archive.exchange.dublin_core import Pairs
from archive.exchange.elements import add, as_bytes, outermost

NAMESPACES = {
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"


def oai_dc(said: Pairs) -> bytes:
    """A document of what `dublin_core` says of an item."""
    return as_bytes(element(said))


def element(said: Pairs) -> Element:
    """The same as one element, to be put into another document."""
    holder = outermost("oai_dc:dc", NAMESPACES, SCHEMA)
    for name, content in said:
        add(holder, name.replace("DC.", "dc:", 1), content)
    return holder
