"""An item in the words of schema.org, as JSON-LD (`ArchiveComponent`, schema.org 15.0 and later)."""

from __future__ import annotations

import json
from typing import Any

from archive.exchange.citation import person_parts
from archive.exchange.described import Copy, Described, points

# What else a thing of each kind is.
KINDS = {
    "still-image": "ImageObject",
    "sound": "AudioObject",
    "moving-image": "VideoObject",
    "dataset": "Dataset",
    "interactive-resource": "WebSite",
}
# Whoever is shown had no part in making it.
SHOWN = "depicted"
MEDIA = {"image": "ImageObject", "audio": "AudioObject", "video": "VideoObject"}


def schema_org(item: Described) -> str:
    """The item as one JSON-LD document; what nobody said is left out."""
    helped = dict.fromkeys(name for role, name in item.others if role != SHOWN)
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["ArchiveComponent", KINDS[item.kind]] if item.kind in KINDS else "ArchiveComponent",
        "@id": item.address,
        "url": item.address,
        "identifier": item.id,
        "name": item.title,
        "description": item.description,
        "creator": [_agent(item, name) for name in item.creators],
        "contributor": [_agent(item, name) for name in helped],
        "about": [*item.subjects, *(_agent(item, name) for name in item.names_of(SHOWN))],
        "spatialCoverage": [{"@type": "Place", "name": name} for name in item.places],
        # EDTF is ISO 8601-2, which schema.org asks for; what is one day, month or year is said as such too.
        "temporalCoverage": item.date_edtf,
        "dateCreated": item.date_edtf if _is_exact(item.date_edtf) else "",
        "inLanguage": list(item.languages),
        "license": item.rights_uri,
        "copyrightNotice": item.rights,
        "isPartOf": {"@type": "Collection", "name": item.collection} if item.collection else None,
        "holdingArchive": {"@type": "ArchiveOrganization", "name": item.keeper or item.archive},
        "publisher": {"@type": "Organization", "name": item.archive},
        "datePublished": item.published_on.isoformat() if item.published_on else "",
        "isAccessibleForFree": True,
        "thumbnailUrl": item.thumbnail,
        "associatedMedia": [_media(copy) for copy in item.copies],
    }
    return json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False, indent=2)


def _agent(item: Described, name: str) -> dict[str, str]:
    if name in item.organisations:
        return {"@type": "Organization", "name": name}
    parts = person_parts(item, name)
    if parts is None:
        return {"name": name}
    return {"@type": "Person", "name": name, "familyName": parts[0], "givenName": parts[1]}


def _is_exact(edtf: str) -> bool:
    numbers = points(edtf)
    return numbers is not None and len(numbers) == 1 and edtf[-1].isdigit()


def _media(copy: Copy) -> dict[str, str]:
    return {
        "@type": MEDIA.get(copy.media_type.partition("/")[0], "MediaObject"),
        "contentUrl": copy.address,
        "encodingFormat": copy.media_type,
        "contentSize": str(copy.size),
    }
