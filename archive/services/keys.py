"""Secret keys of one archive: made when there is none, kept in its home and in no database, bag or log."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from archive.durable import fsync_path, new_file

KEY_BYTES = 32


def secret_key(folder: Path, name: str) -> bytes:
    """The key `folder/<name>.key` (256 random bits), readable by its owner alone; it outlives a restart."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{name}.key"
    if not path.exists():
        temporary = folder / f".{name}.{secrets.token_hex(4)}"
        with new_file(temporary) as handle:
            handle.write(secrets.token_bytes(KEY_BYTES))
            handle.flush()
            os.fsync(handle.fileno())
        with contextlib.suppress(FileExistsError):
            # A link, not a rename: of two processes that start at once, the first one's key stays.
            os.link(temporary, path)
        temporary.unlink()
        fsync_path(folder)
    return path.read_bytes()
