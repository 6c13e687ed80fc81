"""The page that shows everything once more before it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import url_for

from archive.profiles import Clause, CollectionProfile
from archive.services.additions import before
from archive.services.drafts import DraftView
from archive.services.opening import Archive
from archive.services.sending import Changed, Checked, changed_since, mark_of
from archive.web import giving_words as words
from archive.web.i18n import language
from archive.web.pages_about import Thing, said_of_all, things
from archive.web.pages_consent import answered, put_off_until
from archive.web.pages_give import GivePage, base
from archive.web.words import _


@dataclass(frozen=True)
class CheckPage:
    """Everything once more, with what is still in the way and where to change it.

    `changed` is, of an addition, what it changes for what was given before. `mark` is that of what stands here, and
    `since` says what of it is not as it stood on the page that was sent; `is_worded_anew` where that is the agreement.
    """

    page: GivePage
    things: tuple[Thing, ...]
    said_of_all: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str, str], ...]
    missing: tuple[tuple[str, str], ...]
    agreement: tuple[Clause, ...]
    version: str
    can_be_sent: bool
    mark: str
    changed: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    is_worded_anew: bool = False


def check_page(archive: Archive, draft: DraftView, checked: Checked, seen: str | None = None) -> CheckPage:
    """Everything once more before it is sent; `seen` is the mark of what was sent where that stands so no more."""
    profile, mark = archive.profiles[draft.collection], mark_of(archive, draft, language())
    since = None if seen is None else changed_since(seen, mark)
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
        mark,
        tuple(_changed(profile, draft)) if draft.is_addition else (),
        tuple(_since(since)) if since else (),
        since is not None and since.words,
    )


def _since(changed: Changed) -> Iterator[str]:
    # Where only the words were changed, or a worker was done, nobody else was at it.
    if changed.given:
        yield _(
            "It was not sent: something was changed here since you opened this page, in another window or on another "
            "device. Nothing is lost. Look at everything once more, then send it."
        )
    if changed.words:
        yield _(
            "It was not sent: the words that you agree to were changed since you opened this page. They stand below, "
            "whole. Read them, then send it."
        )
    if changed.noticed:
        yield _(
            "It was not sent: since you opened this page, we noticed something in what you give. It stands below, "
            "beside the file. Read it, then send it."
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
