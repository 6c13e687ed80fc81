"""What an export can be made as, what it is taken out for, and what is asked of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from archive.models.errors import BadInputError
from archive.services.export import LONGEST_NAME, WHOLE_BAG


class Form(StrEnum):
    """What an export is made as."""

    PRESERVATION = "preservation"
    WITH_SHARED = "preservation-shared"
    SAFE = "safe"
    READING_ROOM = "reading-room"
    CSV = "csv"
    JSON = "json"
    EAD = "ead"
    CSV_STAFF = "csv-staff"
    JSON_STAFF = "json-staff"


# These hold what only staff may see; who gets them has to be said, so that they can be told when something is taken back.
FOR_STAFF = frozenset({Form.PRESERVATION, Form.WITH_SHARED, Form.CSV_STAFF, Form.JSON_STAFF})
BAGS = frozenset({Form.PRESERVATION, Form.WITH_SHARED, Form.SAFE, Form.READING_ROOM})
# Bags as they are kept; with the second also all of those that are of no item.
WHOLE = frozenset({Form.PRESERVATION, Form.WITH_SHARED})
WRAPPINGS = ("zip", "tar")
ENDINGS = {
    Form.CSV: "csv",
    Form.CSV_STAFF: "csv",
    Form.JSON: "json",
    Form.JSON_STAFF: "json",
    Form.EAD: "xml",
}
MEDIA_TYPES = {
    "zip": "application/zip",
    "tar": "application/x-tar",
    "csv": "text/csv",
    "json": "application/json",
    "xml": "application/xml",
}
# What a history says where a command was not told for whom; it names nobody, and no account of the computer.
NOT_SAID = "not said: whoever ran the command where the archive runs"
# The same of what everybody may have, whoever made it.
FOR_ANYBODY = "not said: everybody may have it"
# Ours, so that the history, which can never be taken back, may hold one.
PURPOSES = ("copy", "research", "teaching", "exhibition", "reading-room", "giver", "other")
# What a history says where none was chosen; nobody chooses it.
NO_PURPOSE = "not-said"


@dataclass(frozen=True)
class Wish:
    """What is to be made: `wrapping` for bags alone, `for_whom` who gets it, where that was said."""

    form: Form
    wrapping: str = "zip"
    purpose: str = NO_PURPOSE
    for_whom: str = ""

    @property
    def ending(self) -> str:
        """What the file's name ends with."""
        return self.wrapping if self.form in BAGS else ENDINGS[self.form]

    def detail(self) -> dict[str, str]:
        """What the history of each item says of it."""
        form = WHOLE_BAG if self.form in WHOLE else self.form.value
        told = {"form": form, "purpose": self.purpose, "for": self.for_whom or FOR_ANYBODY}
        # Whoever has to be told of a story or a name knows by it who has all of them.
        return told | ({"with": "shared"} if self.form is Form.WITH_SHARED else {})


def wish_of(form: str, wrapping: str = "zip", purpose: str | None = None, for_whom: str = "") -> Wish:
    """What is wished, from what was typed; `purpose` is None where nobody was asked for one.

    BadInputError: `export-form`, `export-wrapping`, `export-purpose` for what is none of ours, `words-too-long`,
    `export-for-whom` where it has to be said who gets it.
    """
    if form not in list(Form):
        raise BadInputError("Choose what it is to be made as.", code="export-form")
    if wrapping not in WRAPPINGS:
        raise BadInputError("It is a ZIP or a TAR file.", code="export-wrapping")
    if purpose is not None and purpose not in PURPOSES:
        raise BadInputError("Choose what it is for.", code="export-purpose")
    wish = Wish(Form(form), wrapping, NO_PURPOSE if purpose is None else purpose, for_whom.strip())
    if len(wish.for_whom) > LONGEST_NAME:
        raise BadInputError(f"For whom it is takes {LONGEST_NAME} characters at most.", code="words-too-long")
    if wish.form in FOR_STAFF and not wish.for_whom:
        raise BadInputError("Say for whom it is.", code="export-for-whom")
    return wish


def name_of(form: Form, item_ids: Sequence[str]) -> str:
    """What an export is called, and its folder: the same for the same items, and it says nothing of them."""
    mark = sha256("\n".join((form, *sorted(item_ids))).encode()).hexdigest()[:12]
    return f"remembrance-{form.value}-{mark}"
