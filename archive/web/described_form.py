"""What somebody typed into the form of a description, read the same for saving it, keeping it and looking at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from archive.profiles import Field, say
from archive.services.answers import DATE
from archive.services.kept import Profiles, renamed
from archive.web.date_answers import reading_answer
from archive.web.desk_windows import DO
from archive.web.i18n import language

MARK, ANYWAY = "seen", "anyway"
# What the button says that looks for words with the letters in the box for one more entry.
LOOK = "look-"
ABOUT, READING, ASKED, ADD = "about-", "reading-about-", "asked-about-", "add-"


@dataclass(frozen=True)
class Typed:
    """By field what was typed, which reading of a date was chosen, and the mark of what was there before.

    With `anyway` also words are said that were taken out of a file.
    """

    said: dict[str, str]
    choices: dict[str, str]
    mark: str
    anyway: bool = False

    def hidden(self) -> tuple[tuple[str, str], ...]:
        """All of it as the hidden fields of a form, so that nothing typed is lost on the way through a page."""
        texts = [(ABOUT + name, text) for name, text in self.said.items()]
        chosen = [
            pair
            for name, text in self.said.items()
            if text.strip() in self.choices
            for pair in ((READING + name, self.choices[text.strip()]), (ASKED + name, text.strip()))
        ]
        return (*texts, *chosen, (MARK, self.mark), *([(ANYWAY, "yes")] if self.anyway else ()))


def is_meant() -> bool:
    """Whether the form that was sent says that words are meant which were taken out of a file."""
    return request.form.get(ANYWAY) == "yes"


def names_sent() -> frozenset[str]:
    """The names of the fields in which something stands in the form that was sent."""
    sent = request.form.items(multi=True)
    return frozenset(
        name.removeprefix(ABOUT) for name, text in sent if name.startswith(ABOUT) and text.strip()
    )


def typed_form(profiles: Profiles, fields: Sequence[Field]) -> Typed:
    """Read the form that was sent; what stands in a box for one more entry is one more entry.

    The item may have been moved since the form was opened: what it asked is said in those of `fields` that ask the same,
    whatever they are called, and of what it did not ask nothing is said.
    """
    form = request.form
    asked = (name.removeprefix(ABOUT) for name in form if name.startswith(ABOUT))
    # Boxes of which none is ticked are not sent at all.
    said = {one.name: "" for one in fields if one.kind == "observance"}
    named = renamed(profiles, {name: name for name in asked}, fields)
    said |= {name: _text(sent) for name, sent in named.items()}
    choices = reading_answer(DATE, said.get(DATE, ""))
    return Typed(said, choices, form.get(MARK, ""), is_meant())


def typed_again(profiles: Profiles, fields: Sequence[Field]) -> Typed:
    """Read the form that was sent: of `fields` those that it asked, under the name of another collection too."""
    form = request.form
    sent = {
        name.removeprefix(ABOUT): "\n".join(form.getlist(name)).replace("\r\n", "\n")
        for name in form
        if name.startswith(ABOUT)
    }
    # Boxes of which none is ticked are not sent at all.
    unticked = {one.name: "" for one in fields if sent and one.kind == "observance"}
    # The item may have been moved since the form was opened.
    said = unticked | renamed(profiles, sent, fields)
    return Typed(said, reading_answer(DATE, said.get(DATE, "")), form.get(MARK, ""), is_meant())


def typed_of_thing(fields: Sequence[Field]) -> dict[str, str]:
    """What was typed about a thing that is being given: what the page asked, also where it was left empty.

    Of one photograph among forty it may be that its place is not known.
    """
    form = request.form
    is_asked = any(name.startswith(ABOUT) for name in form)
    # Boxes of which none is ticked are not sent at all.
    asked = [one for one in fields if ABOUT + one.name in form or (is_asked and one.kind == "observance")]
    return {one.name: "\n".join(form.getlist(ABOUT + one.name)) for one in asked}


def without_field(
    profiles: Profiles, fields: Sequence[Field], said: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """What was typed where another collection asks it and none of `fields` does, with what it is called there."""
    known = {one.name: one for profile in profiles.values() for one in profile.fields}
    left = known.keys() - {one.name for one in fields}
    return tuple(
        (say(known[name].label, language()), text)
        for name, text in said.items()
        if name in left and text.strip()
    )


def _text(name: str) -> str:
    # Of an answer that is several boxes to tick, each is sent by itself.
    parts = [*request.form.getlist(ABOUT + name)]
    # Letters to look with are no entry yet.
    is_looking = request.form.get(DO) == f"{LOOK}{name}"
    more = "" if is_looking else request.form.get(f"{ADD}{name}", "").strip()
    where = request.form.get(f"{ADD}{name}-where", "").strip(" []")
    if more and where:
        about = ", town" if request.form.get(f"{ADD}{name}-precision") == "town" else ""
        more = f"{more} [{where}{about}]"
    role = request.form.get(f"{ADD}{name}-role", "").strip(" ()")
    if more and role:
        more = f"{more} ({role})"
    if more:
        parts = [*(part for part in parts if part.strip()), more]
    return "\n".join(part.rstrip("\r\n") if more else part for part in parts).replace("\r\n", "\n")
