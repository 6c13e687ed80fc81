"""What was filled into a form or typed onto a page is drawn and found, what is hidden there is not, and marks reach it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ingest.sandbox import Sandbox
from tests.fixtures import pdf_forms
from tests.fixtures.pdf_forms import field, form, typed
from tests.fixtures.planted import words
from tests.fixtures.taking_out import made, out

__all__ = ["out"]

SECRET = b"Zibbleforth"


def row(folder: Path, number: int = 0) -> np.ndarray:
    """The pixels where a field of the page is drawn."""
    picture = np.asarray(Image.open(folder / "page-0001.jpg").convert("L"))
    height = picture.shape[0]
    top = 400 - (330 - 40 * number)
    return picture[int(top / 400 * height) + 4 : int((top + 30) / 400 * height) - 4, :]


def test_what_was_filled_in_and_typed_is_drawn_and_among_the_words(look, tmp_path: Path) -> None:
    found = look(form(field(SECRET), typed(b"Drawn", b"/AP<</N 6 0 R>>", 1)), "form.pdf")
    assert found.failure is None
    assert found.passages[0].text.split("\n") == ["Name and place", "Zibbleforth", "Drawn"]
    for number in (0, 1):
        assert row(tmp_path / "out", number).min() < 100


@pytest.mark.parametrize(
    "hidden",
    [
        field(SECRET, more=pdf_forms.HIDDEN),
        field(SECRET, more=pdf_forms.NO_VIEW),
        field(SECRET, more=pdf_forms.IN_LAYER),
        field(SECRET, more=pdf_forms.PASSWORD),
        field(SECRET).replace(b"0 g)", b"1 g)"),
        typed(SECRET, b"/AP<</N 7 0 R>>"),
        typed(SECRET, b"/AP<</N 6 0 R>>/OC 5 0 R"),
    ],
    ids=["hidden", "not viewed", "layer", "password", "white", "draws nothing", "note in a layer"],
)
def test_what_is_hidden_in_a_form_is_not_among_the_words(hidden: bytes, look, tmp_path: Path) -> None:
    found = look(form(hidden), "form.pdf")
    assert found.failure is None
    assert [one.text for one in found.passages] == ["Name and place"]
    if pdf_forms.PASSWORD not in hidden:
        assert row(tmp_path / "out").min() > 150


def test_words_that_are_taken_out_are_covered_in_the_field_that_holds_them_and_in_no_other(
    sandbox: Sandbox, out: Path
) -> None:
    data = form(field(b"Ana " + SECRET), field(b"Lisboa", 1))
    found = made(sandbox, out, data, "form.pdf", words(SECRET.decode()))
    assert found.failure is None
    assert found.passages[0].text.split("\n") == ["Name and place", "Ana [removed]", "Lisboa"]
    inside = slice(int(0.1 * row(out).shape[1]), int(0.9 * row(out).shape[1]))
    assert row(out)[:, inside].max() < 30
    other = row(out, 1)
    assert other.min() < 100 and other.max() > 200


def test_that_files_lie_inside_a_document_is_noted(look) -> None:
    def notes(data: bytes) -> set[str]:
        return {note.code for note in look(data, "form.pdf").notes}

    assert "files-inside" in notes(pdf_forms.with_attachment())
    assert "files-inside" not in notes(form())
