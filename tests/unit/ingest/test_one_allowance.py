"""Pages that each stay just under the limits of one add up: a document has one allowance for all that is done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest import allowance
from ingest.allowance import PageAllowance
from ingest.examine import examine
from ingest.failures import ReadFailure
from ingest.options import ExamineOptions
from ingest.parcel import Copy, Examination, Inspection
from ingest.readers import image, pdf
from ingest.readers.base import Work
from ingest.sandbox import Limits, Sandbox
from tests.fixtures import given, hostile, hostile_pages


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as one:
        yield one


def examined(data: bytes, name: str, sandbox: Sandbox, folder: Path) -> Examination:
    kept = folder / "kept"
    kept.write_bytes(data)
    return examine(kept, name, folder / "out", sandbox, ExamineOptions())


def pages_of(copies: tuple[Copy, ...] | list[Copy]) -> list[int]:
    return [copy.page for copy in copies if copy.kind == "page" and copy.page]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("letter.pdf", hostile_pages.pdf_of_slow_pages),
        ("letter.pdf", hostile_pages.pdf_of_slow_layers),
        ("scan.tif", hostile_pages.tiff_of_one_picture),
    ],
)
def test_a_document_whose_pages_ask_for_too_much_together_shows_those_made_so_far_and_says_so(
    name: str, make: Callable[[], bytes], sandbox: Sandbox, tmp_path: Path
) -> None:
    found = examined(make(), name, sandbox, tmp_path)

    assert found.failure is None
    shown = pages_of(found.copies)
    assert shown == list(range(1, len(shown) + 1))
    assert 1 <= len(shown) < 200
    assert "work-cut" in {note.code for note in found.notes}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {copy.path for copy in found.copies}


def test_a_document_that_pays_for_its_pages_shows_them_all(sandbox: Sandbox, tmp_path: Path) -> None:
    found = examined(given.pdf(40), "book.pdf", sandbox, tmp_path)
    assert pages_of(found.copies) == list(range(1, 41))
    assert [note.code for note in found.notes if note.code.endswith("-cut")] == []


@pytest.mark.parametrize(
    ("reader", "make", "media_type"),
    [
        (pdf, lambda: given.pdf(6), "application/pdf"),
        (image, lambda: hostile.tiff_of_pages(6), "image/tiff"),
    ],
)
def test_all_pages_together_may_write_no_more_than_a_document_may(
    reader: object, make: Callable[[], bytes], media_type: str, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(make())

    def made(room: float) -> tuple[list[int], list[str]]:
        inspection = Inspection(pages=6)
        work = Work(
            kept, media_type, "kept", tmp_path, ExamineOptions(), lambda: None, inspection,
            allowance=PageAllowance(room=room),
        )  # fmt: skip
        return pages_of(reader.copies(work)), work.notes  # type: ignore[attr-defined]

    assert made(float("inf")) == ([1, 2, 3, 4, 5, 6], [])
    assert made(1) == ([1], ["work-cut"])


def test_what_has_no_pages_and_does_not_stop_is_stopped_with_a_reason(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As it would end if it were a thousand times as long.
    monkeypatch.setattr(allowance, "SECONDS_A_BYTE", 0.0)
    found = examined(hostile_pages.page_of_many_colours(), "page.html", sandbox, tmp_path)
    assert (found.failure.code if found.failure else None) == "took-too-long"


def test_letters_that_say_more_of_what_they_are_than_any_needs_are_read_all_the_same(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    found = examined(hostile_pages.mailbox_of_slow_messages(30), "letters.mbox", sandbox, tmp_path)
    assert found.failure is None
    assert [one.text for one in found.passages] == ["words"] * 30


def test_a_reader_that_shows_progress_for_ever_is_stopped_by_its_processor_time(sandbox: Sandbox) -> None:
    limits = Limits(stall_s=60, wall_s=600, work_s=0.5)
    with pytest.raises(ReadFailure) as stopped:
        sandbox.call("tests.fixtures.sandbox_guests:work_for_ever", {}, limits)
    assert stopped.value.code == "took-too-long"
