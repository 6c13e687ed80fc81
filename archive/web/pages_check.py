"""The page that shows everything once more before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from archive.profiles import Clause
from archive.services.drafts import DraftView
from archive.services.opening import Archive
from archive.services.sending import Checked
from archive.web import giving_words as words
from archive.web.i18n import language
from archive.web.pages_about import Thing, said_of_all, things
from archive.web.pages_consent import answered
from archive.web.pages_give import GivePage, base


@dataclass(frozen=True)
class CheckPage:
    """Everything once more, with what is still in the way and where to change it."""

    page: GivePage
    things: tuple[Thing, ...]
    said_of_all: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str, str], ...]
    missing: tuple[tuple[str, str], ...]
    agreement: tuple[Clause, ...]
    version: str
    can_be_sent: bool


def check_page(archive: Archive, draft: DraftView, checked: Checked) -> CheckPage:
    """Everything once more before it is sent."""
    profile = archive.profiles[draft.collection]
    shown = things(profile, draft)
    missing = [
        _missing(step, question, words.trouble(why), shown)
        for step, troubles in checked.troubles.items()
        for question, why in troubles.items()
    ]
    return CheckPage(
        base(draft, "check"),
        shown,
        said_of_all(profile, draft) if len(draft.things) > 1 else (),
        tuple(answered(profile, draft)),
        tuple(dict.fromkeys(missing)),
        profile.agreement.clauses.get(language(), ()),
        profile.agreement.version,
        checked.can_be_sent,
    )


def _missing(step: str, question: str, trouble: str, shown: tuple[Thing, ...]) -> tuple[str, str]:
    """Where what is in the way is put right, and what it is; of one thing alone it is asked on that thing's page."""
    of_one = (one for one in shown if question.startswith(f"{one.files[0].id}:"))
    thing = next(of_one, None) if step == "about" else None
    if thing is not None:
        return f"{thing.href}?told=1", f"{thing.title}: {trouble}"
    return url_for(f"contribute.{step}", told=1), f"{words.STEPS[step]}: {trouble}"
