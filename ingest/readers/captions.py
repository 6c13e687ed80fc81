"""Captions: WebVTT and SubRip; passages with their times and speakers, and a clean WebVTT copy."""

from __future__ import annotations

from ingest.parcel import Copy, Inspection, Passage
from ingest.readers.base import Matches, Work

MATCHES = Matches(
    puids=frozenset({"fmt/1454", "fmt/1218"}),
    media_types=frozenset({"text/vtt", "application/x-subrip"}),
    extensions=frozenset({"vtt", "srt"}),
    upholds=frozenset({"range", "passage"}),
)


def inspect(work: Work) -> Inspection:
    """Return when the last caption ends."""
    from ingest.readers import caption_cues

    return Inspection(duration_ms=max((cue.end_ms or 0) for cue in caption_cues.read(work)))


def text(work: Work) -> list[Passage]:
    """Return one passage a caption, with start, end and speaker."""
    from ingest.readers import caption_cues

    return caption_cues.read(work)


def copies(work: Work) -> list[Copy]:
    """Make one WebVTT file that holds times, speakers and words alone."""
    from ingest.readers import caption_cues

    return caption_cues.write(caption_cues.read(work), work)
