"""The command line: `remembrance`."""

from archive.cli.main import main

__all__ = ["main"]
