"""Copies of recordings that any browser plays: AAC sound, H.264 pictures, in MP4, with nothing of the source's tags."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from ingest.failures import ReadFailure
from ingest.parcel import Copy
from ingest.readers.base import Work
from ingest.readers.media import LOWEST_RATE, declared_s, duration_ms, moving, opened
from ingest.readers.media_allowance import PACKET_S, SAMPLE_S, Allowance, Sound, decoding_s, sound_of
from ingest.readers.media_filters import Size, Upright, frame_s, shape
from ingest.readers.pictures import save_jpeg, save_webp
from ingest.readers.silencing import blackened, is_hidden, silence
from ingest.readers.waveform import Waveform

BITS_A_CHANNEL = 64_000
# What is made anew, by another processor or in a rebuilt archive, is byte for byte what it was.
X264 = {"preset": "veryfast", "crf": "27", "x264-params": "cpu-independent=1:threads=2"}
MP4 = {"movflags": "+faststart", "fflags": "+bitexact"}
MOST_BROKEN_PACKETS = 100
GAP_S = 0.1
DARK = 24
FRAMES = (av.VideoFrame, av.AudioFrame)
POSTER_BEFORE_S = 10


def make(work: Work) -> list[Copy]:
    """Make a poster, a thumbnail and a video of moving pictures; else a waveform and a sound file."""
    allowance = Allowance(work.path.stat().st_size)
    with opened(work) as source:
        picture = moving(source)
        size = shape(source, picture, work.options.video_px, allowance) if picture is not None else None
    with opened(work) as source:
        copyist = _Copyist(source, size, work, allowance)
        return copyist.make_video() if size is not None else copyist.make_sound()


class _Copyist:
    """One pass over a recording: each frame is decoded once, for the copy and for the poster or the waveform."""

    def __init__(self, source: InputContainer, size: Size | None, work: Work, allowance: Allowance) -> None:
        self.source, self.size, self.work, self.allowance = source, size, work, allowance
        self.picture = moving(source) if size is not None else None
        self.sound = source.streams.audio[0] if source.streams.audio else None
        self.how = self._how(work.path.stat().st_size)
        self.upright: Upright | None = None
        if self.picture is not None and size is not None:
            self.upright = Upright(self.picture, size, work.marks.film_regions)
        self.waveform = Waveform()
        self.poster: Image.Image | None = None
        self.heard = 0
        self.end = 0.0
        self.declared = declared_s(source)
        self.longest = work.options.longest_s(work.path.stat().st_size)

    def make_sound(self) -> list[Copy]:
        """Write the sound file and draw its waveform."""
        self._write("audio.m4a")
        if self.end == 0:
            raise ReadFailure("damaged")
        drawing = self.waveform.draw()
        save_webp(drawing, self.work.scratch / "waveform.webp")
        duration = round(self.end * 1000)
        return [
            Copy("waveform", "waveform.webp", "image/webp", *drawing.size, duration_ms=duration),
            Copy("audio", "audio.m4a", "audio/mp4", duration_ms=duration),
        ]

    def make_video(self) -> list[Copy]:
        """Write the video, its poster and a thumbnail of that."""
        self._write("video.mp4")
        if self.poster is None or self.size is None:
            raise ReadFailure("damaged")
        small = self.poster.copy()
        small.thumbnail((self.work.options.thumbnail_px,) * 2, Image.Resampling.LANCZOS)
        save_jpeg(self.poster, self.work.scratch / "poster.jpg", "poster")
        save_jpeg(small, self.work.scratch / "thumbnail.jpg", "thumbnail")
        width, height = self.size.width, self.size.height
        return [
            Copy("thumbnail", "thumbnail.jpg", "image/jpeg", small.width, small.height),
            Copy("poster", "poster.jpg", "image/jpeg", self.poster.width, self.poster.height),
            Copy("video", "video.mp4", "video/mp4", width, height, duration_ms=round(self.end * 1000)),
        ]

    def _write(self, name: str) -> None:
        with av.open(str(self.work.scratch / name), "w", format="mp4", options=MP4) as target:
            video = self._add_video(target)
            audio = self._add_audio(target)
            for frame in self._frames():
                if self.end > self.longest:
                    raise ReadFailure("too-much-output")
                if isinstance(frame, av.VideoFrame) and video is not None:
                    target.mux(video.encode(frame))
                elif isinstance(frame, av.AudioFrame) and audio is not None:
                    target.mux(audio.encode(frame))
            for stream in (video, audio):
                if stream is not None:
                    target.mux(stream.encode(None))
        if self.end < self.declared - GAP_S:
            self.work.note("cut-short")

    def _add_video(self, target: OutputContainer) -> VideoStream | None:
        if self.size is None:
            return None
        stream = target.add_stream("libx264", self.size.rate, options=X264)
        stream.width, stream.height, stream.pix_fmt = self.size.width, self.size.height, "yuv420p"
        stream.codec_context.flags |= Flags.bitexact
        return stream

    def _add_audio(self, target: OutputContainer) -> AudioStream | None:
        if self.sound is None:
            return None
        how = self.how
        stream = target.add_stream("aac", how.rate, layout=how.layout, options={"aac_coder": how.coder})
        stream.bit_rate = BITS_A_CHANNEL * how.channels
        stream.codec_context.flags |= Flags.bitexact
        return stream

    def _how(self, size: int) -> Sound:
        length = duration_ms(self.source)
        return sound_of(self.sound.channels if self.sound else 1, size, length / 1000 if length else None)

    def _frames(self) -> Iterator[av.VideoFrame | av.AudioFrame]:
        """Give every frame as it goes into the copy: pictures upright and small, sound at one rate."""
        resampler = av.AudioResampler("fltp", self.how.layout, self.how.rate)
        for frame in self._decoded():
            if isinstance(frame, av.VideoFrame) and self.upright is not None:
                yield from map(self._seen, self.upright.push(frame))
            elif isinstance(frame, av.AudioFrame):
                if frame.sample_rate < LOWEST_RATE:
                    raise ReadFailure("damaged")
                self.allowance.spend(frame.samples * len(frame.layout.channels) * SAMPLE_S)
                yield from map(self._heard, resampler.resample(frame))
        if self.upright is not None:
            yield from map(self._seen, self.upright.push(None))
        if self.sound is not None and self.end:
            yield from map(self._heard, resampler.resample(None))

    def _decoded(self) -> Iterator[av.VideoFrame | av.AudioFrame]:
        broken = 0
        wanted = [stream for stream in (self.picture, self.sound) if stream is not None]
        for packet in self.source.demux(wanted):
            self.allowance.read(packet.size)
            try:
                yield from (frame for frame in packet.decode() if isinstance(frame, FRAMES))
            except av.error.InvalidDataError as error:
                if (broken := broken + 1) > MOST_BROKEN_PACKETS:
                    raise ReadFailure("damaged") from error
            # Also where nothing is shown of what the packet made the decoder draw.
            drawn = self.picture if self.picture is not None and packet.stream is self.picture else None
            self.allowance.spend(
                PACKET_S + (decoding_s(drawn.codec.canonical_name, drawn.width, drawn.height) if drawn else 0)
            )
            self.work.progress()

    def _seen(self, frame: av.VideoFrame) -> av.VideoFrame:
        if self.picture is not None and self.size is not None:
            self.allowance.spend(frame_s(self.picture, self.size.width, self.size.height))
        if self.size is not None and is_hidden(frame, self.size.rate, self.work.marks.ranges):
            frame = blackened(frame)
        self.end = max(self.end, frame.time or 0.0)
        if self.poster is None or (self.end < POSTER_BEFORE_S and _is_dark(self.poster)):
            self.poster = Image.fromarray(frame.to_ndarray(format="rgb24"))
        return frame

    def _heard(self, frame: av.AudioFrame) -> av.AudioFrame:
        # Times in real files jitter backwards, which the container refuses; so samples are counted, and a clock that
        # has run well ahead (a gap) is believed.
        rate = self.how.rate
        clock = round((frame.time or 0.0) * rate)
        self.heard = clock if clock > self.heard + GAP_S * rate else self.heard
        frame.time_base, frame.pts = Fraction(1, rate), self.heard
        self.heard += frame.samples
        self.allowance.spend(frame.samples * self.how.channels * self.how.sample_s)
        self.end = max(self.end, self.heard / rate)
        # By the clock of the copy, which is the one that whoever marked it listened to.
        silence(frame, self.work.marks.ranges)
        self.waveform.add(frame)
        return frame


def _is_dark(picture: Image.Image) -> bool:
    return ImageStat.Stat(picture.convert("L")).mean[0] < DARK
