"""`remembrance verify-receipt`."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from archive.bags import unpack
from archive.cli.common import json_option, print_json, printable
from archive.models.errors import BadInputError
from archive.services import receipts
from archive.services.receipt_text import LONGEST
from archive.services.receipts import BagAnswer, Verdict

IN_WORDS = {
    Verdict.HELD: "is in the bag, unchanged",
    Verdict.CHANGED: "is in the bag, and was CHANGED",
    Verdict.MISSING: "is NOT in the bag",
}


@click.command(
    "verify-receipt",
    help="Hold a receipt against a bag, a folder or a ZIP of one, by reading every byte of it. Needs no archive.",
)
@click.argument("receipt", type=click.Path(path_type=Path))
@click.argument("bag", type=click.Path(path_type=Path))
@json_option
def verify_receipt(receipt: Path, bag: Path, as_json: bool) -> int:
    text = read_text(receipt)
    with ExitStack() as stack:
        answer = receipts.verify_bag(text, folder_of(bag, stack))
    if as_json:
        print_json(
            {
                "bag": answer.bag_id,
                "ok": answer.ok,
                "files": [
                    {"name": one.file.name, "sha512": one.file.sha512, "verdict": one.verdict}
                    for one in answer.findings
                ],
                "problems": answer.problems,
            }
        )
    else:
        say(answer)
    return 0 if answer.ok else 1


def say(answer: BagAnswer) -> None:
    """Each file of the receipt that belongs to the bag, then what else is wrong."""
    for one in answer.findings:
        click.echo(f"{printable(one.file.name)} {IN_WORDS[one.verdict]}.")
    for problem in answer.problems:
        click.echo(printable(problem), err=True)
    if answer.ok:
        click.echo(f"Bag {answer.bag_id} holds all that the receipt names of it, as it was given.")
    else:
        click.echo(f"Bag {answer.bag_id} is not as the receipt says.", err=True)


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
