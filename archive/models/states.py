"""The life of an item: one table of what may follow what, and which right it takes."""

from __future__ import annotations

from enum import StrEnum


class ItemState(StrEnum):
    """Where an item stands (house term: lifecycle)."""

    DRAFT = "draft"
    RECEIVED = "received"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


class Action(StrEnum):
    """What can be done to an item; each is an event type too."""

    SEND = "send"
    ACCESSION = "accession"
    RETURN = "return"
    RESEND = "resend"
    ACCEPT = "accept"
    DECLINE = "decline"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"
    REOPEN = "reopen"
    REPLACE = "replace"


class FileState(StrEnum):
    """Where a file stands in the pipeline."""

    RECEIVED = "received"
    EXAMINED = "examined"
    FAILED = "failed"


class Audience(StrEnum):
    """Who the contributor allows to see an item."""

    PUBLIC = "public"
    COMMUNITY = "community"
    STAFF = "staff"


class Right(StrEnum):
    """What a role may do; `archive.access` holds the table of roles."""

    SEND = "send"
    KEEP = "keep"
    REVIEW = "review"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    SEE_COMMUNITY = "see-community"
    SEE_ALL = "see-all"
    EXPORT = "export"
    BRING_IN = "bring-in"
    READ_CONTACTS = "read-contacts"
    ADMINISTER = "administer"
    AUDIT = "audit"
    KEEP_WORDS = "keep-words"
    WRITE_PAGES = "write-pages"


S, A, R = ItemState, Action, Right

TRANSITIONS: dict[tuple[ItemState, Action], tuple[ItemState, Right]] = {
    (S.DRAFT, A.SEND): (S.RECEIVED, R.SEND),
    (S.RECEIVED, A.ACCESSION): (S.IN_REVIEW, R.KEEP),
    (S.IN_REVIEW, A.RETURN): (S.RETURNED, R.REVIEW),
    (S.RETURNED, A.RESEND): (S.IN_REVIEW, R.SEND),
    # Some never answer, and what was taken in from a folder has nobody who could: the desk decides all the same.
    (S.RETURNED, A.ACCEPT): (S.ACCEPTED, R.REVIEW),
    (S.RETURNED, A.DECLINE): (S.DECLINED, R.REVIEW),
    (S.RETURNED, A.REOPEN): (S.IN_REVIEW, R.REVIEW),
    (S.IN_REVIEW, A.ACCEPT): (S.ACCEPTED, R.REVIEW),
    (S.IN_REVIEW, A.DECLINE): (S.DECLINED, R.REVIEW),
    (S.ACCEPTED, A.DECLINE): (S.DECLINED, R.REVIEW),
    (S.ACCEPTED, A.PUBLISH): (S.PUBLISHED, R.PUBLISH),
    # How an acceptance, and a refusal, is taken back.
    (S.ACCEPTED, A.REOPEN): (S.IN_REVIEW, R.REVIEW),
    (S.DECLINED, A.REOPEN): (S.IN_REVIEW, R.REVIEW),
    (S.PUBLISHED, A.UNPUBLISH): (S.ACCEPTED, R.PUBLISH),
    # Withdrawing is never in the way of anything: it works from every state that was sent.
    (S.RECEIVED, A.WITHDRAW): (S.WITHDRAWN, R.WITHDRAW),
    (S.IN_REVIEW, A.WITHDRAW): (S.WITHDRAWN, R.WITHDRAW),
    (S.RETURNED, A.WITHDRAW): (S.WITHDRAWN, R.WITHDRAW),
    (S.ACCEPTED, A.WITHDRAW): (S.WITHDRAWN, R.WITHDRAW),
    (S.PUBLISHED, A.WITHDRAW): (S.WITHDRAWN, R.WITHDRAW),
    (S.DECLINED, A.WITHDRAW): (S.WITHDRAWN, R.WITHDRAW),
    # Its files were put together in another way; only what keeps the new bags may say so.
    (S.IN_REVIEW, A.REPLACE): (S.WITHDRAWN, R.KEEP),
    (S.RETURNED, A.REPLACE): (S.WITHDRAWN, R.KEEP),
    (S.ACCEPTED, A.REPLACE): (S.WITHDRAWN, R.KEEP),
    (S.PUBLISHED, A.REPLACE): (S.WITHDRAWN, R.KEEP),
    # It may never have been accepted before: somebody decides about it anew.
    (S.WITHDRAWN, A.REINSTATE): (S.IN_REVIEW, R.REVIEW),
}
