"""The words of the desk: what its queue can be narrowed to, what consents allow, and why something cannot be done now."""

from __future__ import annotations

from archive.web.words import _, later

FLAGS = {
    "unanswered": later("Its giver wrote, and nobody has answered"),
    "damage": later("A file could not be read"),
    "where": later("A file says where it was made"),
    "who": later("A file names its maker"),
    "people": later("Others can be recognized in it"),
    "note": later("It has a content note"),
    "same": later("The same bytes are here already"),
    "alike": later("A picture nearly the same is here already"),
    "no-copy": later("Nothing of it can be shown"),
    "planned": later("It is to be published on a day"),
    "not-published": later("It is not published on the day that was chosen"),
}
VIRUSES = {
    "": later("Not looked for: there was no program for it when this was examined"),
    "virus-found": later("One was found. Nothing opens this file; do not open the original yourself."),
    "virus-none": later("None was found"),
    "virus-not-looked-for": later("Not looked for: the file is too large for the program that does"),
}
PEOPLE = {
    "": later("Whoever gave it said nothing about other people in it."),
    "none": later("Nobody can be recognized in it, says whoever gave it."),
    "agreed": later("Others can be recognized in it, and agreed to be shown, says whoever gave it."),
    "not-asked": later("Others can be recognized in it who were not asked: only staff may be shown it."),
    "refused": later("Somebody in it does not wish to be shown: only staff may be shown it."),
}
PLACES = {
    "exact": later("The place as it was written"),
    "town": later("Only the town"),
    "region": later("Only the region"),
    "none": later("No place at all"),
}
NOT_PUBLISHED = {
    "not-accepted": later(
        "It is not published on the day that was chosen: something else was decided since."
    ),
    "not-allowed": later("It was not published on its day: who asked for it may not publish it any more."),
    "taken-down": later(
        "It is not published on the day that was chosen: it was taken down since because somebody asked."
    ),
    "request-waits": later(
        "It is not published on the day that was chosen: somebody asked about it, and nobody has answered them yet."
    ),
    "kept-back": later("It was not published on its day: it is kept back until a later one."),
    "after-the-last-day": later(
        "It was not published on its day: the last day on which whoever gave it allows that it is shown is over."
    ),
    "people-not-asked": later(
        "It was not published on its day: others can be recognized in it who were not asked, or do not wish to be shown."
    ),
    "staff-only": later(
        "It was not published on its day: whoever gave it allows that staff see it, and nobody else."
    ),
    # Of plans that were stopped before it was said more exactly.
    "consent-closed": later(
        "It was not published on its day: whoever gave it does not allow that others see it."
    ),
}
# What readers of files call what a file says of itself; what is not here is shown as the file has it.
SAYS = {
    "title": later("Title"),
    "headline": later("Headline"),
    "caption": later("Description"),
    "subject": later("Subject"),
    "keywords": later("Keywords"),
    "genre": later("Genre"),
    "album": later("Album"),
    "creator": later("Made by"),
    "rights": later("Rights"),
    "camera": later("Camera"),
    "software": later("Program it was made with"),
    "date_taken": later("Day and time it was taken"),
    "date_created": later("Day and time it was made"),
    "date_modified": later("Day and time it was last changed"),
    "place": later("Place"),
    "country": later("Country"),
    "latitude": later("Latitude (degrees)"),
    "longitude": later("Longitude (degrees)"),
    "language": later("Language"),
    "from": later("From"),
    "to": later("To"),
    "cc": later("Copied to"),
    "date": later("Date"),
    "messages": later("Messages"),
    "attachments": later("Enclosed"),
    "orientation": later("How it is turned (a number)"),
    "encoding": later("How its letters are written (encoding)"),
}
SAYS_DAY = ("date_taken", "date_created", "date_modified", "date")
SAYS_WHERE = ("latitude", "longitude", "place", "country")
SAYS_DEVICE = ("camera", "software")
SAYS_WHO = ("creator", "from", "to", "cc")


def trouble(code: str) -> str:
    """Why a day cannot be set."""
    known = {
        "": "",
        "not-a-day-to-come": _("Choose a day that is still to come."),
        "not-a-day": _("This is not a day. Write year, month and day: 2030-03-25."),
        "wider-than-allowed": _(
            "Whoever gave it allows it only from a later day. Choose that day or a later one."
        ),
        "after-the-last-day": _("On that day it may not be shown any more. Choose an earlier one."),
        "people-not-asked": _(
            "Others can be recognized in it who were not asked, or do not wish to be shown: on no day is it shown to anybody but staff."
        ),
        "staff-only": _(
            "Whoever gave it allows that staff see it, and nobody else: on no day is it shown to others."
        ),
        "kept-back": _("It is kept back until a later day. Choose that day or a later one."),
        "taken-down": _("It was taken down because somebody asked, and they were told so.")
        + " "
        + _("Decide about it anew and publish it yourself, if it is to be shown after all."),
        "stale-version": _("Somebody else changed this first.")
        + " "
        + _("Look at it as it is now and decide again."),
    }
    return known.get(code, _("This cannot be done now."))
