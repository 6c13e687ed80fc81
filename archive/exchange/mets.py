"""A revision in a bag as METS 1.12: which documents describe the item, which files it has, and how they belong together.

Source: https://www.loc.gov/standards/mets/mets.xsd. Places are relative to the document, so that they hold wherever
the bag lies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from archive.exchange import oai_dc
from archive.exchange.alike import Alike
from archive.exchange.dublin_core import Pairs
from archive.exchange.elements import XLINK, add, add_written, as_bytes, outermost
from archive.exchange.recorded import Record

METS = "http://www.loc.gov/METS/"
SCHEMA = "https://www.loc.gov/standards/mets/mets.xsd"
UP_TO_THE_BAG = "../.."
DUBLIN_CORE, WHOLE_RECORD, PROVENANCE = "dublin-core", "record", "provenance"


def mets(record: Record, said: Pairs, beside: Mapping[str, bytes]) -> bytes:
    """The document; `beside` holds record.json and premis.xml as they lie in the same folder."""
    root = outermost("mets", {"": METS, "xlink": XLINK}, SCHEMA)
    item_id, title = record["item"]["id"], record["description"]["title"]
    for name, value in (("OBJID", item_id), ("LABEL", title), ("TYPE", "item")):
        _label(root, name, value)
    header = add(root, "metsHdr", attributes={"RECORDSTATUS": record["item"]["state"]})
    software = {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "software"}
    add(add(header, "agent", attributes=software), "name", "Remembrance")
    _descriptions(root, said, beside["record.json"])
    provenance = add(add(root, "amdSec"), "digiprovMD", attributes={"ID": PROVENANCE})
    _refer(provenance, "premis.xml", beside["premis.xml"], "text/xml", {"MDTYPE": "PREMIS"})
    if record["files"]:
        _files(root, record["files"])
    _as_given(root, record["files"], title)
    _as_belongs(root, record["files"], title)
    return as_bytes(root)


def _descriptions(root: Element, said: Pairs, whole: bytes) -> None:
    dublin_core = add(root, "dmdSec", attributes={"ID": DUBLIN_CORE})
    wrap = add(dublin_core, "mdWrap", attributes={"MDTYPE": "DC", "MIMETYPE": "text/xml"})
    add(wrap, "xmlData").append(oai_dc.element(said))
    record = add(root, "dmdSec", attributes={"ID": WHOLE_RECORD})
    kind = {"MDTYPE": "OTHER", "OTHERMDTYPE": "remembrance-record"}
    _refer(record, "record.json", whole, "application/json", kind)


def _refer(parent: Element, name: str, data: bytes, media_type: str, kind: Mapping[str, str]) -> None:
    """Refer to a file of the same folder, with its size and SHA-512."""
    where = {"LOCTYPE": "URL", "xlink:href": name, "xlink:type": "simple"}
    sums = {"SIZE": str(len(data)), "CHECKSUM": hashlib.sha512(data).hexdigest(), "CHECKSUMTYPE": "SHA-512"}
    add(parent, "mdRef", attributes={**kind, **where, "MIMETYPE": media_type, **sums})


def _files(root: Element, files: Sequence[dict[str, Any]]) -> None:
    """The originals, a group for each role, in the order in which the roles first come."""
    section = add(root, "fileSec")
    alike = Alike(_file, depth=3, quoted=True)
    groups: dict[str, list[str]] = {}
    for file in files:
        values = {
            "id": _id(file["id"]),
            "position": str(file["position"]),
            "size": str(file["size"]),
            "media_type": file["media_type"] or "",
            "sha512": file["sha512"],
            "safe_name": file["safe_name"],
        }
        groups.setdefault(file["role"], []).append(alike.filled(values))
    for role, written in groups.items():
        add_written(add(section, "fileGrp", attributes={"USE": role}), "\n".join(written))


def _file(group: Element, file: Mapping[str, str]) -> None:
    said = {"ID": file["id"], "SEQ": file["position"], "SIZE": file["size"]}
    sums = {"CHECKSUM": file["sha512"], "CHECKSUMTYPE": "SHA-512", "ADMID": PROVENANCE}
    media_type = {"MIMETYPE": file["media_type"]} if file["media_type"] else {}
    one = add(group, "file", attributes={**said, **media_type, **sums})
    href = f"{UP_TO_THE_BAG}/data/{file['safe_name']}"
    add(one, "FLocat", attributes={"LOCTYPE": "URL", "xlink:href": href, "xlink:type": "simple"})


def _as_given(root: Element, files: Sequence[dict[str, Any]], title: str) -> None:
    """Every file, one after another: what lies in the bag."""
    alone = Alike(_division, depth=3, quoted=True)
    written = (alone.filled(_placed(order, file)) for order, file in enumerate(files, start=1))
    add_written(_item(root, "physical", title), "\n".join(written))


def _as_belongs(root: Element, files: Sequence[dict[str, Any]], title: str) -> None:
    """Every original with what accompanies it below it: what belongs to what."""
    item = _item(root, "logical", title)
    alone = Alike(_division, depth=3, quoted=True)
    heads = {file["id"]: file for file in files if file["accompanies_id"] is None}
    below: dict[str, list[dict[str, Any]]] = {}
    for file in files:
        beside = file["accompanies_id"] if file["accompanies_id"] in heads else ""
        if file["id"] not in heads:
            below.setdefault(beside, []).append(file)
    for order, head in enumerate([*heads.values(), *below.get("", [])], start=1):
        placed, beside = _placed(order, head), below.get(head["id"], [])
        if not beside:
            add_written(item, alone.filled(placed))
            continue
        division = _division(item, placed)
        for place, file in enumerate(beside, start=1):
            _division(division, _placed(place, file))


def _item(root: Element, kind: str, title: str) -> Element:
    about = {"TYPE": "item", "DMDID": f"{DUBLIN_CORE} {WHOLE_RECORD}", "ADMID": PROVENANCE}
    item = add(add(root, "structMap", attributes={"TYPE": kind}), "div", attributes=about)
    _label(item, "LABEL", title)
    return item


def _placed(order: int, file: dict[str, Any]) -> dict[str, str]:
    """What is said of a file where it stands among others."""
    label = _line(file["title"] or file["given_name"])
    return {"role": file["role"], "order": str(order), "label": label, "id": _id(file["id"])}


def _division(parent: Element, placed: Mapping[str, str]) -> Element:
    division = add(parent, "div", attributes={"TYPE": placed["role"], "ORDER": placed["order"]})
    _label(division, "LABEL", placed["label"])
    add(division, "fptr", attributes={"FILEID": placed["id"]})
    return division


def _label(node: Element, name: str, value: str) -> None:
    """Set an attribute on one line; one without a value is left out."""
    if line := _line(value):
        node.set(name, line)


def _line(text: str) -> str:
    return " ".join(text.split())


def _id(file_id: str) -> str:
    """A file's id as XML allows one: it may not begin with a digit."""
    return f"file-{file_id}"
