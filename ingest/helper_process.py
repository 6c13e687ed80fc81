"""A helper: does jobs beside the worker that started it, until its input ends; started by `ingest.helpers` alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from archive.services.opening import open_archive
from archive.settings import Settings
from ingest.work import helping


def main() -> None:
    """Read one line of JSON, work until the input ends: the worker has let go of it, or is no more."""
    told: dict[str, Any] = json.loads(sys.stdin.readline())
    given = told["settings"]
    settings = Settings(
        **{**given, "home": Path(given["home"]), "trusted_hosts": tuple(given["trusted_hosts"])}
    )
    archive = open_archive(settings)
    try:
        with helping(archive, told["slot"]):
            sys.stdin.read()
    finally:
        archive.close()


if __name__ == "__main__":
    main()
