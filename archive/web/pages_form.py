"""One question of a form: what is asked, what was answered, and why the answer cannot be used yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.profiles import CollectionProfile, Field, say
from archive.services.answers import AS_WRITTEN, DATE, Trouble, date_readings
from archive.services.labels import Worded, worded_in
from archive.web.giving_words import trouble
from archive.web.i18n import language
from archive.web.labels import language_beside, language_name
from archive.web.words import _, later, number

SAID_AGAIN = later(
    "Words in it were taken out of a file of an item. Write it without them, or tick “Say it all the same”."
)
_LONGER = later("This is too long: it may have %(most)s characters and has %(has)s. All of it is still here.")


@dataclass(frozen=True)
class Option:
    """One answer to choose."""

    value: str
    words: str
    help: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Question:
    """One question; `shape` is line, area, day, one (radio buttons), several (boxes to tick), list (a long list to choose one from) or yes.

    `readings` are what an answer that is not clear may mean, `understood` how the answer was read. `label_lang` and `help_lang` are
    the languages of label and help, where the page has another.
    """

    name: str
    label: str
    shape: str = "line"
    help: str = ""
    value: str = ""
    options: tuple[Option, ...] = ()
    trouble: str = ""
    understood: str = ""
    readings: tuple[Option, ...] = ()
    optional: bool = False
    label_lang: str = ""
    help_lang: str = ""

    @property
    def is_reading_chosen(self) -> bool:
        """Whether one of the readings was chosen, which can be taken back."""
        return any(one.chosen for one in self.readings)

    @property
    def described_by(self) -> str:
        """The ids of what explains the question, for `aria-describedby`."""
        parts = ((self.help, "help"), (self.trouble, "trouble"), (self.understood, "understood"))
        return " ".join(f"{self.name}-{suffix}" for words, suffix in parts if words)


class AskingPage:
    """What pages with a form of several questions have in common."""

    questions: tuple[Question, ...]

    @property
    def troubles(self) -> tuple[Question, ...]:
        """The questions whose answers cannot be used yet."""
        return tuple(one for one in self.questions if one.trouble)

    @property
    def asks_anyway(self) -> bool:
        """Whether an answer says what was taken out of a file."""
        return any(one.trouble == str(SAID_AGAIN) for one in self.questions)


def too_long(most: int, text: str) -> str:
    """What is said of words of which there are more than `most` characters; "" of others."""
    has = len(text.replace("\r\n", "\n"))
    return str(_LONGER) % {"most": number(most), "has": number(has)} if has > most else ""


def one_of(
    name: str,
    label: str,
    words: Mapping[str, tuple[Any, Any]],
    chosen: str,
    why: Trouble | None = None,
    *,
    help: str = "",
) -> Question:
    """A question with a few answers, one of which is chosen."""
    options = tuple(
        Option(value, str(text), str(more), chosen == value) for value, (text, more) in words.items()
    )
    return Question(name, label, "one", help, chosen, options, trouble(why))


def question_of(
    profile: CollectionProfile,
    field: Field,
    value: str,
    why: Trouble | None = None,
    *,
    understood: str | None = None,
    choices: Mapping[str, str] | None = None,
) -> Question:
    """The question that a field of the collection's profile asks; `choices` are the readings of dates that were chosen.

    `understood` is how a date was read, "" as long as there is none, None where the page does not tell it.
    """
    several = _observances(profile, value) if field.kind == "observance" else ()
    options = several or _options(profile, field, value)
    is_date = field.kind == "date" and field.name == DATE and choices is not None
    label, help = worded_in(field.label, language()), worded_in(field.help, language())
    return Question(
        name=f"about-{field.name}",
        label=label.words,
        shape="several" if several else "list" if options else _shape(field),
        help=_with_promise(help) if field.name == DATE and understood is not None else help.words,
        value=value,
        options=options,
        trouble=trouble(why),
        understood=understood or "",
        readings=_readings(value, (choices or {}).get(value.strip(), "")) if is_date else (),
        optional=not field.required,
        label_lang=language_beside(label.language),
        help_lang=language_beside(help.language),
    )


def _with_promise(help: Worded) -> str:
    """The help of a date, and that its reading will be told; never in two languages at once."""
    promise = "" if language_beside(help.language) else _("You will see how it was understood.")
    return " ".join(words for words in (help.words, promise) if words)


def answer_in_words(profile: CollectionProfile, field: Field, text: str) -> str:
    """What was answered to a field, with the words of its list in the place of their ids."""
    if field.kind in ("language", "description_language"):
        return "\n".join(language_name(code) for code in text.split("\n") if code)
    if field.kind == "observance":
        names = {one.id: say(one.name, language()) for one in profile.observances}
        return "\n".join(names.get(one, one) for one in text.split("\n"))
    vocabulary = profile.vocabularies.get(field.vocabulary or "") if field.kind == "vocabulary" else None
    if vocabulary is None or not vocabulary.closed:
        return text
    terms = vocabulary.by_id
    return "\n".join(say(terms[one].label, language()) if one in terms else one for one in text.split("\n"))


def _readings(text: str, meant: str) -> tuple[Option, ...]:
    """What a date may mean, and last that nothing but its words is kept; nothing where it is clear."""
    found = date_readings(text, language())
    # What was brought in with a reading of its own is settled, whatever its words may mean.
    if found is None or (meant and meant not in {AS_WRITTEN, *(edtf for edtf, _words in found)}):
        return ()
    as_written = (
        _("Keep it as I wrote it"),
        _("Your words are shown. It stands among what has no date."),
    )
    return (
        *(Option(edtf, words, "", edtf == meant) for edtf, words in found),
        Option(AS_WRITTEN, *as_written, meant == AS_WRITTEN),
    )


def _shape(field: Field) -> str:
    return "area" if field.kind in ("long_text", "notice") or field.repeatable else "line"


def _observances(profile: CollectionProfile, value: str) -> tuple[Option, ...]:
    chosen = value.splitlines()
    return tuple(
        Option(one.id, say(one.name, language()), "", one.id in chosen) for one in profile.observances
    )


def _options(profile: CollectionProfile, field: Field, value: str) -> tuple[Option, ...]:
    """The list to choose from: of a closed vocabulary, or the languages of the collection."""
    if field.repeatable:
        return ()
    vocabulary = profile.vocabularies.get(field.vocabulary or "") if field.kind == "vocabulary" else None
    if vocabulary is not None and vocabulary.closed:
        known = [(term.id, say(term.label, language())) for term in vocabulary.terms if not term.use]
    elif field.kind == "language":
        known = [(code, language_name(code)) for code in profile.languages]
    else:
        return ()
    none = Option("", _("No answer"), "", not value)
    return (none, *(Option(key, words, "", key == value) for key, words in known))
