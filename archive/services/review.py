"""What curators decide about an item, and what they say to whoever gave it when they do."""

from __future__ import annotations

from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import Action, Item
from archive.models.errors import BadInputError, ConflictError
from archive.services import lifecycle, messages
from archive.services.opening import Archive

DECISIONS = (
    Action.RETURN,
    Action.ACCEPT,
    Action.DECLINE,
    Action.PUBLISH,
    Action.UNPUBLISH,
    Action.REOPEN,
)
# Nobody is sent away, or asked to do something, without a word.
WITH_WORDS = frozenset({Action.RETURN, Action.DECLINE})


def decide(
    archive: Archive,
    actor: Actor,
    item_id: str,
    action: Action,
    *,
    version: int | None,
    words: str = "",
    read_to: int | None = None,
) -> None:
    """Apply a decision; `words` go to whoever gave the item, as a message, in the same transaction,
    and answer what they wrote up to `read_to` (`messages.write`).

    BadInputError (`words-needed`) when a question or a reason is missing, ConflictError when somebody else decided
    first: of two who decide at once one wins, and the other is told; (`published-already`) when `actor` published it
    in another window, with other words. The same form sent twice is one decision. The words are in the thread alone,
    never in the event: an event can never be taken back.
    """
    if action not in DECISIONS:
        raise BadInputError("This is not a decision.", code="no-such-decision")
    if action in WITH_WORDS and not words.strip():
        raise BadInputError("Write a few words to whoever gave it.", code="words-needed")

    def apply(session: Session, item: Item) -> None:
        if action == Action.PUBLISH:
            if not lifecycle.publish_held(session, item, actor, version):
                _check_said(session, item, words)
        elif not (lifecycle.was_done_by(session, item, action, actor) and _is_said(session, item, words)):
            lifecycle.transition(session, item, action, actor, version=version)
        if words.strip():
            given = archive, session, actor, item.submission_id, words
            messages.add_once(*given, at=item.id, read_to=read_to)

    # What was given is taken back whole: a withdrawal may hold it all while the words wait for it.
    lifecycle.change_until_done(archive, item_id, apply)


def _is_said(session: Session, item: Item, words: str) -> bool:
    """Whether nothing is to be said to its giver that the thread does not say already."""
    return not words.strip() or messages.stands_already(session, messages.CURATORS, item.submission_id, words)


def _check_said(session: Session, item: Item, words: str) -> None:
    """Refuse words for the giver of what was published before, unless they are those that went out with it."""
    if not _is_said(session, item, words):
        raise ConflictError(
            "You have published it already, in another window. What you wrote here was not sent.",
            code="published-already",
            remedy="Look at it as it is now; what is still to be said can be written as a message.",
        )
