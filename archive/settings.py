"""Every setting of one archive: its default, what it is for, and where its value came from."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from archive.models.errors import BadInputError

FILE_NAME = "remembrance.toml"


def _setting(default: Any, help_line: str) -> Any:
    return field(default=default, metadata={"help": help_line})


@dataclass(frozen=True)
class Settings:
    """The configuration of one archive; made once by `load` and passed in, never global."""

    home: Path = _setting(Path("var"), "Folder that holds everything of one archive.")
    database_url: str = _setting("", "Database; empty means the SQLite file remembrance.db in the home.")
    objects_url: str = _setting("", "Where bags are kept; empty means the folder objects in the home.")
    collections_dir: str = _setting(
        "", "Folder of collections; empty means those that come with the program."
    )
    site_name: str = _setting("Remembrance", "Name of the archive, at the top of every page.")
    organisation: str = _setting("", "Who runs the archive; written into every bag as Source-Organization.")
    public_url: str = _setting("", "Address people reach the archive at, for links that leave it.")
    bind: str = _setting("127.0.0.1:8325", "Address and port that `remembrance serve` listens on.")
    trusted_hosts: tuple[str, ...] = _setting(
        (), "Host names the web server answers to, separated by commas; empty means any."
    )
    secure_cookies: bool = _setting(False, "Send cookies over HTTPS only; turn on wherever HTTPS is used.")
    web_threads: int = _setting(32, "Requests the web server answers at once.")
    worker_concurrency: int = _setting(0, "Items worked on at once; 0 means one for each processor core.")
    ocr: bool = _setting(False, "Read the text of scans with Tesseract, where it is installed.")
    ocr_languages: str = _setting("eng", "Languages for Tesseract, joined by +.")
    page_images: int = _setting(200, "Pages of one PDF or TIFF that get an image to look at.")
    max_file_bytes: int = _setting(2 * 1024**3, "Largest file taken in, in bytes.")
    free_space_floor: int = _setting(
        256 * 1024**2, "Bytes that stay free: below that nothing more is taken in."
    )
    session_idle_minutes: int = _setting(30, "Minutes without a request after which a sign-in ends.")
    session_hours: int = _setting(12, "Hours after which a sign-in ends in any case.")

    @classmethod
    def load(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings as the environment and the home's `remembrance.toml` have them; BadInputError if wrong."""
        return cls(**{name: value for name, (value, _) in resolve(environment).items()})

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home / 'remembrance.db'}"

    @property
    def objects(self) -> str:
        """The object store's URL."""
        return self.objects_url or str(self.home / "objects")

    @property
    def staging(self) -> Path:
        """Where arriving bytes are; on the same file system as a local object store, so that keeping is a rename."""
        return self.home / "staging"

    @property
    def access(self) -> Path:
        """Where access copies are."""
        return self.home / "access"

    @property
    def index(self) -> Path:
        """Where the search indexes are."""
        return self.home / "index"

    @property
    def run(self) -> Path:
        """Where running processes leave their locks and marks."""
        return self.home / "run"

    @property
    def concurrency(self) -> int:
        """How many items are worked on at once."""
        return self.worker_concurrency or os.cpu_count() or 1


def environment_name(name: str) -> str:
    """The environment variable of the setting `name`."""
    return f"REMEMBRANCE_{name.upper()}"


def describe() -> list[tuple[str, Any, str]]:
    """Every setting: name, default, help line."""
    return [(f.name, f.default, f.metadata["help"]) for f in fields(Settings)]


def resolve(environment: Mapping[str, str] = os.environ) -> dict[str, tuple[Any, str]]:
    """Every setting's value and where it came from: `default`, the file's path, or the variable's name."""
    defaults = {f.name: f.default for f in fields(Settings)}
    home = Path(environment.get(environment_name("home"), str(defaults["home"]))).absolute()
    values: dict[str, tuple[Any, str]] = {name: (value, "default") for name, value in defaults.items()}
    path = home / FILE_NAME
    for name, value in _read_file(path, defaults).items():
        values[name] = (value, str(path))
    for name, default in defaults.items():
        variable = environment_name(name)
        if variable in environment:
            values[name] = (_parse(name, environment[variable], default), variable)
    values["home"] = (home, values["home"][1])
    return values


def _read_file(path: Path, defaults: Mapping[str, Any]) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path} cannot be read: {error}.", code="bad-setting") from error
    unknown = sorted(set(given) - set(defaults) | {"home"} & set(given))
    if unknown:
        raise BadInputError(
            f"{path} has settings that do not exist: {', '.join(unknown)}.", code="bad-setting"
        )
    return {name: _parse(name, value, defaults[name]) for name, value in given.items()}


def _parse(name: str, given: Any, default: Any) -> Any:
    try:
        if isinstance(default, bool):
            return given if isinstance(given, bool) else _truth(given)
        if isinstance(default, int):
            number = int(given)
            if number < 0:
                raise ValueError("must not be negative")
            return number
        if isinstance(default, tuple):
            parts = given if isinstance(given, list) else str(given).split(",")
            return tuple(part.strip() for part in parts if part.strip())
        return Path(given) if isinstance(default, Path) else str(given)
    except (TypeError, ValueError) as error:
        raise BadInputError(
            f"The setting {name} cannot be {given!r}: {error}.", code="bad-setting"
        ) from error


def _truth(given: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if given.lower() not in words:
        raise ValueError("it is yes or no")
    return words[given.lower()]
