"""A small reader for XMP packets (ISO 16684-1): simple properties and the members of lists; no entity is ever resolved."""

from __future__ import annotations

import re
from xml.parsers import expat

from ingest.parcel import Says

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LONGEST = 1 << 20
WORDS = {
    "http://purl.org/dc/elements/1.1/ title": "title",
    "http://purl.org/dc/elements/1.1/ description": "caption",
    "http://purl.org/dc/elements/1.1/ creator": "creator",
    "http://purl.org/dc/elements/1.1/ rights": "rights",
    "http://purl.org/dc/elements/1.1/ subject": "keywords",
    "http://ns.adobe.com/photoshop/1.0/ City": "place",
    "http://ns.adobe.com/photoshop/1.0/ Country": "country",
    "http://ns.adobe.com/photoshop/1.0/ DateCreated": "date_taken",
    "http://ns.adobe.com/exif/1.0/ DateTimeOriginal": "date_taken",
    "http://ns.adobe.com/exif/1.0/ GPSLatitude": "latitude",
    "http://ns.adobe.com/exif/1.0/ GPSLongitude": "longitude",
}


class Unreadable(Exception):
    """The packet is too long, not well formed, or declares a document type."""


def says(packet: bytes) -> Says:
    """Return the properties of a packet that we have a word for; places in decimal degrees."""
    found: Says = {}
    for name, values in _properties(packet).items():
        word = WORDS.get(name)
        values = [value.strip()[:4000] for value in values if value.strip()]
        if not word or not values:
            continue
        if word in ("latitude", "longitude"):
            degrees = _degrees(values[0])
            if degrees is not None:
                found[word] = degrees
        else:
            found[word] = values if word == "keywords" else "; ".join(dict.fromkeys(values))
    if ("latitude" in found) != ("longitude" in found):
        found.pop("latitude", None), found.pop("longitude", None)
    return found


def _properties(packet: bytes) -> dict[str, list[str]]:
    if len(packet) > LONGEST:
        raise Unreadable
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    path: list[str] = []
    found: dict[str, list[str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name)
        for attribute, value in attributes.items():
            found.setdefault(attribute, []).append(value)

    def characters(data: str) -> None:
        holder = next((name for name in reversed(path) if not name.startswith(RDF)), "")
        found.setdefault(holder, []).append(data)

    def refuse(*_: object) -> None:
        raise Unreadable

    parser.StartElementHandler, parser.CharacterDataHandler = start, characters
    parser.EndElementHandler = lambda _name: path.pop()
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(packet.strip(b"\0 \n"), True)
    except (expat.ExpatError, ValueError) as error:
        raise Unreadable from error
    return found


def _degrees(value: str) -> float | None:
    """`47,37.6302N` or `47,37,38N` (XMP specification part 2, GPSCoordinate) as decimal degrees."""
    match = re.fullmatch(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])", value)
    if not match:
        return None
    degrees = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    return round(-degrees if match[4] in "SW" else degrees, 7)
