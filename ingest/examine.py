"""EXAMINE: what happens to one file as soon as it has arrived. The original is only ever read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.allowance import Allowance
from ingest.failures import ReadFailure
from ingest.options import ExamineOptions
from ingest.parcel import Examination, FileParcel
from ingest.sandbox import Sandbox
from ingest.steps import (
    check_captions,
    extract_text,
    identify,
    inspect_content,
    look_for_viruses,
    make_access_copies,
    screen,
)
from ingest.steps.tools import Patience, Tools

# In this order: nothing is opened before it is screened and looked through for viruses, no reader is chosen before the format is known, what is wrong
# in captions is told before a reader gives up on them, and text and copies lean on what inspection found.
EXAMINE = (
    screen,
    look_for_viruses,
    identify,
    check_captions,
    inspect_content,
    extract_text,
    make_access_copies,
)


def examine(
    path: Path,
    given_name: str,
    out_dir: Path,
    sandbox: Sandbox,
    options: ExamineOptions,
    marks: Sequence[dict[str, Any]] = (),
) -> Examination:
    """Examine one file that was given under `given_name`; its access copies come to stand in `out_dir`.

    What the `marks` take out is in none of them, nor in the text: here alone copies are made, so there is no other way.

    Never raises for what is in the file: a step that cannot be done marks the failure and the later ones are left out.
    Raises OSError where the file cannot be reached or the disk is full.
    """
    parcel = FileParcel(path, given_name)
    size = path.lstat().st_size
    tools = Tools(sandbox, out_dir, options, Patience(options.patience_s, size), Allowance(size), marks)
    for step in EXAMINE:
        try:
            parcel = step.run(parcel, tools)
        except ReadFailure as failure:
            parcel = parcel.failed(failure.code)
        if parcel.found.failure:
            break
    return parcel.found
