"""`remembrance bags`."""

from __future__ import annotations

import click

from archive.access import OPERATOR
from archive.cli.adopt import adopt
from archive.cli.common import bars, json_option, opened, print_json
from archive.cli.copies import compare, repair
from archive.services import fixity, fixity_state, shared_fixity, shared_writing

# A bag that is of no item has no state of one: it is there for as long as what it is of.
KEPT = "kept"


@click.group(help="List bags, and prove that nothing was lost or changed.")
def bags() -> None:
    pass


@bags.command(
    "list",
    help="Every bag: its id, which is its item's, where it is, and the item's state; then those of stories, introductions, names and words.",
)
@json_option
def list_bags(as_json: bool) -> None:
    with opened() as archive:
        found, shared = fixity.bags(archive), shared_fixity.lines(archive)
    if as_json:
        values = [{"id": one.id, "path": str(one.path), "state": one.state} for one in found]
        values += [
            {"id": one.id, "path": str(one.path), "state": KEPT, "subject": one.title} for one in shared
        ]
        print_json(values)
        return
    for one in found:
        click.echo(f"{one.id}  {one.state:<10} {one.path}")
    for one in shared:
        click.echo(f"{one.id}  {one.title:<10} {one.path}")


@bags.command(
    help="Make the bag of a story, an introduction, or a name or word anew from what the database has, where it is damaged or gone."
)
@click.argument("bag_id", metavar="ID")
def renew(bag_id: str) -> None:
    with opened() as archive:
        new_id = shared_writing.renew(archive, OPERATOR, bag_id)
    click.echo(f"{new_id} takes the place of {bag_id}.")


@bags.command(
    help="Read bags in full, with our own reader and the stock BagIt library; all of them unless ids are given."
)
@click.argument("item_ids", metavar="[ID]...", nargs=-1)
@json_option
def validate(item_ids: tuple[str, ...], as_json: bool) -> int:
    with opened() as archive, bars(quiet=as_json) as tell:
        shared = [one for one in shared_fixity.lines(archive) if not item_ids or one.id in item_ids]
        others = [one for one in item_ids if one not in {each.id for each in shared}]
        found = fixity.bags(archive, others) if others or not item_ids else []
        found += shared
        verdicts = list(fixity.validate(found, lambda done, total: tell("reading", done, total)))
        bad = [one for one in verdicts if not one.valid]
        for one in bad:
            if one.id in {each.id for each in shared}:
                shared_fixity.check(archive, OPERATOR, one.id)
                continue
            # The audit reads it next, and tells whoever answers for it.
            fixity_state.ask_now(archive, OPERATOR, item_id=one.id)
    if as_json:
        values = [
            {"id": one.id, "path": str(one.path), "valid": one.valid, "reasons": one.reasons}
            for one in verdicts
        ]
        print_json(values)
    else:
        for one in bad:
            click.echo(f"{one.id} is not as it should be:\n  " + "\n  ".join(one.reasons), err=True)
        click.echo(f"{len(verdicts) - len(bad)} of {len(verdicts)} bags are whole and unchanged.")
    return 1 if bad else 0


bags.add_command(adopt)
bags.add_command(compare)
bags.add_command(repair)
