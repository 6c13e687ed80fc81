"""Receipts: proof of what somebody gave, made only when they ask, and checked by reading the bytes again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from archive.access import Actor
from archive.bags import read_bag, verify
from archive.models import Consent, File, Item, ItemState, Replacement, Submission
from archive.models.errors import ArchiveError, BadInputError, ConflictError, NotFoundError
from archive.services import receipt_ledger
from archive.services.of_submission import as_it_is_now, check_left
from archive.services.opening import Archive
from archive.services.receipt_choices import CHOICES, allowed_by
from archive.services.receipt_held import Held, consents_in, hold, together
from archive.services.receipt_text import (
    ENGLISH,
    Agreed,
    GivenFile,
    Receipt,
    ReceiptWords,
    read_receipt,
    write_receipt,
)
from archive.services.withdrawal_ledger import Act

BLOCK = 1 << 20


class Verdict(StrEnum):
    """What became of a file that a receipt names."""

    HELD = "held"
    NOT_READ = "not-read"
    CHANGED = "changed"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One file of a receipt, and what became of it."""

    file: GivenFile
    verdict: Verdict


@dataclass(frozen=True)
class BagAnswer:
    """What a bag says to a receipt: a finding for each file that belongs to it, and what else is wrong with the bag.

    `held` is what its record says to the terms and the choices of the receipt.
    """

    bag_id: str
    findings: tuple[Finding, ...]
    problems: tuple[str, ...]
    held: Held = Held()

    @property
    def ok(self) -> bool:
        """Whether every file of the receipt that belongs to the bag is in it, unchanged, and the bag is whole.

        What its giver chose otherwise since is no fault; what was never chosen so is one.
        """
        return (
            not self.problems and all(one.verdict == Verdict.HELD for one in self.findings) and self.held.ok
        )


def receipt(
    archive: Archive,
    actor: Actor,
    submission_id: str,
    words: ReceiptWords = ENGLISH,
    choices: Sequence[tuple[str, str]] = (),
) -> str:
    """The receipt of a submission that `actor` gave, as a text; `choices` are what they allow, in words.

    What is to be destroyed is not on it. NotFoundError when it is not theirs, ConflictError (`not-sent`) while nothing
    of it was sent, (`destroyed`, `being-destroyed`) where nothing is left.
    """
    with archive.db.read() as session:
        submission = session.get(Submission, submission_id) if submission_id in actor.submissions else None
        if submission is None:
            raise NotFoundError("There is no such submission.")
        check_left(session, submission_id)
        query = select(Item).where(
            Item.submission_id == submission_id, Item.state != ItemState.DRAFT, Item.erasure == ""
        )
        items = session.scalars(
            query.where(as_it_is_now()).options(selectinload(Item.files)).order_by(Item.position, Item.id)
        ).all()
        files = [
            GivenFile(file.given_name, file.size, file.sha512, item.id)
            for item in items
            for file in item.files
        ]
        if not files:
            raise ConflictError("Nothing was given yet, so there is no receipt.", code="not-sent")
        consent = submission.consents[-1]
        agreed = Agreed(
            consent.agreement_version, consent.agreement_fingerprint, consent.agreement_text, tuple(choices)
        )
        mark = (agreed.version, agreed.fingerprint) if agreed.version or agreed.fingerprint else None
        given = Receipt(submission_id, tuple(files), mark, allowed_by(_values(consent)))
        known = receipt_ledger.proof_for(archive, session, [item.id for item in items])
        return write_receipt(archive.settings.site_name, submission.received_on, given, agreed, words, known)


def verify_bag(text: str, root: Path) -> BagAnswer:
    """Hold a receipt against the bag in the folder `root`, reading every byte of it now.

    BadInputError when the text is no receipt (`bad-receipt`) or names nothing of that bag (`other-bag`),
    BagRefusedError when the folder is no sound bag.
    """
    given = read_receipt(text)
    bag = read_bag(root)
    wanted = [file for file in given.files if file.item_id == bag.id]
    if not wanted:
        raise BadInputError("The receipt names no file of this bag.", code="other-bag")
    report = verify(root)
    problems = [
        *(f"{path} was changed." for path in report.changed),
        *(f"{path} is missing." for path in report.missing),
        *(f"{path} is in no list." for path in report.untracked),
        *(f"{path} cannot be read." for path in report.unreadable),
        *(problem.sentence for problem in report.refused),
    ]
    spoiled = {*report.changed, *report.missing, *report.unreadable}
    sound = Counter((one.sha512, one.size) for one in bag.payload if one.path not in spoiled)
    listed = {one.sha512 for one in bag.payload if one.path in spoiled}
    found = tuple(_in_bag(file, sound, listed) for file in wanted)
    return BagAnswer(bag.id, found, tuple(problems), hold(given, consents_in(bag)))


def check(archive: Archive, text: str) -> tuple[Finding, ...]:
    """Hold a receipt against what this archive keeps, for whoever has it; bytes are read now, up to a limit.

    A file is only spoken of when submission, item, size and SHA-512 are all those of one receipt, so nobody learns
    more than the receipt says: `withdrawn` also when it was destroyed. BadInputError (`bad-receipt`).
    """
    given = read_receipt(text)
    with archive.db.read() as session:
        known = _known(session, given)
    left = archive.settings.receipt_check_bytes
    findings: list[Finding] = []
    for file in given.files:
        verdict, item, row = _look_up(known, file)
        if item is None and _is_destroyed(archive, given, file):
            verdict = Verdict.WITHDRAWN
        if verdict == Verdict.HELD and item is not None and row is not None:
            verdict = Verdict.NOT_READ if row.size > left else _read_again(archive, item, row)
            left -= 0 if verdict == Verdict.NOT_READ else row.size
        findings.append(Finding(file, verdict))
    return tuple(findings)


def allowed(archive: Archive, text: str) -> Held:
    """Hold terms and choices of a receipt against the records of those bags here that hold what it names.

    The bag is the record: it says the same to whoever holds it against the receipt elsewhere. What was chosen since
    and waits to be written there, as of what has no bag yet, is the database's. Nothing where no file of the receipt is
    kept here. BadInputError (`bad-receipt`).
    """
    given = read_receipt(text)
    with archive.db.read() as session:
        known = _known(session, given)
        found = (_look_up(known, file) for file in given.files)
        items = {item.id: item for verdict, item, _ in found if item and verdict == Verdict.HELD}
        query = select(Consent).where(Consent.submission_id == given.submission_id)
        ours = [_values(one) for one in session.scalars(query)] if items else []
    return together(hold(given, _recorded(archive, item, ours)) for item in items.values())


def _recorded(archive: Archive, item: Item, ours: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The versions of the consent in an item's bag, and those of `ours` that wait to be written there.

    None where the bag cannot be read, which is told of its files.
    """
    if not item.bag_key:
        return ours
    try:
        written = consents_in(read_bag(archive.bag_folder(item.bag_key)))
        newest = max((int(one["version"]) for one in written), default=None)
    except (ArchiveError, LookupError, TypeError, ValueError):
        return ()
    return () if newest is None else [*written, *(one for one in ours if one["version"] > newest)]


def _values(consent: Consent) -> dict[str, Any]:
    named = ("version", "given_on", "agreement_version", "agreement_fingerprint", *CHOICES)
    return {name: getattr(consent, name) for name in named}


def _in_bag(file: GivenFile, sound: Counter[tuple[str, int]], spoiled: Iterable[str]) -> Finding:
    """One file of a receipt against what a bag holds; two files alike need two files there."""
    key = (file.sha512, file.size)
    if sound[key] > 0:
        sound[key] -= 1
        return Finding(file, Verdict.HELD)
    return Finding(file, Verdict.CHANGED if file.sha512 in spoiled else Verdict.MISSING)


@dataclass(frozen=True)
class _Known:
    """The items of a submission by id, and of those whose files were put together in another way what took their place."""

    items: Mapping[str, Item]
    places: Mapping[str, Sequence[str]]
    _files: dict[str, dict[tuple[str, int], File]] = field(default_factory=dict)

    def files_of(self, item: Item) -> Mapping[tuple[str, int], File]:
        """Its files by SHA-512 and size; of those that are alike the first."""
        if item.id not in self._files:
            self._files[item.id] = {(row.sha512, row.size): row for row in reversed(item.files)}
        return self._files[item.id]

    def now(self, item: Item) -> list[Item]:
        """What stands of an item: itself, or what took its place; nothing of what was taken back."""
        if item.state != ItemState.WITHDRAWN:
            return [item]
        return [one for new in self.places.get(item.id, ()) for one in self.now(self.items[new])]


def _known(session: Session, given: Receipt) -> _Known:
    query = select(Item).where(Item.submission_id == given.submission_id, Item.state != ItemState.DRAFT)
    items = {item.id: item for item in session.scalars(query.options(selectinload(Item.files)))}
    taken = select(Replacement).where(Replacement.old_id.in_(items), Replacement.done)
    places: dict[str, list[str]] = {}
    for row in session.scalars(taken):
        places.setdefault(row.old_id, []).append(row.new_id)
    return _Known(items, places)


def _look_up(known: _Known, file: GivenFile) -> tuple[Verdict, Item | None, File | None]:
    item = known.items.get(file.item_id)
    if item is None:
        return Verdict.UNKNOWN, None, None
    standing = known.now(item)
    for one in standing:
        row = known.files_of(one).get((file.sha512, file.size))
        if row is not None:
            return Verdict.HELD, one, row
    return (Verdict.UNKNOWN if standing == [item] else Verdict.WITHDRAWN), item, None


def _is_destroyed(archive: Archive, given: Receipt, file: GivenFile) -> bool:
    """Whether the ledger of withdrawals has a file of which no row is left: no bag brings one back of what was destroyed."""
    line = archive.withdrawals.standing().get(file.item_id)
    if line is None or line.act != Act.DESTROY or line.submission != given.submission_id:
        return False
    # Of empty files, which are all alike, the ledger keeps nothing.
    return not file.size or bool(archive.withdrawals.destroyed([file.sha512]))


def _read_again(archive: Archive, item: Item, row: File) -> Verdict:
    """Whether the original is there and what it was when it came, by its bytes as they are now."""
    try:
        actual = hashlib.sha512()
        with _original(archive, item, row) as stream:
            while block := stream.read(BLOCK):
                actual.update(block)
    except (NotFoundError, OSError):
        return Verdict.MISSING
    return Verdict.HELD if actual.hexdigest() == row.sha512 else Verdict.CHANGED


def _original(archive: Archive, item: Item, row: File) -> BinaryIO:
    if item.bag_key:
        return archive.store.open(f"{item.bag_key}/data/{row.safe_name}")
    return (archive.settings.staging / row.staged_as).open("rb")
