"""The text of a receipt: words for a person, then lines that a program reads whatever the language of the words."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from archive.models.errors import BadInputError
from archive.services.receipt_choices import Allowed, line_of, read_choices

MARK = "remembrance-receipt/1"
# As many as one parcel of the kit may hold: forty times what a submission may, unless that is set otherwise.
MOST_FILES = 20_000
# Bytes: the agreement, and each file in words and for programs, with the proof of its item in a ledger of millions.
LONGEST = 1024 * 1024 + MOST_FILES * 2048

_FILE = re.compile(r'file ([0-9a-f]{128}) ([0-9]{1,18}) ([0-9a-z]{16}) (".*")')
_SUBMISSION = re.compile(r"submission ([0-9a-z]{16})")
_WORDS = re.compile(r"words ([0-9a-f]{64})")
_AGREED = re.compile(r'agreed ([0-9a-f]{0,128}) (".*")')
# What names the parts of an agreement for programs is not shown to its reader.
_ANCHOR = re.compile(r"[ \t]*\{#[a-z0-9-]+\}[ \t]*$")
_END = re.compile(r"end ([0-9]{1,6})")
CHANGED_LINE = "The receipt is not whole: a line of it was changed."


@dataclass(frozen=True)
class GivenFile:
    """One file of a receipt: its name as given, size in bytes, lower-case hexadecimal SHA-512, and the item it is in."""

    name: str
    size: int
    sha512: str
    item_id: str


@dataclass(frozen=True)
class Receipt:
    """What a program reads of a receipt; `agreed` are version and fingerprint of the agreement, where there is one.

    `allowed` are the choices; receipts of before tell them to people alone.
    """

    submission_id: str
    files: tuple[GivenFile, ...]
    agreed: tuple[str, str] | None = None
    allowed: Allowed | None = None


@dataclass(frozen=True)
class Agreed:
    """What was agreed to: version, fingerprint (SHA-256), the whole text as it was read, and the choices in words."""

    version: str
    fingerprint: str
    text: str
    choices: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Entered:
    """What the public ledger holds of it: the day up to which it is signed, from when more can be had, the lines that prove it."""

    signed_on: date | None = None
    more_from: date | None = None
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class ReceiptWords:
    """The words of a receipt in one language; a page hands in its visitor's."""

    title: str = "Receipt"
    archive: str = "Archive"
    day: str = "Received on"
    reference: str = "Reference"
    files: str = "What was given"
    size: str = "Bytes"
    bag: str = "Item, and name of its bag"
    agreed: str = "What was agreed"
    version: str = "Version of the agreement"
    fingerprint: str = "Its fingerprint (SHA-256)"
    agreement: str = "The agreement, as it was read"
    check: str = "How to check it"
    how: str = (
        "A file that was not changed has the SHA-512 that stands here. Of a bag from this archive, the command "
        "“remembrance verify-receipt” says whether the files are in it. The page “Check a receipt” of the archive "
        "says whether they are kept there unchanged."
    )
    ledger: str = "The public ledger"
    signed: str = "Entered, and signed in the checkpoint of"
    more: str = "A receipt that proves the entry of all of it can be had from"
    ledger_how: str = (
        "The last lines prove that what is named here had come by then, and that nobody changed its entry since. They "
        "name no one. “remembrance verify-receipt --ledger” and the address of the archive, or the page “Check a "
        "receipt”, hold them against what was published."
    )
    care: str = "Whoever has this receipt can tell that something was given. Keep it where only you look."
    below: str = "What follows is for programs. Do not change it."


ENGLISH = ReceiptWords()


def write_receipt(
    site_name: str,
    received_on: date,
    receipt: Receipt,
    agreed: Agreed,
    words: ReceiptWords = ENGLISH,
    entered: Entered | None = None,
) -> str:
    """The whole text of a receipt."""
    told = [
        [words.title, "=" * len(words.title)],
        _pairs(
            [
                (words.archive, site_name),
                (words.day, received_on.isoformat()),
                (words.reference, receipt.submission_id),
            ]
        ),
        [words.files, *(line for file in receipt.files for line in _file_in_words(file, words))],
        [
            words.agreed,
            *_pairs(
                [
                    (words.version, agreed.version),
                    (words.fingerprint, agreed.fingerprint),
                    *agreed.choices,
                ]
            ),
        ],
        [words.agreement, *_indented(agreed.text)] if agreed.text else [],
        [words.check, f"  {words.how}", "", f"  {words.care}"],
        _entered_in_words(entered, words) if entered else [],
        # The choices stand among the words, so that the sum of these holds them too.
        [words.below, *([line_of(receipt.allowed)] if receipt.allowed else ())],
    ]
    text = "\n\n".join("\n".join(part) for part in told if part)
    # Programs that know nothing of the ledger read to the end of the files and no further.
    lines = [*_lines(receipt, text), *(entered.lines if entered else ())]
    return "\n".join([text, *lines]) + "\n"


def read_receipt(text: str) -> Receipt:
    """What a program reads of a receipt; BadInputError (`bad-receipt`) when it is none, or not whole.

    Its words are held against the sum that stands below them: what a person reads there is what it was written with.
    """
    if len(text) > LONGEST:
        raise bad_receipt("This is longer than a receipt can be.")
    lines = [line.strip() for line in text.replace("\ufeff", "").splitlines()]
    if MARK not in lines:
        raise bad_receipt("This is not a receipt of an archive of this kind.")
    # The last one: what stands before may hold anything that somebody wrote.
    below = len(lines) - lines[::-1].index(MARK)
    body = [line for line in lines[below:] if line]
    submission = _SUBMISSION.fullmatch(body[0]) if body else None
    ends = [place for place, line in enumerate(body) if _END.fullmatch(line)]
    if submission is None or not ends:
        raise bad_receipt("The receipt is not whole: its last lines are missing.")
    words = _WORDS.fullmatch(body[1])
    if words is None or words[1] != _sum_of("\n".join(lines[: below - 1])):
        raise bad_receipt(
            "What is told on the receipt is not what it was written with: something in it was changed."
        )
    agreed = _AGREED.fullmatch(body[2])
    files = tuple(_read_file(line) for line in body[3 if agreed else 2 : ends[0]])
    if body[ends[0]] != f"end {len(files)}" or not 0 < len(files) <= MOST_FILES:
        raise bad_receipt("The receipt is not whole: some of its lines are missing.")
    mark = (_from_json(agreed[2]), agreed[1]) if agreed else None
    return Receipt(submission[1], files, mark, read_choices(lines[: below - 1]))


def _lines(receipt: Receipt, words: str) -> list[str]:
    return [
        MARK,
        f"submission {receipt.submission_id}",
        f"words {_sum_of(words)}",
        *(f"agreed {mark} {json.dumps(version)}" for version, mark in filter(None, [receipt.agreed])),
        *(
            f"file {one.sha512} {one.size} {one.item_id} {json.dumps(one.name, ensure_ascii=True)}"
            for one in receipt.files
        ),
        f"end {len(receipt.files)}",
    ]


def _sum_of(words: str) -> str:
    """The SHA-256 of what is told; how it is broken into lines and how accents are written does not count."""
    letters = "".join(unicodedata.normalize("NFC", words).split())
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest()


def _read_file(line: str) -> GivenFile:
    found = _FILE.fullmatch(line)
    if found is None:
        raise bad_receipt(CHANGED_LINE)
    return GivenFile(_from_json(found[4]), int(found[2]), found[1], found[3])


def _from_json(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        raise bad_receipt(CHANGED_LINE) from None


def _file_in_words(file: GivenFile, words: ReceiptWords) -> list[str]:
    facts = _pairs([(words.size, str(file.size)), ("SHA-512", file.sha512), (words.bag, file.item_id)])
    return ["", f"  {_on_one_line(file.name)}", *(f"  {fact}" for fact in facts)]


def _entered_in_words(entered: Entered, words: ReceiptWords) -> list[str]:
    days = [(words.signed, entered.signed_on), (words.more, entered.more_from)]
    how = ["", f"  {words.ledger_how}"] if entered.lines else []
    return [words.ledger, *_pairs([(label, day.isoformat()) for label, day in days if day]), *how]


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"  {label}: {_on_one_line(value)}" for label, value in pairs if value]


def _indented(text: str) -> list[str]:
    return [f"  {_ANCHOR.sub('', line)}".rstrip() for line in text.splitlines()]


def _on_one_line(text: str) -> str:
    """Text as it may stand on a line: what cannot be seen is spelled out."""
    flat = " ".join(text.split())
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in flat)


def bad_receipt(sentence: str) -> BadInputError:
    """That a text is no receipt, or not a whole one."""
    return BadInputError(
        sentence,
        code="bad-receipt",
        remedy="Give the whole text of the receipt, from its first line to its last.",
    )
