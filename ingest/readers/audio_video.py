"""Sound and moving pictures through FFmpeg: what they say of themselves, and copies that any browser plays."""

from __future__ import annotations

from ingest.parcel import Copy, Inspection, Passage
from ingest.readers.base import Matches, Work

AUDIO = (
    *(
        "mpeg",
        "mp4",
        "x-m4a",
        "aac",
        "flac",
        "x-flac",
        "ogg",
        "opus",
        "vorbis",
        "webm",
        "amr",
        "amr-wb",
        "basic",
    ),
    *("wav", "x-wav", "vnd.wave", "aiff", "x-aiff", "x-ms-wma", "x-caf", "x-w64", "3gpp", "3gpp2"),
)
VIDEO = (
    *("mp4", "x-m4v", "quicktime", "webm", "x-matroska", "ogg", "mpeg", "mp2t", "3gpp", "3gpp2"),
    *("avi", "x-msvideo", "x-ms-wmv", "x-ms-asf", "x-flv"),
)
MATCHES = Matches(
    media_types=frozenset(
        {
            *(f"audio/{name}" for name in AUDIO),
            *(f"video/{name}" for name in VIDEO),
            *("application/mp4", "application/ogg"),
        }
    ),
    extensions=frozenset(
        {
            "mp3",
            "wav",
            "m4a",
            "flac",
            "ogg",
            "opus",
            "mp4",
            "mov",
            "m4v",
            "webm",
            "mkv",
            "avi",
            "3gp",
            "amr",
            "awb",
        }
    ),
    # Nothing that is made of a recording holds words.
    upholds=frozenset({"range", "passage", "film-region"}),
)


def inspect(work: Work) -> Inspection:
    """Return duration, size of the picture, and what the file says of time, place, title and maker."""
    from ingest.readers import media

    return media.inspect(work)


def text(work: Work) -> list[Passage]:
    """Return nothing: what is said stands in captions and transcripts beside the recording."""
    return []


def copies(work: Work) -> list[Copy]:
    """Make a poster and a video, or a waveform and a sound file."""
    from ingest.readers import media_copies

    return media_copies.make(work)
