"""Silences and blackens spans of recordings, sample by sample and frame by frame, before anything is made of them."""

from __future__ import annotations

from fractions import Fraction

import av

from ingest.marks import MARGIN_MS, Range

BYTES_A_SAMPLE = 4
# Black and no colour, in the limited range of broadcast pictures (ITU-R BT.601).
BLACK, NO_COLOUR = 16, 128


def silence(frame: av.AudioFrame, ranges: tuple[Range, ...]) -> None:
    """Set the samples of planar floats to zero that lie in a range or in the margin around it."""
    if frame.pts is None or frame.time_base is None:
        return
    first, rate = frame.pts * frame.time_base, frame.sample_rate
    for span in ranges:
        start = max(0, int((Fraction(span.start_ms - MARGIN_MS, 1000) - first) * rate))
        end = min(frame.samples, -int(-(Fraction(span.end_ms + MARGIN_MS, 1000) - first) * rate // 1))
        if start < end:
            for plane in frame.planes:
                sound = bytearray(plane)
                sound[start * BYTES_A_SAMPLE : end * BYTES_A_SAMPLE] = bytes((end - start) * BYTES_A_SAMPLE)
                plane.update(bytes(sound))


def is_hidden(frame: av.VideoFrame, rate: Fraction, ranges: tuple[Range, ...]) -> bool:
    """Whether any of the time for which a frame is seen lies in a range, the margin, or a frame beside it."""
    start, length = (frame.time or 0.0) * 1000, float(1000 / rate)
    return any(one.touches(int(start), int(start + length) + 1, margin_ms(rate)) for one in ranges)


def margin_ms(rate: Fraction) -> int:
    """How much of a film goes on each side of a span: the margin, or a frame where that is longer."""
    return round(max(MARGIN_MS, float(1000 / rate)) + 1)


def blackened(frame: av.VideoFrame) -> av.VideoFrame:
    """A black frame (yuv420p) in its place."""
    black = av.VideoFrame(frame.width, frame.height, "yuv420p")
    for plane, level in zip(black.planes, (BLACK, NO_COLOUR, NO_COLOUR), strict=True):
        plane.update(bytes([level]) * plane.buffer_size)
    black.pts, black.time_base = frame.pts, frame.time_base
    return black
