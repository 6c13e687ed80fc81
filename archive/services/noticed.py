"""What was noticed in a file of a draft that whoever gives it should know before it is sent, by codes."""

from __future__ import annotations

import json
from hashlib import sha256

from archive.services.agreed import DIGITS
from archive.services.drafts import DraftFile, DraftView

EMPTY, UNREAD, CUT_SHORT = "empty", "unread", "cut-short"
# The notes of an examination that are told; the others are for those who look after the archive.
TOLD = frozenset(
    {
        "says-where",
        "says-who",
        "says-camera",
        "not-shown",
        "unusual-name",
        "pages-cut",
        "work-cut",
        CUT_SHORT,
        "attachments-inside",
    }
)


def noticed(file: DraftFile) -> tuple[str, ...]:
    """What is told of one file, in the order in which it was noticed."""
    found = [code for code in file.notes if code in TOLD]
    if file.size == 0:
        found.append(EMPTY)
    elif file.failure:
        found.append(UNREAD)
    return tuple(found)


def noticed_mark(draft: DraftView) -> str:
    """A hash of what a page that shows all of a draft tells as noticed; nothing where it tells of nothing.

    Each kind of notice counts once, however many files it is told of: every picture of a phone says where it was made,
    and hundreds that are examined one after the other are not to hold up whoever sends them. Only what asks to look at
    that very file again counts file by file.
    """
    told = [(file.id, code) for file in draft.files for code in noticed(file)]
    kinds = sorted({(file_id if code == CUT_SHORT else "", code) for file_id, code in told})
    return sha256(json.dumps(kinds).encode()).hexdigest()[:DIGITS] if kinds else ""
