"""Files that people write by hand: text in UTF-8, also with the mark at its beginning that Notepad of Windows writes, and TOML.

The one place that opens TOML, for whoever opens it elsewhere takes no mark.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

NotTomlError = tomllib.TOMLDecodeError
_MARK = "\ufeff"


def text_of(path: Path) -> str:
    """The text of a file, without the byte order mark; OSError or UnicodeDecodeError when it cannot be read."""
    return path.read_text(encoding="utf-8").removeprefix(_MARK)


def toml_of(path: Path) -> dict[str, Any]:
    """What a file of TOML says; OSError, UnicodeDecodeError or NotTomlError when it cannot be read."""
    return toml_in(text_of(path))


def toml_in(text: str) -> dict[str, Any]:
    """What a text of TOML says; NotTomlError when it is none."""
    return tomllib.loads(text.removeprefix(_MARK))
