"""Words for bags that were packed elsewhere: how far a package is, what was found of a bag, and what is not right."""

from __future__ import annotations

from archive.web.words import _, later

WISHES = {
    "check": (
        later("Only check it"),
        later("Every byte is held against its checksums, and the page says what would be taken in."),
    ),
    "take": (
        later("Check it and take it in"),
        later("What is sound is taken in at once; what is not is left out, and the page says why."),
    ),
}
STATES = {
    "check": later("Being checked"),
    "take": later("Being taken in"),
    "checked": later("Checked"),
    "done": later("Ended"),
    "failed": later("It came to nothing"),
    "removed": later("Removed"),
}
VERDICTS = {
    "sound": later("Sound: it can be taken in"),
    "taken": later("Taken in"),
    "here": later("Here already"),
    "refused": later("Refused"),
    "withdrawn": later("Taken back"),
    "put-off": later("Not now: it can be tried again"),
}
# Codes of what somebody had destroyed, or taken back, here.
WITHDRAWN = frozenset({"bag-withdrawn", "withdrawn-before"})


def why(code: str) -> str:
    """Why a package came to nothing, was removed, or waits."""
    known = {
        "expired": _("Its days were over."),
        "by-hand": _("You removed it."),
        "forbidden": _("Your role does not allow bringing bags into this collection any more."),
        "import-lost": _("The uploaded package is not here any more. Upload it again."),
        "storage-failing": _("The disk could not do it. Try again in a while."),
        "unexpected": _("The program stopped at it several times. Tell the people who run this archive."),
    }
    return known.get(code, _("Something went wrong. Try again.")) if code else ""


def trouble(code: str) -> str:
    """What is not right with what was typed or uploaded, and what to do."""
    known = {
        "no-such-collection": _("Choose a collection."),
        "import-wish": _("Say whether it is only to be checked."),
        "import-missing": _("Choose a package: a ZIP, a TAR or a TAR.GZ."),
        "import-empty": _("The package is empty."),
        "package-too-large": _(
            "This package is larger than one that is brought in here. Pack fewer bags into one, or have an operator bring it in with a command."
        ),
        "quota-full": _("This archive can take no more for now."),
        "storage-full": _("There is no room left to keep this safely."),
        "storage-failing": _("The disk could not take this file, so it was not kept."),
        "too-often": _("More was sent within an hour than one person may send. Go on in an hour."),
        "upload-cut": _("The connection broke before the package was whole. Upload it again."),
    }
    return known.get(code, _("This file could not be taken in.")) if code else ""
