"""Anybody may ask that something be taken down or put right, or say what they know; a code opens the answer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass
from datetime import date, timedelta

from sqlalchemy import select

from archive.access import Actor, can_see
from archive.models import Asked, Request, new_id, today
from archive.models.errors import BadInputError, NotFoundError
from archive.services import codes, contacts
from archive.services.contacts import Details
from archive.services.lifecycle import NO_SUCH_ITEM, load_for_change
from archive.services.opening import Archive

LONGEST_WORDS = 5000
LONGEST_NAME = 200
MOST = {"words": LONGEST_WORDS, "name": LONGEST_NAME, "reach": contacts.LONGEST}
# Why something should be taken down; nobody has to say.
WHY = ("shown", "family", "mine", "harm", "other")


@dataclass(frozen=True)
class Asking:
    """What somebody asks: a kind of `Asked`, one of WHY or "", their words; `once` tells one form from every other."""

    kind: str
    words: str = ""
    why: str = ""
    name: str = ""
    reach: str = ""
    once: str = ""


@dataclass(frozen=True)
class Answered:
    """How a request stands, for whoever has its code; `id` is for no page of theirs. `decision` is "" until there is one, `reason` what was written."""

    id: str
    kind: str
    asked_on: date
    due_on: date
    decision: str
    reason: str
    decided_on: date | None


def troubles(asking: Asking) -> dict[str, str]:
    """What cannot be used, by field: `kind`, `words`, `name` or `reach`, each `missing` or `too-long`."""
    found: dict[str, str] = {}
    if asking.kind not in frozenset(Asked):
        found["kind"] = "missing"
    # Whoever is shown against their will owes nobody an explanation.
    needed = not (asking.kind == Asked.TAKE_DOWN and asking.why in WHY)
    if needed and not asking.words.strip():
        found["words"] = "missing"
    return found | {name: "too-long" for name, most in MOST.items() if len(getattr(asking, name)) > most}


def ask(archive: Archive, actor: Actor, item_id: str, asking: Asking, language: str) -> str:
    """Keep a request about an item; returns the code by which its answer can be read, shown this once.

    Nothing is kept of who asks but what they say, and the day. The same form sent twice is one request, with a new
    code. NotFoundError when `actor` may not see the item, BadInputError (`bad-request`) as `troubles`.
    """
    if wrong := troubles(asking):
        raise BadInputError(f"This cannot be sent yet: {', '.join(sorted(wrong))}.", code="bad-request")
    minted = codes.mint(archive, language)
    with archive.db.write() as session:
        # Locked, so that a form that is sent twice at once meets itself here.
        item = load_for_change(session, item_id)
        if not can_see(actor, item):
            raise NotFoundError(NO_SUCH_ITEM)
        once = _mark(item_id, asking)
        row = session.scalars(select(Request).where(Request.once == once)).first()
        if row is None or row.decision:
            row = _request(archive, item_id, asking, once if row is None else new_id())
            session.add(row)
        row.lookup, row.hash = minted.lookup, minted.hash
    return minted.words


def answer(archive: Archive, typed: str) -> Answered | None:
    """How the request stands whose code was typed, None when it is no code; both answers take the same work."""
    lookups = codes.possible(archive, typed)
    with archive.db.read() as session:
        row = session.scalars(select(Request).where(Request.lookup.in_(lookups))).first()
    is_right = codes.fits(lookups, row.lookup if row else "", row.hash if row else "")
    if row is None or not is_right:
        return None
    return Answered(row.id, row.kind, row.asked_on, row.due_on, row.decision, row.reason, row.decided_on)


def _mark(item_id: str, asking: Asking) -> str:
    """The same for the same words in the same form; nobody can go back from it to the words (SHA-256)."""
    if not asking.once:
        return new_id()
    return hashlib.sha256(json.dumps([item_id, *astuple(asking)]).encode()).hexdigest()


def _request(archive: Archive, item_id: str, asking: Asking, once: str) -> Request:
    request_id = new_id()
    reach = asking.reach.strip()
    return Request(
        id=request_id,
        item_id=item_id,
        kind=asking.kind,
        why=asking.why if asking.kind == Asked.TAKE_DOWN and asking.why in WHY else "",
        words=asking.words.strip(),
        name=asking.name.strip() if asking.kind == Asked.NOTE else "",
        sealed=contacts.seal(archive, request_id, Details(other=reach)) if reach else None,
        once=once,
        due_on=today() + timedelta(days=archive.settings.answer_requests_days),
    )
