"""Identification: PRONOM through pygfried, with libmagic, where the system has it, as a second opinion. Only in a sandbox child (pygfried hangs after a fork)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pygfried

from ingest.parcel import Identification
from ingest.readers.base import VAGUE, extension_of

NO_MEDIA_TYPE = {
    "fmt/1218": "application/x-subrip",
    "fmt/720": "application/mbox",
    "fmt/1": "audio/x-wav",
    "fmt/416": "audio/x-caf",
    # Transport streams, as broadcasters send them and as video cameras write them.
    "fmt/585": "video/mp2t",
    "fmt/1055": "video/mp2t",
}
UNSAID = "application/octet-stream"
LOOSE_FAMILIES = frozenset({"application", "text", "message", "font"})


def identify(path: Path, name: str, scratch: Path) -> Identification:
    """Name the format of a file that was given under `name`; its extension counts only as a hint."""
    pronom = _pronom(path, name, scratch)
    guess = _libmagic(path)
    puid = pronom["id"] if pronom["id"] != "UNKNOWN" else None
    media_type = pronom["mime"].split(",")[0].strip().lower() or NO_MEDIA_TYPE.get(puid or "", "")
    # A match that failed comes with a list of forty guesses; what counts is that it failed.
    warnings = [pronom["warning"].partition(";")[0]] if pronom["warning"] else []
    weak = "extension only" in pronom["warning"] or puid is None
    if weak and _holds_pdf(path):
        return Identification(puid, "Portable Document Format", "application/pdf", tuple(warnings))
    if weak and guess not in VAGUE and not guess.startswith("text/"):
        warnings.append(f"libmagic says {guess}")
        return Identification(None, guess, guess, tuple(warnings))
    if _disagree(media_type, guess):
        warnings.append(f"libmagic says {guess}")
    return Identification(puid, pronom["format"] or guess, media_type or guess, tuple(warnings))


def _pronom(path: Path, name: str, scratch: Path) -> dict[str, Any]:
    extension = re.sub(r"[^a-z0-9]", "", extension_of(name))[:12]
    # The kept file may bear a name of ours; a link lends it the extension it was given under.
    link = scratch / f"file.{extension}" if extension else scratch / "file"
    link.symlink_to(path.absolute())
    return dict(pygfried.identify(str(link), detailed=True)["files"][0]["matches"][0])


def _libmagic(path: Path) -> str:
    """What the system's libmagic says; where there is none, as on a Debian without `file`, no second opinion is asked."""
    try:
        import magic
    except ImportError:
        return UNSAID
    with path.open("rb") as stream:
        return str(magic.from_buffer(stream.read(1 << 18), mime=True))


def _holds_pdf(path: Path) -> bool:
    with path.open("rb") as stream:
        return b"%PDF-" in stream.read(1024)


def _disagree(media_type: str, guess: str) -> bool:
    if media_type in VAGUE or guess in VAGUE:
        return False
    families = {media_type.partition("/")[0], guess.partition("/")[0]}
    return (
        len(families - LOOSE_FAMILIES) > 1
        or families >= {"image", "text"}
        or families >= {"image", "application"}
    )
