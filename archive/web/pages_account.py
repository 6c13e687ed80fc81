"""What the pages show on which people sign in or make an account, and why a name, a password or a code is not taken."""

from __future__ import annotations

from dataclasses import dataclass

from archive.models.errors import BadInputError
from archive.services import passkeys, second_factor
from archive.services.opening import Archive
from archive.web.passkey_asking import ask_for_one
from archive.web.words import _


@dataclass(frozen=True)
class Trouble:
    """Why a name or a password cannot be used, said at its field."""

    username: str = ""
    password: str = ""


@dataclass(frozen=True)
class SignInPage:
    """The form; `passkey` is what the browser is asked for (JSON)."""

    username: str
    passkey: str
    is_wrong: bool = False
    is_refused: bool = False


@dataclass(frozen=True)
class CodePage:
    """The second page: `passkey` is what the browser is asked for (JSON), empty when there is none to ask for."""

    has_authenticator: bool
    passkey: str
    is_wrong: bool = False
    is_refused: bool = False


def code_page(
    archive: Archive, user_id: str, *, is_wrong: bool = False, is_refused: bool = False
) -> CodePage:
    """What somebody can show besides their password."""
    has_authenticator = second_factor.standing(archive, user_id).has_authenticator
    asked = ask_for_one(user_id) if passkeys.of_user(archive, user_id) else ""
    return CodePage(has_authenticator, asked, is_wrong, is_refused)


def trouble(error: BadInputError) -> Trouble:
    """What is wrong, in the visitor's language."""
    if error.code in ("bad-password", "common-password"):
        return Trouble(password=words_for(error))
    return Trouble(username=words_for(error))


def words_for(error: BadInputError) -> str:
    """Why something was not taken, in the visitor's language."""
    known = {
        "bad-password": _("A password has 15 to 128 characters. Four or more random words make a good one."),
        "common-password": _(
            "Too much of this is what others would guess first: common words, names, rows of keys. "
            "Four or more random words make a good one."
        ),
        "user-exists": _("Somebody has this name already. Choose another."),
        "wrong-password": _(
            "This is not your password. After several wrong tries you wait a quarter of an hour."
        ),
        "wrong-code": _("This code is not right, or was used before. Wait for the next one and type that."),
        "passkey-refused": _("The passkey was not taken. Nothing has changed; try again."),
    }
    return known.get(error.code, _("A user name has 1 to 80 characters that can be seen."))
