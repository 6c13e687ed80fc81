"""Links that let somebody in once: invitations to an account, and resets of a password. No mail server is needed.

Whoever makes a link hands it over as they see fit. Only its hash is kept, so it is shown once.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from archive.access import STAFF, Actor
from archive.models import Authenticator, EntryLink, Event, Passkey, User, is_id, new_id, now, record_event
from archive.models.errors import BadInputError, NotFoundError
from archive.services import accounts, people, second_factor, sessions
from archive.services.opening import Archive
from archive.services.passwords import hash_password

INVITATION_LASTS, RESET_LASTS = timedelta(days=7), timedelta(hours=24)
TOKEN_BYTES = 32
MADE = ("invited", "reset-made")


@dataclass(frozen=True)
class Welcome:
    """What a link is for: whose password it resets, or which roles it invites to."""

    username: str
    roles: dict[str, frozenset[str]]
    resets_second_factor: bool = False
    is_for_staff: bool = False

    @property
    def is_reset(self) -> bool:
        """Whether it leads to a new password of an account that there is."""
        return bool(self.username)


@dataclass(frozen=True)
class Waiting:
    """A link that nobody has followed yet, never the link itself: who made it, when, and until when it is good.

    `username` is whose password it resets, "" for an invitation; `by` an agent, as in events.
    """

    id: str
    roles: dict[str, frozenset[str]]
    since: date
    until: datetime
    by: str
    user_id: str = ""
    username: str = ""
    resets_second_factor: bool = False

    @property
    def days_left(self) -> int:
        """How many days it is good for still, the one that has begun too."""
        return (self.until - now()).days + 1


def invite(archive: Archive, actor: Actor, roles: Mapping[str, Iterable[str]]) -> str:
    """Make an invitation to these roles, good once and for seven days; its token, the only time that it can be read."""
    people.may_administer(actor)
    held = accounts.roles_of(archive, roles)
    if not held:
        raise BadInputError("An invitation is to one role at least.", code="no-role")
    kept: dict[str, list[str]] = {}
    for role in held:
        kept.setdefault(role.name, []).append(role.collection)
    with archive.db.write() as session:
        link = _add(session, EntryLink(id=new_id(), roles=kept, ends=now() + INVITATION_LASTS))
        record_event(session, link[0].id, "invited", actor.id, {"roles": accounts.mark_of(held).split()})
    return link[1]


def waiting(archive: Archive, actor: Actor) -> list[Waiting]:
    """The links that may still be followed, those that end first before the others; of contributors' resets none."""
    people.may_administer(actor)
    open_ones = select(EntryLink, User.username).outerjoin(User, User.id == EntryLink.user_id)
    open_ones = open_ones.where(EntryLink.ends > now(), or_(User.id.is_(None), people.listed(actor)))
    with archive.db.read() as session:
        rows = session.execute(open_ones.order_by(EntryLink.ends)).all()
        made = _made(session, [link.user_id or link.id for link, _name in rows])
        return [_waiting(link, name or "", made[link.user_id or link.id]) for link, name in rows]


def take_back(archive: Archive, actor: Actor, link_id: str) -> None:
    """Have a link be worth nothing; NotFoundError when it is not there any more, or resets a contributor's password."""
    people.may_administer(actor)
    with archive.db.read() as session:
        link = session.get(EntryLink, link_id) if is_id(link_id) else None
        user_id = link.user_id if link else None
    if user_id:
        with people.changing(archive, actor, user_id) as (session, user):
            _end(session, link_id)
            record_event(session, user.id, "reset-taken-back", actor.id)
        return
    with archive.db.write() as session:
        _end(session, link_id)
        record_event(session, link_id, "invitation-taken-back", actor.id)


def make_reset(archive: Archive, actor: Actor, user_id: str, *, second_factor_too: bool = False) -> str:
    """Make a link to a new password, good once and for a day; links to it from before are worth nothing any more."""
    with people.changing(archive, actor, user_id) as (session, user):
        session.execute(delete(EntryLink).where(EntryLink.user_id == user.id))
        link = EntryLink(
            id=new_id(), user_id=user.id, resets_second_factor=second_factor_too, ends=now() + RESET_LASTS
        )
        token = _add(session, link)[1]
        record_event(session, user.id, "reset-made", actor.id, {"second-factor": second_factor_too})
    return token


def look(archive: Archive, token: str) -> Welcome:
    """What a link is for; NotFoundError when it was used, is too old or never was."""
    with archive.db.read() as session:
        link = _open(session, token)
        user = session.get(User, link.user_id) if link.user_id else None
        roles = _roles(link)
        return Welcome(
            user.username if user else "", roles, link.resets_second_factor, bool(roles.keys() & STAFF)
        )


def accept(archive: Archive, token: str, username: str, password: str) -> str:
    """Make the account that a link invites to and sign it in; the session's token.

    NotFoundError as `look`, BadInputError when the name or the password cannot be used: the link stays good then.
    """
    welcome = look(archive, token)
    if welcome.is_reset:
        raise NotFoundError(NO_SUCH_LINK)
    name = accounts.usable_name(username)
    password_hash = hash_password(archive, password, name)
    with archive.db.write() as session:
        link = _take(session, token)
        held = accounts.roles_of(archive, link.roles)
        user = accounts.add_user(session, name, password_hash, held)
        record_event(session, user.id, "joined", user.id, {"invitation": link.id})
        return sessions.begin(session, user.id)


def reset(archive: Archive, token: str, password: str) -> None:
    """Put the new password in place, and forget the second factor where the link says so; every session ends.

    NotFoundError as `look`, BadInputError when the password cannot be used: the link stays good then.
    """
    welcome = look(archive, token)
    if not welcome.is_reset:
        raise NotFoundError(NO_SUCH_LINK)
    password_hash = hash_password(archive, password, welcome.username)
    with archive.db.write() as session:
        link = _take(session, token)
        user = session.get(User, link.user_id or "", with_for_update=True)
        if user is None:
            raise NotFoundError(NO_SUCH_LINK)
        accounts.change_password(session, user, password_hash)
        if link.resets_second_factor:
            for table in (Authenticator, Passkey):
                session.execute(delete(table).where(table.user_id == user.id))
            second_factor.tidy(session, user.id)
        record_event(session, user.id, "reset-done", user.id, {"second-factor": link.resets_second_factor})


def remove_ended(archive: Archive) -> None:
    """Remove links that are too old."""
    with archive.db.write() as session:
        session.execute(delete(EntryLink).where(EntryLink.ends <= now()))


NO_SUCH_LINK = "This link was used already, or is too old, or is not whole."


def _add(session: Session, link: EntryLink) -> tuple[EntryLink, str]:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link.token_hash = sessions.hash_of(token)
    session.add(link)
    session.flush()
    return link, token


def _waiting(link: EntryLink, username: str, made: Event) -> Waiting:
    told = made.at.date(), link.ends, made.agent
    return Waiting(link.id, _roles(link), *told, link.user_id or "", username, link.resets_second_factor)


def _made(session: Session, subjects: Iterable[str]) -> dict[str, Event]:
    """The newest event of each of these by which a link was made: of resets of one password only that one is open."""
    query = select(Event).where(Event.subject_id.in_(list(subjects)), Event.kind.in_(MADE))
    return {one.subject_id: one for one in session.scalars(query.order_by(Event.sequence))}


def _end(session: Session, link_id: str) -> None:
    gone = delete(EntryLink).where(EntryLink.id == link_id).returning(EntryLink.id)
    if session.execute(gone).first() is None:
        raise NotFoundError("There is no such link.")


def _open(session: Session, token: str) -> EntryLink:
    query = select(EntryLink).where(EntryLink.token_hash == sessions.hash_of(token), EntryLink.ends > now())
    link = session.scalars(query).first()
    if link is None:
        raise NotFoundError(NO_SUCH_LINK)
    return link


def _take(session: Session, token: str) -> EntryLink:
    """The link, which is worth nothing from now on: of two who follow it at once the second one is told."""
    link = _open(session, token)
    gone = session.execute(delete(EntryLink).where(EntryLink.id == link.id).returning(EntryLink.id))
    if gone.first() is None:
        raise NotFoundError(NO_SUCH_LINK)
    return link


def _roles(link: EntryLink) -> dict[str, frozenset[str]]:
    return {
        name: frozenset(where) - {""} if "" not in where else frozenset()
        for name, where in link.roles.items()
    }
