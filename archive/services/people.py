"""Who may do what: administrators change roles, let people in and out, and never lock the last of themselves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, delete, exists, func, or_, select, true
from sqlalchemy.orm import Session

from archive.access import OPERATOR, Actor
from archive.models import (
    Authenticator,
    EntryLink,
    Event,
    Passkey,
    Role,
    ServerSession,
    User,
    is_id,
    record_event,
)
from archive.models.errors import ConflictError, ForbiddenError, NotFoundError
from archive.services import sessions
from archive.services.accounts import OWN_ROLE, is_told, mark_of, roles_of
from archive.services.opening import Archive

ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Person:
    """Somebody with an account, as administrators see them.

    `roles` maps a role to the collections it holds in, empty for all; `mark` changes whenever the roles do.
    """

    id: str
    username: str
    active: bool
    created: date
    roles: dict[str, frozenset[str]]
    has_second_factor: bool
    sessions: int
    mark: str


def everybody(archive: Archive, actor: Actor) -> list[Person]:
    """Everybody with an account but contributors, by name; ForbiddenError unless the actor administers everything."""
    may_administer(actor)
    with archive.db.read() as session:
        return [_person(row) for row in session.execute(_all(archive, actor).order_by(User.username))]


def one(archive: Archive, actor: Actor, user_id: str) -> Person:
    """One of them; NotFoundError when there is no such user."""
    may_administer(actor)
    with archive.db.read() as session:
        row = (
            session.execute(_all(archive, actor).where(User.id == user_id)).first()
            if is_id(user_id)
            else None
        )
    if row is None:
        raise _nobody()
    return _person(row)


def change_roles(
    archive: Archive, actor: Actor, user_id: str, roles: Mapping[str, Iterable[str]], mark: str
) -> None:
    """Give somebody these roles and no others, from their next request on; their sessions get other tokens then.

    That they are a contributor stays as it is.

    ConflictError: `stale-version` when the roles are not those of `mark` any more, `last-administrator`.
    """
    wanted = roles_of(archive, {name: where for name, where in roles.items() if name != OWN_ROLE})
    with changing(archive, actor, user_id) as (session, user):
        if mark != mark_of(user.roles):
            raise ConflictError("Somebody else changed these roles in the meantime.", code="stale-version")
        kept = {(role.name, role.collection): role for role in user.roles}
        own = [role for role in user.roles if role.name == OWN_ROLE]
        user.roles = own + [kept.get((role.name, role.collection), role) for role in wanted]
        sessions.renew_all(session, user.id)
        record_event(session, user.id, "roles-changed", actor.id, {"roles": mark_of(user.roles).split()})


def set_active(archive: Archive, actor: Actor, user_id: str, *, active: bool) -> None:
    """Let somebody in again, or no longer, from now on; ConflictError `last-administrator`. Twice is once."""
    with changing(archive, actor, user_id) as (session, user):
        if user.active == active:
            return
        user.active = active
        if not active:
            sessions.end_all(session, user.id)
        record_event(session, user.id, "activated" if active else "deactivated", actor.id)


def end_sessions(archive: Archive, actor: Actor, user_id: str) -> None:
    """Sign somebody out everywhere."""
    with changing(archive, actor, user_id) as (session, user):
        sessions.end_all(session, user.id)
        record_event(session, user.id, "sessions-ended", actor.id)


@contextmanager
def changing(archive: Archive, actor: Actor, user_id: str) -> Iterator[tuple[Session, User]]:
    """One transaction in which somebody's row is locked, and at whose end somebody still administers.

    ForbiddenError unless the actor administers, NotFoundError when there is no such user.
    """
    may_administer(actor)
    with archive.db.write() as session:
        # All administrators are locked, always in one order: of two who remove each other the second one waits.
        session.execute(_administrators().order_by(User.id).with_for_update(of=User))
        fresh = select(User).where(User.id == user_id, listed(actor)).with_for_update(of=User)
        user = session.scalars(fresh.execution_options(populate_existing=True)).first()
        if user is None:
            raise _nobody()
        there_was_one = _somebody_administers(session)
        administered = _administers(session, user_id)
        yield session, user
        session.flush()
        if administered and not _administers(session, user_id):
            _forget_links_of(session, user_id)
        if there_was_one and not _somebody_administers(session):
            raise ConflictError(
                "This is the last one who administers the archive.",
                code="last-administrator",
                remedy="Make somebody else an administrator first.",
            )


def may_administer(actor: Actor) -> None:
    """ForbiddenError unless the actor decides everywhere who may do what."""
    if not actor.administers:
        raise ForbiddenError("Only administrators decide who may do what.")


def _administrators() -> Select[User]:
    held = Role.user_id == User.id, Role.name == ADMINISTRATOR, Role.collection == ""
    return select(User).where(User.active, select(Role.id).where(*held).exists())


def _somebody_administers(session: Session) -> bool:
    # A statement of its own: it sees what whoever was waited for left behind.
    return session.execute(_administrators().with_only_columns(User.id).limit(1)).first() is not None


def _administers(session: Session, user_id: str) -> bool:
    return session.execute(_administrators().where(User.id == user_id)).first() is not None


def _forget_links_of(session: Session, user_id: str) -> None:
    """Have every link that somebody made, to invite or to reset, be worth nothing: they may not let anybody in any more."""
    made = select(Event.subject_id).where(Event.agent == user_id)
    invitations, resets = (made.where(Event.kind == kind) for kind in ("invited", "reset-made"))
    gone = or_(EntryLink.id.in_(invitations), EntryLink.user_id.in_(resets))
    session.execute(delete(EntryLink).where(gone))


def listed(actor: Actor) -> ColumnElement[bool]:
    """Whom an actor is told of: all but contributors; the operator, who knows a name, may help these too."""
    return true() if actor == OPERATOR else is_told()


def _all(archive: Archive, actor: Actor) -> Select[User, bool, int]:
    second = exists().where(Authenticator.user_id == User.id, Authenticator.confirmed) | exists().where(
        Passkey.user_id == User.id
    )
    count = select(func.count()).select_from(ServerSession)
    count = count.where(ServerSession.user_id == User.id, sessions.is_whole(archive))
    return select(User, second, count.scalar_subquery()).where(listed(actor))


def _person(row: Row[User, bool, int]) -> Person:
    user, has_second_factor, open_sessions = row
    roles: dict[str, frozenset[str]] = {}
    for role in user.roles:
        roles[role.name] = roles.get(role.name, frozenset()) | {role.collection}
    bound = {name: frozenset() if "" in where else where for name, where in roles.items()}
    return Person(
        user.id,
        user.username,
        user.active,
        user.created.date(),
        bound,
        bool(has_second_factor),
        open_sessions,
        mark_of(user.roles),
    )


def _nobody() -> NotFoundError:
    return NotFoundError("There is no such user.")
