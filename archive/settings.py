"""Every setting of one archive: its default, what it is for, and where its value came from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from archive.models.errors import BadInputError
from archive.setting_values import from_text, from_toml, read_file, wrong

FILE_NAME, PREFIX = "remembrance.toml", "REMEMBRANCE_"
# What the processes of one archive tell each other; not for people to set.
INTERNAL = frozenset({"REMEMBRANCE_LISTEN_FD", "REMEMBRANCE_PARENT"})


def _setting(
    default: Any,
    help_line: str,
    *,
    least: int = 0,
    most: int | None = None,
    among: tuple[str, ...] = (),
    is_network: bool = False,
    is_zone: bool = False,
) -> Any:
    limits = {"least": least, "most": most, "among": among, "is_network": is_network, "is_zone": is_zone}
    return field(default=default, metadata={"help": help_line, **limits})


@dataclass(frozen=True)
class Settings:
    """The configuration of one archive; made once by `load` and passed in, never global."""

    home: Path = _setting(Path("var"), "Folder that holds everything of one archive.")
    database_url: str = _setting("", "Database; empty means the SQLite file remembrance.db in the home.")
    search_engine: str = _setting(
        "auto",
        "What keeps the search indexes; auto is PostgreSQL where the database is, else Whoosh.",
        among=("auto", "whoosh", "postgresql", "tantivy"),
    )
    objects_url: str = _setting("", "Where bags are kept; empty means the folder objects in the home.")
    copies: tuple[str, ...] = _setting(
        (), "Further stores for a copy of every bag: folders, s3:// addresses."
    )
    copies_read_days: int = _setting(
        90, "Days within which every copy is read again in full where it lies; 0 means never."
    )
    collections_dir: str = _setting(
        "", "Folder of collections; empty means those that come with the program."
    )
    withdrawals_path: str = _setting(
        "", "Ledger of withdrawals, to be backed up apart; empty means withdrawals/ledger.jsonl in the home."
    )
    ledger_name: str = _setting(
        "", "Name that the public ledger signs with for ever; empty means that of public_url."
    )
    site_name: str = _setting("Remembrance", "Name of the archive, at the top of every page.")
    organisation: str = _setting("", "Who runs the archive; written into every bag as Source-Organization.")
    timezones: tuple[str, ...] = _setting(
        ("America/Puerto_Rico", "Pacific/Honolulu"),
        "Time zones (IANA): a day of remembrance is kept in any of them; what opens on a day waits for all, what ends for none; empty means UTC.",
        is_zone=True,
    )
    public_url: str = _setting("", "Address people reach the archive at, for links that leave it.")
    bind: str = _setting("127.0.0.1:8325", "Address and port that `remembrance serve` listens on.")
    trusted_hosts: tuple[str, ...] = _setting(
        (), "Host names the web server answers to, separated by commas; empty means any."
    )
    trusted_proxy: str = _setting(
        "",
        "Address or network of the proxy whose X-Forwarded-For says where a request comes from; empty: none.",
        is_network=True,
    )
    secure_cookies: bool = _setting(False, "Send cookies over HTTPS only; turn on wherever HTTPS is used.")
    web_processes: int = _setting(
        0, "Processes of the web server; 0 means one for each processor core, four at most."
    )
    web_threads: int = _setting(32, "Requests each of them answers at once.", least=1)
    worker_concurrency: int = _setting(0, "Items worked on at once; 0 means one for each processor core.")
    virus_scanner: str = _setting(
        "", "Where ClamAV's daemon listens (unix:/run/clamav/clamd.ctl or tcp:host:port); empty: none looks."
    )
    ocr: bool = _setting(False, "Read the text of scans with Tesseract, where it is installed.")
    ocr_languages: str = _setting("eng", "Languages for Tesseract, joined by +.")
    page_images: int = _setting(200, "Pages of one PDF or TIFF that get an image to look at.")
    max_file_bytes: int = _setting(2 * 1024**3, "Largest file taken in, in bytes.", least=1)
    free_space_floor: int = _setting(
        256 * 1024**2, "Bytes that stay free: below that nothing more is taken in."
    )
    max_submission_bytes: int = _setting(
        20 * 1024**3, "Most that one submission may hold, in bytes, all its files together.", least=1
    )
    max_submission_files: int = _setting(500, "Most files that one submission may hold.", least=1)
    max_hourly_bytes: int = _setting(
        20 * 1024**3, "Most bytes that one person may begin to upload within an hour; 0 means any number."
    )
    max_hourly_files: int = _setting(
        1000, "Most files that one person may begin to upload within an hour; 0 means any number."
    )
    total_quota_bytes: int = _setting(
        0, "Most bytes of originals that this archive takes in all; 0 means as many as there is room for."
    )
    upload_days: int = _setting(
        7, "Days after which an upload that came to no end is removed; what had arrived whole stays.", least=1
    )
    draft_days: int = _setting(
        30, "Days after which a draft or words not sent go; their page says so.", least=1
    )
    import_days: int = _setting(7, "Days after which an uploaded package of bags is removed.", least=1)
    export_days: int = _setting(7, "Days after which a finished export is removed.", least=1)
    page_bag_bytes: int = _setting(
        256 * 1024**2,
        "Largest bag that is made while the Desk's page waits, in bytes; a worker makes larger ones.",
    )
    leave_to: str = _setting(
        "https://www.wikipedia.org/",
        "Where “leave this page quickly” leads: something harmless, at another address.",
    )
    receipt_check_bytes: int = _setting(
        1024**3, "Most bytes that are read again when somebody checks a receipt on its page."
    )
    fixity_days: int = _setting(
        30, "Days within which every bag is read in full and compared, 90 at most.", least=1, most=90
    )
    fixity_bytes_a_second: int = _setting(
        50 * 1024**2,
        "Most bytes that this reads in a second, an eighth while things are taken in; 0 means as fast as it can.",
    )
    smtp_url: str = _setting(
        "",
        "Mail server for notices, as smtp://host:25 or smtps://name:password@host; empty means none are sent.",
    )
    mail_from: str = _setting(
        "", "Address that notices come from; empty means none are sent, as without public_url."
    )
    admin_email: str = _setting("", "Address of who runs the archive, told to harvesters (OAI-PMH).")
    answer_requests_days: int = _setting(
        7,
        "Days within which a request about something that is shown is to be answered; its page says so.",
        least=1,
    )
    max_hourly_requests: int = _setting(
        10, "Most requests about what is shown that one person may send within an hour; 0 means any number."
    )
    staff_second_factor: bool = _setting(
        True, "Those who look after the archive need a second factor to sign in; off only to try things out."
    )
    session_idle_minutes: int = _setting(30, "Minutes without a request after which a sign-in ends.", least=1)
    session_hours: int = _setting(12, "Hours after which a sign-in ends in any case.", least=1)

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
    def withdrawals(self) -> Path:
        """Where the ledger of withdrawals is, in a folder of its own."""
        return self.home / (self.withdrawals_path or "withdrawals/ledger.jsonl")

    @property
    def ledger(self) -> Path:
        """Where the public ledger is: its entries, its checkpoints, and its public keys."""
        return self.home / "ledger"

    @property
    def staging(self) -> Path:
        """Where arriving bytes are; on the same file system as a local object store, so that keeping is a rename."""
        return self.home / "staging"

    @property
    def access(self) -> Path:
        """Where access copies are."""
        return self.home / "access"

    @property
    def sealed(self) -> Path:
        """Where copies are of which nothing is taken out, for those who mark what is to be."""
        return self.home / "sealed"

    @property
    def exports(self) -> Path:
        """Where finished exports wait for whoever had them made."""
        return self.home / "exports"

    @property
    def index(self) -> Path:
        """Where the search indexes are."""
        return self.home / "index"

    @property
    def copy_keys(self) -> Path:
        """The file with the keys to buckets that hold copies."""
        return self.home / "keys" / "copies.toml"

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
    return f"{PREFIX}{name.upper()}"


def describe() -> list[tuple[str, Any, str]]:
    """Every setting: name, default, help line."""
    return [(f.name, f.default, f.metadata["help"]) for f in fields(Settings)]


def resolve(environment: Mapping[str, str] = os.environ) -> dict[str, tuple[Any, str]]:
    """Every setting's value and where it came from: `default`, the file's path, or the variable's name.

    BadInputError (`bad-setting`) names what is wrong, and a variable or key that is no setting.
    """
    values, mistakes = resolve_readable(environment)
    if mistakes:
        raise mistakes[0]
    return values


def resolve_readable(
    environment: Mapping[str, str] = os.environ,
) -> tuple[dict[str, tuple[Any, str]], list[BadInputError]]:
    """The same of whatever can be read, with everything that is wrong; a setting that cannot be read has its default."""
    defaults = {f.name: f.default for f in fields(Settings)}
    variables = {environment_name(name): name for name in defaults}
    given = {variable for variable in environment if variable.startswith(PREFIX)} - INTERNAL
    mistakes = _unknown("The environment", given - variables.keys())
    home = _home(str(defaults["home"]))
    with _noted(mistakes):
        home = _home(environment.get(environment_name("home"), str(defaults["home"])))
    path = home / FILE_NAME
    values: dict[str, tuple[Any, str]] = {name: (value, "default") for name, value in defaults.items()}
    in_file: dict[str, Any] = {}
    with _noted(mistakes):
        in_file = read_file(path)
    # The home is where the file was found, so the file cannot move it.
    known = defaults.keys() - {"home"}
    mistakes += _unknown(str(path), in_file.keys() - known)
    for name in [name for name in in_file if name in known]:
        with _noted(mistakes):
            values[name] = (from_toml(_field(name), in_file[name]), str(path))
    for variable in sorted(given & variables.keys()):
        with _noted(mistakes):
            name = variables[variable]
            values[name] = (from_text(_field(name), environment[variable]), variable)
    values["home"] = (home, values["home"][1])
    return values, mistakes


@contextmanager
def _noted(mistakes: list[BadInputError]) -> Iterator[None]:
    try:
        yield
    except BadInputError as error:
        mistakes.append(error)


def _home(given: str) -> Path:
    if not given or set("?\n") & set(given):
        # A question mark ends the path in a database's URL.
        raise wrong("home", given, "it is a path without question marks and line breaks")
    return Path(given).absolute()


def _field(name: str) -> Field[Any]:
    return next(f for f in fields(Settings) if f.name == name)


def _unknown(where: str, names: set[str]) -> list[BadInputError]:
    if not names:
        return []
    return [
        BadInputError(
            f"{where} has settings that do not exist: {', '.join(sorted(names))}.",
            code="bad-setting",
            remedy="`remembrance config` lists every setting.",
        )
    ]
