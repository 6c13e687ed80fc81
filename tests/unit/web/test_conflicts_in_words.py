"""Whoever is refused because of how things stand is told the reason, and never that somebody changed what nobody changed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.models.errors import ArchiveError, ConflictError
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from archive.web.pages_error import exactly

ROOT = Path(__file__).parents[3]
SOMEBODY = {
    "es": "Otra persona lo cambió antes",
    "fr": "modifié avant vous",
    "pt": "Outra pessoa mudou isto antes",
}
SENTENCE = "Told to those who read English."
# What no page tells in a language: commands, jobs and the scripts that send bytes do, by the code.
NOT_ON_PAGES = frozenset(
    {
        "adopt-not-ours",
        "adopt-older",
        "adopt-parted",
        "adopt-taken-off",
        "already-here",
        "archive-exists",
        "backup-running",
        "bag-item-here",
        "bag-revision-conflict",
        "bag-withdrawn",
        "copy-ahead",
        "copy-diverged",
        "copy-not-ahead",
        "database-newer",
        "export-changed",
        "forbidden",
        "index-busy",
        "no-such-collection",
        "rebuild-not-empty",
        "rebuild-under-way",
        "record-conflict",
        "shared-bag-damaged",
        "storage-conflict",
        "store-other",
        "store-same-place",
        "store-set-aside",
        "upload-busy",
        "upload-checksum",
        "upload-offset",
    }
)


def raised() -> set[str]:
    """Every code that a conflict is raised with in the source."""
    constants: dict[str, str] = {}
    given: set[str] = set()
    named: set[str] = set()
    for path in (*(ROOT / "archive").rglob("*.py"), *(ROOT / "ingest").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(code))):
                    constants[name] = code
                case ast.Call(func=ast.Name(id="ConflictError") | ast.Attribute(attr="ConflictError")):
                    value = next((one.value for one in node.keywords if one.arg == "code"), None)
                    if isinstance(value, ast.Constant):
                        given.add(str(value.value))
                    elif isinstance(value, ast.Name) and value.id.isupper():
                        named.add(value.id)
    return given | {constants[name] for name in named}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site with one page more, which fails with the code in its address."""
    settings = Settings(home=tmp_path_factory.mktemp("conflicts") / "home")
    archive = open_archive(settings)
    app = create_app(settings, archive)

    def fail(code: str) -> str:
        raise ConflictError(SENTENCE, code=code)

    app.add_url_rule("/fails/<code>", "fails", fail)
    yield app
    archive.close()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_every_conflict_that_a_page_can_meet_has_words_of_its_own(app: Flask) -> None:
    with app.test_request_context("/"):
        told = {code for code in raised() if exactly(code)}
    assert raised() - told == NOT_ON_PAGES
    documented = set(
        re.findall(r"^\| `([a-z-]+)`", (ROOT / "docs/errors.md").read_text("utf-8"), re.MULTILINE)
    )
    assert raised() <= documented


@pytest.mark.parametrize("language", SOMEBODY)
def test_that_somebody_changed_it_is_said_of_that_alone(language: str, client: FlaskClient) -> None:
    for code in sorted(raised() - {"stale-version"} | {"conflict", "a-code-of-tomorrow"}):
        answer = client.get(f"/{language}/fails/{code}")
        assert answer.status_code == 409
        assert SOMEBODY[language] not in answer.text, code
        assert SENTENCE not in answer.text, code


def test_in_english_the_page_is_not_called_after_a_change_either(client: FlaskClient) -> None:
    page = client.get("/fails/word-in-use").text
    assert "This cannot be done now" in page and SENTENCE in page and "Changed in the meantime" not in page
    assert "Changed in the meantime" in client.get("/fails/stale-version").text


def test_what_has_no_words_of_its_own_says_no_more_than_is_so(app: Flask) -> None:
    error: ArchiveError = ConflictError(SENTENCE, code="a-code-of-tomorrow")
    with app.test_request_context("/"):
        assert exactly(error.code) is None
    page = app.test_client().get(f"/es/fails/{error.code}").text
    assert "No está en un estado" in page
