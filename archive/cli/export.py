"""`remembrance export`."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import click

from archive.access import OPERATOR
from archive.cli.common import bars, json_option, lines, opened, print_json, printable
from archive.models import ItemState
from archive.models.errors import BadInputError
from archive.services import export_bag, export_carrying, export_choosing
from archive.services.counted import counted
from archive.services.export_choosing import Selection, Weighed
from archive.services.export_forms import (
    BAGS,
    FOR_STAFF,
    NO_PURPOSE,
    NOT_SAID,
    PURPOSES,
    WRAPPINGS,
    Form,
    Wish,
    wish_of,
)

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command(
    help="Take an item's bag out as a ZIP, or many items in one of several forms; bags are unpacked and validated by the"
    " stock BagIt library before they count."
)
@click.argument("item_id", metavar="[ID]", required=False)
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option(
    "--for", "for_whom", default="", help="For whom it leaves the house, kept in the items' history."
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--form", type=click.Choice([one.value for one in Form]), help="What many are made as.")
@click.option("--search", "words", default="", help="Those with these words, as the desk finds them.")
@click.option("--collection", default="", help="Those of a collection.")
@click.option("--state", type=click.Choice([one.value for one in ItemState]), help="Those in a state.")
@click.option("--since", type=DAY, help="Those received on this day or later.")
@click.option("--until", type=DAY, help="Those received on this day or earlier.")
@click.option(
    "--ids", type=click.File("r"), help="Those whose ids a file lists, one a line; - reads standard input."
)
@click.option(
    "--wrap",
    type=click.Choice(WRAPPINGS),
    help="Bags as a ZIP or a TAR; else by the file's name, and a ZIP where that says nothing.",
)
@click.option(
    "--purpose",
    type=click.Choice(PURPOSES),
    help="What it is taken out for; else the history says that it was not said.",
)
@click.option("--dry-run", is_flag=True, help="Say what would leave and what may not, and write nothing.")
@json_option
def export(item_id: str | None, target: Path | None, force: bool, form: str | None, **given: Any) -> int:
    if str(target) == "-":
        raise click.UsageError("Nothing is written to standard output: give --to a file.")
    if item_id is not None and form is None:
        _check_alone(target, given)
        if given["dry_run"]:
            _would_leave(item_id, given["as_json"])
        else:
            _one(item_id, _target(target, force), given)
        return 0
    if form is None:
        raise click.UsageError("Name an item, or a --form for many.")
    return _many(item_id, target, force, form, given)


def _many(item_id: str | None, target: Path | None, force: bool, form: str, given: dict[str, Any]) -> int:
    wish = _wish(form, target, given)
    selection = _selection(item_id, given)
    with opened() as archive:
        if given["collection"] and given["collection"] not in archive.profiles:
            raise BadInputError(f"There is no collection “{given['collection']}”.", code="no-such-collection")
        weighed = export_choosing.weigh(archive, OPERATOR, selection, wish.form)
        if not given["dry_run"]:
            _write(archive, selection, wish, _target(target, force), quiet=given["as_json"])
    _tell(weighed, given["as_json"])
    # Whoever named items is told that some are not in it by more than words.
    return 1 if weighed.unknown or (selection.ids and weighed.refused) else 0


def _write(archive: Any, selection: Selection, wish: Wish, target: Path, *, quiet: bool) -> None:
    with bars(quiet=quiet) as bar:
        made = export_carrying.make_file(
            archive, OPERATOR, selection, wish, target, lambda done, total, words: bar(words, done, total)
        )
    if not quiet:
        click.echo(f"{target}: {made.size} bytes, SHA-512 beside it.")


def _wish(form: str, target: Path | None, given: dict[str, Any]) -> Wish:
    ending = target.suffix[1:].lower() if target else ""
    wrapping = given["wrap"] or (ending if ending in WRAPPINGS else WRAPPINGS[0])
    for_whom = given["for_whom"]
    if given["dry_run"] and form in FOR_STAFF:
        # Nothing leaves, so nobody gets it.
        for_whom = for_whom or "nobody"
    return wish_of(form, wrapping, given["purpose"], for_whom)


def _selection(item_id: str | None, given: dict[str, Any]) -> Selection:
    listed = export_choosing.ids_in(given["ids"].read()) if given["ids"] else ()
    if given["ids"] and not listed:
        raise BadInputError("The list names no item.", code="nothing-leaves")
    return Selection(
        words=given["words"],
        collection=given["collection"],
        state=given["state"] or "",
        since=_day(given["since"]),
        until=_day(given["until"]),
        ids=(*((item_id,) if item_id else ()), *listed),
    )


def _day(given: Any) -> date | None:
    return given.date() if given else None


def _tell(weighed: Weighed, as_json: bool) -> None:
    refused = [{"id": one.item_id, "title": one.title, "why": one.why} for one in weighed.refused]
    if as_json:
        told = {"form": weighed.form, "items": list(weighed.leaving), "files": weighed.files}
        told |= {"shared": list(weighed.shared)} if weighed.form is Form.WITH_SHARED else {}
        print_json(told | {"bytes": weighed.size, "refused": refused, "unknown": list(weighed.unknown)})
        return
    held = (("files", str(weighed.files)), ("bytes", str(weighed.size))) if weighed.form in BAGS else ()
    if weighed.form is Form.WITH_SHARED:
        held = (*held, ("stories, introductions, names and words", str(len(weighed.shared))))
    lines(("items", str(len(weighed.leaving))), *held)
    for one in weighed.refused:
        click.echo(f"not in it: {one.item_id} ({one.why}) {printable(one.title)}", err=True)
    for unknown in weighed.unknown:
        click.echo(f"not known, or not among these: {printable(unknown)}", err=True)


def _target(target: Path | None, force: bool) -> Path:
    if target is None:
        raise click.UsageError("Missing option '--to'.")
    if target.exists() and not force:
        raise BadInputError(
            f"{target} is there already.", code="file-exists", remedy="Give another name, or --force."
        )
    if not target.parent.is_dir():
        raise BadInputError(f"There is no folder {target.parent}.", code="no-such-path")
    return target


def _check_alone(target: Path | None, given: dict[str, Any]) -> None:
    """UsageError for what is asked that one bag, which is opened even where it is sealed, cannot obey."""
    choosing = ("words", "collection", "state", "since", "until", "ids")
    for name in (one for one in choosing if given[one]):
        option = "search" if name == "words" else name
        raise click.UsageError(f"--{option} chooses among many: give a --form too, or an item alone.")
    if given["wrap"] == "tar" or (target is not None and target.suffix.lower() == ".tar"):
        raise click.UsageError("One bag leaves as a ZIP: for a TAR, give --form preservation too.")


def _would_leave(item_id: str, as_json: bool) -> None:
    with opened() as archive:
        originals = export_bag.originals_in(archive, OPERATOR, item_id)
        size = export_bag.look_at_zip(archive, OPERATOR, item_id).size
    _tell(Weighed(Form.PRESERVATION, (item_id,), originals, size, (), (), ""), as_json)


def _one(item_id: str, target: Path, given: dict[str, Any]) -> None:
    for_whom, purpose = given["for_whom"].strip(), given["purpose"]
    kept_for, kept_purpose = for_whom or NOT_SAID, purpose or NO_PURPOSE
    with opened() as archive, tempfile.TemporaryDirectory(dir=target.parent, prefix=".exporting-") as folder:
        made = export_bag.bag_file(archive, OPERATOR, item_id, Path(folder), kept_for, kept_purpose)
        made.path.replace(target)
        beside = target.with_name(f"{target.name}.sha512")
        beside.write_text(f"{made.sha512}  {target.name}\n", encoding="utf-8")
    if given["as_json"]:
        _tell(Weighed(Form.PRESERVATION, (item_id,), made.originals, made.size, (), (), ""), as_json=True)
    else:
        originals = counted(made.originals, "original file")
        click.echo(f"{target}: {made.size} bytes, {originals}, valid; SHA-512 beside it.")
    if not for_whom or not purpose:
        # Whoever holds it has to be told when it is taken back.
        click.echo(
            f"The item’s history says for whom it left (“{printable(kept_for)}”) and what for (“{kept_purpose}”);"
            " --for and --purpose say more.",
            err=True,
        )
