"""`remembrance export`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from archive.access import OPERATOR
from archive.cli.common import opened
from archive.models.errors import BadInputError
from archive.services import export as exporting


@click.command(
    help="Take an item's bag out as a ZIP; it is unpacked and validated by the stock BagIt library before it counts."
)
@click.argument("item_id", metavar="ID")
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The ZIP file to write.",
)
@click.option(
    "--for", "for_whom", default="", help="For whom it leaves the house, kept in the item's history."
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def export(item_id: str, target: Path, for_whom: str, force: bool) -> None:
    if target.exists() and not force:
        raise BadInputError(
            f"{target} is there already.", code="file-exists", remedy="Give another name, or --force."
        )
    if not target.parent.is_dir():
        raise BadInputError(f"There is no folder {target.parent}.", code="no-such-path")
    with opened() as archive:
        stream = exporting.bag_zip(archive, OPERATOR, item_id, for_whom)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in stream.chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            files = exporting.check_zip(temporary, item_id)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    click.echo(f"{target}: {stream.size} bytes, {files} original files, valid.")
