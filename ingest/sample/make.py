"""Makes a collection's sample: one folder a submission, with its files and their metadata.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ingest.sample import documents, message, pages, pictures, recordings
from ingest.sample.plan import COLUMNS, SampleError, SubmissionToMake, read_sample

Maker = Callable[[Mapping[str, Any], str], bytes]
"""What a file needs and its name, in; its bytes, out."""

MAKERS: Mapping[str, Maker] = {
    "picture": pictures.picture,
    "scan": pages.scan,
    "text": documents.text,
    "text-pdf": pages.text_pdf,
    "html": documents.html,
    "docx": documents.docx,
    "odt": documents.odt,
    "sound": recordings.sound,
    "film": recordings.film,
    "message": message.message,
}


def make_sample(collection_dir: Path, out: Path) -> list[Path]:
    """Write the sample of a collection below `out`, and return its folders in order: a few megabytes, a few seconds.

    The same words give the same bytes with the same versions of Pillow and FFmpeg; files that are there are replaced."""
    return [_submission(one, out) for one in read_sample(collection_dir)]


def _submission(submission: SubmissionToMake, out: Path) -> Path:
    folder = out / submission.name
    folder.mkdir(parents=True, exist_ok=True)
    for file in submission.files:
        (folder / file.name).write_bytes(file_bytes(file.content, file.name))
    rows = [{**file.row, "file": file.name} for file in submission.files]
    (folder / "metadata.csv").write_text(_table(rows), encoding="utf-8", newline="")
    return folder


def file_bytes(content: Mapping[str, Any], name: str) -> bytes:
    """The bytes of one file, and of those that are attached to it."""
    maker = MAKERS.get(content["make"])
    if maker is None:
        raise SampleError(f"{name}: there is no maker “{content['make']}”.")
    if content["make"] == "message":
        attached = [(one["name"], file_bytes(one, one["name"])) for one in content.get("attach", [])]
        return maker({**content, "attached": attached}, name)
    return maker(content, name)


def _table(rows: list[dict[str, str]]) -> str:
    used = [column for column in COLUMNS if any(row.get(column) for row in rows)]
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, used, restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return table.getvalue()
