"""The settings that go into a backup: those that somebody set, but no secret and no place of one machine."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields
from urllib.parse import urlsplit

from archive.models.errors import BadInputError
from archive.settings import Settings
from archive.storage import Bucket, read_address

# Where things are on one machine, and how somebody gets at them: the next machine has its own.
OF_A_MACHINE = frozenset(
    {"home", "database_url", "objects_url", "collections_dir", "withdrawals_path", "bind", "smtp_url"}
)


def kept_settings(settings: Settings) -> tuple[bytes, tuple[str, ...]]:
    """What was set, as TOML for `remembrance.toml`; and the names of settings that were set and are left out."""
    lines, left_out = [], []
    for one in fields(Settings):
        value = getattr(settings, one.name)
        if value == one.default or one.name == "home":
            continue
        if one.name in OF_A_MACHINE or holds_secret(value):
            left_out.append(one.name)
        else:
            lines.append(f"{one.name} = {_toml(value)}\n")
    return "".join(lines).encode(), tuple(left_out)


def holds_secret(value: object) -> bool:
    """Whether a setting's value is an address with a password or with anything else to get in by."""
    texts = value if isinstance(value, tuple) else (value,)
    for text in texts:
        if isinstance(text, str) and "://" in text and not _is_bucket(text):
            parts = urlsplit(text)
            if parts.password or parts.query or "@" in parts.netloc:
                return True
    return False


def _is_bucket(text: str) -> bool:
    """Whether it is the whole address of a bucket: the keys to it have a file of their own."""
    with suppress(BadInputError):
        return isinstance(read_address(text), Bucket)
    return False


def _toml(value: object) -> str:
    # Texts, whole numbers, yes and no, and lists of texts are written alike in JSON and in TOML, but for DEL.
    shown = list(value) if isinstance(value, tuple) else value
    return json.dumps(shown, ensure_ascii=False).replace("\x7f", "\\u007f")
