"""Tells the ledger of withdrawals what was taken off or taken out of what belongs to no item, and what was put back on.

Whoever changes such a thing calls this at the end of the transaction: after all that could still be refused, and before
the commit. Killed in between, the ledger says more than the database, and `shared_reapplying` makes them equal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from archive.services.opening import Archive
from archive.services.withdrawal_ledger import Act, Entry, What

INTRODUCTION = "introduction"


def introduction(slug: str, language: str) -> str:
    """What the ledger calls the words that introduce a collection in a language."""
    return f"{INTRODUCTION}/{slug}/{language}"


def name(text: str) -> str:
    """A name that something is not to bear any more, as the ledger tells it apart from what else is said of it."""
    return f"name\n{text}"


def former_name(text: str) -> str:
    """The same of a name that is to be in all that was said before neither."""
    return f"former\n{text}"


def note(text: str) -> str:
    """The same of words that are said of something."""
    return f"note\n{text}"


def hide(archive: Archive, subjects: Iterable[str]) -> None:
    """Enter that each of these is not to be seen any more, unless that stands there."""
    hidden = taken_back(archive)
    archive.withdrawals.append([Entry(Act.HIDE, one, "") for one in subjects if (one, "") not in hidden])


def show(archive: Archive, subject: str) -> None:
    """Enter that it may be seen again, if the ledger hides it."""
    if (subject, "") in taken_back(archive):
        archive.withdrawals.append([Entry(Act.REINSTATE, subject, "")])


def take_out(archive: Archive, subject: str, words: Iterable[str]) -> None:
    """Enter that these words (`name`, `note`) are not to be said of it any more, unless that stands there."""
    sums = [sum_of(subject, one) for one in words]
    hidden = taken_back(archive)
    new = tuple(one for one in sums if (subject, archive.withdrawals.keyed(one)) not in hidden)
    if new:
        archive.withdrawals.append([Entry(Act.HIDE, subject, "", new)])


def say_again(archive: Archive, subject: str, words: Iterable[str]) -> None:
    """Enter of those of these words that the ledger takes out that they are said again, and of all of it that it is there."""
    hidden = {of for what, of in taken_back(archive) if what == subject}
    if not hidden:
        return
    show(archive, subject)
    again = tuple(
        one for one in (sum_of(subject, each) for each in words) if archive.withdrawals.keyed(one) in hidden
    )
    if again:
        archive.withdrawals.append([Entry(Act.REINSTATE, subject, "", again)])


def taken_back(archive: Archive) -> frozenset[What]:
    """Whatever the ledger says now is not to be seen or said."""
    standing = archive.withdrawals.standing_shared()
    return frozenset(what for what, line in standing.items() if line.takes_back)


def sum_of(subject: str, words: str) -> str:
    """The SHA-512 by which the ledger tells words of one thing: the same words of another are others."""
    return hashlib.sha512(f"{subject}\n{words}".encode(errors="replace")).hexdigest()
