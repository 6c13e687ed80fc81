"""How a file is examined: sizes of access copies, limits of the sandbox, whether a machine reads text from pictures, who looks for viruses."""

from __future__ import annotations

from dataclasses import dataclass

# What the sparest coding of a voice takes (Speex at 2.15 kbit a second), beyond a minute of silence.
LEAST_BYTES_A_SECOND, FREE_S = 250, 60


@dataclass(frozen=True)
class ExamineOptions:
    """Sizes in pixels of the longer side, memory in MB above what the child needs at rest, times in seconds."""

    thumbnail_px: int = 360
    web_px: int = 1600
    page_px: int = 1400
    zoom_px: int = 6000
    video_px: int = 480
    max_page_images: int = 200
    max_pixels: int = 200_000_000
    max_text: int = 20_000_000
    virus_scanner: str = ""
    ocr: bool = False
    ocr_languages: tuple[str, ...] = ("eng",)
    memory_mb: int = 160
    copy_memory_mb: int = 640
    patience_s: float = 2.5
    max_wall_s: float = 4 * 3600.0

    @staticmethod
    def longest_s(size: int) -> float:
        """For how many seconds a recording of so many bytes can play, whatever it declares."""
        return FREE_S + size / LEAST_BYTES_A_SECOND
