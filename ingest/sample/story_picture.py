"""Draws the picture of a story that a collection brings: `python -m ingest.sample.story_picture candles FILE.jpg`."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from ingest.sample.pictures import MOTIFS

SIZE = (1200, 750)


def story_picture(motif: str) -> bytes:
    """The motif as JPEG, without a label, for its alternative text says what it is, and without any metadata."""
    target = io.BytesIO()
    MOTIFS[motif](*SIZE, "", 0.0).save(target, "JPEG", quality=82, optimize=True, progressive=True)
    return target.getvalue()


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(story_picture(sys.argv[1]))
