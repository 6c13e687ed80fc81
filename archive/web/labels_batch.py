"""Words for what is done with many items at once, and for why it cannot be, in the visitor's language."""

from __future__ import annotations

from archive.web import labels_search
from archive.web.words import _, later

STATES = {
    "planned": later("Planned; nothing is changed yet"),
    "asked": later("Being done"),
    "done": later("Done"),
}
WAYS = {
    "set": later("Write it into a field, in place of what is there"),
    "add": later("Add it to a list"),
    "remove": later("Take it from a list"),
}
ACTS = {
    "accept": later("Accept"),
    "publish": later("Publish"),
    "unpublish": later("Take off the pages"),
    "reopen": later("Put back into review"),
    "move": later("Move to another collection"),
}


def title(kind: str, field: str) -> str:
    """What a batch does, on one line."""
    words = {
        "set": _("Write into “%(field)s”", field=field),
        "add": _("Add to “%(field)s”", field=field),
        "remove": _("Take from “%(field)s”", field=field),
        "sheet": _("Changes from a spreadsheet"),
        "undo": _("Take back what was changed"),
    }
    return words.get(kind) or str(ACTS.get(kind, kind))


def trouble(code: str, field: str = "") -> str:
    """Why an item stays as it is."""
    known = {
        "nothing-changes": _("It is so already."),
        "own-gift": _("You gave this yourself; somebody else decides about it."),
        "forbidden": _("Your role does not allow this here."),
        "withdrawn": _("It was taken back; nothing about it is changed any more."),
        "being-arranged": _("Its files are being put together in another way just now."),
        "wrong-state": _("It is not in a state in which this can be done."),
        "stale-version": _("Somebody changed it after this was planned; it stays as they left it."),
        "changed-since": _("Somebody has changed it since; it stays as they left it."),
        "consent-closed": _("Whoever gave it no longer allows that others see it."),
        "taken-down": _("It was taken down because somebody asked. Publish it by itself, on its own page."),
        "request-waits": _(
            "It is not shown: somebody asked about it, and nobody has answered them yet. Answer them first."
        ),
        "failed": _(
            "Something went wrong with this one, and it stays as it was. The others were done. The log of the archive says where it went wrong."
        ),
        "no-such-field": _("Its collection has no such field."),
        "takes-one-value": _("This field holds one value, not a list: write into it instead."),
        "required": _("This field cannot be empty."),
        "too-long": _("This is too long."),
        "date-ambiguous": _("This date can be read in two ways. Write it so that there is one."),
        "date-not-understood": _("This cannot be read as a date."),
        "date-impossible": _("There is no such date."),
        "no-such-item": _("There is no other item of this number. Look at its address again."),
        "not-a-part": _(
            "This cannot be shown together with it: it is of another collection, was given by you, was taken back, or has parts of its own or is one."
        ),
        "taken-out": _(
            "It holds words that were taken out of a file of the item. Write it without them, or change it by itself, on its own page, where they can be said all the same."
        ),
        "bad-coordinates": _(
            "Where a place is cannot be read. Write degrees north from -90 to 90 and degrees east from -180 to 180, such as [36.85, -76.29] or [36.85, -76.29, town]."
        ),
        "not-a-language-code": _("Write the code of a language: two or three letters, such as pt or yo."),
        "bad-input": _("This cannot be understood, or is not in the list of the field."),
    }
    words = known.get(code, _("It cannot be changed in this way."))
    return f"{field}: {words}" if field else words


def form_trouble(code: str) -> str:
    """Why nothing could be planned."""
    known = {
        "": "",
        "nothing-chosen": _("Choose at least one item."),
        "not-shown-yet": _(
            "You narrowed down what is to be shown and did not have it shown. Here it is; nothing was done yet. Look at it, then go on."
        ),
        "nothing-to-do": _("Choose what to do with them."),
        "no-such-field": _("Choose a field."),
        "no-such-collection": _("Choose a collection."),
        "words-needed": _("Write what is to be added or taken away."),
        "batch-too-large": _("That is more than can be changed at once. Choose fewer."),
    }
    return known[code] if code in known else labels_search.trouble(code)


def sheet_trouble(code: str) -> str:
    """Why a spreadsheet could not be read at all."""
    known = {
        "": "",
        "sheet-missing": _("Choose the file first."),
        "sheet-is-workbook": _(
            "This is a workbook of a spreadsheet program. Save it there as CSV, then bring in that file."
        ),
        "sheet-not-a-table": _("This file cannot be read as a CSV table. Save it again as CSV in UTF-8."),
        "sheet-without-id": _(
            "The first row has no columns “id” and “mark”. Take the spreadsheet out here, and keep both columns."
        ),
        "sheet-empty": _("There is no row in this spreadsheet."),
        "sheet-too-large": _("This spreadsheet is too large. Bring in fewer rows at once."),
        "batch-too-large": _("That is more than can be changed at once. Bring in fewer rows."),
    }
    return known[code] if code in known else labels_search.trouble(code)


def sheet_problem(code: str) -> str:
    """Why a cell, a row or a column cannot be used."""
    known = {
        "unknown-column": _("The collection has no field of this name."),
        "column-twice": _("There are several columns of this name."),
        "too-many-cells": _("This row has more cells than the first row has columns."),
        "no-id": _("The id is missing."),
        "unknown-id": _("There is no item with this id that you could change."),
        "id-twice": _("This item stands in an earlier row already."),
        "control-letter": _(
            "There is a letter in this cell that no screen shows. Empty the cell, and type what it says again."
        ),
        "read-only": _("This column is only to be read here."),
        "other-collection": _("This item is of another collection than the rows above."),
        "crossed": _("Somebody changed this after the spreadsheet was taken out."),
    }
    return known.get(code) or trouble(code)
