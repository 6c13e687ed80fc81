"""`remembrance copies`, and what `remembrance bags` does with copies."""

from __future__ import annotations

import dataclasses
from functools import partial

import click

from archive.access import OPERATOR
from archive.cli.common import bars, json_option, opened, print_json, printable
from archive.models.errors import BadInputError
from archive.services import copies as running
from archive.services import (
    copies_compare,
    copies_repair,
    copies_settle,
    copies_state,
    copies_stores,
    restore_copies,
)
from archive.services.copies_stores import Place
from archive.services.counted import counted
from archive.services.opening import Archive
from archive.settings import Settings

SHOWN = 20


@click.group(help="Copies of every bag in further stores.")
def copies() -> None:
    pass


@copies.command(
    "run", help="Copy what waits, to every store or to those named. Exit code 1 while anything waits."
)
@click.argument("stores", metavar="[STORE]...", nargs=-1)
@json_option
def run_now(stores: tuple[str, ...], as_json: bool) -> int:
    with opened() as archive, bars(quiet=as_json) as tell:
        ran = running.run(archive, _stores(archive, stores), progress=tell)
    if as_json:
        print_json([dataclasses.asdict(one) for one in ran])
    else:
        for one in ran:
            click.echo(f"{one.store}: {one.copied} copied, {one.removed} removed, {one.waiting} waiting.")
            if one.trouble:
                click.echo(f"{one.store}: {one.sentence} {one.remedy}", err=True)
    return 1 if any(one.trouble or one.waiting for one in ran) else 0


@copies.command(
    "state", help="Each store: what is in it, what waits and since when. Exit code 1 when one is behind."
)
@json_option
def state(as_json: bool) -> int:
    with opened() as archive:
        found = copies_state.states(archive, OPERATOR)
    if as_json:
        print_json([_plain(dataclasses.asdict(one)) for one in found])
    elif not found:
        click.echo("The setting copies names no store.")
    else:
        for one in found:
            click.echo(_sentence(one))
            for bad in one.in_trouble:
                click.echo(f"  {bad.id}: {bad.trouble}", err=True)
    return 1 if any(one.trouble or one.waiting or one.to_remove or one.in_trouble for one in found) else 0


@copies.command(
    "adopt",
    help="Have the disk or bucket that is at STORE now take the place of the one before; without STORE, take up the stores that a restore set aside.",
)
@click.argument("store", required=False)
def adopt(store: str | None) -> None:
    if store is None:
        _take_up()
        return
    with opened() as archive:
        (place,) = copies_stores.chosen(archive.settings, [store])
        copies_stores.adopt(archive, place)
    click.echo(
        f"{place.name} is a store of copies now. Run `remembrance copies run`, or leave it to the worker."
    )


def _take_up() -> None:
    restore_copies.take_up(Settings.load())
    with opened() as archive:
        found, away = restore_copies.close_by_stores(archive)
        names = ", ".join(one.name for one in copies_stores.places(archive.settings))
    click.echo(f"This archive writes to its stores of copies again: {names}. No other archive may any more.")
    if found.items:
        click.echo(
            f"There are newer records of {counted(found.items, 'item')}; {found.closed} consents or publications were closed by them. "
            "`remembrance copies run` names these items, and leaves their copies as they are."
        )
    if found.unread:
        click.echo(f"{counted(found.unread, 'newer record')} could not be read.", err=True)
    for name in away:
        click.echo(f"{name} is not at hand, and was not looked at.", err=True)


@copies.command(
    "settle",
    help="Have the bag of ITEM (or of a story, an introduction, a name or a word) take the place of its copy in STORE though that has a newer record, or another; the copy is kept apart.",
)
@click.argument("item_id", metavar="ITEM")
@click.argument("store")
@json_option
def settle(item_id: str, store: str, as_json: bool) -> None:
    with opened() as archive:
        (place,) = copies_stores.chosen(archive.settings, [store])
        done = copies_settle.settle(archive, OPERATOR, item_id, place)
    if as_json:
        print_json(dataclasses.asdict(done))
        return
    click.echo(
        f"The bag of {item_id} takes the place of its copy in {done.store}; `copies state` says whether it is there."
    )
    click.echo(f"What was there lies in {done.kept}; remove it when you have looked.")
    for path in done.unreadable:
        click.echo(f"  could not be read: {printable(path)}", err=True)


@click.command(
    help="Hold every bag against its copies, in every store or in STORE. Exit code 0 only when all are equal."
)
@click.argument("store", required=False)
@click.option(
    "--read", is_flag=True, help="Read every byte, here and there, not only what the manifests say."
)
@json_option
def compare(store: str | None, read: bool, as_json: bool) -> int:
    with opened() as archive, bars(quiet=as_json) as tell:
        which = _stores(archive, (store,) if store else ())
        found = [
            copies_compare.compare(archive, one, read=read, progress=partial(tell, one.name)) for one in which
        ]
    if as_json:
        print_json([dataclasses.asdict(one) for one in found])
    else:
        for one in found:
            _tell_compared(one)
    return 0 if all(one.is_equal for one in found) else 1


@click.command(help="Put a damaged bag right from a copy that is whole; the damaged one is kept apart.")
@click.argument("item_id", metavar="ITEM")
@click.option("--from", "store", help="Take this store's copy; without it, the newest that can be proved.")
@json_option
def repair(item_id: str, store: str | None, as_json: bool) -> int:
    with opened() as archive:
        which = copies_stores.chosen(archive.settings, (store,) if store else ())
        done = copies_repair.repair(archive, OPERATOR, item_id, which)
    if as_json:
        print_json(dataclasses.asdict(done))
    elif not (done.store or done.files or done.lost):
        click.echo(f"The bag of {item_id} is whole. Nothing was changed.")
    else:
        click.echo(f"The bag of {item_id} was put right from {done.store or 'a copy'}.")
        if done.quarantined:
            click.echo(f"What was damaged lies in {done.quarantined}; remove it when you have looked.")
        if done.lost:
            _tell_lost(done, *done.lost)
    return 1 if done.lost else 0


def _tell_lost(done: copies_repair.Repaired, first: int, last: int) -> None:
    which = f"Revisions {first} to {last}" if last else f"Every revision from {first} on"
    which = f"Revision {first}" if first == last else which
    click.echo(
        f"{which} of the record (metadata/) were lost: neither the damaged bag nor the copy that was taken has them whole.",
        err=True,
    )
    for store, why in done.passed_over:
        click.echo(f"  {store} was not taken: {printable(why)}", err=True)
    click.echo(
        "The next revision bears the first of these numbers again. A copy that has them still is not written over: "
        "`remembrance copies run` names it, `remembrance copies settle` keeps it apart.",
        err=True,
    )


def _stores(archive: Archive, named: tuple[str, ...]) -> tuple[Place, ...]:
    which = copies_stores.chosen(archive.settings, named)
    if not which:
        # A restore took them out of the setting; to name them there again is not what a drill should do.
        copies_stores.check_not_set_aside(archive.settings)
        raise BadInputError(
            "There are no stores of copies.", code="no-such-store", remedy="Name one in the setting copies."
        )
    return which


def _tell_compared(one: copies_compare.Comparison) -> None:
    if one.trouble:
        click.echo(f"{one.store} was not compared: {one.sentence}", err=True)
        return
    unlike = [bag for bag in one.bags if bag.state != copies_compare.Likeness.SAME]
    for bag in unlike:
        click.echo(f"{bag.id}  {bag.state}", err=True)
        for reason in bag.reasons[:SHOWN]:
            click.echo(f"  {printable(reason)}", err=True)
    click.echo(f"{one.store}: {len(one.bags) - len(unlike)} of {len(one.bags)} bags are the same.")


def _sentence(one: copies_state.StoreState) -> str:
    words = f"{one.name}: {counted(one.kept, 'bag')} there, {one.waiting} waiting"
    words += f" since {one.waiting_since}" if one.waiting else ""
    words += f", read in full since {one.read_since}" if one.read_since else ""
    gone = counted(one.to_remove, "destroyed one", "destroyed ones")
    words += f", {gone} still to be removed since {one.leaving_since}" if one.to_remove else ""
    return f"{words}; {one.trouble or (f'reached on {one.reached_on}' if one.reached_on else 'not looked at yet')}."


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {name: value if value is None or isinstance(value, bool | int | str | list | tuple | dict) else str(value)
            for name, value in values.items()}  # fmt: skip
