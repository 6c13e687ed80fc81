"""The page that shows everything once more before it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import url_for

from archive.profiles import Clause, CollectionProfile
from archive.services.additions import before
from archive.services.drafts import DraftView
from archive.services.opening import Archive
from archive.services.sending import Checked
from archive.web import giving_words as words
from archive.web.i18n import language
from archive.web.pages_about import Thing, said_of_all, things
from archive.web.pages_consent import answered, put_off_until
from archive.web.pages_give import GivePage, base


@dataclass(frozen=True)
class CheckPage:
    """Everything once more, with what is still in the way and where to change it.

    `changed` is, of an addition, what it changes for what was given before.
    """

    page: GivePage
    things: tuple[Thing, ...]
    said_of_all: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str, str], ...]
    missing: tuple[tuple[str, str], ...]
    agreement: tuple[Clause, ...]
    version: str
    can_be_sent: bool
    changed: tuple[str, ...] = ()


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
        (*answered(profile, draft), *put_off_until(draft.put_off)),
        tuple(dict.fromkeys(missing)),
        profile.agreement.clauses.get(language(), ()),
        profile.agreement.version,
        checked.can_be_sent,
        tuple(_changed(profile, draft)) if draft.is_addition else (),
    )


def _changed(profile: CollectionProfile, draft: DraftView) -> Iterator[str]:
    then = answered(profile, replace(draft, answers=before(draft.answers)))
    now = answered(profile, draft)
    was, is_now = ({label: text for label, text, _href in rows} for rows in (then, now))
    for label in dict.fromkeys([*was, *is_now]):
        if was.get(label) != is_now.get(label):
            yield f"{label}: {was.get(label, '—')} → {is_now.get(label, '—')}"


def _missing(step: str, question: str, trouble: str, shown: tuple[Thing, ...]) -> tuple[str, str]:
    """Where what is in the way is put right, and what it is; of one thing alone it is asked on that thing's page."""
    of_one = (one for one in shown if question.startswith(f"{one.files[0].id}:"))
    thing = next(of_one, None) if step == "about" else None
    if thing is not None:
        return f"{thing.href}?told=1", f"{thing.title}: {trouble}"
    return url_for(f"contribute.{step}", told=1), f"{words.STEPS[step]}: {trouble}"
