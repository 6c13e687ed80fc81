"""Turning and shrinking moving pictures on the way from decoder to encoder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from ingest.failures import ReadFailure

FASTEST = Fraction(30)
SLOWEST = Fraction(1)
# Counter-clockwise degrees of the display matrix -> what sets the picture upright.
TURNS = {90: ("transpose", "cclock"), -90: ("transpose", "clock")}


@dataclass(frozen=True)
class Size:
    """How the copy looks: pixels (even numbers), frames a second, and the turn that the source asks for, in degrees."""

    width: int
    height: int
    rate: Fraction
    turn: int


def shape(source: InputContainer, picture: VideoStream, longest_short_side: int) -> Size:
    """Decode the first frame and return the size of the copy; the shorter side is at most the given pixels."""
    frame = next(source.decode(picture), None)
    if frame is None:
        raise ReadFailure("damaged")
    aspect = picture.sample_aspect_ratio or Fraction(1)
    width, height = frame.width * aspect, Fraction(frame.height)
    if abs(frame.rotation) == 90:
        width, height = height, width
    scale = min(Fraction(1), Fraction(longest_short_side) / min(width, height))
    rate = picture.average_rate or FASTEST
    rate = min(max(rate, SLOWEST), FASTEST).limit_denominator(1001)
    return Size(_even(width * scale), _even(height * scale), rate, frame.rotation)


class Upright:
    """A chain of FFmpeg filters: turn, shrink, one frame rate, one pixel format."""

    def __init__(self, picture: VideoStream, size: Size) -> None:
        self.graph = av.filter.Graph()
        chain = [self.graph.add_buffer(template=picture), *(self.graph.add(*step) for step in _steps(size))]
        chain.append(self.graph.add("buffersink"))
        self.graph.link_nodes(*chain).configure()

    def push(self, frame: av.VideoFrame | None) -> Iterator[av.VideoFrame]:
        """Give in one frame (None at the end) and take out those that are ready."""
        self.graph.vpush(frame)
        while True:
            try:
                ready = self.graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            ready.pict_type = av.video.frame.PictureType.NONE
            yield ready


def _steps(size: Size) -> Iterator[tuple[str, str]]:
    yield "fps", f"fps={size.rate}"
    if size.turn in TURNS:
        yield TURNS[size.turn]
    elif abs(size.turn) == 180:
        yield "transpose", "clock"
        yield "transpose", "clock"
    yield "scale", f"{size.width}:{size.height}"
    yield "setsar", "1"
    yield "format", "yuv420p"


def _even(pixels: Fraction) -> int:
    return max(2, round(pixels / 2) * 2)
