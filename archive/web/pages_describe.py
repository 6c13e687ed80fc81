"""The pages on which curators describe an item, and see how what is said of it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.profiles import CollectionProfile, say
from archive.services.answers import Trouble, understand_about
from archive.services.revisions import Change, Spoken
from archive.services.views import ItemView
from archive.web import labels
from archive.web.i18n import language
from archive.web.pages_about import date_words
from archive.web.pages_beside import Beside, beside
from archive.web.pages_form import Question, question_of
from archive.web.words import _, day


@dataclass(frozen=True)
class Theirs:
    """What somebody else has written into a field meanwhile."""

    label: str
    words: str


@dataclass(frozen=True)
class WordList:
    """The words of a vocabulary that a field takes."""

    title: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class DescribePage:
    """The form beside the files; `mark` tells what its writer had before them, `theirs` what was written meanwhile."""

    id: str
    title: str
    state: str
    mark: str
    questions: tuple[Question, ...]
    show_troubles: bool
    is_crossed: bool
    theirs: tuple[Theirs, ...]
    lists: tuple[WordList, ...]
    files: tuple[Beside, ...]

    @property
    def troubles(self) -> tuple[Question, ...]:
        """The questions whose answers cannot be used yet."""
        return tuple(one for one in self.questions if one.trouble) if self.show_troubles else ()


@dataclass(frozen=True)
class Changed:
    """One field of one change: what stood there, and what stands there since."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ChangeShown:
    """One revision in words."""

    number: int
    on: str
    by: str
    changed: tuple[Changed, ...]
    is_current: bool


@dataclass(frozen=True)
class HistoryPage:
    """Everything that was said of an item, the newest first."""

    id: str
    title: str
    mark: str
    changes: tuple[ChangeShown, ...]


def describe_page(
    profile: CollectionProfile,
    item: ItemView,
    spoken: Spoken,
    *,
    typed: Mapping[str, str] | None = None,
    choices: Mapping[str, str] | None = None,
    troubles: Mapping[str, Trouble] | None = None,
    crossed: bool = False,
) -> DescribePage:
    """What is said, or what was just typed, to be changed; with `crossed` somebody else was faster."""
    said = spoken.said if typed is None else typed
    meant = {**spoken.meant, **(choices or {})}
    understood, _unclear = understand_about(profile, said, meant, language(), profile.fields)
    edtf = understood.values.get("date_edtf", "")
    questions = tuple(
        question_of(
            profile,
            one,
            said.get(one.name, ""),
            (troubles or {}).get(one.name),
            understood=date_words(edtf) if edtf and one.name == "date" else "",
            choices=meant,
        )
        for one in profile.fields
    )
    return DescribePage(
        id=item.id,
        title=item.title or _("Without a title"),
        state=labels.of(labels.STATES, item.state),
        mark=spoken.mark,
        questions=questions,
        show_troubles=bool(troubles),
        is_crossed=crossed,
        theirs=_theirs(profile, spoken, said) if crossed else (),
        lists=_lists(profile),
        files=beside(item),
    )


def history_page(
    profile: CollectionProfile,
    item: ItemView,
    spoken: Spoken,
    changes: Sequence[Change],
    names: Mapping[str, str],
) -> HistoryPage:
    """The changes, side by side; `names` are the user names of those who made them."""
    words = {one.name: say(one.label, language()) for one in profile.fields}
    shown = tuple(
        ChangeShown(
            one.number,
            day(one.on),
            names.get(one.agent) or labels.of(labels.AGENTS, one.agent),
            tuple(Changed(words.get(name, name), before, after) for name, before, after in one.changed),
            one is changes[0],
        )
        for one in changes
    )
    return HistoryPage(item.id, item.title or _("Without a title"), spoken.mark, shown)


def _theirs(profile: CollectionProfile, spoken: Spoken, typed: Mapping[str, str]) -> tuple[Theirs, ...]:
    return tuple(
        Theirs(say(one.label, language()), spoken.said[one.name])
        for one in profile.fields
        if spoken.said[one.name].strip() != typed.get(one.name, "").strip()
    )


def _lists(profile: CollectionProfile) -> tuple[WordList, ...]:
    """What may be written into fields that take several words of a list; of others the words are in the form."""
    found = []
    for one in profile.fields:
        vocabulary = profile.vocabularies.get(one.vocabulary or "") if one.repeatable else None
        if vocabulary is not None and vocabulary.terms:
            words = tuple(say(term.label, language()) or term.id for term in vocabulary.terms if not term.use)
            found.append(WordList(say(one.label, language()), words))
    return tuple(found)
