"""Words for what is known of names, places and terms, in the visitor's language."""

from __future__ import annotations

from archive.services.taken_out import TAKEN_OUT
from archive.web.pages_form import SAID_AGAIN
from archive.web.words import later

ROOMS = {
    "agents": later("People and organisations"),
    "places": later("Places"),
    "terms": later("Subjects and other words"),
}
KINDS = {
    "person": (later("A person"), ""),
    "organisation": (later("An organisation"), ""),
    "family": (later("A family"), ""),
}
STANDINGS = {
    "": (later("A word to use"), ""),
    "historic": (
        later("A historic word"),
        later(
            "It stands in old sources and names. Pages show it with the note, and with the word we prefer."
        ),
    ),
    "harmful": (
        later("A word that harms"),
        later(
            "It demeans people. Where a source makes us keep it, pages show it with the note, and with the word we prefer."
        ),
    ),
}
STANDING = {"historic": later("historic word"), "harmful": later("word that harms")}
PRECISIONS = {
    "": later("Nobody said"),
    "exact": later("A house or a spot"),
    "street": later("A street"),
    "town": later("A town or village"),
    "region": later("A region"),
    "country": later("A country"),
}
TROUBLES = {
    "name-needed": later("Write a name."),
    "name-too-long": later("This is too long for a name."),
    "name-semicolon": later("A semicolon stands between two names: write one name only."),
    "name-taken": later("This name is here already. Merge the two if they mean the same."),
    "note-too-long": later("This note is too long."),
    "others-too-long": later("These are too many other names, or one of them is too long."),
    "links-too-many": later("These are too many addresses."),
    "link-malformed": later(
        "One of these is not the whole address of an entry, such as https://www.wikidata.org/entity/Q42."
    ),
    "link-unknown": later("One of these is not at a place that we know for such entries."),
    "standing-needed": later(
        "Say whether it is a historic word or one that harms, since another is preferred to it."
    ),
    "preferred-unknown": later("There is no such word in this list. Add it first."),
    "preferred-itself": later("A word cannot be preferred to itself."),
    "preferred-chain": later(
        "One of the two is itself replaced by another word, or replaces one. Name the last one."
    ),
    "both-coordinates": later("A place has both coordinates, or none."),
    "bad-latitude": later("This is a number of degrees between -90 and 90."),
    "bad-longitude": later("This is a number of degrees between -180 and 180."),
    TAKEN_OUT: SAID_AGAIN,
    "bad-choice": later("Choose one of the list."),
}
