"""Draws how loud a recording is from its beginning to its end."""

from __future__ import annotations

import av
import numpy as np
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 160
GROUND, INK = "#faf6ef", "#5b4a3f"
FINEST = 1024
MOST_PEAKS = 1 << 16


class Waveform:
    """Collects peaks while a recording is read; memory stays bounded however long it is."""

    def __init__(self) -> None:
        self.peaks: list[float] = []
        self.span = FINEST
        self.pending = np.zeros(0, dtype=np.float32)

    def add(self, frame: av.AudioFrame) -> None:
        """Take in a frame of planar floats."""
        loud = np.abs(frame.to_ndarray()).max(axis=0)
        self.pending = np.concatenate((self.pending, loud))
        whole = len(self.pending) // self.span
        if whole:
            self.peaks += self.pending[: whole * self.span].reshape(whole, self.span).max(axis=1).tolist()
            self.pending = self.pending[whole * self.span :]
        if len(self.peaks) > MOST_PEAKS:
            self.peaks = [max(pair) for pair in zip(self.peaks[::2], self.peaks[1::2], strict=False)]
            self.span *= 2

    def draw(self) -> Image.Image:
        """Return the drawing, scaled so that the loudest moment fills the height."""
        picture = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
        pen = ImageDraw.Draw(picture)
        peaks = self.peaks or [0.0]
        loudest = max(max(peaks), 1e-4)
        for x in range(WIDTH):
            first = x * len(peaks) // WIDTH
            column = max(peaks[first : max(first + 1, (x + 1) * len(peaks) // WIDTH)])
            half = max(1, round(column / loudest * (HEIGHT / 2 - 4)))
            pen.line((x, HEIGHT // 2 - half, x, HEIGHT // 2 + half), fill=INK)
        return picture
