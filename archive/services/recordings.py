"""Whether a file is heard, or seen to move: by what was found in it, for the name of a format alone often tells neither.

PRONOM calls most MP4 files `application/mp4`, sound and film alike, and 3GP `audio/3gpp`.
"""

from __future__ import annotations

from typing import Protocol

# Also where the length is not known: what a browser records says none.
NAMED = ("audio/", "video/", "application/mp4", "application/ogg")
# These last as well, and are words.
CAPTIONS, CAPTIONS_ENDINGS = ("text/", "application/x-subrip"), (".vtt", ".srt")


class Learnt(Protocol):
    """What decides it: a row of `File`, or how one is shown to staff."""

    @property
    def given_name(self) -> str:
        """The name it was given under; it counts where the bytes do not tell the format."""

    @property
    def media_type(self) -> str:
        """As it was identified."""

    @property
    def duration_ms(self) -> int | None:
        """How long it lasts, in milliseconds."""

    @property
    def width(self) -> int | None:
        """How many pixels wide its picture is."""


def is_recording(file: Learnt) -> bool:
    """Whether it has moments: sound, moving pictures or both."""
    if file.media_type.startswith(NAMED):
        return True
    return file.duration_ms is not None and not is_captions_file(file)


def is_film(file: Learnt) -> bool:
    """Whether it is a recording with a picture; one in which nobody looked yet is what its format is called."""
    if not is_recording(file):
        return False
    return bool(file.width) or (file.duration_ms is None and file.media_type.startswith("video/"))


def is_captions_file(file: Learnt) -> bool:
    """Whether it holds words that have moments."""
    if file.media_type.startswith(NAMED):
        return False
    return file.media_type.startswith(CAPTIONS) or file.given_name.lower().endswith(CAPTIONS_ENDINGS)
