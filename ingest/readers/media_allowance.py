"""How much work the bytes of a recording pay for, and how a copy is made where they pay for little.

A coder says "as before" in a byte, so a few kilobytes can ask for hours of work. Work is counted by what it was measured to
take, never by a clock: the same file ends in the same way on a slow machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ingest.failures import ReadFailure

# Seconds of a processor: for any recording, and for each byte. A talk in 1920 by 1080 at 100 kbit a second takes 20 millionths.
FREE_S, SECONDS_A_BYTE = 1.2, 30e-6
# Seconds for a pixel that is decoded, one that is turned and made smaller, one that is encoded.
DECODED_S, SHRUNK_S, ENCODED_S = 1.4e-9, 0.9e-9, 5e-9
# Coders that say in a few bytes that nothing moved, and are quick at it. Any other takes up to so many times as long for a pixel.
SPARSE_CODERS = frozenset(
    {"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mpeg2video", "mpeg1video", "h263", "theora", "flv1"}
)
SLOW = 8
# Each byte is played once. Tables may send the player back to where it was, for ever: it may read twice the file, and a megabyte.
READ_AGAIN, READ_FREE = 2, 1 << 20
# For a packet whatever it holds, and for a sample of one channel as it stands in the source.
PACKET_S, SAMPLE_S = 5e-5, 5e-9
# 16 kbit a second hold a voice in one channel, and nothing above 11 kHz.
SPARSE_BYTES_A_SECOND = 2000


@dataclass(frozen=True)
class Sound:
    """How the sound of a copy is written: samples a second, channels, FFmpeg's way of coding, seconds for each sample of a channel."""

    rate: int
    channels: int
    coder: str
    sample_s: float

    @property
    def layout(self) -> str:
        """FFmpeg's name for the channels."""
        return "mono" if self.channels == 1 else "stereo"


def sound_of(channels: int, size: int, seconds: float | None) -> Sound:
    """The sound of the copy of a recording of so many bytes that says it plays for so long."""
    if seconds and size / seconds < SPARSE_BYTES_A_SECOND:
        return Sound(22_050, 1, "fast", 2e-7)
    return Sound(44_100, min(channels, 2), "twoloop", 5e-7)


def decoding_s(coder: str, width: int, height: int) -> float:
    """Seconds of work that a picture of that many pixels takes to decode, by FFmpeg's name for how it is coded."""
    return width * height * DECODED_S * (1 if coder in SPARSE_CODERS else SLOW)


class Allowance:
    """What is left of the work that a recording of so many bytes may ask for, in seconds of a processor."""

    def __init__(self, size: int) -> None:
        self.whole = self.left = FREE_S + SECONDS_A_BYTE * size
        self.unread = READ_FREE + READ_AGAIN * size

    def spend(self, seconds: float) -> None:
        """Take work off; ReadFailure (`too-much-output`) when none is left."""
        self.left -= seconds
        if self.left < 0:
            raise ReadFailure("too-much-output")

    def read(self, size: int) -> None:
        """Take off a packet of so many bytes; ReadFailure (`too-much-output`) when more was read than the file can hold."""
        self.unread -= size
        if self.unread < 0:
            raise ReadFailure("too-much-output")

    def rate(self, wanted: Fraction, seconds: float | None, frame_s: float) -> Fraction:
        """Frames a second that half of it pays for, when a copy plays so long and each frame takes so much work."""
        if not seconds:
            return wanted
        return min(wanted, Fraction(self.whole / 2 / seconds / frame_s).limit_denominator(1001))
