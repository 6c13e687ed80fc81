"""Sound and moving pictures through FFmpeg: what they say of themselves, and copies that any browser plays."""

from __future__ import annotations

from ingest.parcel import Copy, Inspection, Passage
from ingest.readers.base import Matches, Work

MATCHES = Matches(
    media_types=frozenset(
        {
            *("audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/flac", "audio/x-flac", "audio/ogg", "audio/opus"),
            *("audio/x-wav", "audio/wav", "audio/vnd.wave", "audio/x-aiff", "audio/aac", "audio/amr", "audio/webm"),
            *("video/mp4", "application/mp4", "video/quicktime", "video/webm", "video/x-matroska", "video/x-msvideo"),
            *("video/mpeg", "video/ogg", "application/ogg", "video/3gpp", "video/3gpp2", "video/x-m4v", "video/avi"),
            *("audio/x-ms-wma", "video/x-ms-wmv", "audio/basic", "video/MP2T", "audio/vorbis", "video/x-ms-asf"),
        }
    ),
    puids=frozenset({"fmt/199", "fmt/357", "x-fmt/384", "fmt/134", "fmt/141", "fmt/142", "fmt/279", "fmt/5"}),
    extensions=frozenset({"mp3", "wav", "m4a", "flac", "ogg", "opus", "mp4", "mov", "m4v", "webm", "mkv", "avi", "3gp", "amr"}),
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
