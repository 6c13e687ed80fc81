"""Words for exports: what they are made as, what for, how far they are, and why something does not leave."""

from __future__ import annotations

from archive.web import labels_search
from archive.web.words import _, later

FORMS = {
    "preservation": (
        later("Preservation bags"),
        later("Whole: originals and records, with everything that only staff may see."),
    ),
    "preservation-shared": (
        later("Preservation bags, and what belongs to no item"),
        later(
            "The same, with all stories, introductions, names and words, also unpublished ones: to make the whole archive again."
        ),
    ),
    "safe": (
        later("Safe bags"),
        later("What everybody may see, and nothing else: copies to look at, and the public description."),
    ),
    "reading-room": (
        later("For a reading room"),
        later("Safe bags with pages to look at them without a network."),
    ),
    "csv": (later("Table of public descriptions (CSV)"), later("For spreadsheet programs.")),
    "json": (later("Public descriptions (JSON)"), later("For other programs.")),
    "ead": (
        later("Finding aid (EAD3)"),
        later("The public descriptions of one collection, for systems of other archives."),
    ),
    "csv-staff": (later("Table for staff (CSV)"), later("With states, consents and the names of files.")),
    "json-staff": (later("Whole records (JSON)"), later("With everything that only staff may see.")),
}
WRAPPINGS = {
    "zip": (later("ZIP"), later("Opens everywhere.")),
    "tar": (later("TAR"), later("Better for very many or very large files.")),
}
PURPOSES = {
    "copy": later("A copy kept elsewhere"),
    "research": later("Research"),
    "teaching": later("Teaching"),
    "exhibition": later("An exhibition"),
    "reading-room": later("A reading room"),
    "giver": later("Back to whoever gave it"),
    "other": later("Something else"),
}
STATES = {
    "asked": later("Being made"),
    "done": later("Ready"),
    "failed": later("It could not be made"),
    "removed": later("Removed"),
}
REFUSED = {
    "withdrawn": later("It was taken back."),
    "destroyed": later("It was destroyed, for good."),
    "declined": later("It was declined; such things are opened one by one."),
    "not-public": later("It is not for everybody."),
    "not-in-a-bag": later("It is not in a bag yet."),
    "bag-damaged": later("Its bag was found damaged; look at Fixity."),
}


def why(code: str) -> str:
    """Why an export cannot be had any more, or never could."""
    known = {
        "": "",
        "expired": _("Its days are over."),
        "by-hand": _("You removed it."),
        "taken-back": _("Something in it was taken back, or is not for everybody any more."),
        "export-changed": _("Something in it changed."),
        "forbidden": _("Your role does not allow taking out everything in it any more."),
        "bag-damaged": _(
            "A bag in it was found damaged. Ask for it again: what is damaged is left out until it is put right."
        ),
        "shared-bag-damaged": _(
            "The bag of a story, an introduction, a name or a word was found damaged. Ask again once it was made anew."
        ),
        "export-not-valid": _("It was not a valid bag when it was read back."),
        "storage-failing": _("The disk could not take this export. Ask for it again."),
    }
    return known.get(code, _("Something in it could not be read. Somebody should check the bags."))


def trouble(code: str) -> str:
    """Why something cannot be asked for as it was typed."""
    known = {
        "nothing-leaves": _("Nothing of this may leave in this form."),
        "stale-choice": _("What matches is not the same any more. Please look again."),
        "export-too-large": _("These are too many for one export. Choose fewer."),
        "export-one-collection": _("A finding aid is of one collection. Choose one."),
        "export-form": _("Choose what it is to be made as."),
        "export-wrapping": _("Choose ZIP or TAR."),
        "export-purpose": _("Choose what it is for."),
        "export-for-whom": _("Say for whom it is: they have to be told if something is taken back."),
        "words-too-long": _("This is too long."),
        "not-a-day": _("We could not read this as a day. Write it as 2026-03-25."),
        "storage-full": _("There is no room left to make this export."),
        "storage-failing": _("The disk could not take this export. Ask for it again."),
    }
    return known[code] if code in known else labels_search.trouble(code)
