"""What the pages of one's own account show."""

from __future__ import annotations

from dataclasses import dataclass, field

from archive.services import passkeys, second_factor, sessions
from archive.services.opening import Archive
from archive.services.second_factor import Secret
from archive.web.own import Me
from archive.web.passkey_asking import ask_for_new
from archive.web.words import _, day, moment


@dataclass(frozen=True)
class SessionLine:
    """One open session: since which day, when it was last used, and whether it is this one."""

    handle: str
    opened: str
    seen: str
    is_this: bool


@dataclass(frozen=True)
class AccountPage:
    """One's own account; troubles stand at the field they are about."""

    username: str
    has_authenticator: bool
    passkeys: int
    recovery_codes: int
    sessions: list[SessionLine]
    trouble_old: str = ""
    trouble_new: str = ""
    is_changed: bool = False


@dataclass(frozen=True)
class FactorPage:
    """The authenticator; `secret` while one waits to be confirmed, `troubles` by the form that was sent."""

    username: str
    must_set_up: bool
    has_authenticator: bool
    has_passkey: bool
    recovery_codes: int
    secret: Secret | None
    troubles: dict[str, str] = field(default_factory=dict)

    @property
    def has_second_factor(self) -> bool:
        """Whether there is anything that recovery codes can stand for."""
        return self.has_authenticator or self.has_passkey

    @property
    def asks_password(self) -> bool:
        """Whether another second factor is added, for which an open session is not enough."""
        return self.has_second_factor and not self.must_set_up


@dataclass(frozen=True)
class PasskeyLine:
    """One passkey: its name, since when, and when it was last used."""

    id: str
    name: str
    about: str


@dataclass(frozen=True)
class PasskeysPage:
    """One's passkeys; `asked` is what the browser is asked for to make another (JSON)."""

    username: str
    kept: list[PasskeyLine]
    asked: str
    must_set_up: bool
    asks_password: bool
    name: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class CodesPage:
    """Recovery codes, shown this once."""

    codes: list[str]


def account_page(
    archive: Archive, who: Me, token: str, code: str, trouble: str, *, is_changed: bool = False
) -> AccountPage:
    """Everything about an account on one page."""
    standing = second_factor.standing(archive, who.user_id)
    is_old = code == "wrong-password"
    return AccountPage(
        who.username,
        standing.has_authenticator,
        len(passkeys.of_user(archive, who.user_id)),
        standing.recovery_codes,
        [
            SessionLine(one.handle, day(one.opened.date()), moment(one.seen), one.is_this)
            for one in sessions.of_user(archive, who.user_id, token)
        ],
        trouble if is_old else "",
        "" if is_old else trouble,
        is_changed,
    )


def factor_page(archive: Archive, who: Me, wrong: str = "", trouble: str = "") -> FactorPage:
    """How it stands with the authenticator, and what was wrong with which form."""
    standing = second_factor.standing(archive, who.user_id)
    return FactorPage(
        who.username,
        who.must_set_up,
        standing.has_authenticator,
        bool(passkeys.of_user(archive, who.user_id)),
        standing.recovery_codes,
        second_factor.pending(archive, who.user_id, who.username),
        {wrong: trouble} if wrong else {},
    )


def passkeys_page(archive: Archive, who: Me, trouble: str = "", name: str = "") -> PasskeysPage:
    """Somebody's passkeys."""
    lines = []
    for one in passkeys.of_user(archive, who.user_id):
        used = _("used last on %(day)s", day=day(one.used_on)) if one.used_on else _("never used")
        lines.append(PasskeyLine(one.id, one.name, f"{_('since %(day)s', day=day(one.made_on))}, {used}"))
    asked = ask_for_new(who.user_id, who.username)
    return PasskeysPage(who.username, lines, asked, who.must_set_up, who.has_second_factor, name, trouble)


def codes_page(codes: list[str]) -> CodesPage:
    """The codes, and nothing else."""
    return CodesPage(codes)
