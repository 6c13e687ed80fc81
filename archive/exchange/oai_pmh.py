"""The Open Archives Initiative Protocol for Metadata Harvesting, version 2.0: what is asked, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree.ElementTree import Element

from archive.exchange import oai_dc
from archive.exchange.dublin_core import Pairs
from archive.exchange.elements import add, as_bytes, outermost

MEDIA_TYPE = "text/xml"
NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
PREFIX = "oai_dc"
Fill = Callable[[Element], None]


@dataclass(frozen=True)
class Repository:
    """Who answers: its name, the address that is asked, an address to write to, the first day of any record."""

    name: str
    address: str
    email: str
    earliest: date


@dataclass(frozen=True)
class Record:
    """A record as it is told: its identifier, day and set; `said` is None where it is deleted."""

    identifier: str
    changed_on: date
    collection: str
    said: Pairs | None


@dataclass(frozen=True)
class More:
    """That a list goes on, with the token to ask on by; an empty one says that this was the end of a list begun before."""

    token: str
    cursor: int
    expires: date | None = None


def answer(address: str, asked: Mapping[str, str], at: datetime, fill: Fill) -> bytes:
    """The document that answers at `at` what was asked of `address` (section 3.2)."""
    root = outermost("OAI-PMH", {"": NAMESPACE}, SCHEMA)
    add(root, "responseDate", at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    add(root, "request", address, asked)
    fill(root)
    return as_bytes(root)


def refusal(code: str, words: str) -> Fill:
    """That nothing can be answered, and why (section 3.6)."""

    def fill(root: Element) -> None:
        add(root, "error", words, {"code": code})

    return fill


def identify(about: Repository) -> Fill:
    """Who answers, and that only days are known, and that what is gone stays told (section 4.2)."""

    def fill(root: Element) -> None:
        node = add(root, "Identify")
        add(node, "repositoryName", about.name)
        add(node, "baseURL", about.address)
        add(node, "protocolVersion", "2.0")
        add(node, "adminEmail", about.email)
        add(node, "earliestDatestamp", about.earliest.isoformat())
        add(node, "deletedRecord", "persistent")
        add(node, "granularity", "YYYY-MM-DD")

    return fill


def metadata_formats(root: Element) -> None:
    """In which form records are told (section 4.4)."""
    node = add(add(root, "ListMetadataFormats"), "metadataFormat")
    add(node, "metadataPrefix", PREFIX)
    add(node, "schema", oai_dc.SCHEMA)
    add(node, "metadataNamespace", oai_dc.NAMESPACES["oai_dc"])


def sets(found: Iterable[tuple[str, str, str]]) -> Fill:
    """The sets, each as its name in requests, its title and what it is about (section 4.6)."""

    def fill(root: Element) -> None:
        holder = add(root, "ListSets")
        for spec, name, about in found:
            node = add(holder, "set")
            add(node, "setSpec", spec)
            add(node, "setName", name)
            if about:
                add(node, "setDescription").append(oai_dc.element((("DC.description", about),)))

    return fill


def identifiers(found: Sequence[Record], more: More | None) -> Fill:
    """Headers alone (section 4.3)."""

    def fill(root: Element) -> None:
        holder = add(root, "ListIdentifiers")
        for one in found:
            _header(holder, one)
        _go_on(holder, more)

    return fill


def records(found: Sequence[Record], more: More | None) -> Fill:
    """Whole records (section 4.5)."""

    def fill(root: Element) -> None:
        holder = add(root, "ListRecords")
        for one in found:
            _record(holder, one)
        _go_on(holder, more)

    return fill


def record(found: Record) -> Fill:
    """One record (section 4.1)."""
    return lambda root: _record(add(root, "GetRecord"), found)


def _record(holder: Element, one: Record) -> None:
    node = add(holder, "record")
    _header(node, one)
    if one.said is not None:
        add(node, "metadata").append(oai_dc.element(one.said))


def _header(holder: Element, one: Record) -> None:
    node = add(holder, "header", attributes=None if one.said is not None else {"status": "deleted"})
    add(node, "identifier", one.identifier)
    add(node, "datestamp", one.changed_on.isoformat())
    if one.collection:
        add(node, "setSpec", one.collection)


def _go_on(holder: Element, more: More | None) -> None:
    if more is None:
        return
    known = {"expirationDate": f"{more.expires.isoformat()}T00:00:00Z"} if more.expires else {}
    add(holder, "resumptionToken", more.token, {**known, "cursor": str(more.cursor)})
