"""The record of an item as PREMIS 3: what is kept, what was done to it, by whom, and what may be done with it.

Source: PREMIS Data Dictionary 3.0 and https://www.loc.gov/standards/premis/premis.xsd. The item is the intellectual
entity, its files together are the one representation of it, each file is an object of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from archive.exchange.alike import Alike
from archive.exchange.elements import add, add_written, as_bytes, outermost
from archive.exchange.premis_events import event_type
from archive.exchange.premis_rights import LOCAL, add_rights, identify, statements
from archive.exchange.recorded import Record

PREMIS = "http://www.loc.gov/premis/v3"
SCHEMA = "https://www.loc.gov/standards/premis/premis.xsd"
SOFTWARE = "pipeline"
UNKNOWN = "unknown"
# What somebody made out of another file of the item; other files lie beside theirs.
DERIVED = frozenset({"transcript", "machine-transcript", "captions", "translation"})
SIGNIFICANT = ("pages", "width", "height", "duration_ms")
AS_BYTES = "given_bytes"


def premis(record: Record) -> bytes:
    """The document; days only, as in the record, and no name of anybody who did something."""
    root = outermost("premis", {"": PREMIS}, SCHEMA)
    root.set("version", "3.0")
    item_id = record["item"]["id"]
    _entity(root, record, item_id)
    _representation(root, record["files"], item_id)
    _files(root, record["files"])
    for event in record["events"]:
        _event(root, event, item_id)
    for agent in sorted({event["agent"] for event in record["events"]}):
        _agent(root, agent)
    add_rights(root, record, item_id)
    return as_bytes(root)


def representation_id(item_id: str) -> str:
    """How the files of an item are named when all of them are meant."""
    return f"{item_id}/representation"


def _entity(root: Element, record: Record, item_id: str) -> None:
    entity = _object(root, "intellectualEntity", item_id)
    _relate(entity, "structural", "is represented by", representation_id(item_id))
    for name, _ in statements(record, item_id):
        identify(entity, "linkingRightsStatementIdentifier", LOCAL, name)


def _representation(root: Element, files: list[dict[str, Any]], item_id: str) -> None:
    whole = _object(root, "representation", representation_id(item_id))
    _relate(whole, "structural", "represents", item_id)
    if files:
        parts = Alike(_part, depth=3)
        relationship = _related(whole, "structural", "has part")
        add_written(relationship, "\n".join(parts.filled({"id": file["id"]}) for file in files))


def _part(relationship: Element, file: Mapping[str, str]) -> None:
    identify(relationship, "relatedObjectIdentifier", LOCAL, file["id"])


def _files(root: Element, files: list[dict[str, Any]]) -> None:
    objects = Alike(_file, depth=1)
    written = (
        objects.filled(_values(file), file["role"] if file["accompanies_id"] else "") for file in files
    )
    add_written(root, "\n".join(written))


def _values(file: dict[str, Any]) -> dict[str, str]:
    """What is told of a file, where there is something to tell."""
    told = {name: "" if file[name] is None else str(file[name]) for name in SIGNIFICANT}
    return told | {
        "id": file["id"],
        "sha512": file["sha512"],
        "size": str(file["size"]),
        "format": file["format_name"] or file["media_type"] or UNKNOWN,
        "pronom": file["puid"] if "/" in file["puid"] else "",
        "media_type": file["media_type"] or "",
        "given_name": file["given_name"],
        # Older records have none.
        AS_BYTES: file.get("given_bytes", ""),
        "safe_name": file["safe_name"],
        "accompanies": file["accompanies_id"] or "",
    }


def _file(root: Element, file: Mapping[str, str], role: str) -> None:
    one = _object(root, "file", file["id"])
    for name in (*SIGNIFICANT, AS_BYTES):
        if file[name]:
            properties = add(one, "significantProperties")
            add(properties, "significantPropertiesType", "name as bytes" if name == AS_BYTES else name)
            add(properties, "significantPropertiesValue", file[name])
    _characteristics(one, file)
    add(one, "originalName", file["given_name"])
    location = add(add(one, "storage"), "contentLocation")
    add(location, "contentLocationType", "path in the bag")
    add(location, "contentLocationValue", f"data/{file['safe_name']}")
    if file["accompanies"]:
        kind = ("derivation", "has source") if role in DERIVED else ("logical", "accompanies")
        _relate(one, *kind, file["accompanies"])


def _characteristics(one: Element, file: Mapping[str, str]) -> None:
    said = add(one, "objectCharacteristics")
    fixity = add(said, "fixity")
    add(fixity, "messageDigestAlgorithm", "SHA-512")
    add(fixity, "messageDigest", file["sha512"])
    add(said, "size", file["size"])
    form = add(said, "format")
    add(add(form, "formatDesignation"), "formatName", file["format"])
    if file["pronom"]:
        registry = add(form, "formatRegistry")
        add(registry, "formatRegistryName", "PRONOM")
        add(registry, "formatRegistryKey", file["pronom"])
    if file["media_type"]:
        add(form, "formatNote", f"media type: {file['media_type']}")


def _event(root: Element, event: dict[str, Any], item_id: str) -> None:
    """An event; `eventDetail` is what the record says of it, as the same JSON."""
    one = add(root, "event")
    identify(one, "eventIdentifier", LOCAL, f"{item_id}/event/{event['sequence']}")
    word, where = event_type(event["kind"])
    add(one, "eventType", word, where)
    add(one, "eventDateTime", event["at"][:10])
    detail = {"kind": event["kind"], **event["detail"]}
    written = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    add(add(one, "eventDetailInformation"), "eventDetail", written)
    add(add(one, "eventOutcomeInformation"), "eventOutcome", event["outcome"])
    identify(one, "linkingAgentIdentifier", LOCAL, event["agent"])
    identify(one, "linkingObjectIdentifier", LOCAL, item_id)


def _agent(root: Element, agent: str) -> None:
    """Who did something: the archive's own software, a role, or a user's id, of whom no name is kept here."""
    one = add(root, "agent")
    identify(one, "agentIdentifier", LOCAL, agent)
    add(one, "agentName", "Remembrance" if agent == SOFTWARE else agent)
    add(one, "agentType", "software" if agent == SOFTWARE else "person")


def _object(root: Element, category: str, name: str) -> Element:
    one = add(root, "object", attributes={"xsi:type": category})
    identify(one, "objectIdentifier", LOCAL, name)
    return one


def _relate(one: Element, kind: str, how: str, to: str) -> None:
    identify(_related(one, kind, how), "relatedObjectIdentifier", LOCAL, to)


def _related(one: Element, kind: str, how: str) -> Element:
    relationship = add(one, "relationship")
    add(relationship, "relationshipType", kind)
    add(relationship, "relationshipSubType", how)
    return relationship
