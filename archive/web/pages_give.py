"""The pages on which somebody gives, one question after the other: what all of them have, and the first two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from archive.profiles import Clause, say
from archive.services.answers import Trouble
from archive.services.draft_files import CAPTION, caption_troubles
from archive.services.drafts import DraftFile, DraftView
from archive.services.meanwhile import mark
from archive.services.noticed import noticed
from archive.services.opening import Archive
from archive.web import giving_words as words
from archive.web.formats import size_words
from archive.web.i18n import language
from archive.web.links import media_href
from archive.web.pages_form import Question, one_of
from archive.web.words import _, day


@dataclass(frozen=True)
class Step:
    """One step of the way: where it is, and whether one is there."""

    name: str
    words: str
    href: str
    is_current: bool
    number: int


@dataclass(frozen=True)
class GivePage:
    """One page of the way: its questions, and what is in the way of going on."""

    step: str
    number: int
    steps: tuple[Step, ...]
    kept_until: str
    back: str
    questions: tuple[Question, ...] = ()
    more: tuple[Question, ...] = ()
    clauses: tuple[Clause, ...] = ()
    show_troubles: bool = False

    @property
    def troubles(self) -> tuple[Question, ...]:
        """The questions whose answers cannot be used yet, if they are to be told."""
        asked = (*self.questions, *self.more)
        return tuple(one for one in asked if one.trouble) if self.show_troubles else ()


@dataclass(frozen=True)
class GivenFile:
    """A file as its contributor sees it while giving."""

    id: str
    name: str
    caption: str
    size: str
    src: str
    alt: str
    noticed: tuple[str, ...]
    is_examined: bool
    href: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class ArrivingFile:
    """A file that has not arrived whole, and until when what has arrived of it is kept; `recorded` while it was sent."""

    id: str
    name: str
    kept_until: str
    recorded: bool


@dataclass(frozen=True)
class FilesPage:
    """The page of files; `refused` are those that could not be taken in, with the reason (`name`, `sentence`)."""

    page: GivePage
    files: tuple[GivenFile, ...]
    arriving: tuple[ArrivingFile, ...]
    refused: tuple[Mapping[str, str], ...]
    together: Question | None
    mark: str


def steps(step: str) -> tuple[Step, ...]:
    """The whole way, with the step one is at."""
    return tuple(
        Step(
            name,
            str(text),
            url_for("contribute.what" if name == "what" else f"contribute.{name}"),
            name == step,
            number,
        )
        for number, (name, text) in enumerate(words.STEPS.items(), start=1)
    )


def base(draft: DraftView | None, step: str, *questions: Question, told: bool = False) -> GivePage:
    """What every page of the way has."""
    names = list(words.STEPS)
    place = names.index(step)
    back = url_for(f"contribute.{names[place - 1]}") if place else ""
    kept = day(draft.kept_until) if draft else ""
    return GivePage(step, place + 1, steps(step), kept, back, tuple(questions), show_troubles=told)


def what_page(archive: Archive, draft: DraftView | None, chosen: str) -> GivePage:
    """What are you sharing, and with which collection."""
    collections = {
        slug: (say(one.title, language()), _first_sentence(say(one.description, language())))
        for slug, one in archive.profiles.items()
    }
    questions = [one_of("what", _("What are you sharing?"), words.WHAT, draft.answers.what if draft else "")]
    # What is added to something goes where that is.
    if len(collections) > 1 and not (draft and draft.is_addition):
        questions.append(one_of("collection", _("Where does it belong?"), collections, chosen))
    return base(draft, "what", *questions)


def files_page(
    draft: DraftView, refused: Sequence[Mapping[str, str]] = (), *, told: bool = False
) -> FilesPage:
    """The files that are there, and room for more."""
    together = None
    if len(draft.files) > 1:
        together = one_of(
            "together", _("How do they belong together?"), words.TOGETHER, draft.answers.together
        )
    trouble = Trouble("still-arriving") if draft.arriving else None if draft.files else Trouble("no-files")
    files = Question("files", _("Files"), "files", trouble=words.trouble(trouble))
    given = tuple(given_files(draft).values())
    captions = (Question(f"{CAPTION}{one.id}", one.name, trouble=one.trouble) for one in given)
    shown = {f"{CAPTION}{one.id}": one.caption for one in draft.files}
    return FilesPage(
        base(draft, "files", files, *captions, told=told),
        given,
        tuple(
            ArrivingFile(one, name, day(until), one in draft.recorded) for one, name, until in draft.arriving
        ),
        tuple(refused),
        together,
        mark({**shown, "together": draft.answers.together}),
    )


def given_files(draft: DraftView) -> dict[str, GivenFile]:
    """Every file of a draft by its id, with which one before it has the same bytes."""
    first: dict[str, DraftFile] = {}
    return {one.id: _given_file(one, first.setdefault(one.sha512, one)) for one in draft.files}


def _given_file(file: DraftFile, same: DraftFile) -> GivenFile:
    """A file in words and as a small picture; `same` is the first one of the draft with the same bytes."""
    told = tuple(str(words.NOTICED[code]) for code in noticed(file))
    if file.size and same.id != file.id:
        told = (_("The same is here already: %(name)s.", name=same.given_name), *told)
    return GivenFile(
        file.id,
        file.given_name,
        file.caption,
        size_words(file.size),
        media_href(file.face) if file.face else "",
        file.caption or file.given_name,
        told,
        file.is_examined,
        trouble=words.trouble(caption_troubles([file]).get(f"{CAPTION}{file.id}")),
    )


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".") + "."
