"""Users: their names, their passwords, and who they are to those who work with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Select, bindparam, exists, select
from sqlalchemy.exc import IntegrityError as RowConflict
from sqlalchemy.orm import Session

from archive.access import INTERNAL_ROLES, ROLES, Actor
from archive.models import Holder, Role, User, record_event
from archive.models.errors import BadInputError
from archive.services import sessions
from archive.services.codes import alike
from archive.services.opening import Archive
from archive.services.passwords import hash_password

LONGEST_NAME = 80
# Who did something is told by a name or by one of these words.
NOBODYS = frozenset({"operator", "pipeline", "contributor", "public"})
# Given by nobody: who gave something makes such an account themselves, and was promised that its name is shown to nobody.
OWN_ROLE = "contributor"


def create_user(
    archive: Archive,
    username: str,
    password: str,
    roles: Mapping[str, str | Iterable[str]],
    *,
    actor: Actor | None = None,
    holding: Iterable[str] = (),
) -> str:
    """Make a user and return its id; BadInputError says why not.

    `roles` maps a role to the collection, or collections, it holds in; empty for all. That `actor` made it is an event;
    without one it is whoever makes an account of their own, and that is nobody's business. `holding` are submissions
    that nobody's account holds yet; the database refuses others.
    """
    name = usable_name(username)
    held = roles_of(archive, roles)
    password_hash = hash_password(archive, password, name)
    with archive.db.write() as session:
        user = add_user(session, name, password_hash, held, holding=holding)
        if actor is not None:
            record_event(session, user.id, "account-made", actor.id, {"roles": mark_of(held).split()})
        return user.id


def add_user(
    session: Session, name: str, password_hash: str, roles: list[Role], *, holding: Iterable[str] = ()
) -> User:
    """The same in the caller's transaction, of what was looked at already; BadInputError when the name is taken."""
    # The day alone: whoever made an account gave something a moment before.
    is_like = alike(name)
    if any(is_like == alike(other) for other in session.scalars(select(User.username))):
        raise _taken(name)
    user = User(username=name, password_hash=password_hash, roles=roles, created=sessions.day())
    try:
        session.add(user)
        session.flush()
    except RowConflict as error:
        raise _taken(name) from error
    session.add_all(Holder(submission_id=one, user_id=user.id) for one in holding)
    return user


def usable_name(username: str) -> str:
    """A name as it is kept; BadInputError when nobody can be called so, not even nearly.

    What is done is told by names; nobody is to be taken for somebody else, nor for the archive itself.
    """
    name = unicodedata.normalize("NFC", username.strip())
    if alike(name) in NOBODYS:
        raise _taken(name)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInputError(f"A user name has 1 to {LONGEST_NAME} printable characters.", code="bad-username")
    return name


def _taken(name: str) -> BadInputError:
    return BadInputError(
        f"There already is a user “{name}”, or one whose name looks like it.", code="user-exists"
    )


def set_password(archive: Archive, actor: Actor, username: str, password: str) -> None:
    """Give an existing user a new password and end every session of theirs; BadInputError says why not."""
    password_hash = hash_password(archive, password, username)
    with archive.db.write() as session:
        user = _user_of_name(session, username, lock=True)
        change_password(session, user, password_hash)
        record_event(session, user.id, "password-changed", actor.id)


def change_password(session: Session, user: User, password_hash: str, *, but: str = "") -> None:
    """Put another password in place, lift a lock, and end the sessions of a user; `but` is the token of one that stays."""
    user.password_hash = password_hash
    user.failed_sign_ins, user.locked_until = 0, None
    sessions.end_all(session, user.id, but=but)


def id_of(archive: Archive, username: str) -> str:
    """The id of the user of that name; BadInputError when there is none."""
    with archive.db.read() as session:
        return _user_of_name(session, username).id


def usernames(archive: Archive) -> list[str]:
    """Every user's name, in order."""
    with archive.db.read() as session:
        return list(session.scalars(select(User.username).order_by(User.username)))


def names_of(archive: Archive, ids: Iterable[str]) -> dict[str, str]:
    """The user names of those ids that are users', for people who work with them; never a contributor's."""
    asked = list(ids)
    if not asked:
        return {}
    with archive.db.read() as session:
        known = session.execute(_NAMES, {"user_ids": asked})
        return {user_id: username for user_id, username in known}  # noqa: C416 - a Row is no tuple to the type checker


def is_told() -> ColumnElement[bool]:
    """Whether others learn the name of a user: of everybody but those who are contributors and nothing else."""
    roles = exists().where(Role.user_id == User.id)
    return ~roles | roles.where(Role.name != OWN_ROLE)


_NAMES = select(User.id, User.username).where(User.id.in_(bindparam("user_ids", expanding=True)), is_told())


def named(username: str) -> Select[User]:
    """The query for the user of a name."""
    return select(User).where(User.username == unicodedata.normalize("NFC", username.strip()))


def roles_of(archive: Archive, given: Mapping[str, str | Iterable[str]]) -> list[Role]:
    """Roles as rows; BadInputError names one, or a collection, that there is not."""
    made: list[Role] = []
    for name, where in given.items():
        if name not in ROLES or name in INTERNAL_ROLES:
            raise BadInputError(f"There is no role “{name}”.", code="no-such-role")
        collections = {where} if isinstance(where, str) else set(where) or {""}
        for collection in sorted(collections):
            if collection and collection not in archive.profiles:
                raise BadInputError(f"There is no collection “{collection}”.", code="no-such-collection")
            made.append(Role(name=name, collection=collection))
    return made


def mark_of(roles: Iterable[Role]) -> str:
    """Roles in one line, in order: equal when they are."""
    return " ".join(
        sorted(f"{role.name}@{role.collection}" if role.collection else role.name for role in roles)
    )


def _user_of_name(session: Session, username: str, *, lock: bool = False) -> User:
    query = named(username).with_for_update() if lock else named(username)
    user = session.scalars(query).first()
    if user is None:
        raise BadInputError(f"There is no user “{username}”.", code="no-such-user")
    return user
