"""The group of all commands; each is imported only when it is asked for, so that help is quick."""

from __future__ import annotations

import importlib
import io
import keyword
import logging
import sys

import click

from archive import __version__
from archive.cli.told import remedy_of, told_of
from archive.models.errors import BadInputError

# Command, module below archive.cli, and the line that help shows without importing anything.
COMMANDS = {
    "backup": ("backup", "Back up everything while the server runs, and prove that it can be restored."),
    "bags": ("bags", "List bags, and prove that nothing was lost or changed."),
    "config": ("config", "Every setting, its value, and where it came from."),
    "copies": ("copies", "Copies of every bag in further stores."),
    "demo": ("demo", "Make an archive with the demonstration collection and look at it."),
    "doctor": ("doctor", "Is everything here, writable and consistent, and what to do if not."),
    "export": ("export", "Take an item's bag out as a ZIP, checked as its receiver will."),
    "fixity": ("fixity", "Read bags in full and write down what was found."),
    "import": ("bring", "Take in bags and tables from other programs."),
    "index": ("index", "The search indexes."),
    "ingest": ("ingest", "Take in folders: a folder is a submission, a folder of folders many."),
    "kit": ("kit", "Write the kit for events without internet."),
    "ledger": ("ledger", "The public ledger: its checkpoints and its keys."),
    "publish": ("decide", "Publish items."),
    "rebuild": ("rebuild", "Make database and indexes again from bags alone."),
    "renew": ("renew", "Make copies and texts of an older version anew, now."),
    "report": ("report", "Write what is held, and its state, as one HTML file."),
    "restore": ("backup", "Make an archive of a backup, in an empty home."),
    "search": ("look", "Search as the public does."),
    "serve": ("serve", "Serve the archive: web and worker under one process."),
    "sheet": ("sheet", "Descriptions as a spreadsheet, out and in again."),
    "show": ("look", "Show one item."),
    "users": ("users", "People who sign in."),
    "verify-ledger": ("ledger", "Find what was changed or cut off in the public ledger."),
    "verify-receipt": ("receipt", "Hold a receipt against a bag."),
    "withdraw": ("decide", "Take items back from every public place."),
    "worker": ("serve", "Do the work that waits, without a web server."),
}
FAILED, BAD_INPUT = 1, 2


class LazyGroup(click.Group):
    """A group whose commands live in modules that are imported when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"archive.cli.{COMMANDS[cmd_name][0]}")
        name = cmd_name.replace("-", "_")
        # No function can have the name of a word of Python's own.
        command: click.Command = getattr(module, f"{name}_" if keyword.iskeyword(name) else name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="remembrance")
@click.option(
    "-v", "--verbose", is_flag=True, help="Say more about what is going on (ids only, never names)."
)
def cli(verbose: bool) -> None:
    """Remembrance, a community archive.

    REMEMBRANCE_HOME is the folder that holds everything of one archive (default ./var).
    Exit codes: 0 done, 1 failed (also where nothing has the id that was given), 2 the input cannot be used.
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )


def main() -> None:
    """Run the command line; an error for a person is one sentence and a remedy on stderr, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A file's name may hold what the encoding of the output has not.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        told = told_of(error)
        click.echo(f"{told} {remedy_of(told)}", err=True)
        sys.exit(BAD_INPUT if isinstance(told, BadInputError) else FAILED)
    sys.exit(status if isinstance(status, int) else 0)
