"""The keys of an archive, in a file of their own: with them a backup opens how contributors can be reached, without them it does not."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path

from archive.durable import fsync_path, new_file
from archive.models.errors import BadInputError
from archive.services.withdrawal_ledger import KEY
from archive.settings import Settings

FORMAT = "remembrance-keys/1"
OF_THE_LEDGER = f"{KEY}.key"
FOLDER = "keys"


def keys_of(settings: Settings) -> dict[str, bytes]:
    """Every key of the archive, by its path in a home."""
    found = {f"{FOLDER}/{path.name}": path for path in sorted((settings.home / FOLDER).glob("[!.]*"))}
    beside = settings.withdrawals.parent / OF_THE_LEDGER
    if beside.is_file():
        found[f"withdrawals/{OF_THE_LEDGER}"] = beside
    return {name: path.read_bytes() for name, path in found.items()}


def write_keys(path: Path, keys: Mapping[str, bytes]) -> None:
    """Write the keys to `path`, for its owner alone, by one rename; BadInputError (`file-exists`) over anything else's.

    A file of the same archive's keys is replaced, so that the same command may run again and again.
    """
    if os.path.lexists(path) and not _is_older(path, keys):
        raise BadInputError(
            f"{path} is there already, and does not hold keys of this archive.",
            code="file-exists",
            remedy="Give another name.",
        )
    value = {name: base64.b64encode(data).decode() for name, data in keys.items()}
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        json.dump({"format": FORMAT, "keys": value}, stream, indent=1, sort_keys=True)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    fsync_path(path.parent)


def read_keys(path: Path) -> dict[str, bytes]:
    """The keys in `path`; BadInputError (`bad-keys`) when it holds none."""
    try:
        value = json.loads(path.read_bytes())
        keys = {name: base64.b64decode(text, validate=True) for name, text in value["keys"].items()}
        if value["format"] != FORMAT or not all(_is_place(name) for name in keys):
            raise ValueError
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInputError(
            f"{path} holds no keys of an archive.",
            code="bad-keys",
            remedy="Give the file that `remembrance backup --keys` wrote.",
        ) from error
    return keys


def put_keys(home: Path, keys: Mapping[str, bytes]) -> None:
    """Put the keys into a new home, readable by its owner alone."""
    for name, data in keys.items():
        path = home / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with new_file(path) as stream:
            stream.write(data)


def _is_place(name: str) -> bool:
    folder, _, file = name.partition("/")
    return folder in (FOLDER, "withdrawals") and bool(file) and "/" not in file and not file.startswith(".")


def _is_older(path: Path, keys: Mapping[str, bytes]) -> bool:
    try:
        known = read_keys(path)
    except BadInputError:
        return False
    return all(keys.get(name) == data for name, data in known.items())
