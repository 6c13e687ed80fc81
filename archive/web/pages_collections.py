"""The desk's pages of a collection: its profile, what is wrong with it, and the words that introduce it."""

from __future__ import annotations

from dataclasses import dataclass

from archive.profiles import CollectionProfile, Field, Problem, say
from archive.services.introductions import CollectionState, Words
from archive.services.taken_out import TAKEN_OUT
from archive.web.i18n import language
from archive.web.labels import language_name
from archive.web.markdown import Html, rendered
from archive.web.pages_form import SAID_AGAIN, Question
from archive.web.words import _, later

KINDS = {
    "text": later("a line"),
    "long_text": later("a text"),
    "names": later("people and organisations"),
    "date": later("a date"),
    "place": later("places"),
    "vocabulary": later("words of a list"),
    "language": later("languages"),
    "description_language": later("the language of the description"),
    "rights": later("what others may do"),
    "relation": later("what it belongs with"),
    "parts": later("what is shown together with it"),
    "observance": later("days of remembrance"),
    "notice": later("a notice of the community"),
}
TROUBLES = {
    "introduction-too-long": later("This is too long for an introduction."),
    TAKEN_OUT: SAID_AGAIN,
}


@dataclass(frozen=True)
class FieldLine:
    """One field of the profile in words."""

    label: str
    name: str
    kind: str
    required: bool
    vocabulary: str


@dataclass(frozen=True)
class WordsLine:
    """What introduces the collection in one language, and whose words these are."""

    code: str
    language: str
    is_own: bool


@dataclass(frozen=True)
class CollectionDeskPage:
    """One collection as its folder describes it."""

    slug: str
    title: str
    problems: tuple[Problem, ...]
    is_newer: bool
    may_write: bool
    words: tuple[WordsLine, ...]
    fields: tuple[FieldLine, ...]
    lists: tuple[tuple[str, int, bool], ...]
    days: tuple[tuple[str, str], ...]
    agreement: str


@dataclass(frozen=True)
class IntroductionPage:
    """The form of an introduction in one language; `preview` is how it would be read."""

    slug: str
    title: str
    code: str
    language: str
    question: Question
    mark: str
    of_file: str
    is_own: bool
    preview: Html | None
    theirs: str | None
    asks_anyway: bool = False


def collection_desk_page(state: CollectionState) -> CollectionDeskPage:
    """One collection, with what is wrong with its files."""
    profile = state.profile
    return CollectionDeskPage(
        slug=profile.slug,
        title=say(profile.title, language()),
        problems=state.problems,
        is_newer=state.is_newer,
        may_write=state.may_write,
        words=tuple(
            WordsLine(one.language, language_name(one.language), bool(one.body)) for one in state.words
        ),
        fields=tuple(_field(profile, one) for one in profile.fields),
        lists=tuple(
            (say(one.title, language()), len(one.terms), one.closed) for one in profile.vocabularies.values()
        ),
        days=tuple(
            (f"{one.day:02}.{one.month:02}.", say(one.name, language())) for one in profile.observances
        ),
        agreement=profile.agreement.version,
    )


def introduction_page(
    state: CollectionState,
    words: Words,
    *,
    typed: str | None = None,
    seen: str = "",
    trouble: str = "",
    preview: bool = False,
    crossed: bool = False,
) -> IntroductionPage:
    """The form, with what it says now or what was just typed; with `crossed` somebody else was faster."""
    body = words.body if typed is None else typed
    help = _(
        "In Markdown: an empty line between paragraphs, ## before a heading, [words](address) for a link."
    )
    why = str(TROUBLES[trouble]) if trouble else ""
    question = Question("body", _("Introduction"), "area", help, body, trouble=why)
    return IntroductionPage(
        slug=state.profile.slug,
        title=say(state.profile.title, language()),
        code=words.language,
        language=language_name(words.language),
        question=question,
        mark=seen or words.mark,
        of_file=words.of_file,
        is_own=bool(words.body),
        preview=rendered(body) if preview else None,
        theirs=(words.body or words.of_file) if crossed else None,
        asks_anyway=trouble == TAKEN_OUT,
    )


def _field(profile: CollectionProfile, one: Field) -> FieldLine:
    vocabulary = profile.vocabularies.get(one.vocabulary or "")
    return FieldLine(
        say(one.label, language()),
        one.name,
        str(KINDS[one.kind]),
        one.required,
        say(vocabulary.title, language()) if vocabulary else "",
    )
