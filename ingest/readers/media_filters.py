"""Turning, covering and shrinking moving pictures on the way from decoder to encoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from ingest.failures import ReadFailure
from ingest.marks import FilmRegion
from ingest.readers.covering import FEATHER_PX
from ingest.readers.media import duration_ms
from ingest.readers.media_allowance import ENCODED_S, SHRUNK_S, Allowance
from ingest.readers.silencing import margin_ms

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


def shape(
    source: InputContainer, picture: VideoStream, longest_short_side: int, allowance: Allowance
) -> Size:
    """Decode the first frame and return the size of the copy; the shorter side is at most the given pixels.

    Where a picture stands still for long the copy repeats it: no more often than the bytes pay for.
    """
    frame = next(source.decode(picture), None)
    if frame is None:
        raise ReadFailure("damaged")
    aspect = picture.sample_aspect_ratio or Fraction(1)
    width, height = frame.width * aspect, Fraction(frame.height)
    if abs(frame.rotation) == 90:
        width, height = height, width
    scale = min(Fraction(1), Fraction(longest_short_side) / min(width, height))
    wide, high = _even(width * scale), _even(height * scale)
    rate = min(picture.average_rate or FASTEST, FASTEST).limit_denominator(1001)
    length = duration_ms(source)
    rate = allowance.rate(rate, length / 1000 if length else None, frame_s(picture, wide, high))
    return Size(wide, high, max(rate, SLOWEST), frame.rotation)


def frame_s(picture: VideoStream, width: int, height: int) -> float:
    """Seconds of work that a frame of the copy takes, which has that many pixels."""
    return picture.width * picture.height * SHRUNK_S + width * height * ENCODED_S


class Upright:
    """A chain of FFmpeg filters: one frame rate, turn, cover, shrink, one pixel format."""

    def __init__(self, picture: VideoStream, size: Size, covered: Sequence[FilmRegion] = ()) -> None:
        self.graph = av.filter.Graph()
        steps = _steps(size, covered)
        chain = [self.graph.add_buffer(template=picture), *(self.graph.add(*step) for step in steps)]
        chain.append(self.graph.add("buffersink"))
        self.graph.link_nodes(*chain).configure()
        self.covered_size = (picture.width, picture.height) if covered else None

    def push(self, frame: av.VideoFrame | None) -> Iterator[av.VideoFrame]:
        """Give in one frame (None at the end) and take out those that are ready.

        ReadFailure (`mark-not-upheld`) when something is to be covered and the picture has become another one.
        """
        if self.covered_size and frame is not None and (frame.width, frame.height) != self.covered_size:
            raise ReadFailure("mark-not-upheld")
        self.graph.vpush(frame)
        while True:
            try:
                ready = self.graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            ready.pict_type = av.video.frame.PictureType.NONE
            yield ready


def _steps(size: Size, covered: Sequence[FilmRegion]) -> Iterator[tuple[str, str]]:
    yield "fps", f"fps={size.rate}"
    if size.turn in TURNS:
        yield TURNS[size.turn]
    elif abs(size.turn) == 180:
        yield "transpose", "clock"
        yield "transpose", "clock"
    # Upright, since marks are, and before it is made smaller, which mixes neighbours.
    yield from (_cover(one, size.rate) for one in covered)
    yield "scale", f"{size.width}:{size.height}"
    yield "setsar", "1"
    yield "format", "yuv420p"


def _cover(one: FilmRegion, rate: Fraction) -> tuple[str, str]:
    """A black box for as long as any of the time for which a frame is seen lies in the span or the margin around it."""
    margin, length = margin_ms(rate), float(1000 / rate)
    first, last = one.span.start_ms - margin - length, one.span.end_ms + margin
    x, width = _extent(one.region.x, one.region.width, "iw")
    y, height = _extent(one.region.y, one.region.height, "ih")
    box = f"x='{x}':y='{y}':w='{width}':h='{height}'"
    return (
        "drawbox",
        f"{box}:color=black:t=fill:replace=1:enable='between(t,{first / 1000:.6f},{last / 1000:.6f})'",
    )


def _extent(start: float, length: float, whole: str) -> tuple[str, str]:
    """Where a region begins and how far it goes, rounded outward, as FFmpeg counts in whatever is `whole`."""
    first = f"max(0,floor({start:.9f}*{whole})-{FEATHER_PX})"
    return first, f"min({whole},ceil({start + length:.9f}*{whole})+{FEATHER_PX})-{first}"


def _even(pixels: Fraction) -> int:
    return max(2, round(pixels / 2) * 2)
