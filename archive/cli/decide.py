"""`remembrance publish` and `remembrance withdraw`."""

from __future__ import annotations

from collections.abc import Callable

import click

from archive.access import OPERATOR
from archive.cli.common import json_option, opened, print_json
from archive.cli.told import remedy_of
from archive.models.errors import ArchiveError
from archive.services import publishing, withdrawing
from archive.services.opening import Archive
from ingest.work import wait_until_caught_up

items_argument = click.argument("item_ids", metavar="ID...", nargs=-1, required=True)


@click.command(help="Publish items; each is found and shown when the command ends.")
@items_argument
@json_option
def publish(item_ids: tuple[str, ...], as_json: bool) -> int:
    def act(archive: Archive, id_: str) -> None:
        publishing.publish(archive, OPERATOR, id_)

    return _each(item_ids, act, "published", as_json=as_json)


@click.command(
    help="Take items back from every public place; their bags stay, unless they are to be destroyed."
)
@items_argument
@click.option("--reason", default="", help="Why, for the item's history; name nobody.")
@click.option(
    "--words",
    default="",
    help="What everyone may read in its place, said to be yours; what its giver wrote stays.",
)
@click.option("--destroy", is_flag=True, help="Destroy originals and every record too, for good.")
@click.option("--submission", is_flag=True, help="The ids are those of submissions: take back all of each.")
@click.option("--yes", is_flag=True, help="Do not ask again before something is destroyed.")
@json_option
def withdraw(
    item_ids: tuple[str, ...],
    reason: str,
    words: str,
    destroy: bool,
    submission: bool,
    yes: bool,
    as_json: bool,
) -> int:
    if destroy and not yes:
        click.confirm("Nobody can bring back what is destroyed. Go on?", abort=True, err=True)
    take_back = withdrawing.withdraw_submission if submission else withdrawing.withdraw_item

    def act(archive: Archive, id_: str) -> None:
        take_back(archive, OPERATOR, id_, reason, destroy=destroy, words=words)

    return _each(item_ids, act, "destroyed" if destroy else "withdrawn", as_json=as_json)


def _each(item_ids: tuple[str, ...], act: Callable[[Archive, str], None], done: str, *, as_json: bool) -> int:
    """Do it to every item: one that cannot be done does not stop the others, and makes the exit code 1."""
    told: list[dict[str, str]] = []
    with opened() as archive:
        for item_id in item_ids:
            one = {"id": item_id, "outcome": done, "code": "", "reason": ""}
            try:
                act(archive, item_id)
            except ArchiveError as error:
                one |= {"outcome": "refused", "code": error.code, "reason": f"{error} {remedy_of(error)}"}
            told.append(one)
            if not as_json:
                _say(one)
        wait_until_caught_up(archive)
    if as_json:
        print_json(told)
    return 1 if any(one["code"] for one in told) else 0


def _say(one: dict[str, str]) -> None:
    """Each at once: whoever breaks off knows what was done."""
    if one["code"]:
        click.echo(f"{one['id']}: {one['reason']}", err=True)
    else:
        click.echo(f"{one['id']} {one['outcome']}")
