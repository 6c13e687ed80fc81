"""Proves of an access copy that it carries nothing but what is to be seen or heard: only known parts, no known mark."""

from __future__ import annotations

from pathlib import Path

from ingest import proof_mp4, proof_pictures, proof_tiff

MARKS = (b"Exif\0\0", b"adobe.com/xap", b"x:xmpmeta", b"Photoshop 3.0")
CHECKS = {
    "image/jpeg": proof_pictures.jpeg_is_clean,
    "image/webp": proof_pictures.webp_is_clean,
    "image/tiff": proof_tiff.tiff_is_clean,
    "audio/mp4": proof_mp4.is_clean,
    "video/mp4": proof_mp4.is_clean,
}
CHUNK = 1 << 20
OVERLAP = max(map(len, MARKS)) - 1


def is_proven(path: Path, media_type: str) -> bool:
    """True when a copy of this type holds only known parts to its last byte and no mark of hidden metadata."""
    if media_type.startswith(("text/plain", "text/vtt")):
        return _is_plain_text(path)
    check = CHECKS.get(media_type)
    return check is not None and check(path) and not _has_marks(path)


def _has_marks(path: Path) -> bool:
    with path.open("rb") as stream:
        tail = b""
        while chunk := stream.read(CHUNK):
            window = tail + chunk
            if any(mark in window for mark in MARKS):
                return True
            tail = window[-OVERLAP:]
    return False


def _is_plain_text(path: Path) -> bool:
    try:
        words = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(ord(character) < 32 and character not in "\n\t" for character in set(words))
