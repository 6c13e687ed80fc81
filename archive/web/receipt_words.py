"""The words of receipts: on paper, and on the page where one is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.models.errors import BadInputError
from archive.services.checkpoint_proofs import Standing
from archive.services.receipt_ledger import LedgerAnswer
from archive.services.receipt_text import ReceiptWords
from archive.services.receipts import Finding, Verdict
from archive.web.formats import size_words
from archive.web.receipt_choices import CheckedChoice
from archive.web.words import _, day, later

VERDICTS = {
    Verdict.HELD: later("It is kept here, unchanged: its bytes were read just now."),
    Verdict.NOT_READ: later(
        "It is kept here. It is too large to be read on this page; ask those who keep it to do so."
    ),
    Verdict.CHANGED: later("Its bytes are not what they were. Tell those who look after the archive."),
    Verdict.MISSING: later("It should be here and cannot be found. Tell those who look after the archive."),
    Verdict.WITHDRAWN: later("It was taken back."),
    Verdict.UNKNOWN: later("This archive knows of no such file."),
}


@dataclass(frozen=True)
class CheckedFile:
    """One file of a receipt, and what became of it."""

    name: str
    size: str
    sha512: str
    words: str
    is_well: bool


@dataclass(frozen=True)
class ReceiptPage:
    """What became of every file of a receipt."""

    files: tuple[CheckedFile, ...]
    all_held: bool
    choices: tuple[CheckedChoice, ...]
    terms: str
    is_agreed: bool
    ledger: str
    is_proof_well: bool

    @property
    def is_allowed_well(self) -> bool:
        """Whether no choice is another than this receipt can have told, nor what was agreed."""
        return self.is_agreed and all(one.is_well for one in self.choices)


def receipt_page(
    findings: Sequence[Finding],
    choices: tuple[CheckedChoice, ...],
    is_agreed: bool | None,
    entered: LedgerAnswer,
) -> ReceiptPage:
    """The page of a receipt that was checked."""
    files = tuple(
        CheckedFile(
            one.file.name,
            size_words(one.file.size),
            one.file.sha512,
            str(VERDICTS[one.verdict]),
            one.verdict not in (Verdict.CHANGED, Verdict.MISSING),
        )
        for one in findings
    )
    return ReceiptPage(
        files,
        all(one.verdict == Verdict.HELD for one in findings),
        choices,
        _terms_words(is_agreed),
        is_agreed is not False,
        _ledger_words(entered),
        Standing.WRONG not in entered.standings.values(),
    )


def _terms_words(is_agreed: bool | None) -> str:
    """What the record of the bag says to the terms of a receipt; nothing where either names none."""
    if is_agreed is None:
        return ""
    if is_agreed:
        return _("The record of what is kept names the same agreement, in the same version and wording.")
    return _(
        "The record of what is kept does not name the agreement that stands on this receipt. Tell those who look "
        "after the archive, and keep the receipt."
    )


def _ledger_words(entered: LedgerAnswer) -> str:
    """What the public ledger says to a receipt; nothing when it bears no proof."""
    standings, proven_on = entered.standings, entered.day
    if proven_on is None:
        return ""
    if Standing.WRONG in standings.values():
        return _(
            "The proof on this receipt is not one that we published. Tell those who look after the archive, and keep "
            "the receipt."
        )
    proven = _(
        "The public ledger proves it: what this receipt names had come by %(day)s, and its lines are unchanged.",
        day=day(proven_on),
    )
    said = [proven]
    if entered.gap is not None:
        said.append(
            _(
                "On %(on)s the archive said in the ledger, for everybody to see, that it was restored from its backup of "
                "%(backup)s and lost what came in between: this, or some of it, is among that. Nobody took it back. Keep "
                "this receipt, and if you still have what you gave, you can give it again.",
                on=day(entered.gap.on),
                backup=day(entered.gap.backup),
            )
        )
    if Standing.NOT_YET in standings.values():
        said.append(_("Some of it is not on this proof yet; a newer receipt has it."))
    return " ".join(said)


def trouble(error: BadInputError) -> str:
    """Why a text cannot be checked."""
    if error.code == "bad-receipt":
        return _("This is not a whole receipt. Give its text from the first line to the last, unchanged.")
    return _("This cannot be used")


def too_long(most: str) -> str:
    """That a receipt is longer than is read of everybody, and who reads it."""
    return _(
        "This receipt is longer than %(most)s, so it was not read here. The command “remembrance verify-receipt” reads "
        "it; or ask those who look after the archive to check it.",
        most=most,
    )


def receipt_words() -> ReceiptWords:
    """The words of a receipt in the visitor's language."""
    return ReceiptWords(
        title=_("Receipt"),
        archive=_("Archive"),
        day=_("Received on"),
        reference=_("Reference"),
        files=_("What was given"),
        size=_("Bytes"),
        bag=_("Item, and name of its bag"),
        agreed=_("What was agreed"),
        version=_("Version of the agreement"),
        fingerprint=_("Its fingerprint (SHA-256)"),
        agreement=_("The agreement, as it was read"),
        check=_("How to check it"),
        how=_(
            "A file that was not changed has the SHA-512 that stands here. Of a bag from this archive, the command "
            "“remembrance verify-receipt” says whether the files are in it. The page “Check a receipt” of the archive "
            "says whether they are kept there unchanged."
        ),
        ledger=_("The public ledger"),
        signed=_("Entered, and signed in the checkpoint of"),
        more=_("A receipt that proves the entry of all of it can be had from"),
        ledger_how=_(
            "The last lines prove that what is named here had come by then, and that nobody changed its entry since. They "
            "name no one. “remembrance verify-receipt --ledger” and the address of the archive, or the page “Check a "
            "receipt”, hold them against what was published."
        ),
        care=_("Whoever has this receipt can tell that something was given. Keep it where only you look."),
        below=_("What follows is for programs. Do not change it."),
    )
