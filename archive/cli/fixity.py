"""`remembrance fixity`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import click

from archive.access import OPERATOR
from archive.cli.common import bars, json_option, opened, print_json, printable
from archive.models.errors import ArchiveError, BadInputError, IntegrityError
from archive.services import fixity_audit, fixity_state, shared_fixity
from archive.services.counted import counted
from archive.services.fixity import KINDS, bags
from archive.services.fixity_audit import Checked
from archive.services.fixity_state import FixityState
from archive.services.opening import Archive

Tell = Callable[[str, int, int], None]


@click.group(help="Is every bag whole and unchanged: read them now, or see when each was read.")
def fixity() -> None:
    pass


@fixity.command(
    help="Read bags and their access copies in full, now, and write down what was found. Exit code 0 only when all are sound."
)
@click.argument("item_ids", metavar="[ID]...", nargs=-1)
@click.option("--collection", metavar="SLUG", help="Those of a collection.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@json_option
def check(item_ids: tuple[str, ...], collection: str | None, everything: bool, as_json: bool) -> int:
    if sum((bool(item_ids), collection is not None, everything)) != 1:
        raise BadInputError("Give ids of items, or --collection, or --all.", code="no-bags-chosen")
    with opened() as archive, bars(quiet=as_json) as tell:
        chosen = _chosen(archive, item_ids, collection)
        fixity_audit.be_there(archive)
        checked, failed = _check(archive, chosen, tell)
        if everything:
            shared = [one.id for one in shared_fixity.lines(archive)]
            chosen += shared
            _check_shared(archive, shared, checked, failed)
    bad = [one for one in checked if not one.is_sound or one.copies]
    if as_json:
        print_json([*map(_as_json, checked), *({"id": one, "error": why} for one, why in failed)])
    else:
        _say(checked, failed, len(chosen))
    return 1 if bad or failed or len(checked) < len(chosen) else 0


@fixity.command(
    help="When the bags of each collection were read, and which are damaged. Exit code 1 when one is damaged or late, its audit came to no end, or no bag is there."
)
@json_option
def state(as_json: bool) -> int:
    with opened() as archive:
        found = fixity_state.state(archive, OPERATOR)
        shared, damaged = shared_fixity.counts(archive), shared_fixity.damaged(archive)
    if as_json:
        print_json(_state_as_json(found) | {"shared": dataclasses.asdict(shared)})
    else:
        _say_state(found)
        for one in damaged:
            click.echo(f"{one.id}, of {one.subject}, is damaged since {one.since}: {one.what}", err=True)
        if shared.late or shared.unread:
            click.echo(
                f"Of stories, introductions, names and words: {shared.late} late, {shared.unread} not read to the end.",
                err=True,
            )
    return 0 if found.is_well and not (shared.damaged or shared.late or shared.unread) else 1


def _chosen(archive: Archive, item_ids: Sequence[str], collection: str | None) -> list[str]:
    if collection is not None and collection not in archive.profiles:
        raise BadInputError(f"There is no collection “{collection}”.", code="no-such-collection")
    lines = bags(archive, item_ids)
    return [one.id for one in lines if collection is None or one.collection == collection]


def _check(
    archive: Archive, chosen: Sequence[str], tell: Tell
) -> tuple[list[Checked], list[tuple[str, str]]]:
    """What was found of each, and why some could not be read to their end: these are never said to be checked."""
    checked: list[Checked] = []
    failed: list[tuple[str, str]] = []
    for done, item_id in enumerate(chosen, start=1):
        try:
            found = fixity_audit.check(archive, OPERATOR, item_id)
        except (ArchiveError, OSError) as error:
            if isinstance(error, IntegrityError):
                raise
            failed.append((item_id, str(error)))
            fixity_audit.note_unread(archive, item_id)
        else:
            if found is None:
                failed.append((item_id, "It was destroyed meanwhile."))
            else:
                checked.append(found)
        tell("reading", done, len(chosen))
    return checked, failed


def _check_shared(
    archive: Archive, ids: Sequence[str], checked: list[Checked], failed: list[tuple[str, str]]
) -> None:
    """The same of the bags of stories, introductions, names and words."""
    for bag_id in ids:
        try:
            reading = shared_fixity.check(archive, OPERATOR, bag_id)
        except (ArchiveError, OSError) as error:
            failed.append((bag_id, str(error)))
            shared_fixity.note_unread(archive, bag_id)
        else:
            if reading is None:
                failed.append((bag_id, "Another took its place meanwhile."))
            else:
                checked.append(Checked(bag_id, reading, ()))


def _say(checked: Sequence[Checked], failed: Sequence[tuple[str, str]], asked: int) -> None:
    for one in checked:
        if not one.is_sound:
            reasons = "\n  ".join(printable(reason) for reason in one.reading.reasons)
            click.echo(f"{one.id} is damaged:\n  {reasons}", err=True)
        if one.copies:
            click.echo(
                f"{one.id}: access copies of {counted(len(one.copies), 'file')} were damaged and removed.",
                err=True,
            )
    for item_id, why in failed:
        click.echo(f"{item_id} was not checked: {printable(why)}", err=True)
    sound = sum(one.is_sound for one in checked)
    click.echo(f"{sound} of {asked} bags were read in full and are sound.")


def _as_json(one: Checked) -> dict[str, object]:
    return {
        "id": one.id,
        "sound": one.is_sound,
        "found": {kind: list(paths) for kind, paths in one.reading.found.items()},
        "copies": list(one.copies),
        "bytes": one.reading.bytes_read,
    }


def _say_state(found: FixityState) -> None:
    for one in found.collections:
        click.echo(
            f"{one.collection}: {one.read_in_period} of {one.bags} bags read in full within {found.days} days, "
            f"all of them by {one.all_read_on}; {one.damaged} damaged, {one.late} late."
        )
    for bag in found.damaged:
        what = ", ".join(f"{damage.count} {KINDS[damage.kind]}" for damage in bag.damages)
        click.echo(f"{bag.id} is damaged since {bag.since}: {what}", err=True)
    if found.unread_count:
        click.echo(f"The audit of {found.unread_count} bags came to no end.", err=True)
    if found.copies:
        click.echo(
            f"Damaged access copies found within {found.days} days: {found.copies}. They are made anew.",
            err=True,
        )
    if not found.are_there:
        click.echo("The place where all bags are kept is not there.", err=True)
    if not found.collections:
        click.echo("There are no bags.")


def _state_as_json(found: FixityState) -> dict[str, object]:
    return {
        "days": found.days,
        "bags": "there" if found.are_there else "absent",
        "copies_damaged": found.copies,
        "collections": [
            {
                "collection": one.collection,
                "bags": one.bags,
                "all_read_on": str(one.all_read_on),
                "read_in_period": one.read_in_period,
                "late": one.late,
                "damaged": one.damaged,
                "unread": one.unread,
                "waiting": one.wanted,
            }
            for one in found.collections
        ],
        "damaged": [
            {
                "id": bag.id,
                "since": str(bag.since),
                "found": {damage.kind: list(damage.paths) for damage in bag.damages},
            }
            for bag in found.damaged
        ],
    }
