"""Simple Dublin Core in XML: the oai_dc of the Open Archives Initiative, its fifteen elements and no other."""

from __future__ import annotations

from archive.exchange.dublin_core import Pairs
from archive.exchange.elements import XSI, Maker, Node, as_bytes

DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

_holder, _element = Maker(OAI_DC), Maker(DC)


def oai_dc(said: Pairs) -> bytes:
    """A document of what `dublin_core` says of an item."""
    return as_bytes(element(said))


def element(said: Pairs) -> Node:
    """The same as one element, to be put into another document."""
    holder = _holder.root("dc", {"oai_dc": OAI_DC, "dc": DC, "xsi": XSI}, SCHEMA)
    for name, content in said:
        _element(holder, name.removeprefix("DC."), content)
    return holder
