"""Which draft or submission a request is about: the one that its session holds."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from archive.access import Actor, contributor
from archive.models.errors import NotFoundError
from archive.profiles import CollectionProfile
from archive.services import drafts
from archive.services.drafts import DraftView
from archive.services.opening import Archive
from archive.services.sessions import DRAFTING, SUBMISSION
from archive.web import limits
from archive.web.error_answers import answer, given_back
from archive.web.errors import tell
from archive.web.gifts import about, begun, meant
from archive.web.pages_error import old_form, sent_already
from archive.web.sessions import current_session
from archive.web.visitors import the_archive, visitor


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
    """What a request is about, of what somebody gives; NotFoundError where that is nothing.

    ConflictError for what was sent from the page of a gift that is not open here any more.
    """
    who = visitor().actor
    held = meant(who)
    if held not in who.submissions:
        raise NotFoundError("There is no draft here.", code="no-draft")
    about(held)
    return Giving(the_archive(), who, held)


def draft_or_none() -> DraftView | None:
    """The draft that a request is about, where it is about one."""
    try:
        return giving().draft
    except NotFoundError:
        return None


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
    about(submission_id)
    begun(submission_id)
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
        if error.code == "draft-gone":
            return answer(sent_already())
        return tell(error)
