"""Keys to buckets: from a file that only its owner can read, else from the environment; they are shown nowhere."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from archive.models.errors import BadInputError
from archive.typed_files import NotTomlError, toml_in

NAMES = frozenset({"access_key_id", "secret_access_key", "session_token"})
# What of the environment a machine of Amazon's, or an operator, gives keys by.
VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_METADATA_ENDPOINT",
)


def keys_for(bucket: str, file: Path | None, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The keys to `bucket`: the table of that name in `file` (TOML), none where the environment has them.

    Raises BadInputError (`store-keys`) when there are none, or others could read the file.
    """
    found = _read(file).get(bucket) if file is not None else None
    if found is not None:
        return found
    if any(environment.get(name) for name in VARIABLES):
        return {}
    raise _wrong(f"There are no keys for the bucket {bucket}.")


def _read(file: Path) -> dict[str, dict[str, str]]:
    try:
        with file.open("rb") as stream:
            if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                raise _wrong(f"Others than its owner can read {file.name}.")
            tables = toml_in(stream.read().decode())
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, NotTomlError):
        # What cannot be read may be a key: nothing of it is said again.
        raise _wrong(f"{file.name} cannot be read.") from None
    for keys in tables.values():
        if not isinstance(keys, dict) or keys.keys() - NAMES or not _are_texts(keys):
            raise _wrong(f"{file.name} holds something else than keys to buckets.")
    return tables


def _are_texts(keys: Mapping[str, object]) -> bool:
    return all(isinstance(value, str) for value in keys.values())


def _wrong(sentence: str) -> BadInputError:
    return BadInputError(
        sentence,
        code="store-keys",
        remedy="Write access_key_id and secret_access_key below [bucket] in keys/copies.toml and chmod 600 it.",
    )
