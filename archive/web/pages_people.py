"""What administrators see of people, and what somebody sees who follows a link that lets them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from archive.profiles import say
from archive.services.accounts import OWN_ROLE
from archive.services.invitations import Waiting, Welcome
from archive.services.opening import Archive
from archive.services.people import Person
from archive.web import labels
from archive.web.i18n import language
from archive.web.public_address import whole
from archive.web.words import _, day, moment


@dataclass(frozen=True)
class PersonLine:
    """One person in the list."""

    id: str
    username: str
    roles: list[str]
    is_active: bool
    has_second_factor: bool


@dataclass(frozen=True)
class LinkLine:
    """One link that waits: to which roles it invites, or of whom it resets the password; and who made it, when."""

    id: str
    roles: list[str]
    days_left: int
    made: str
    user_id: str
    username: str
    resets_second_factor: bool


@dataclass(frozen=True)
class PeoplePage:
    """Everybody, and the links that wait: invitations, and resets of passwords."""

    people: list[PersonLine]
    invitations: list[LinkLine]
    resets: list[LinkLine]


@dataclass(frozen=True)
class Place:
    """One place that a role can hold in; `value` is what its box sends."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class RoleChoice:
    """One role, what it is for, and where it can hold: everywhere first."""

    name: str
    words: str
    help: str
    places: list[Place]


@dataclass(frozen=True)
class PersonPage:
    """One person, and what can be changed."""

    id: str
    username: str
    is_active: bool
    since: str
    has_second_factor: bool
    sessions: int
    roles: list[RoleChoice]
    mark: str
    now: list[str]
    trouble: str = ""


@dataclass(frozen=True)
class InvitePage:
    """To which roles somebody is invited."""

    roles: list[RoleChoice]
    is_wrong: bool = False


@dataclass(frozen=True)
class LinkPage:
    """A link, shown this once; `username` is whose password it resets, empty for an invitation."""

    href: str
    username: str = ""
    user_id: str = ""


@dataclass(frozen=True)
class WelcomePage:
    """What a link is for."""

    is_reset: bool
    username: str
    roles: list[str]
    needs_second_factor: bool
    resets_second_factor: bool


def everybody_page(
    archive: Archive, everybody: list[Person], waiting: list[Waiting], names: Mapping[str, str]
) -> PeoplePage:
    """Everybody with an account, by name; `names` are the user names of those who made links."""
    people = [
        PersonLine(one.id, one.username, role_words(archive, one.roles), one.active, one.has_second_factor)
        for one in everybody
    ]
    invitations, resets = (
        [_link(archive, one, names) for one in waiting if bool(one.user_id) == is_reset]
        for is_reset in (False, True)
    )
    return PeoplePage(people, invitations, resets)


def person_page(archive: Archive, one: Person, trouble: str, chosen: list[str] | None) -> PersonPage:
    """One person; with the boxes as they were when the roles could not be changed."""
    return PersonPage(
        one.id,
        one.username,
        one.active,
        day(one.created),
        one.has_second_factor,
        one.sessions,
        role_choices(archive, one.mark.split() if chosen is None else chosen),
        one.mark,
        role_words(archive, one.roles),
        _why_not(trouble),
    )


def invite_page(archive: Archive, *, chosen: Iterable[str] = (), is_wrong: bool = False) -> InvitePage:
    """Roles to choose from."""
    return InvitePage(role_choices(archive, chosen), is_wrong)


def link_page(archive: Archive, token: str, person: Person | None = None) -> LinkPage:
    """The whole address, at which people reach the archive."""
    address = whole(archive, url_for("entering.look", token=token))
    return LinkPage(address, person.username if person else "", person.id if person else "")


def welcome_page(archive: Archive, welcome: Welcome, username: str) -> WelcomePage:
    """What somebody is let in to."""
    must = archive.settings.staff_second_factor and welcome.is_for_staff
    return WelcomePage(
        welcome.is_reset,
        welcome.username or username,
        role_words(archive, welcome.roles),
        must,
        welcome.resets_second_factor,
    )


def role_choices(archive: Archive, chosen: Iterable[str]) -> list[RoleChoice]:
    """Every role that can be given to somebody, in the order in which the words stand."""
    ticked = set(chosen)
    made = []
    for name, (words, help_words) in labels.ROLES.items():
        if name == OWN_ROLE:
            continue
        where = {name: _("everywhere")}
        where |= {f"{name}@{slug}": _place(archive, slug) for slug in archive.profiles}
        places = [Place(value, said, value in ticked) for value, said in where.items()]
        made.append(RoleChoice(name, str(words), str(help_words), places))
    return made


def role_words(archive: Archive, roles: dict[str, frozenset[str]]) -> list[str]:
    """Roles in words: where each holds, too."""
    said = []
    for name in (one for one in labels.ROLES if one in roles):
        where = ", ".join(_place(archive, slug) for slug in sorted(roles[name]))
        said.append(f"{labels.ROLES[name][0]} ({where})" if where else str(labels.ROLES[name][0]))
    return said


def _link(archive: Archive, one: Waiting, names: Mapping[str, str]) -> LinkLine:
    made = _(
        "Made on %(since)s by %(who)s, good until %(until)s.",
        since=day(one.since),
        who=labels.by(names, one.by),
        until=moment(one.until),
    )
    roles = role_words(archive, one.roles)
    return LinkLine(one.id, roles, one.days_left, made, one.user_id, one.username, one.resets_second_factor)


def _place(archive: Archive, slug: str) -> str:
    profile = archive.profiles.get(slug)
    return say(profile.title, language()) if profile else slug


def _why_not(code: str) -> str:
    known = {
        "": "",
        "last-administrator": _(
            "This is the last one who administers the archive. Make somebody else an administrator first."
        ),
        "stale-version": _(
            "Somebody else changed these roles meanwhile. What you chose is still ticked; these hold now:"
        ),
    }
    return known.get(code, _("This cannot be done now."))
