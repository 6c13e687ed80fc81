"""Each library of others lives in one room, and is declared; nothing is declared that nobody uses."""

from __future__ import annotations

import re
import sys
import tomllib

import pytest

from tests.architecture.sources import FOLDERS, PACKAGES, ROOT, Import, all_imports

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Import name: distribution it comes from, and the only places that may import it.
HOMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "PIL": ("pillow", ("ingest/readers/", "ingest/sample/", "ingest/proof")),
    "Stemmer": ("pystemmer", ("archive/search/words.py",)),
    "alembic": ("alembic", ("archive/models/",)),
    "argon2": ("argon2-cffi", ("archive/services/slow_hash.py",)),
    "av": ("av", ("ingest/readers/", "ingest/sample/")),
    "babel": ("babel", ("archive/search/languages.py", "archive/web/")),
    "bagit": ("bagit", ("archive/bags/stock_child.py",)),
    "bagit_profile": ("bagit-profile", ()),
    "bagit_utils": ("bagit-utils", ()),
    "charset_normalizer": ("charset-normalizer", ("ingest/readers/plain_text.py",)),
    "click": ("click", ("archive/cli/",)),
    "cv2": ("opencv-python-headless", ("ingest/readers/faces.py",)),
    "dbos": ("dbos", ("archive/jobs/",)),
    "exifread": ("exifread", ("ingest/readers/",)),
    "flask": ("flask", ("archive/web/",)),
    "flask_babel": ("flask-babel", ("archive/web/",)),
    "cryptography": (
        "cryptography",
        ("archive/services/sealing.py", "archive/services/checkpoint_keys.py"),
    ),
    "flask_wtf": ("flask-wtf", ("archive/web/",)),
    "icalendar": ("icalendar", ("archive/exchange/ics.py",)),
    "gunicorn": ("gunicorn", ("archive/web/serving.py", "archive/web/refusals.py")),
    "kreuzberg": ("kreuzberg", ("ingest/readers/office_text.py",)),
    "lxml": ("lxml", ("archive/exchange/",)),
    "markdown_it": ("markdown-it-py", ("archive/web/markdown.py", "archive/services/story_text.py")),
    "magic": ("python-magic", ("ingest/readers/formats.py",)),
    "passlib": ("libpass", ("archive/services/second_factor.py",)),
    "obstore": ("obstore", ("archive/storage/bucket.py",)),
    "numpy": (
        "numpy",
        ("archive/search/whoosh_", "ingest/readers/waveform.py", "ingest/readers/faces.py", "ingest/sample/"),
    ),
    "pillow_heif": ("pillow-heif", ("ingest/readers/", "ingest/sample/")),
    "pygfried": ("pygfried", ("ingest/readers/formats.py",)),
    "pyld": ("pyld", ()),
    "pypdfium2": ("pypdfium2", ("ingest/readers/",)),
    "pysqlite3": ("pysqlite3", ("archive/models/database.py",)),
    # Written where pictures are read, cut where they are shown: the two share no floor.
    "pyvips": ("pyvips", ("archive/exchange/tiles.py", "ingest/readers/pyramid.py")),
    "qrcode": ("qrcode", ("archive/web/own_factor.py",)),
    "rich": ("rich", ("archive/cli/",)),
    # Tables are read where a use case is, and by whoever keeps rows of its own; never by a face.
    "sqlalchemy": (
        "sqlalchemy",
        (
            "archive/models/",
            "archive/jobs/",
            "archive/access.py",
            "archive/search/postgres_",
            "archive/services/",
            "ingest/",
        ),
    ),
    "tantivy": ("tantivy", ("archive/search/tantivy_",)),
    "tusclient": ("tuspy", ()),
    "webauthn": ("webauthn", ("archive/services/passkeys.py",)),
    "webvtt": ("webvtt-py", ("ingest/readers/",)),
    "werkzeug": ("werkzeug", ("archive/web/",)),
    "whoosh": ("whoosh-reloaded", ("archive/search/whoosh_",)),
}
# Never imported by name: SQLAlchemy loads psycopg when the database's address begins with postgresql, and of mnemonic
# only the lists of words are read.
LOADED_BY_ADDRESS = {"psycopg": "archive/models/database.py", "mnemonic": "archive/services/codes.py"}
# Only for those who check types; it is not there at run time.
TYPES_ONLY = {"_typeshed"}


def foreign(*folders: str) -> list[Import]:
    """Every import of what is neither ours nor Python's."""
    ours = {*PACKAGES, "tests", "bench", *sys.stdlib_module_names, *TYPES_ONLY}
    return [one for one in all_imports(*folders) if one.module.split(".")[0] not in ours]


def distribution(one: Import) -> str:
    """What an imported library is called where it is installed from."""
    name = one.module.split(".")[0]
    return HOMES.get(name, (name, ()))[0]


def names(requirements: list[str]) -> set[str]:
    """The bare names of some requirements."""
    return {re.split(r"[\[<>=~! ]", one)[0].lower() for one in requirements}


def test_every_library_stays_in_its_room() -> None:
    wrong = []
    for one in foreign(*PACKAGES):
        _, places = HOMES.get(one.module.split(".")[0], ("", ()))
        if not one.file.relative_to(ROOT).as_posix().startswith(places or ("nowhere",)):
            wrong.append(str(one))
    assert wrong == []


def test_toml_is_opened_in_one_place() -> None:
    """Whoever opened it elsewhere would refuse what Notepad saves."""
    opened = {
        one.file.relative_to(ROOT).as_posix() for one in all_imports(*PACKAGES) if one.module == "tomllib"
    }
    assert opened == {"archive/typed_files.py"}


def test_every_imported_library_is_declared() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    declared = names(PROJECT["project"]["dependencies"] + extras["faces"] + extras["tantivy"])
    wrong = {distribution(one) for one in foreign(*PACKAGES)} - declared
    assert wrong == set()


def test_every_declared_library_is_imported() -> None:
    used = {distribution(one) for one in foreign(*PACKAGES)}
    assert names(PROJECT["project"]["dependencies"]) - used - set(LOADED_BY_ADDRESS) == set()


@pytest.mark.parametrize(("library", "place"), LOADED_BY_ADDRESS.items())
def test_a_library_that_is_loaded_by_address_is_named_where_it_is_used(library: str, place: str) -> None:
    assert library in (ROOT / place).read_text(encoding="utf-8")


def test_every_library_of_the_tests_is_declared() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    declared = names(PROJECT["project"]["dependencies"] + extras["dev"] + extras["build"])
    # The last is what a test asks for to see an import fail.
    used = {distribution(one) for one in foreign("tests", "bench", "docs")} - {"no_such_library"}
    assert {name.replace("_", "-") for name in used} - declared == set()


def test_every_dependency_is_locked() -> None:
    locked = set(re.findall(r"^([a-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    assert names(PROJECT["project"]["dependencies"]) <= locked
    assert names(PROJECT["build-system"]["requires"]) <= locked


def test_every_dependency_has_a_line_that_says_why() -> None:
    page = (ROOT / "docs" / "decisions" / "dependencies.md").read_text(encoding="utf-8")
    extras = PROJECT["project"]["optional-dependencies"]
    declared = names(
        [*PROJECT["project"]["dependencies"], *(one for extra in extras.values() for one in extra)]
    )
    assert [name for name in sorted(declared) if f"**{name}**" not in page] == []


def test_no_folder_is_forgotten() -> None:
    known = {*FOLDERS, "var", "dist", "build"}
    there = {path.name for path in ROOT.iterdir() if path.is_dir() and next(path.rglob("*.py"), None)}
    there = {name for name in there if not name.startswith(".")}
    assert there <= known, "a new folder: add it to FOLDERS, so that its files are read too"


# What these do here is the same in all of their versions: arrays, and graphs for a tool of the tests.
MAY_DIFFER = {"networkx", "numpy"}


def test_every_python_is_given_the_same_version_of_each_library() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        pinned = re.findall(r"^([a-z0-9._-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
        assert {one for one in pinned if pinned.count(one) > 1} <= MAY_DIFFER, lock
