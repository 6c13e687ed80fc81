"""Which draft or submission a request is about: the one that its session holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from archive.access import Actor, contributor
from archive.models.errors import ConflictError, NotFoundError
from archive.profiles import CollectionProfile
from archive.services import drafts
from archive.services.drafts import DraftView
from archive.services.opening import Archive
from archive.services.sessions import DRAFTING, SUBMISSION
from archive.web import limits
from archive.web.error_answers import answer, given_back, is_contributors
from archive.web.errors import tell
from archive.web.pages_error import old_form
from archive.web.sessions import current_session
from archive.web.visitors import the_archive, visitor

# The field, and the part of an address, in which a page says which gift it is about.
GIFT = "gift"


@dataclass(frozen=True)
class Giving:
    """Somebody who is giving, and what."""

    archive: Archive
    actor: Actor
    submission_id: str

    @property
    def draft(self) -> DraftView:
        """The draft as it is now, which is kept longer because somebody looks."""
        return drafts.opened(self.archive, self.actor, self.submission_id)

    def save(self, changes: drafts.Changes) -> DraftView:
        """Keep what was typed, and return the draft with it."""
        drafts.save(self.archive, self.actor, self.submission_id, changes)
        return self.draft

    def profile(self, draft: DraftView) -> CollectionProfile:
        """The profile of the collection it is given to."""
        return self.archive.profiles[draft.collection]


def giving() -> Giving:
    """What this session gives; NotFoundError where it gives nothing, ConflictError for what was sent from the page of another gift.

    One who gave several things may have the pages of two of them open, of which the session knows the later alone.
    """
    held, who = session.get(SUBMISSION, ""), visitor().actor
    if held not in who.submissions:
        raise NotFoundError("There is no draft here.", code="no-draft")
    # A body that may be files is read by who takes it in; an address says what sends no form.
    form = request.form if "form" in request.__dict__ else {}
    if request.method == "POST":
        is_of(held, form.get(GIFT, "") or request.args.get(GIFT, ""))
    return Giving(the_archive(), who, held)


def is_of(submission_id: str, mark: str) -> None:
    """ConflictError where a page with that mark is of another gift; one without is of none."""
    if mark and mark != _mark_of(submission_id):
        raise ConflictError("In another window you opened something else that you gave.", code="another-gift")


def gift_mark() -> str:
    """By what a form of a contributor's page says which gift it is about; nothing on other pages and where there is none."""
    held = str(session.get(SUBMISSION, "")) if is_contributors() else ""
    return _mark_of(held) if held else ""


def _mark_of(submission_id: str) -> str:
    """The same on every page of it, for what was begun on one goes on from the next; the id itself is nobody's to read."""
    return hashlib.sha256(f"gift {submission_id}".encode()).hexdigest()[:16]


def usual_collection(archive: Archive) -> str:
    """Where things go unless somebody says otherwise: the first collection that keeps days of remembrance."""
    profiles = archive.profiles.values()
    return next((one.slug for one in profiles if one.observances), next(iter(archive.profiles)))


def begin(collection: str, language: str) -> Giving:
    """A new draft, in the session of whoever has signed in, or in a new one without a name."""
    who, kept = visitor(), current_session()
    submission_id = drafts.start(
        the_archive(), collection, language, user_id=who.actor.id if who.signed_in else ""
    )
    if not who.signed_in:
        kept.become("")
    hold(submission_id, drafting=True)
    return Giving(the_archive(), contributor([submission_id]), submission_id)


def hold(submission_id: str, *, drafting: bool = False) -> None:
    """Remember in the session which submission it is about."""
    session[SUBMISSION] = submission_id
    if drafting:
        session[DRAFTING] = True
    else:
        session.pop(DRAFTING, None)


def for_contributors(blueprint: Blueprint, beginning: str) -> None:
    """Make a room for contributors: what is too long is heard out, and whoever has nothing here is led to where it begins."""

    limits.widen(blueprint, limits.LARGEST_HEARD)

    @blueprint.errorhandler(NotFoundError)
    def nothing_here(error: NotFoundError) -> ResponseReturnValue:
        if error.code == "no-draft":
            # Whoever typed into a page of before has it given back first.
            return answer(old_form()) if given_back() else redirect(url_for(beginning), 303)
        if error.code == "draft-gone" and request.method == "GET":
            # Whoever goes back after sending, as phones do, gets to what was sent.
            return redirect(url_for("mine.overview"), 303)
        return tell(error)
