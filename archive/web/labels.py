"""Words for values in the visitor's language: states, events, decades, languages; vocabularies are the services' matter."""

from __future__ import annotations

import re
from collections.abc import Mapping

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from archive.models import is_id
from archive.profiles import say
from archive.services.kept import field_of
from archive.services.labels import Worded, label, worded, worded_in
from archive.services.opening import Archive
from archive.web.i18n import language
from archive.web.numbering import is_number
from archive.web.pages_conflict import conflict_words
from archive.web.words import _, later

UNDATED = "undated"
FACETS = {
    "kind": later("Kind"),
    "decade": later("Decade"),
    "place": later("Place"),
    "subject": later("Subject"),
    "collection": later("Collection"),
    "language": later("Language"),
    "rights": later("Rights"),
    "observance": later("Day of remembrance"),
    # A choice that no search offers: pages of people and of items lead to it.
    "name": later("Name"),
    # Only those who look after the archive search by state.
    "state": later("State"),
}
STATES = {
    "draft": later("Draft"),
    "received": later("Received"),
    "in_review": later("In review"),
    "returned": later("Returned"),
    "accepted": later("Accepted"),
    "published": later("Published"),
    "withdrawn": later("Withdrawn"),
    "declined": later("Declined"),
}
FILE_STATES = {
    "received": later("Arrived, being prepared"),
    "examined": later("Examined"),
    "failed": later("Kept as given, could not be read"),
}
FILE_ROLES = {
    "original": later("Original"),
    "verso": later("Back side"),
    "transcript": later("Transcript"),
    "machine-transcript": later("Transcript made by a machine"),
    "captions": later("Captions"),
    "translation": later("Translation"),
}
COPIES = {
    "web": later("Image"),
    "tiles": later("Image in full size"),
    "page": later("Image of a page"),
    "audio": later("Sound"),
    "video": later("Moving image"),
    "text": later("Text"),
    "captions": later("Captions"),
}
AUDIENCES = {
    "public": later("Everyone"),
    "community": later("Members of the community"),
    "staff": later("Only those who look after the archive"),
}
EVENTS = {
    "receive": later("Received"),
    "accession": later("Taken into the archive"),
    "validate": later("Bag read back and checked"),
    "fixity": later("Read in full and compared"),
    "send": later("Sent"),
    "accept": later("Accepted"),
    "return": later("Returned with a question"),
    "resend": later("Sent again"),
    "decline": later("Declined"),
    "publish": later("Published"),
    "plan": later("To be published on a day"),
    "plan-cancelled": later("Not to be published by itself any more"),
    "unpublish": later("No longer published"),
    "withdraw": later("Withdrawn"),
    "reinstate": later("Reinstated"),
    "reopen": later("Put back into review"),
    "replace": later("Replaced by others"),
    "regroup": later("Files put together in another way"),
    "show-together": later("Shown on the page of another item"),
    "show-apart": later("No longer shown on the page of another item"),
    "move": later("Moved to another collection"),
    "export": later("Exported"),
    "consent": later("Consent changed"),
    "forget-places": later("Places forgotten, as whoever gave it asked"),
    "ask-to-destroy": later("Asked to be destroyed"),
    "destroy": later("Destroyed"),
    "remove-copy": later("Removed from a store of copies"),
    "repair": later("Bag put right from a copy"),
    "adopt": later("Brought back from its bag"),
    "describe": later("Described"),
    "redact": later("Something taken out of what is shown"),
    "unredact": later("What was taken out is shown again"),
    "sealed-read": later("Looked at while sealed"),
    "correct": later("Corrected by whoever gave it"),
    "answer-request": later("A request about it answered"),
    "remove-note": later("A note of somebody’s taken off"),
    "message": later("A message to whoever gave it"),
    "no-answer-needed": later("Said that what its giver wrote needs no answer"),
    "contact-read": later("How somebody can be reached was looked at"),
    "audit-export": later("List of what was done taken out"),
    "sheet-export": later("Descriptions taken out as a spreadsheet"),
    "invited": later("Invited somebody"),
    "invitation-taken-back": later("Took an invitation back"),
    "account-made": later("An account was made"),
    "joined": later("Took up an invitation"),
    "roles-changed": later("Roles changed"),
    "activated": later("Let in again"),
    "deactivated": later("No longer let in"),
    "sessions-ended": later("Signed out everywhere"),
    "reset-made": later("A link to a new password was made"),
    "reset-taken-back": later("A link to a new password was taken back"),
    "reset-done": later("A new password was chosen by a link"),
    "password-changed": later("Password changed"),
    "second-factor-set-up": later("An authenticator was set up"),
    "second-factor-removed": later("The authenticator was turned off"),
    "recovery-codes-made": later("New recovery codes were made"),
    "recovery-code-used": later("A recovery code was used"),
    "passkey-added": later("A passkey was added"),
    "passkey-removed": later("A passkey was removed"),
    "arrange": later("Files put in order"),
    "transcribe": later("Text written or corrected"),
    "reword": later("A name or word in it was changed"),
    "add-word": later("A name or word was added"),
    "merge-words": later("Two names or words were merged"),
    "remove-word": later("A name or word was removed"),
    "write-story": later("A story was written"),
    "publish-story": later("A story was published"),
    "unpublish-story": later("A story was taken off the pages"),
    "acknowledge-gap": later("A gap in the public ledger was acknowledged"),
    "begin-ledger": later("The public ledger was begun"),
    "begin-ledger-anew": later("The public ledger was begun anew: what was signed before is lost"),
    "renew-bag": later("A bag was made anew from the database"),
    "introduce": later("The introduction of a collection was changed"),
}
AGENTS = {
    "contributor": later("whoever gave it"),
    "operator": later("the operator of this archive"),
    "pipeline": later("the archive itself"),
    "": later("found so on that day; nobody knows who changed it"),
}
ROLES = {
    "contributor": (later("Contributor"), later("Gives, and sees what they gave.")),
    "member": (later("Member"), later("Sees what is for members of the community.")),
    "curator": (later("Curator"), later("Reviews, describes and publishes.")),
    "archivist": (later("Archivist"), later("Looks after what is kept, and takes bags out.")),
    "correspondent": (later("Correspondent"), later("May read how contributors wish to be reached.")),
    "administrator": (later("Administrator"), later("Decides who may do what.")),
}
DECISIONS = {
    "return": (
        later("Return it with a question"),
        later(
            "It goes back to whoever gave it, with your message. When they have answered it is here again."
        ),
    ),
    "accept": (later("Accept it"), later("It becomes part of the collection. It is not shown yet.")),
    "publish": (
        later("Publish it"),
        later("It is shown to those whom its consent allows, from the day it allows."),
    ),
    "decline": (
        later("Decline it"),
        later("It does not become part of the collection. Say kindly why: they will read it."),
    ),
    "unpublish": (later("Take it off the pages"), later("It stays accepted, and can be published again.")),
    "reopen": (
        later("Put it back into review"),
        later("It waits at the desk again, as if nobody had decided."),
    ),
}


_LINE = re.compile(r"Line (\d+): (.+)")


def note(sentence: str) -> str:
    """What was noticed in a file; of captions, what is wrong in which line."""
    found = _LINE.fullmatch(sentence)
    if found is None:
        return _(sentence)
    return _("Line %(number)s: %(why)s", number=found[1], why=_(found[2]))


def decision_trouble(code: str) -> str:
    """Why a decision could not be made."""
    known = {
        "": "",
        "words-needed": _("Write a few words to whoever gave it."),
        "bad-message": _("This is too long for a message."),
        "stale-version": _("Somebody else changed this first.")
        + " "
        + _("Look at it as it is now and decide again."),
        "published-already": " ".join(conflict_words()["published-already"]),
    }
    return known.get(code, _("This is not a decision that can be made now."))


def role(archive: Archive, name: str) -> str:
    """What somebody did, as the collections' vocabularies say it; the word itself where none of them has it."""
    for profile in archive.profiles.values():
        found = profile.vocabularies["roles"].find(name) if "roles" in profile.vocabularies else None
        if found is not None:
            return say(found.label, language()) or name
    return name


def decade(value: str) -> str:
    """A decade such as `1850` in words."""
    if value == UNDATED:
        return _("Undated")
    return _("%(decade)ss", decade=value) if is_number(value) else value


def language_name(code: str) -> str:
    """A language by its name; the code itself where CLDR has none (`yor` is Yoruba, `gul` has no name)."""
    short = str(get_global("language_aliases").get(code, code))
    try:
        name = Locale.parse(language()).languages.get(Locale.parse(short).language)
    except (UnknownLocaleError, ValueError):
        name = None
    return name[:1].upper() + name[1:] if name else code


def language_tag(code: str) -> str:
    """A language as `lang=""` wants it (BCP 47: the shortest code); empty where it is not known."""
    return str(get_global("language_aliases").get(code, code)) if code.isalpha() else ""


def language_beside(code: str) -> str:
    """A language for `lang=""`; empty where it is not known, or the page's own."""
    tag = language_tag(code)
    return "" if tag == language() else tag


def facet_value(archive: Archive, facet: str, value: str) -> str:
    """The words for one value of one facet."""
    if facet == "decade":
        return decade(value)
    if facet == "language":
        return language_name(value)
    if facet == "state":
        return of(STATES, value)
    return label(archive, facet, value, language())


def facet_language(archive: Archive, facet: str, value: str) -> str:
    """The language of those words for `lang=""`; empty where it is not known, or the page's own."""
    return language_beside(worded(archive, facet, value, language()).language)


def of(words: dict[str, str], value: str) -> str:
    """The words for a value of one of the tables above, or the value itself, made readable."""
    return str(words[value]) if value in words else value.replace("_", " ").replace("-", " ")


def by(names: Mapping[str, str], agent: str) -> str:
    """Who did something: a user by their name, or in other words where nobody is told it."""
    return names.get(agent) or of(AGENTS, "contributor" if is_id(agent) else agent)


def field(archive: Archive, slug: str, name: str) -> str:
    """The label of a field that a collection adds to its descriptions, or by which something is kept there."""
    return field_worded(archive, slug, name).words


def field_worded(archive: Archive, slug: str, name: str) -> Worded:
    """The same with its language for `lang=""`; empty where it is not known, or the page's own."""
    known = field_of(archive.profiles, slug, name)
    if known is None:
        return Worded(name.replace("_", " ").capitalize())
    found = worded_in(known.label, language())
    return Worded(found.words, language_beside(found.language))
