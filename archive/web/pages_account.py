"""The page on which contributors make an account."""

from __future__ import annotations

from dataclasses import dataclass

from archive.models.errors import BadInputError
from archive.web.words import _


@dataclass(frozen=True)
class Trouble:
    """Why a name or a password cannot be used, said at its field."""

    username: str = ""
    password: str = ""


def trouble(error: BadInputError) -> Trouble:
    """What is wrong, in the visitor's language."""
    if error.code == "bad-password":
        return Trouble(
            password=_("A password has 15 to 128 characters. Four or more random words make a good one.")
        )
    if error.code == "user-exists":
        return Trouble(username=_("Somebody has this name already. Choose another."))
    return Trouble(username=_("A user name has 1 to 80 characters that can be seen."))
