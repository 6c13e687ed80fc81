"""A collection and its items as a finding aid: EAD3 1.1.1 (Society of American Archivists), written while it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from lxml import etree

from archive.exchange.described import Described, one_line, points
from archive.plain_text import plain

NAMESPACE = "http://ead3.archivists.org/schema/"
# MARC relators: who made it, and who had to do with it.
CREATOR, OTHER = "cre", "ctb"
TEXTS = ("title", "kind", "date_words", "description", "rights", "rights_uri", "source")
LISTS = ("creators", "subjects", "places", "languages")


@dataclass(frozen=True)
class FileDescribed:
    """A file of an item: its title, and its format in words; what nobody said is ""."""

    title: str
    format: str = ""


@dataclass(frozen=True)
class CollectionDescribed:
    """A collection: `slug` tells it from others, `on` is the day (ISO 8601) of its newest item, `keeper` who keeps it."""

    slug: str
    title: str
    description: str
    archive: str
    keeper: str
    on: str


@dataclass(frozen=True)
class Component:
    """An item with its files, and the items that are parts of it, in their order."""

    item: Described
    files: tuple[FileDescribed, ...] = ()
    parts: tuple[Component, ...] = ()


def write_ead(target: BinaryIO, collection: CollectionDescribed, items: Iterable[Component]) -> None:
    """Write a collection, its items with their parts, and their files as one EAD3 document (UTF-8).

    Memory stays flat however many items there are; one with its parts is held at a time.
    """
    with etree.xmlfile(target, encoding="utf-8") as document:
        document.write_declaration()
        with document.element(_name("ead"), nsmap={None: NAMESPACE}):
            document.write(_control(collection))
            with document.element(_name("archdesc"), level="collection"):
                document.write(_collection_did(collection))
                if _is_said(collection.description):
                    document.write(_paragraphs("scopecontent", collection.description))
                with document.element(_name("dsc"), dsctype="combined"):
                    for one in items:
                        document.write(_component(one))
    target.write(b"\n")


def _control(collection: CollectionDescribed) -> etree._Element:
    control = _element("control", langencoding="iso639-3", dateencoding="otherdateencoding")
    _under(control, "recordid", collection.slug)
    with _in(_in_tree(control, "filedesc"), "titlestmt") as statement:
        _under(statement, "titleproper", collection.title)
    _under(control, "maintenancestatus", value="derived")
    with _in(control, "maintenanceagency") as agency:
        _under(agency, "agencyname", collection.keeper or collection.archive)
    with _in(_in_tree(control, "maintenancehistory"), "maintenanceevent") as event:
        _under(event, "eventtype", value="derived")
        _under(event, "eventdatetime", collection.on, standarddatetime=collection.on)
        _under(event, "agenttype", value="machine")
        _under(event, "agent", "Remembrance")
    return control


def _collection_did(collection: CollectionDescribed) -> etree._Element:
    did = _element("did")
    with _in(_in_tree(did, "repository"), "corpname") as name:
        _under(name, "part", collection.keeper or collection.archive)
    _under(did, "unittitle", collection.title)
    _under(did, "unitid", collection.slug)
    return did


def _said(item: Described) -> Described:
    """The item without what holds no letter that XML can: no schema has room for an element of nothing."""
    texts: dict[str, Any] = {name: "" for name in TEXTS if not _is_said(getattr(item, name))}
    kept: dict[str, Any] = {name: tuple(filter(_is_said, getattr(item, name))) for name in LISTS}
    others = tuple(one for one in item.others if _is_said(one[1]))
    return replace(item, **texts, **kept, others=others)


def _is_said(text: str) -> bool:
    return bool(plain(text).strip())


def _component(one: Component) -> etree._Element:
    item = _said(one.item)
    component = _element("c", level="item", id=f"item-{item.id}")
    did = _in_tree(component, "did")
    _under(did, "unittitle", item.title or item.id)
    _under(did, "unitid", item.id)
    _date(did, item)
    if item.creators:
        origination = _in_tree(did, "origination")
        for name in item.creators:
            _named(origination, "name", name, CREATOR)
    _languages(did, item.languages)
    _under(did, "dao", daotype="derived", href=item.address, linktitle=one_line(item.title) or item.id)
    if item.description:
        component.append(_paragraphs("scopecontent", item.description))
    if item.rights or item.rights_uri:
        component.append(
            _paragraphs("userestrict", "\n\n".join(filter(None, (item.rights, item.rights_uri))))
        )
    if item.source:
        component.append(_paragraphs("custodhist", item.source))
    _access_points(component, item)
    for number, file in enumerate(one.files, start=1):
        component.append(_file(item, number, file))
    for part in one.parts:
        component.append(_component(part))
    return component


def _file(item: Described, number: int, file: FileDescribed) -> etree._Element:
    component = _element("c", level="file", id=f"item-{item.id}-file-{number}")
    did = _in_tree(component, "did")
    _under(did, "unittitle", file.title if _is_said(file.title) else f"{item.title or item.id}, {number}")
    _under(did, "unitid", f"{item.id}/{number}")
    if _is_said(file.format):
        _under(did, "physdesc", file.format)
    return component


def _date(did: etree._Element, item: Described) -> None:
    """The date in words, and as ISO 8601 for programs where it is one day, month, year, or two of them."""
    if not item.date_edtf:
        return
    iso = item.date_edtf.rstrip("~?%") if points(item.date_edtf) else ""
    _under(did, "unitdate", item.date_words or item.date_edtf, **({"normal": iso} if iso else {}))


def _languages(did: etree._Element, codes: tuple[str, ...]) -> None:
    if codes:
        material = _in_tree(did, "langmaterial")
        for code in codes:
            _under(
                material,
                "language",
                code,
                **({"langcode": code} if code.isascii() and code.isalnum() else {}),
            )


def _access_points(component: etree._Element, item: Described) -> None:
    if not (item.others or item.subjects or item.places or item.kind):
        return
    access = _in_tree(component, "controlaccess")
    for name in item.names_of():
        _named(access, "name", name, OTHER)
    for tag, words in (("subject", item.subjects), ("geogname", item.places), ("genreform", (item.kind,))):
        for word in filter(None, words):
            _named(access, tag, word)


def _named(parent: etree._Element, tag: str, words: str, relator: str = "") -> None:
    with _in(parent, tag, **({"relator": relator} if relator else {})) as name:
        _under(name, "part", words)


def _paragraphs(tag: str, text: str) -> etree._Element:
    element = _element(tag)
    for paragraph in filter(_is_said, text.split("\n\n")):
        _under(element, "p", paragraph)
    return element


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def _element(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(_name(tag), attributes, nsmap={None: NAMESPACE})


def _in_tree(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _name(tag), attributes)


@contextmanager
def _in(parent: etree._Element, tag: str, **attributes: str) -> Iterator[etree._Element]:
    yield _in_tree(parent, tag, **attributes)


def _under(parent: etree._Element, tag: str, text: str = "", **attributes: str) -> None:
    """An element with text on one line, as far as XML can hold it."""
    element = _in_tree(parent, tag, **attributes)
    if text:
        element.text = plain(" ".join(text.split()))
