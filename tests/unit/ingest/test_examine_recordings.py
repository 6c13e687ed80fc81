"""Recordings play in any browser, upright, and say where and when they were made to the archive alone."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.fixtures import canaries, given


def playing(path: Path) -> dict[str, object]:
    with av.open(str(path)) as container:
        return {
            "kinds": sorted(stream.type for stream in container.streams),
            "codecs": sorted(stream.codec_context.name for stream in container.streams),
            "seconds": round(container.duration / 1_000_000, 1),
            "tags": {key for key in container.metadata if not key.endswith(("brand", "brands", "version"))},
        }


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp3", "libmp3lame"), ("a.flac", "flac"), ("a.wav", "pcm_s16le"), ("a.m4a", "aac")],
)
def test_sound_gets_a_copy_that_plays_and_a_drawing_of_its_loudness(
    name: str, codec: str, look, tmp_path: Path
) -> None:
    found = look(given.recording(name, codec), name)
    assert [(copy.kind, copy.media_type) for copy in found.copies] == [
        ("waveform", "image/webp"),
        ("audio", "audio/mp4"),
    ]
    assert found.inspection.duration_ms == pytest.approx(2000, abs=80)
    sound = playing(tmp_path / "out" / "audio.m4a")
    assert sound["kinds"] == ["audio"]
    assert sound["seconds"] == pytest.approx(2.0, abs=0.1)
    assert sound["tags"] == set()


def test_the_waveform_is_high_where_it_is_loud(look, tmp_path: Path) -> None:
    look(given.recording("a.wav", "pcm_s16le"), "a.wav")
    with Image.open(tmp_path / "out" / "waveform.webp") as drawing:
        ink = [
            drawing.convert("L").crop((x, 0, x + 20, drawing.height)).resize((1, 1)).getpixel((0, 0))
            for x in (5, 590)
        ]
    assert ink[1] < ink[0] - 40


def test_a_film_gets_a_poster_and_a_copy_that_starts_before_it_is_whole(look, tmp_path: Path) -> None:
    found = look(given.film(size=(1280, 720)), "film.mp4")
    assert [copy.kind for copy in found.copies] == ["thumbnail", "poster", "video"]
    video = found.copies[2]
    assert (video.width, video.height) == (854, 480)
    assert video.duration_ms == pytest.approx(2000, abs=150)
    data = (tmp_path / "out" / "video.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert playing(tmp_path / "out" / "video.mp4")["codecs"] == ["aac", "h264"]


def test_pictures_that_come_at_no_fixed_pace_stay_with_the_sound(look, tmp_path: Path) -> None:
    """As a telephone films in the dark: it turns bright, and is heard, after a second and a half."""
    found = look(given.film_at_times([0, 30, 95, 400, 1100, 1500, 1533, 1700, 2400, 2450], 1500), "film.mkv")
    assert found.failure is None
    assert turns_bright_and_loud(tmp_path / "out" / "video.mp4") == pytest.approx((1.5, 1.5), abs=0.05)


def test_a_film_of_long_gaps_is_repeated_no_more_often_than_it_pays_for_and_stays_in_time(
    look, tmp_path: Path
) -> None:
    found = look(given.film_at_times(range(0, 70_000, 1000), 50_000, heard=False), "film.mkv")
    assert found.failure is None
    with av.open(str(tmp_path / "out" / "video.mp4")) as container:
        rate, shown = container.streams.video[0].average_rate, container.streams.video[0].frames
    assert shown < 600
    assert turns_bright_and_loud(tmp_path / "out" / "video.mp4")[0] == pytest.approx(50, abs=float(1 / rate))


def turns_bright_and_loud(path: Path) -> tuple[float, float]:
    """Seconds after which the first bright frame and the first loud sample come; 0 for none."""
    bright = loud = 0.0
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.to_ndarray(format="gray").mean() > 128:
                bright = frame.time
                break
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0) if container.streams.audio else ():
            places = np.flatnonzero(np.abs(frame.to_ndarray()[0]) > 0.05)
            if len(places):
                loud = frame.time + places[0] / frame.sample_rate
                break
    return bright, loud


def test_a_film_taken_with_a_turned_telephone_stands_upright(look, tmp_path: Path) -> None:
    found = look(given.turned(given.film(size=(320, 240))), "film.mp4")
    assert [(copy.width, copy.height) for copy in found.copies if copy.kind != "thumbnail"] == [
        (240, 320)
    ] * 2
    with Image.open(tmp_path / "out" / "poster.jpg") as poster:
        red, green, _ = poster.getpixel((poster.width - 10, 10))
        assert red > 130 > 90 > green, "the red corner belongs at the upper right"


def test_the_cover_of_a_record_is_not_taken_for_a_film(look) -> None:
    found = look(canaries.mp3(), "voice.mp3")
    assert [copy.kind for copy in found.copies] == ["waveform", "audio"]
    assert found.inspection.width is None


def test_a_film_says_when_and_where_it_was_taken(look) -> None:
    tags = {
        "creation_time": "2020-11-20T14:04:36Z",
        "location": "+52.3693+006.6761+10.534988/",
        "title": "A walk",
    }
    found = look(given.film(tags=tags), "film.mp4")
    says = found.inspection.says
    assert (says["latitude"], says["longitude"]) == (52.3693, 6.6761)
    assert says["date_taken"] == "2020-11-20T14:04:36Z"
    assert says["title"] == "A walk"
    assert "says-where" in {note.code for note in found.notes}


def test_a_film_without_sound_is_shown(look, tmp_path: Path) -> None:
    out = io.BytesIO()
    frames = [given.picture(64, 48)] * 5
    with av.open(out, "w", format="matroska") as target:
        stream = target.add_stream("mpeg4", 5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for frame in frames:
            target.mux(stream.encode(av.VideoFrame.from_image(frame)))
        target.mux(stream.encode(None))
    found = look(out.getvalue(), "silent.mkv")
    assert found.state == "examined"
    assert playing(tmp_path / "out" / "video.mp4")["kinds"] == ["video"]


def test_a_playlist_that_names_other_files_is_not_followed(look) -> None:
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    found = look(playlist, "film.mp4")
    assert not any(copy.kind in ("audio", "video") for copy in found.copies)
