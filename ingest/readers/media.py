"""Opening sound and moving pictures with PyAV, and what they say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from ingest.failures import ReadFailure
from ingest.parcel import Inspection, Says
from ingest.readers.base import Work, clean
from ingest.readers.breaking_off import breaks_off

# FFmpeg's playlist and concat readers follow addresses found inside a file, so only real containers are read.
CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2;matroska,webm;mp3;wav;flac;ogg;aac;aiff;amr;avi;asf;mpeg;mpegts;au;w64;caf;flv;mpegvideo"
ALLOWED = frozenset(name for group in CONTAINERS.split(";") for name in group.split(","))
# No voice is understood below; a rate of one sample a second makes a day of a few kilobytes.
LOWEST_RATE = 2000
ISO_6709 = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")
LOCATION_TAGS = ("location", "com.apple.quicktime.location.iso6709", "location-eng")
DATE_TAGS = ("com.apple.quicktime.creationdate", "creation_time", "date")
WORDS = {
    "title": "title",
    "artist": "creator",
    "album": "album",
    "comment": "caption",
    "genre": "genre",
    "encoder": "software",
}


@contextmanager
def opened(work: Work) -> Iterator[InputContainer]:
    """Open a recording; raises ReadFailure for a container that is not one of the allowed."""
    options = {"format_whitelist": ",".join(sorted(ALLOWED)), "protocol_whitelist": "file"}
    try:
        container = av.open(str(work.path), metadata_errors="replace", options=options)
    except av.error.FFmpegError as error:
        raise ReadFailure("damaged") from error
    with container:
        work.progress()
        yield container


def moving(container: InputContainer) -> VideoStream | None:
    """Return the first stream of moving pictures; the cover of a record counts as a stream but is none."""
    for stream in container.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic and stream.codec_context is not None:
            return stream
    return None


def inspect(work: Work) -> Inspection:
    """Return duration, picture size and what the container's tags say."""
    if breaks_off(work.path):
        work.note("cut-short")
    with opened(work) as container:
        picture = moving(container)
        if picture is None and not container.streams.audio:
            raise ReadFailure("damaged")
        if any(0 < stream.rate < LOWEST_RATE for stream in container.streams.audio if stream.codec_context):
            raise ReadFailure("damaged")
        duration = duration_ms(container)
        says = _says(container, picture)
    if "latitude" in says:
        work.note("says-where")
    if "camera" in says:
        work.note("says-camera")
    if "creator" in says:
        work.note("says-who")
    if picture is None:
        return Inspection(duration_ms=duration, says=says)
    return Inspection(picture.width, picture.height, duration_ms=duration, says=says)


def duration_ms(container: InputContainer) -> int | None:
    """Return the length a container claims, in milliseconds."""
    return int(container.duration / (av.time_base / 1000)) if container.duration else None


def declared_s(container: InputContainer) -> float:
    """The length in seconds that the head of a recording counted, sample for sample; 0 for formats that only reckon one."""
    return (container.duration or 0) / av.time_base if container.format.name == "flac" else 0.0


def _says(container: InputContainer, picture: VideoStream | None) -> Says:
    tags = {**container.metadata}
    for stream in container.streams:
        for key, value in stream.metadata.items():
            tags.setdefault(key, value)
    tags = {key.lower(): value for key, value in tags.items()}
    says: Says = {word: value for tag, word in WORDS.items() if (value := clean(tags.get(tag, "")))}
    if date := next((clean(tags[tag]) for tag in DATE_TAGS if tags.get(tag)), ""):
        says["date_taken"] = re.sub(r"\.0+Z$", "Z", date)
    if place := next((found for tag in LOCATION_TAGS if (found := _place(tags.get(tag, "")))), None):
        says["latitude"], says["longitude"] = place
    maker = clean(tags.get("com.apple.quicktime.make", "") or tags.get("make", ""))
    model = clean(tags.get("com.apple.quicktime.model", "") or tags.get("model", ""))
    if camera := f"{maker} {model}".strip():
        says["camera"] = camera
    return says


def _place(value: Any) -> tuple[float, float] | None:
    """ISO 6709 (`+52.3693+006.6761+10.5/`) as latitude and longitude in degrees."""
    match = ISO_6709.match(str(value))
    return (float(match[1]), float(match[2])) if match else None
