"""A new password of one's own."""

from __future__ import annotations

from archive.models import User, record_event
from archive.models.errors import NotFoundError
from archive.services import accounts, signing_in
from archive.services.opening import Archive
from archive.services.passwords import hash_password


def change(archive: Archive, user_id: str, old: str, new: str, token: str) -> None:
    """Put a new password in the place of the old one; every session but that of `token` ends.

    BadInputError: `wrong-password` for the old one, which counts as a wrong try; `bad-password` and `common-password`
    for the new one.
    """
    signing_in.check_password(archive, user_id, old)
    with archive.db.read() as session:
        known = session.get(User, user_id)
    password_hash = hash_password(archive, new, known.username if known else "")
    with archive.db.write() as session:
        user = session.get(User, user_id, with_for_update=True)
        if user is None:
            raise NotFoundError("There is no such user.")
        accounts.change_password(session, user, password_hash, but=token)
        record_event(session, user_id, "password-changed", user_id)
