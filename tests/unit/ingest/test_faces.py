"""Faces are suggested, as far as a detector that a package ships finds them; nobody is recognised."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ingest.options import ExamineOptions
from ingest.sandbox import Limits, Sandbox
from tests.fixtures import given
from tests.fixtures.planted import people

pytest.importorskip("cv2", reason="the extra `faces` is not installed")


def found(
    sandbox: Sandbox, path: Path, media_type: str, page: int = 1, pages: int | None = None
) -> list[Any]:
    arguments = {
        "path": str(path),
        "name": path.name,
        "identification": {"puid": None, "format_name": "", "media_type": media_type, "warnings": []},
        "inspection": {"pages": pages},
        "options": asdict(ExamineOptions()),
        "marks": (),
        "page": page,
    }
    answer = sandbox.call("ingest.readers.actions:faces", arguments, Limits(stall_s=20, memory_mb=768))
    return list(answer["faces"])


def holds(box: Any, x: float, y: float) -> bool:
    left, top, width, height = box
    return bool(left < x < left + width and top < y < top + height)


def test_every_face_is_found_once_with_room_around_it(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "people.jpg"
    path.write_bytes(given.saved(people(), "JPEG", quality=90))
    boxes = found(sandbox, path, "image/jpeg")
    for eyes in ((0.31, 0.47), (0.70, 0.44)):
        assert sum(holds(box, *eyes) for box in boxes) == 1
    assert all(0 <= x < 1 and 0 <= y < 1 and x + w <= 1.0001 and y + h <= 1.0001 for x, y, w, h in boxes)


def test_faces_are_those_of_the_upright_picture_and_of_the_page_that_is_asked_for(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "people.jpg"
    path.write_bytes(given.saved(people().transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif))
    assert any(holds(box, 0.31, 0.47) for box in found(sandbox, path, "image/jpeg"))
    path = tmp_path / "people.tiff"
    empty = Image.new("RGB", (800, 600), "white")
    path.write_bytes(given.saved(empty, "TIFF", save_all=True, append_images=[people()]))
    assert found(sandbox, path, "image/tiff", 1, 2) == []
    assert len(found(sandbox, path, "image/tiff", 2, 2)) == 2
