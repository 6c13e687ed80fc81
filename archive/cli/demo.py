"""`remembrance demo`."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from archive.access import OPERATOR, PUBLIC
from archive.cli import demo_story
from archive.cli.common import bars, lines, opened
from archive.durable import replace_file
from archive.models.errors import IntegrityError
from archive.services import accounts, export_bag, find, fixity
from archive.services.counted import counted
from archive.services.opening import Archive, collections_root
from archive.settings import Settings, environment_name, resolve
from ingest.bulk import ingest
from ingest.sample import make_sample

COLLECTION = "march-25"
USERNAME = "archivist"
QUERY = "candle"
STORY = "story.md"
WRONG = "demonstration"


@click.command(
    help="Make an archive with the demonstration collection in REMEMBRANCE_HOME, say what was done, and serve it until Ctrl-C."
)
@click.option("--serve/--no-serve", default=True, help="Serve at the end, or stop before.")
@click.option("--bind", metavar="HOST:PORT", help="Where to listen (setting bind).")
def demo(serve: bool, bind: str | None) -> None:
    let_in_with_a_password()
    settings = Settings.load()
    if bind:
        settings = replace(settings, bind=bind)
    with opened(settings, begins=True) as archive:
        done = settings.home / "demonstration-done"
        if not done.exists():
            _fill(archive)
            _prove(archive)
            done.touch()
        else:
            click.echo(f"The demonstration archive in {settings.home} is ready.")
        password = _staff(archive)
        lines(("staff sign-in", f"/sign-in as {USERNAME}, password {password}"))
    if serve:
        sys.stdout.flush()
        # What filled the archive has left threads behind, and a server is forked from a process without any.
        program = [sys.executable, "-P", "-m", "archive", "serve", "--bind", settings.bind]
        os.execv(sys.executable, program)


def let_in_with_a_password() -> None:
    """The password that is printed is enough to look around, unless whoever runs this decided otherwise."""
    name = "staff_second_factor"
    if resolve()[name][1] == "default":
        # The environment is what the processes below inherit, and nothing after them.
        os.environ[environment_name(name)] = "no"


def _fill(archive: Archive) -> None:
    """Make the sample and take it in through the real pipeline."""
    sample = archive.settings.home / "demonstration"
    folders = make_sample(collections_root(archive.settings) / COLLECTION, sample)
    with bars() as tell:
        report = ingest(archive, folders, COLLECTION, publish=True, progress=tell)
    given = {one.path.name: one.item_id for sent in report.submissions for one in sent.files if one.item_id}
    folder = collections_root(archive.settings) / COLLECTION
    brought = demo_story.tell_again(archive, folder / "stories", COLLECTION, given)
    story = demo_story.tell(archive, folder / "sample" / STORY, COLLECTION, given)
    lines(
        ("archive", str(archive.settings.home)),
        ("submissions", str(len(report.submissions))),
        ("items", str(report.items)),
        ("files", ", ".join(f"{report.count(what)} {what}" for what in ("kept", "failed", "refused"))),
        ("story", story),
        ("with pictures", f"{brought} stories of the collection"),
    )
    if failed := [one for sent in report.submissions for one in sent.files if one.outcome != "kept"]:
        # All of it was made by this program, to be read by it.
        told = "; ".join(f"{one.path.name}: {one.reason}" for one in failed)
        raise IntegrityError(f"Some of the demonstration could not be read: {told}", code=WRONG)


def _prove(archive: Archive) -> None:
    """Validate every bag, search, and take one bag out again."""
    kept = fixity.bags(archive)
    if not kept:
        raise IntegrityError("Nothing of the demonstration was kept.", code=WRONG)
    valid = sum(verdict.valid for verdict in fixity.validate(kept))
    found = find.find(archive, PUBLIC, QUERY)
    with tempfile.TemporaryDirectory(dir=archive.settings.home) as folder:
        made = export_bag.bag_file(archive, OPERATOR, kept[0].id, Path(folder))
    lines(
        ("bags", f"{valid} of {len(kept)} valid by the stock BagIt library"),
        (f"search “{QUERY}”", f"{found.total} found: " + "; ".join(card.title for card in found.cards[:3])),
        (
            "export",
            f"bag {kept[0].id}, {made.size} bytes, {counted(made.originals, 'original file')}, valid",
        ),
    )
    if valid != len(kept) or not found.total:
        raise IntegrityError("The demonstration is not as it should be.", code=WRONG)


def _staff(archive: Archive) -> str:
    """The password of the demonstration's archivist, made once and kept beside the archive for whoever owns it."""
    place = archive.settings.home / "demonstration-password"
    if not place.exists():
        # Written before the user is made: a run that was killed in between finds it and goes on.
        replace_file(place, "-".join(secrets.token_hex(2) for _ in range(5)).encode())
        place.chmod(0o600)
    password = place.read_text(encoding="ascii")
    if USERNAME not in accounts.usernames(archive):
        accounts.create_user(
            archive, USERNAME, password, dict.fromkeys(("archivist", "curator"), frozenset()), actor=OPERATOR
        )
    return password
