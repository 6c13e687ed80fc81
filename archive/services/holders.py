"""Accounts of contributors: whoever prefers a name and a password to a code may have them, and hold what they gave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError as RowConflict

from archive.access import Actor
from archive.models import Draft, Holder, Item, ReturnCode, Submission, Upload
from archive.models.errors import ConflictError, ForbiddenError, NotFoundError
from archive.services import accounts, signing_in
from archive.services.answers import Answers
from archive.services.of_submission import is_held
from archive.services.opening import Archive


def open_account(archive: Archive, actor: Actor, username: str, password: str) -> str:
    """Make an account that holds all that `actor` gave without one, and sign it in; returns the session's token.

    Only for those who gave something (ForbiddenError `nothing-held`), so that nobody fills the table of users.
    BadInputError says what is wrong with the name or the password, ConflictError (`held-already`) that somebody's
    account holds it.
    """
    if not actor.submissions:
        raise ForbiddenError("An account is for those who gave something.", code="nothing-held")
    with _told():
        accounts.create_user(archive, username, password, {"contributor": ""}, holding=actor.submissions)
    return signing_in.sign_in(archive, username, password)


def claim(archive: Archive, actor: Actor, submission_id: str, user_id: str) -> None:
    """Let an account hold a submission that `actor` gave, as whoever has come back by its code; twice is once.

    NotFoundError when it is not theirs, ConflictError (`held-already`) when another account holds it.
    """
    with _told(), archive.db.write() as session:
        submission = session.get(Submission, submission_id) if submission_id in actor.submissions else None
        if submission is None:
            raise NotFoundError("There is no such submission.")
        known = session.scalars(select(Holder).where(Holder.submission_id == submission_id)).first()
        if known is None:
            session.add(Holder(submission_id=submission_id, user_id=user_id))
            session.flush()
        elif known.user_id != user_id:
            raise _held()


def without_way_back(archive: Archive, actor: Actor, submission_id: str) -> bool:
    """Whether nothing leads back to what `actor` gives once this session is over: no code typed again, no account.

    A draft in which nothing was said and nothing added is nothing to come back to.
    """
    with archive.db.read() as session:
        submission = session.get(Submission, submission_id) if submission_id in actor.submissions else None
        if submission is None:
            return False
        code = session.get(ReturnCode, submission_id)
        if (code is not None and code.confirmed) or is_held(session, submission_id):
            return False
        if submission.sent:
            return True
        # As long as it is not sent, whatever it has is its draft's.
        added = (select(one.id).where(one.submission_id == submission_id) for one in (Item, Upload))
        draft = session.get(Draft, submission_id)
        said = Answers.from_json({**draft.answers, "what": ""}) if draft is not None else Answers()
        return said != Answers() or any(session.scalars(one).first() is not None for one in added)


@contextmanager
def _told() -> Iterator[None]:
    """Two who take hold of the same thing at once: the second one is told."""
    try:
        yield
    except RowConflict as error:
        raise _held() from error


def _held() -> ConflictError:
    return ConflictError(
        "An account holds this already.",
        code="held-already",
        remedy="Sign in with the account that holds it.",
    )
