"""The words of the pages on which people give: steps, choices, and why an answer cannot be used yet."""

from __future__ import annotations

from archive.services.answers import Trouble
from archive.services.noticed import CUT_SHORT, EMPTY, UNREAD
from archive.services.taken_back_by import ARCHIVE, GIVER
from archive.web.words import _, day, later, number

STEPS = {
    "what": later("What you share"),
    "files": later("Files"),
    "about": later("About it"),
    "people": later("Who is in it"),
    "show": later("Who may see it"),
    "name": later("Your name"),
    "check": later("Check and send"),
}
WHAT = {
    "pictures": (later("Photographs or pictures"), later("Also photographs of a thing, such as a quilt.")),
    "papers": (later("Letters or other papers"), later("Photographs or scans of the pages will do.")),
    "voices": (later("A recording"), later("A voice, a song, a film.")),
    "words": (later("Something I wish to write here"), later("A memory in your own words.")),
    "other": (later("Something else"), ""),
}
TOGETHER = {
    "": (
        later("As their names say"),
        later(
            "A recording and its transcript of the same name belong together; everything else is its own thing."
        ),
    ),
    "together": (
        later("They are all one thing"),
        later("Such as the pages of a letter, or both sides of a photograph."),
    ),
    "apart": (later("Each is a thing of its own"), ""),
}
PEOPLE = {
    "none": (later("Nobody can be recognized"), later("Or only people who died long ago.")),
    "agreed": (later("They agreed to be shown"), ""),
    "not-asked": (
        later("I have not asked them, or not all of them"),
        later("Then only those who look after the archive see it, until you tell us that they agreed."),
    ),
    "refused": (
        later("Somebody does not wish to be shown"),
        later("Then only those who look after the archive see it."),
    ),
}
AUDIENCES = {
    "public": (later("Everyone"), later("It can be found and looked at by anybody on the internet.")),
    "community": (later("Members of the community"), later("People who have signed in as members.")),
    "staff": (
        later("Only those who look after the archive"),
        later("It is kept, and shown to nobody else. You may open it later."),
    ),
}
PRECISIONS = {
    "exact": (later("The place as I wrote it"), ""),
    "town": (later("Only the town"), later("You write below what is shown instead.")),
    "none": (later("No place at all"), ""),
}
NAMING = {
    "own-name": (later("By my name"), ""),
    "other-name": (later("By another name"), later("A name for this archive, or the name of a group.")),
    "no-name": (
        later("By no name"),
        later("Nobody is told who gave it, and no name of yours is kept with it."),
    ),
}
TROUBLES = {
    "required": later("This is needed: a few words are enough."),
    "too-long": later(
        "This is too long: it may have %(most)s characters and has %(has)s. All of it is still here. Put long texts "
        "into a file, and add the file."
    ),
    "crossed": later(
        "You wrote something else here in another window too. Look at both, and go on from there."
    ),
    "too-long-to-send": later("This is too long for one message. It is still here: send it in parts."),
    "date-ambiguous": later("This date can be read in two ways. Which one do you mean?"),
    "date-impossible": later("There is no such day. Please look again."),
    "date-not-understood": later(
        "We could not read this as a date. Try “17 May 1852”, “summer 1963” or “about 1920”."
    ),
    "bad-input": later("This is not in the list. Please choose from it."),
    "choose": later("Please choose one."),
    "bad-coordinates": later(
        "We could not read where it is. Write degrees north from -90 to 90 and degrees east from -180 to 180, as [36.85, -76.29] or [36.85, -76.29, town]."
    ),
    "taken-out": later(
        "This was taken out of a file: %(words)s. Write it without, or tick “%(tick)s” to have it shown all the same."
    ),
    "no-such-item": later("There is no other item of this number. Look at its address again."),
    "not-a-language-code": later("Write the code of a language: two or three letters, such as pt or yo."),
    "not-a-part": later(
        "This cannot be shown together with it: it is of another collection, was given by you, was taken back, or has parts of its own or is one."
    ),
    "keep-needed": later(
        "Without this we cannot take it in. If you are not sure, leave it for today: your draft is kept."
    ),
    "not-a-day": later(
        "This is not one whole day. Write the day, the month and the whole year, such as 25 March 2030."
    ),
    "ends-before-it-begins": later("This day is before the one from which it may be shown."),
    "put-off": later(
        "Those who look after the archive have put it off until %(day)s. Choose that day or a later one, or leave "
        "this empty; if nobody else is to see it at all, choose besides that only they may see it."
    ),
    "which-town": later("Write which town is shown instead."),
    "which-name": later("Write the name that is shown."),
    "no-files": later("There is nothing to send yet. Add a file, or write something."),
    "still-arriving": later("A file has not arrived whole. Let it arrive, or take it away."),
}
# Where a thing stands, for who gave it.
STANDS = {
    "received": later("It has arrived and is being put away safely."),
    "in_review": later("It is kept. Somebody will look at it."),
    "returned": later("Somebody has a question about it."),
    "accepted": later("It was accepted. It is not shown yet."),
    "published": later("It is shown, to those whom you allow."),
    "declined": later("It was not taken into the collection. The message says why."),
}
# The same of what was taken back, by whose wish that is, where it is known.
TAKEN_BACK = {
    GIVER: later("You took it back. Nobody is shown it."),
    ARCHIVE: later("Those who look after the archive hid it. Nobody is shown it."),
    "": later("It was taken back. Nobody is shown it."),
}
DESTROYED = {
    GIVER: later("It was destroyed, as you asked."),
    ARCHIVE: later("Those who look after the archive had it destroyed."),
    "": later("It was destroyed."),
}
# What the pipeline notices that a contributor should know before sending.
NOTICED = {
    "says-where": later(
        "This file says where it was made. Nobody is shown that: the copies we show carry nothing hidden."
    ),
    "says-who": later(
        "This file names its maker. Nobody is shown that: the copies we show carry nothing hidden."
    ),
    "says-camera": later("This file says with which device it was made. Nobody is shown that."),
    "not-shown": later("We cannot show files of this kind. It is kept, just as you gave it."),
    "unusual-name": later("The name of this file holds characters that mislead."),
    "pages-cut": later("It has more pages than we show; all of them are kept."),
    "work-cut": later("It is so heavy to read that we show only its first pages; all of it is kept."),
    CUT_SHORT: later(
        "This file seems to break off before its end. Look whether it is whole where it comes from, and add it again if so."
    ),
    "attachments-inside": later("The message has attachments; they stay inside it."),
    EMPTY: later("This file is empty. Look whether it is whole where it comes from, and add it again."),
    UNREAD: later("We could not look into this file. It is kept, just as you gave it."),
}


def trouble(one: Trouble | None) -> str:
    """Why an answer cannot be used yet, in the visitor's language."""
    if one is None:
        return ""
    said = str(TROUBLES.get(one.code) or TROUBLES["bad-input"])
    if one.day:
        return said % {"day": day(one.day)}
    if one.words:
        words = ", ".join(f"“{word}”" for word in one.words)
        return said % {"words": words, "tick": _("Say it all the same")}
    return said % {"most": number(one.most), "has": number(one.has)} if one.most else said
