"""The IIIF Presentation API 3.0 (https://iiif.io/api/presentation/3.0/): an item as other houses' viewers show it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.exchange.iiif_image import LONGEST, PROFILE

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
MEDIA_TYPE = f'application/ld+json;profile="{CONTEXT}"'
# The only addresses that may stand as `rights` (section 3.2), and as they are written there.
RIGHTS = re.compile(
    r"https?://((?:creativecommons\.org/(?:licenses|publicdomain)|rightsstatements\.org/vocab)/\S+)"
)
FACE = 400

Words = Mapping[str, Sequence[str]]
"""Texts by language (BCP 47), or under `none` where they are in none that is known."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Link:
    """An address with what is there."""

    address: str
    media_type: str
    words: Words
    kind: str = "Text"


@dataclass(frozen=True)
class Picture:
    """A picture that answers by the Image API at `service`, with its pixels."""

    service: str
    width: int
    height: int


@dataclass(frozen=True)
class Captions:
    """Captions of a recording."""

    address: str
    language: str
    words: Words


@dataclass(frozen=True)
class Recording:
    """A recording in its forms (address and media type), so many seconds long; a film with its pixels."""

    forms: tuple[tuple[str, str], ...]
    seconds: float
    width: int = 0
    height: int = 0
    captions: tuple[Captions, ...] = ()


@dataclass(frozen=True)
class Canvas:
    """One thing to be looked at or heard: a picture, or a recording with the picture that stands for it."""

    words: Words
    picture: Picture | None = None
    recording: Recording | None = None


@dataclass(frozen=True)
class Shown:
    """An item for a viewer; `statement` is what it must show beside it, `said` pairs of what is said of it."""

    address: str
    title: Words
    summary: Words
    said: tuple[tuple[Words, Words], ...]
    statement: tuple[Words, Words]
    rights: str
    provider: tuple[str, Words]
    homepage: Link
    see_also: tuple[Link, ...]
    rendering: tuple[Link, ...]
    part_of: tuple[str, Words]
    face: Picture | None
    canvases: tuple[Canvas, ...]


@dataclass(frozen=True)
class Member:
    """What a collection lists: another one, or an item."""

    address: str
    title: Words
    is_collection: bool = False


def manifest(shown: Shown) -> Json:
    """The manifest of an item; what nobody said is left out."""
    known = {
        "@context": CONTEXT,
        "id": shown.address,
        "type": "Manifest",
        "label": _words(shown.title),
        "summary": _words(shown.summary),
        "metadata": [{"label": _words(name), "value": _words(value)} for name, value in shown.said],
        "requiredStatement": {"label": _words(shown.statement[0]), "value": _words(shown.statement[1])},
        "rights": _rights(shown.rights),
        "provider": [_provider(*shown.provider)],
        "thumbnail": _face(shown.face),
        "homepage": [_link(shown.homepage)],
        "seeAlso": [_link(one) for one in shown.see_also],
        "rendering": [_link(one) for one in shown.rendering],
        "partOf": [
            {"id": shown.part_of[0], "type": "Collection", "label": _words(shown.part_of[1])},
        ],
        "items": [_canvas(f"{shown.address}/canvas/{n}", one) for n, one in enumerate(shown.canvases, 1)],
    }
    return {name: value for name, value in known.items() if value}


def collection(address: str, title: Words, summary: Words, homepage: Link, members: Sequence[Member]) -> Json:
    """A collection with what it lists."""
    known = {
        "@context": CONTEXT,
        "id": address,
        "type": "Collection",
        "label": _words(title),
        "summary": _words(summary),
        "homepage": [_link(homepage)],
        "items": [
            {
                "id": one.address,
                "type": "Collection" if one.is_collection else "Manifest",
                "label": _words(one.title),
            }
            for one in members
        ],
    }
    # A collection must have its list, also where there is nothing in it.
    return {name: value for name, value in known.items() if value or name == "items"}


def _canvas(address: str, one: Canvas) -> Json:
    made: Json = {"id": address, "type": "Canvas", "label": _words(one.words)}
    if one.recording is not None:
        made |= {"duration": one.recording.seconds}
        if one.recording.width and one.recording.height:
            made |= {"width": one.recording.width, "height": one.recording.height}
        made["thumbnail"] = _face(one.picture)
        body = _recording(one.recording)
        made["annotations"] = _captions(address, one.recording.captions)
    else:
        assert one.picture is not None
        made |= {"width": one.picture.width, "height": one.picture.height}
        body = _picture(one.picture)
    painted = _annotation(f"{address}/painting", "painting", body, address)
    made["items"] = [{"id": f"{address}/page", "type": "AnnotationPage", "items": [painted]}]
    return {name: value for name, value in made.items() if value}


def _annotation(address: str, motivation: str, body: Json, target: str) -> Json:
    return {"id": address, "type": "Annotation", "motivation": motivation, "body": body, "target": target}


def _captions(canvas: str, found: Sequence[Captions]) -> list[Json]:
    notes = [
        _annotation(
            f"{canvas}/captions/{number}",
            "supplementing",
            {
                "id": one.address,
                "type": "Text",
                "format": "text/vtt",
                "label": _words(one.words),
                **({"language": one.language} if one.language else {}),
            },
            canvas,
        )
        for number, one in enumerate(found, 1)
    ]
    return [{"id": f"{canvas}/captions", "type": "AnnotationPage", "items": notes}] if notes else []


def _recording(one: Recording) -> Json:
    is_film = any(media_type.startswith("video/") for _, media_type in one.forms)
    bodies: list[Json] = []
    for address, media_type in one.forms:
        body = {"id": address, "type": "Video" if is_film else "Sound", "duration": one.seconds}
        body["format"] = media_type.partition(";")[0]
        if is_film and one.width and one.height:
            body |= {"width": one.width, "height": one.height}
        bodies.append(body)
    return bodies[0] if len(bodies) == 1 else {"type": "Choice", "items": bodies}


def _picture(one: Picture, longest: int = LONGEST) -> Json:
    """The picture as large as it is given at once, and where any part of it is given."""
    share = min(1.0, longest / max(one.width, one.height))
    wide, high = max(1, round(one.width * share)), max(1, round(one.height * share))
    size = "max" if longest == LONGEST else f"{wide},{high}"
    return {
        "id": f"{one.service}/full/{size}/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": wide,
        "height": high,
        "service": [{"id": one.service, "type": "ImageService3", "profile": PROFILE}],
    }


def _face(one: Picture | None) -> list[Json]:
    return [_picture(one, FACE)] if one else []


def _provider(address: str, words: Words) -> Json:
    home = {"id": address, "type": "Text", "label": _words(words), "format": "text/html"}
    return {"id": address, "type": "Agent", "label": _words(words), "homepage": [home]}


def _link(one: Link) -> Json:
    return {"id": one.address, "type": one.kind, "label": _words(one.words), "format": one.media_type}


def _rights(address: str) -> str:
    found = RIGHTS.fullmatch(address)
    return f"http://{found[1]}" if found else ""


def _words(texts: Words) -> dict[str, list[str]]:
    return {code or "none": [_plain(one) for one in said] for code, said in texts.items() if said}


def _plain(text: str) -> str:
    """A text that no viewer takes for HTML: it would, of one that begins and ends with such signs (section 4.6)."""
    return f"{text} " if text.startswith("<") and text.endswith(">") else text
