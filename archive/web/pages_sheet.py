"""The page on which descriptions go out as a spreadsheet and come in again."""

from __future__ import annotations

from dataclasses import dataclass

from archive.access import Actor
from archive.services.choosing import Choice
from archive.services.opening import Archive
from archive.services.sheets import Sheet, SheetProblem
from archive.web import labels, labels_batch
from archive.web.pages_batch import collection_options, profiles_of, state_options
from archive.web.pages_batch_rows import Difference, RowShown
from archive.web.pages_form import Option
from archive.web.words import _

PROBLEMS_SHOWN = 200
CHANGES_SHOWN = 50


@dataclass(frozen=True)
class ProblemShown:
    """What is wrong in one cell; `yours` and `theirs` where somebody changed it meanwhile."""

    row: int
    column: str
    words: str
    yours: str
    theirs: str
    content_note: str
    note_lang: str


@dataclass(frozen=True)
class SheetPage:
    """What may be taken out, and what is wrong with what was brought in."""

    collections: tuple[Option, ...]
    states: tuple[Option, ...]
    words: str
    trouble: str
    was_read: bool
    problems: tuple[ProblemShown, ...]
    more_problems: int
    changes: tuple[RowShown, ...]
    would_change: int
    unchanged: int


def sheet_page(
    archive: Archive, actor: Actor, choice: Choice, sheet: Sheet | None, trouble: str
) -> SheetPage:
    """The page, with what was found in `sheet` if one was brought in."""
    problems = sheet.problems if sheet else ()
    changes = sheet.changes if sheet else ()
    return SheetPage(
        collections=collection_options(profiles_of(archive, actor), choice.collection, any_of_them=False),
        states=state_options(choice.state),
        words=choice.words,
        trouble=labels_batch.sheet_trouble(trouble),
        was_read=sheet is not None,
        problems=tuple(_problem(one) for one in problems[:PROBLEMS_SHOWN]),
        more_problems=max(0, len(problems) - PROBLEMS_SHOWN),
        changes=tuple(
            RowShown(
                one.item_id,
                one.title or _("Without a title"),
                tuple(
                    Difference(labels.field(archive, sheet.collection, name), one.was[name], text)
                    for name, text in one.said.items()
                ),
                "",
                one.content_note,
                labels.language_beside(one.note_in),
                has_words=True,
            )
            for one in changes[:CHANGES_SHOWN]
            if sheet
        ),
        would_change=len(changes),
        unchanged=sheet.unchanged if sheet else 0,
    )


def _problem(one: SheetProblem) -> ProblemShown:
    return ProblemShown(
        one.row,
        one.column,
        labels_batch.sheet_problem(one.code),
        one.yours,
        one.theirs,
        one.content_note,
        labels.language_beside(one.note_in),
    )
