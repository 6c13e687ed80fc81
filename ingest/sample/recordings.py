"""Soft tones, and a moving picture with them: sound and video that nobody has to have spoken."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from ingest.sample.pictures import draw

RATE = 44_100
FRAME = 1024
PICTURE, PICTURES_A_SECOND = (480, 270), 8
FADE_S = 0.4
# format by extension: FFmpeg's container and codec, and the sample format that the codec takes
SOUNDS = {
    "mp3": ("mp3", "libmp3lame", "s16p"),
    "wav": ("wav", "pcm_s16le", "s16"),
    "flac": ("flac", "flac", "s16"),
    "ogg": ("ogg", "libopus", "flt"),
}
BITEXACT = {"fflags": "+bitexact"}

Wave = NDArray[np.float32]


def sound(content: Mapping[str, Any], name: str) -> bytes:
    """`tones` ([hertz, seconds] each, 0 hertz is silence) one after another, mono, in the format of the name."""
    kind, codec, layout = SOUNDS[name.rpartition(".")[2]]
    # libopus knows no 44.1 kHz
    rate = 48_000 if codec == "libopus" else RATE
    target = io.BytesIO()
    with av.open(target, "w", format=kind, options=BITEXACT) as container:
        container.metadata.update(_tags(content))
        stream = _sound_stream(container, codec, layout, rate)
        _write_sound(container, stream, tones(content["tones"], rate), rate)
    return target.getvalue()


def film(content: Mapping[str, Any], name: str) -> bytes:
    """The moving picture of `motif` over its `tones` as MP4 (H.264, AAC), with the place where it was taken in its tags."""
    wave = tones(content["tones"], RATE)
    target = io.BytesIO()
    options = BITEXACT | {"movflags": "use_metadata_tags"}
    with av.open(target, "w", format="mp4", options=options) as container:
        container.metadata.update(_tags(content))
        pictures = container.add_stream(
            "libx264", rate=PICTURES_A_SECOND, options={"preset": "veryfast", "crf": "26"}
        )
        assert isinstance(pictures, VideoStream)
        pictures.width, pictures.height = PICTURE
        pictures.pix_fmt = "yuv420p"
        pictures.codec_context.thread_count = 1
        stream = _sound_stream(container, "aac", "fltp", RATE)
        _write_pictures(container, pictures, content["motif"], round(len(wave) / RATE * PICTURES_A_SECOND))
        _write_sound(container, stream, wave, RATE)
    return target.getvalue()


def tones(wanted: Sequence[Sequence[float]], rate: int) -> Wave:
    """The wave of some tones, between -1 and 1, each with a soft beginning and end."""
    parts = []
    for hertz, seconds in wanted:
        at = np.arange(int(seconds * rate), dtype=np.float64) / rate
        loud = np.minimum(1, np.minimum(at, at[::-1]) / FADE_S)
        wave = np.sin(2 * np.pi * hertz * at) + 0.35 * np.sin(4 * np.pi * hertz * at)
        parts.append(wave * loud * 0.3)
    return np.concatenate(parts).astype(np.float32)


def _tags(content: Mapping[str, Any]) -> dict[str, str]:
    tags = {"title": content["title"], "artist": "Remembrance demonstration"}
    if "latitude" in content:
        tags["location"] = f"{content['latitude']:+08.4f}{content['longitude']:+09.4f}/"
    return tags


def _sound_stream(container: OutputContainer, codec: str, layout: str, rate: int) -> AudioStream:
    stream = container.add_stream(codec, rate=rate)
    assert isinstance(stream, AudioStream)
    stream.codec_context.format = av.AudioFormat(layout)
    stream.codec_context.layout = av.AudioLayout("mono")
    stream.codec_context.thread_count = 1
    return stream


def _write_sound(container: OutputContainer, stream: AudioStream, wave: Wave, rate: int) -> None:
    format_ = stream.codec_context.format.name
    for start in range(0, len(wave), FRAME):
        piece = wave[np.newaxis, start : start + FRAME]
        if format_.startswith("flt"):
            frame = av.AudioFrame.from_ndarray(piece, format=format_, layout="mono")
        else:
            frame = av.AudioFrame.from_ndarray(
                (piece * 32767).astype(np.int16), format=format_, layout="mono"
            )
        frame.rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _write_pictures(container: OutputContainer, stream: VideoStream, motif: str, count: int) -> None:
    for frame in _frames(motif, count):
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _frames(motif: str, count: int) -> Iterable[av.VideoFrame]:
    for number in range(count):
        frame = av.VideoFrame.from_ndarray(np.array(draw(motif, *PICTURE, phase=number / 4)), format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, PICTURES_A_SECOND)
        yield frame
