"""Reads what other programs say of a thing in XML: Dublin Core by itself, within METS, and as DSpace writes it.

Nothing that a document points to is ever fetched, and no entity of it is expanded.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from lxml import etree

from archive.models.errors import BadInputError

LARGEST = 32 << 20
"""Bytes: a description that is larger is none."""
MOST = 1000
"""Statements that are read of one document."""

_DUBLIN_CORE = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
_METS = "http://www.loc.gov/METS/"

Statements = list[tuple[str, str]]


def read_dublin_core(data: bytes) -> Statements:
    """What a document says in Dublin Core, in order: (term, words); of METS what its first such section says.

    A term has a qualifier where DSpace gives it one: `contributor.author`. BadInputError (`xml-unreadable`).
    """
    if len(data) > LARGEST:
        raise _unreadable()
    found: Statements = []
    try:
        for tag, node in _ended(data):
            if tag == f"{{{_METS}}}dmdSec":
                if found:
                    break
            elif (term := _term(tag, node)) and (words := "".join(node.itertext()).strip()):
                found.append((term, words))
            if len(found) >= MOST:
                break
    except (etree.LxmlError, ValueError) as error:
        raise _unreadable() from error
    return found


def _ended(data: bytes) -> Iterator[tuple[str, etree._Element]]:
    parsing = etree.iterparse(
        io.BytesIO(data), events=("end",), resolve_entities=False, no_network=True, load_dtd=False
    )
    for _, node in parsing:
        if isinstance(node.tag, str):
            yield node.tag, node


def _term(tag: str, node: etree._Element) -> str:
    for namespace in _DUBLIN_CORE:
        if tag.startswith(f"{{{namespace}}}"):
            return tag.rpartition("}")[2]
    if tag == "dcvalue":
        element, qualifier = node.get("element", ""), node.get("qualifier", "none")
        return element if qualifier in ("", "none") else f"{element}.{qualifier}"
    return ""


def _unreadable() -> BadInputError:
    return BadInputError("It cannot be read as XML.", code="xml-unreadable")
