"""The values of settings as a file or the environment gives them, read and held to what they may be."""

from __future__ import annotations

import ipaddress
from dataclasses import Field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from archive.models.errors import BadInputError
from archive.typed_files import NotTomlError, toml_of

_KINDS: dict[type, str] = {bool: "yes or no", int: "a whole number", str: "a text"}
_TRUTH = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(("0", "false", "no", "off"), False)


def read_file(path: Path) -> dict[str, Any]:
    """All that a file of settings says, nothing where there is none; BadInputError (`bad-setting`) when it is no TOML."""
    try:
        return toml_of(path)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, NotTomlError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path} cannot be read: {error}.", code="bad-setting") from error


def from_toml(setting: Field[Any], given: Any) -> Any:
    """A value of the file, whose kind TOML tells already; BadInputError (`bad-setting`) when it cannot be."""
    if isinstance(setting.default, tuple):
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            raise wrong(setting.name, given, "it is a list of texts")
        return _all_allowed(setting, tuple(given))
    if type(given) is not type(setting.default):
        raise wrong(setting.name, given, f"it is {_KINDS[type(setting.default)]}")
    return _allowed(setting, given)


def from_text(setting: Field[Any], given: str) -> Any:
    """A value of the environment, where everything is text; BadInputError (`bad-setting`) when it cannot be."""
    if isinstance(setting.default, bool):
        if given.lower() not in _TRUTH:
            raise wrong(setting.name, given, f"it is {_KINDS[bool]}")
        return _TRUTH[given.lower()]
    if isinstance(setting.default, int):
        if not given.strip().lstrip("-").isdecimal():
            raise wrong(setting.name, given, f"it is {_KINDS[int]}")
        return _allowed(setting, int(given))
    if isinstance(setting.default, tuple):
        return _all_allowed(setting, tuple(part.strip() for part in given.split(",") if part.strip()))
    return _allowed(setting, given)


# Where a setting came from is half of what to do about it.
WHENCE = "Correct it; `remembrance config` tells where each setting comes from."


def wrong(name: str, given: object, what: str) -> BadInputError:
    """The error that tells what a setting can be."""
    return BadInputError(
        f"The setting {name} cannot be {given!r}: {what}.", code="bad-setting", remedy=WHENCE
    )


def _all_allowed(setting: Field[Any], values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values if setting.metadata["is_zone"] else ():
        try:
            ZoneInfo(value)
        # Of a name that is a folder or leads out of the list of zones the library says other things.
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise wrong(setting.name, value, "it is a time zone such as America/New_York") from error
    return values


def _allowed(setting: Field[Any], value: Any) -> Any:
    limits = setting.metadata
    if isinstance(value, int) and value < limits["least"]:
        raise wrong(setting.name, value, f"it is {limits['least']} at least")
    if isinstance(value, int) and limits["most"] is not None and value > limits["most"]:
        raise wrong(setting.name, value, f"it is {limits['most']} at most")
    if limits["among"] and value not in limits["among"]:
        raise wrong(setting.name, value, f"it is one of {', '.join(limits['among'])}")
    if limits["is_network"] and value:
        try:
            ipaddress.ip_network(value, strict=False)
        except ValueError as error:
            raise wrong(
                setting.name, value, "it is an address such as 127.0.0.1, or a network such as 10.0.0.0/8"
            ) from error
    return value
