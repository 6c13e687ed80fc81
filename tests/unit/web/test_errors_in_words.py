"""Errors are told in the language of the page: exactly where we can, in general words where we cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.models.errors import ArchiveError, ConflictError, TooLargeError
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from archive.web.intake import told

SENTENCE, REMEDY = "This page was saved elsewhere.", "Look at both."


Failing = Callable[[Callable[[], ArchiveError]], FlaskClient]


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Failing]:
    """Makes a browser at an archive with one page more, which fails."""
    settings = Settings(home=tmp_path / "alone")
    archive = open_archive(settings)

    def with_page(make: Callable[[], ArchiveError]) -> FlaskClient:
        app = create_app(settings, archive)

        def fail() -> str:
            raise make()

        app.add_url_rule("/fails", "fails", fail)
        return app.test_client()

    yield with_page
    archive.close()


def test_in_english_an_error_says_exactly_what_happened(failing: Failing) -> None:
    client = failing(lambda: ConflictError(SENTENCE, remedy=REMEDY))
    answer = client.get("/fails")
    assert answer.status_code == 409
    assert SENTENCE in answer.text and REMEDY in answer.text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("es", "No está en un estado"),
        ("fr", "Son état ne le permet pas"),
        ("pt", "Não está em um estado"),
    ],
)
def test_in_another_language_no_english_is_shown(failing: Failing, code: str, words: str) -> None:
    answer = failing(lambda: ConflictError(SENTENCE, remedy=REMEDY)).get(f"/{code}/fails")
    assert answer.status_code == 409
    assert words in answer.text
    assert SENTENCE not in answer.text and REMEDY not in answer.text


def test_what_is_known_exactly_in_another_language_is_told_exactly(failing: Failing) -> None:
    client = failing(lambda: told(TooLargeError("x", code="submission-full")))
    assert "Envíe esta" in client.get("/es/fails").text


def test_a_program_gets_the_code_in_every_language(failing: Failing) -> None:
    client = failing(lambda: ConflictError(SENTENCE, code="stale-version"))
    for path in ("/fails", "/es/fails"):
        error = client.get(path, headers={"Accept": "application/json"}).json["error"]  # type: ignore[index]
        assert error["code"] == "stale-version"
