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
_PREMIS = ("{http://www.loc.gov/premis/v3}", "{info:lc/xmlns/premis-v2}")
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


def read_original_names(data: bytes) -> dict[str, str]:
    """How files were called before another program renamed them, by their checksum (lower-case hex), as PREMIS says it.

    By itself or within METS. BadInputError (`xml-unreadable`).
    """
    if len(data) > LARGEST:
        raise _unreadable()
    found: dict[str, str] = {}
    sums: list[str] = []
    name = ""
    try:
        for tag, node in _ended(data):
            match tag.rpartition("}")[2] if tag.startswith(_PREMIS) else "":
                case "messageDigest":
                    sums.append((node.text or "").strip().lower())
                case "originalName":
                    name = (node.text or "").strip()
                case "object":
                    found |= {one: name for one in sums if one and name}
                    sums, name = [], ""
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
