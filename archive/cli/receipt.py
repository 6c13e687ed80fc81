"""`remembrance verify-receipt`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from archive.bags import unpack
from archive.cli.common import json_option, print_json, printable
from archive.cli.ledger import sources_of
from archive.models.errors import BadInputError
from archive.services import (
    checkpoint_proofs,
    checkpoint_sources,
    gap_standing,
    gap_text,
    receipt_text,
    receipts,
)
from archive.services.checkpoint_proofs import Standing
from archive.services.gap_text import Gap
from archive.services.receipt_choices import ChoiceFinding, ChoiceVerdict
from archive.services.receipt_text import LONGEST
from archive.services.receipts import BagAnswer, Verdict

IN_WORDS = {
    Verdict.HELD: "is in the bag, unchanged",
    Verdict.CHANGED: "is in the bag, and was CHANGED",
    Verdict.MISSING: "is NOT in the bag",
}
AGREEMENT = {
    True: "The agreement that the receipt names is in the record of the bag.",
    False: "The record of the bag names another agreement than the receipt, which may be of a later gift.",
}
CHOICES = {
    "audience": "Who may see it",
    "not_before": "Not before a day, chosen by the giver or by those who look after the archive",
    "not_after": "Not after a day",
    "place_precision": "The place",
    "places_shown": "What is shown instead of a place",
    "reuse": "What others may do with it",
    "naming": "How the giver is named",
    "name_shown": "The name that is shown",
    "people": "Other people in it",
}
CHOSEN = {
    "public": "everyone",
    "community": "members of the community",
    "staff": "only those who look after the archive",
    "exact": "as it was written",
    "town": "only the town",
    "none": "none",
    "own-name": "by their name",
    "other-name": "by another name",
    "no-name": "by no name",
    "agreed": "they agreed",
    "not-asked": "not asked, or not all of them",
    "refused": "somebody does not wish to be shown",
}
# Of these the words are a giver's own, or an address.
AS_WRITTEN = {"name_shown", "reuse", "places_shown"}
STANDINGS = {
    Standing.PROVEN: "is proven to be in the ledger",
    Standing.IN_GAP: "is proven to have come, and was LOST in a restore, as the archive says in the ledger",
    Standing.WRONG: "is NOT proven: receipt and proof do not fit",
    Standing.NOT_YET: "has no proof on this receipt",
}


@click.command(
    "verify-receipt",
    help="Hold a receipt against a bag, a folder or a ZIP of one, by reading every byte of it, and against what was "
    "published of a ledger. Needs no archive.",
)
@click.argument("receipt", type=click.Path(path_type=Path))
@click.argument("bag", required=False, type=click.Path(path_type=Path))
@click.option(
    "--ledger",
    "sources",
    multiple=True,
    help="Address of the archive, or a file of its keys or checkpoints; several times. The proof on the receipt is held against it.",
)
@json_option
def verify_receipt(receipt: Path, bag: Path | None, sources: Sequence[str], as_json: bool) -> int:
    text = read_text(receipt)
    proven = proof_of(text, sources) if sources or bag is None else None
    answer = None
    if bag is not None:
        with ExitStack() as stack:
            answer = receipts.verify_bag(text, folder_of(bag, stack))
    ok = (answer is None or answer.ok) and (proven is None or proven.ok)
    if as_json:
        print_json(in_json(answer, proven, ok=ok))
        return 0 if ok else 1
    if answer is not None:
        say(answer)
    if proven is not None:
        say_proof(proven)
    return 0 if ok else 1


@dataclass(frozen=True)
class Proven:
    """What the proof on a receipt proves: each item's standing, up to which day, and whether that was published."""

    standings: Mapping[str, Standing]
    day: date
    is_published: bool | None
    gap: Gap | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing in it is wrong; what came too late for the checkpoint is not."""
        return self.is_published is not False and Standing.WRONG not in self.standings.values()


def proof_of(text: str, sources: Sequence[str]) -> Proven:
    """Check the proof on a receipt, against what was published where that is given."""
    standings = checkpoint_proofs.standings(
        receipt_text.read_receipt(text), proofs := checkpoint_proofs.read(text)
    )
    if proofs is None:
        raise BadInputError(
            "There is no proof of its entry on this receipt.",
            code="no-proof",
            remedy="Ask the archive for a new one, from the day on that stands on it; or give a bag.",
        )
    if not sources:
        return Proven(standings, proofs.checkpoint.day, None)
    given = sources_of(sources)
    every, lost = (*given.found, *given.kept), gap_standing.lost_points(given.accepted)
    whole = not checkpoint_sources.check(given)
    published = whole and checkpoint_proofs.is_published(proofs, given.keys, every, lost)
    fell = gap_standing.fallen(proofs, standings, given.accepted, given.found) if published else {}
    standings = {**standings, **dict.fromkeys(fell, Standing.IN_GAP)}
    return Proven(standings, proofs.checkpoint.day, published, next(iter(fell.values()), None))


def in_json(answer: BagAnswer | None, proven: Proven | None, *, ok: bool) -> dict[str, Any]:
    """Both answers for a program."""
    told: dict[str, Any] = {"ok": ok}
    if answer is not None:
        files = [
            {"name": one.file.name, "sha512": one.file.sha512, "verdict": one.verdict}
            for one in answer.findings
        ]
        told |= {"bag": answer.bag_id, "files": files, "problems": answer.problems}
        told |= {"agreement": answer.held.is_agreed}
        told["choices"] = [
            {
                "name": one.name,
                "receipt": one.told,
                "verdict": one.verdict,
                "on": one.on.isoformat() if one.on else None,
            }
            for one in answer.held.choices
        ]
    if proven is not None:
        told["proof"] = {
            "items": dict(proven.standings),
            "checkpoint": proven.day.isoformat(),
            "published": proven.is_published,
            "gap": proven.gap.number if proven.gap else None,
        }
    return told


def say_proof(proven: Proven) -> None:
    """Each item of the receipt, then whether what proves it was published."""
    for item_id, standing in proven.standings.items():
        click.echo(f"Item {item_id} {STANDINGS[standing]}.")
    if proven.gap is not None:
        click.echo(printable(gap_text.sentence(proven.gap)))
    if proven.is_published is None:
        click.echo("Give --ledger to have the checkpoint held against what the archive published.")
    elif proven.is_published:
        click.echo(f"The checkpoint of {proven.day} is the one that was published.")
    else:
        click.echo(f"The checkpoint of {proven.day} is NOT one that was published.", err=True)


def say(answer: BagAnswer) -> None:
    """Each file of the receipt that belongs to the bag, then what else is wrong."""
    for one in answer.findings:
        click.echo(f"{printable(one.file.name)} {IN_WORDS[one.verdict]}.")
    if answer.held.is_agreed is not None:
        click.echo(AGREEMENT[answer.held.is_agreed])
    for choice in answer.held.choices:
        # What was not chosen and still is not would be a list of nothings.
        if choice.told or choice.verdict != ChoiceVerdict.SAME:
            click.echo(in_words(choice, answer.bag_id), err=choice.verdict == ChoiceVerdict.DIFFERENT)
    for problem in answer.problems:
        click.echo(printable(problem), err=True)
    if answer.ok:
        click.echo(f"Bag {answer.bag_id} holds all that the receipt names of it, as it was given.")
    else:
        click.echo(f"Bag {answer.bag_id} is not as the receipt says.", err=True)


def in_words(choice: ChoiceFinding, bag_id: str) -> str:
    """A choice of the receipt as it reads it, and what the record of the bag says to it."""
    standing = {
        ChoiceVerdict.SAME: "so the record of the bag says too",
        ChoiceVerdict.CHANGED: f"changed since, on {choice.on}: now {chosen(choice.name, choice.now)}",
        ChoiceVerdict.DIFFERENT: f"DIFFERENT in the record of bag {bag_id}, in the version that the receipt names",
        ChoiceVerdict.NEWER: "chosen later than the record of the bag goes",
    }[choice.verdict]
    return f"{CHOICES[choice.name]}: {chosen(choice.name, choice.told)}; {standing}."


def chosen(name: str, value: Any) -> str:
    """A choice in words, as it may be printed."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return printable(", ".join(value)) or "nothing"
    text = str(value)
    return printable(text if name in AS_WRITTEN else CHOSEN.get(text, text)) or "nothing"


def read_text(path: Path) -> str:
    """The text of a receipt."""
    try:
        with path.open("rb") as stream:
            return stream.read(LONGEST + 1).decode("utf-8-sig")
    except OSError as error:
        raise BadInputError(f"The receipt cannot be read: {error.strerror}.", code="no-such-path") from error
    except UnicodeDecodeError as error:
        raise BadInputError("The receipt is not a text in UTF-8.", code="bad-receipt") from error


def folder_of(bag: Path, stack: ExitStack) -> Path:
    """The bag's folder; a ZIP is unpacked in a temporary folder until `stack` ends."""
    if bag.is_dir():
        return bag
    if not bag.is_file():
        raise BadInputError(f"There is no bag at {bag}.", code="no-such-path")
    scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="remembrance-receipt-"))
    return unpack(bag, Path(scratch))
