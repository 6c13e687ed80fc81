"""What every bag of ours promises, as a BagIt Profile (specification 1.3.0); docs/bagit-profile.json is its public form."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from archive.bags.layout import PENDING, RECORD, revision_folder, revisions_in

PROFILE_LABEL = "BagIt-Profile-Identifier"
PROFILE_ID = "https://w3id.org/remembrance/bagit-profile/1"
"""Written once into bags that stay for ever: a profile that asks for anything else gets another number."""

ALWAYS = (PROFILE_LABEL, "External-Identifier", "Payload-Oxum", "Bagging-Date", "Bag-Software-Agent")
MOSTLY = {
    "Source-Organization": "The archive that keeps the item.",
    "Bag-Group-Identifier": "The submission with which the item was given; other bags may be of the same.",
    "Internal-Sender-Identifier": "The collection.",
}
RECORD_FILES = ("README.txt", "dc.xml", "mets.xml", "premis.xml", "record.json")
"""What the first revision of the record holds, and every later one of the same archive."""

SHARED_PROFILE_ID = "https://w3id.org/remembrance/bagit-profile/shared/1"
"""The same of bags of what belongs to no item."""
DESCRIBED = {
    PROFILE_ID: "One item of a community archive: the files as they were given, and the whole "
    "record of the item in numbered revisions.",
    SHARED_PROFILE_ID: "A story, the introduction of a collection, or a name or word of a community archive: "
    "what its curators wrote, whole, in numbered revisions.",
}
PROFILES = {PROFILE_ID: RECORD_FILES, SHARED_PROFILE_ID: ("README.txt", "record.json", "text.md")}
"""What the first revision of the record holds, by the profile that the bag names."""


def profile(profile_id: str = PROFILE_ID) -> dict[str, Any]:
    """The profile of that name, as it is published."""
    once = {"required": True, "repeatable": False}
    return {
        "BagIt-Profile-Info": {
            PROFILE_LABEL: profile_id,
            "BagIt-Profile-Version": "1.3.0",
            "Source-Organization": "Remembrance",
            "External-Description": DESCRIBED[profile_id],
            "Version": "1",
        },
        "Bag-Info": {
            **dict.fromkeys(ALWAYS, once),
            PROFILE_LABEL: {**once, "values": [profile_id]},
            **{
                label: {"required": False, "recommended": True, "repeatable": False, "description": words}
                for label, words in MOSTLY.items()
            },
        },
        "Manifests-Required": ["sha512"],
        "Manifests-Allowed": ["sha512"],
        "Tag-Manifests-Required": ["sha512"],
        "Tag-Manifests-Allowed": ["sha512"],
        # By which number the first revision of an item goes depends on what had to be forgotten: the reader asks for it.
        "Tag-Files-Required": [] if profile_id == PROFILE_ID else list(_required_files(profile_id)),
        # The last is what a writer that was killed may leave until the next one comes.
        "Tag-Files-Allowed": [f"{RECORD}/*", f"{PENDING}*"],
        "Allow-Fetch.txt": False,
        "Serialization": "optional",
        "Accept-Serialization": ["application/zip", "application/x-tar", "application/tar"],
        "Accept-BagIt-Version": ["1.0"],
    }


def published(profile_id: str = PROFILE_ID) -> str:
    """The profile as the text of docs/bagit-profile.json, or of docs/bagit-profile-shared.json."""
    return json.dumps(profile(profile_id), indent=2) + "\n"


def missing(info: Mapping[str, str], tag_files: Collection[str], profile_id: str = PROFILE_ID) -> list[str]:
    """Labels and tag files that the profile of that name asks for, beyond what is asked of every bag, and that are not there."""
    labels = [label for label in ALWAYS if not info.get(label)]
    first = next(iter(revisions_in(list(tag_files))), 1)
    return labels + [path for path in _required_files(profile_id, first) if path not in tag_files]


def _required_files(profile_id: str, first: int = 1) -> tuple[str, ...]:
    return tuple(f"{revision_folder(first)}/{name}" for name in PROFILES[profile_id])
