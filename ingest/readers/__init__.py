"""One module a family of formats. Each says what it matches and gives `inspect`, `text` and `copies`, run in the sandbox.

The modules of this list are light: what they need from other libraries they import when they are called, so that the
parent may ask them what they match and the child loads only what a file needs.
"""

from __future__ import annotations

from ingest.parcel import Identification
from ingest.readers import audio_video, captions, image, mail, office, pdf, text
from ingest.readers.base import VAGUE, Reader, extension_of

READERS: tuple[Reader, ...] = (image, pdf, captions, mail, office, audio_video, text)


def reader_for(identification: Identification, name: str) -> Reader | None:
    """Return the reader for a format: by PRONOM id, else media type, else (for vague types only) the name's extension."""
    for reader in READERS:
        if identification.puid in reader.MATCHES.puids:
            return reader
    for reader in READERS:
        if identification.media_type in reader.MATCHES.media_types - VAGUE:
            return reader
    if identification.media_type not in VAGUE:
        return None
    for reader in READERS:
        if extension_of(name) in reader.MATCHES.extensions:
            return reader
    return text if identification.media_type == "text/plain" else None
