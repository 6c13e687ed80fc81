"""What has moments, and what has a picture besides, is told by what was found in it; old rows and new ones alike."""

from __future__ import annotations

import pytest

from archive.models import File
from archive.services.marking import passage, region, span
from archive.services.recordings import is_film, is_recording

HEARD, SEEN, NEITHER = (True, False), (True, True), (False, False)


@pytest.mark.parametrize(
    ("media_type", "name", "width", "duration_ms", "what"),
    [
        ("application/mp4", "film.mp4", 320, 2000, SEEN),
        ("application/mp4", "voice.m4a", None, 2000, HEARD),
        ("audio/3gpp", "film.3gp", 176, 2000, SEEN),
        ("audio/3gpp", "voice.3gp", None, 2000, HEARD),
        ("video/quicktime", "voice.mov", None, 2000, HEARD),
        ("video/mp2t", "film.ts", 320, 2000, SEEN),
        ("application/octet-stream", "film.ts", 320, 2000, SEEN),
        ("application/octet-stream", "voice.mp3", None, 2000, HEARD),
        # A browser that records writes no length.
        ("video/webm", "voice.webm", 320, None, SEEN),
        ("audio/webm", "voice.webm", None, None, HEARD),
        # Nobody looked into it yet, or could.
        ("video/mp4", "film.mp4", None, None, SEEN),
        ("", "film.mp4", None, None, NEITHER),
        # These last, and are words.
        ("text/vtt", "talk.vtt", None, 2000, NEITHER),
        ("application/x-subrip", "talk", None, 2000, NEITHER),
        ("text/plain", "talk.srt", None, 2000, NEITHER),
        ("application/octet-stream", "talk.SRT", None, 2000, NEITHER),
        ("image/jpeg", "photo.jpg", 320, None, NEITHER),
        ("application/pdf", "letter.pdf", None, None, NEITHER),
    ],
)
def test_a_recording_is_known_by_what_was_found_in_it(
    media_type: str, name: str, width: int | None, duration_ms: int | None, what: tuple[bool, bool]
) -> None:
    file = File(given_name=name, media_type=media_type, width=width, duration_ms=duration_ms)
    assert (is_recording(file), is_film(file)) == what
    moments = span("1", "2", untimed=False, reason="")
    words = passage("a name", "", everywhere=False, reason="")
    assert moments is not None and moments.fits(file, None) is what[0]
    assert words is not None and words.fits(file, None) is not what[0]


@pytest.mark.parametrize(
    ("media_type", "pages", "fits"),
    [
        ("image/png", None, True),
        ("application/pdf", 2, True),
        ("application/pdf", 1, False),
        ("text/plain", 2, False),
    ],
)
def test_a_region_is_of_a_page_that_there_is(media_type: str, pages: int | None, fits: bool) -> None:
    typed = {"x": "1", "y": "1", "width": "1", "height": "1"}
    mark = region(typed, "percent", None, 2 if pages else None, "")
    assert mark is not None
    assert mark.fits(File(given_name="one", media_type=media_type), pages) is fits
