"""A revision in a bag as METS 1.12: which documents describe the item, which files it has, and how they belong together.

Source: https://www.loc.gov/standards/mets/mets.xsd. Places are relative to the document, so that they hold wherever
the bag lies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from archive.exchange import oai_dc
from archive.exchange.dublin_core import Pairs
from archive.exchange.elements import XLINK, XSI, Maker, Node, as_bytes, fit
from archive.exchange.recorded import Record

METS = "http://www.loc.gov/METS/"
SCHEMA = "https://www.loc.gov/standards/mets/mets.xsd"
UP_TO_THE_BAG = "../.."
DUBLIN_CORE, WHOLE_RECORD, PROVENANCE = "dublin-core", "record", "provenance"

_make = Maker(METS)


def mets(record: Record, said: Pairs, beside: Mapping[str, bytes]) -> bytes:
    """The document; `beside` holds record.json and premis.xml as they lie in the same folder."""
    root = _make.root("mets", {None: METS, "xlink": XLINK, "xsi": XSI}, SCHEMA)
    item_id, title = record["item"]["id"], record["description"]["title"]
    for name, value in (("OBJID", item_id), ("LABEL", title), ("TYPE", "item")):
        _label(root, name, value)
    header = _make(root, "metsHdr", attributes={"RECORDSTATUS": record["item"]["state"]})
    software = {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "software"}
    _make(_make(header, "agent", attributes=software), "name", "Remembrance")
    _descriptions(root, said, beside["record.json"])
    provenance = _make(_make(root, "amdSec"), "digiprovMD", attributes={"ID": PROVENANCE})
    _refer(provenance, "premis.xml", beside["premis.xml"], "text/xml", {"MDTYPE": "PREMIS"})
    if record["files"]:
        _files(root, record["files"])
    _as_given(root, record["files"], title)
    _as_belongs(root, record["files"], title)
    return as_bytes(root)


def _descriptions(root: Node, said: Pairs, whole: bytes) -> None:
    dublin_core = _make(root, "dmdSec", attributes={"ID": DUBLIN_CORE})
    wrap = _make(dublin_core, "mdWrap", attributes={"MDTYPE": "DC", "MIMETYPE": "text/xml"})
    _make(wrap, "xmlData").append(oai_dc.element(said))
    record = _make(root, "dmdSec", attributes={"ID": WHOLE_RECORD})
    kind = {"MDTYPE": "OTHER", "OTHERMDTYPE": "remembrance-record"}
    _refer(record, "record.json", whole, "application/json", kind)


def _refer(parent: Node, name: str, data: bytes, media_type: str, kind: Mapping[str, str]) -> None:
    """Refer to a file of the same folder, with its size and SHA-512."""
    where = {"LOCTYPE": "URL", f"{{{XLINK}}}href": name, f"{{{XLINK}}}type": "simple"}
    sums = {"SIZE": str(len(data)), "CHECKSUM": hashlib.sha512(data).hexdigest(), "CHECKSUMTYPE": "SHA-512"}
    _make(parent, "mdRef", attributes={**kind, **where, "MIMETYPE": media_type, **sums})


def _files(root: Node, files: Sequence[dict[str, Any]]) -> None:
    """The originals, a group for each role, in the order in which the roles first come."""
    section = _make(root, "fileSec")
    groups: dict[str, Node] = {}
    for file in files:
        role = file["role"]
        if role not in groups:
            groups[role] = _make(section, "fileGrp", attributes={"USE": role})
        said = {"ID": _id(file["id"]), "SEQ": str(file["position"]), "SIZE": str(file["size"])}
        sums = {"CHECKSUM": file["sha512"], "CHECKSUMTYPE": "SHA-512", "ADMID": PROVENANCE}
        media_type = {"MIMETYPE": file["media_type"]} if file["media_type"] else {}
        one = _make(groups[role], "file", attributes={**said, **media_type, **sums})
        href = f"{UP_TO_THE_BAG}/data/{file['safe_name']}"
        place = {"LOCTYPE": "URL", f"{{{XLINK}}}href": href, f"{{{XLINK}}}type": "simple"}
        _make(one, "FLocat", attributes=place)


def _as_given(root: Node, files: Sequence[dict[str, Any]], title: str) -> None:
    """Every file, one after another: what lies in the bag."""
    item = _item(root, "physical", title)
    for order, file in enumerate(files, start=1):
        _division(item, order, file)


def _as_belongs(root: Node, files: Sequence[dict[str, Any]], title: str) -> None:
    """Every original with what accompanies it below it: what belongs to what."""
    item = _item(root, "logical", title)
    heads = {file["id"]: file for file in files if file["accompanies_id"] is None}
    below: dict[str, list[dict[str, Any]]] = {}
    for file in files:
        beside = file["accompanies_id"] if file["accompanies_id"] in heads else ""
        if file["id"] not in heads:
            below.setdefault(beside, []).append(file)
    for order, head in enumerate([*heads.values(), *below.get("", [])], start=1):
        division = _division(item, order, head)
        for place, file in enumerate(below.get(head["id"], []), start=1):
            _division(division, place, file)


def _item(root: Node, kind: str, title: str) -> Node:
    about = {"TYPE": "item", "DMDID": f"{DUBLIN_CORE} {WHOLE_RECORD}", "ADMID": PROVENANCE}
    item = _make(_make(root, "structMap", attributes={"TYPE": kind}), "div", attributes=about)
    _label(item, "LABEL", title)
    return item


def _division(parent: Node, order: int, file: dict[str, Any]) -> Node:
    division = _make(parent, "div", attributes={"TYPE": file["role"], "ORDER": str(order)})
    _label(division, "LABEL", file["title"] or file["given_name"])
    _make(division, "fptr", attributes={"FILEID": _id(file["id"])})
    return division


def _label(node: Node, name: str, value: str) -> None:
    """Set an attribute on one line; one without a value is left out."""
    if line := " ".join(fit(value).split()):
        node.set(name, line)


def _id(file_id: str) -> str:
    """A file's id as XML allows one: it may not begin with a digit."""
    return f"file-{file_id}"
