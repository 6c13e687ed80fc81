"""What a file's name tells: which files belong together, and what one is to another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

CAPTIONS = frozenset({"vtt", "srt"})
# Words before the last dot that say what a text is to the file it lies beside.
ROLES = {
    "transcript": "transcript",
    "machine-transcript": "transcript",
    "transcription": "transcript",
    "ocr": "transcript",
    "captions": "captions",
    "subtitles": "captions",
    "translation": "translation",
    "verso": "verso",
}
TEXTS = frozenset({"txt", "md", "html", "htm", "docx", "odt", "rtf"})
MEDIA = frozenset(
    [
        "mp3",
        "wav",
        "flac",
        "ogg",
        "oga",
        "opus",
        "m4a",
        "aac",
        "aif",
        "aiff",
        "wma",
        "mp4",
        "m4v",
        "mov",
        "avi",
        "mkv",
        "webm",
        "mpg",
        "mpeg",
        "3gp",
        "wmv",
        "jpg",
        "jpeg",
        "png",
        "tif",
        "tiff",
        "webp",
        "gif",
        "heic",
        "heif",
        "jp2",
        "bmp",
        "pdf",
    ]
)
# Encodings that people write into names; they tell nothing of the content.
ENCODINGS = frozenset({"latin1", "utf8", "utf-8", "utf16"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_SHORT_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")
_NOT_LANGUAGES = frozenset({"old", "new", "bak", "tmp", "sig", "raw", "tar"})


@dataclass(frozen=True)
class NameParts:
    """A file name taken apart: the stem that files of one item share, and what the rest says."""

    stem: str
    extension: str
    role: str = ""
    language: str = ""


def take_apart(name: str) -> NameParts:
    """Take `x.en.vtt` apart into stem `x`, language `en`, extension `vtt`; a name that is all extension is its own stem."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem:
        return NameParts(name, "")
    extension, role, language = extension.lower(), "", ""
    while True:
        rest, dot, word = stem.rpartition(".")
        if not dot or not rest:
            break
        if word.lower() in ROLES and not role:
            role = ROLES[word.lower()]
        elif word.lower() not in ENCODINGS:
            # Of a picture or a recording three letters are a name sooner (mr.kim.jpg) or a number (page.two.jpg).
            codes = _LANGUAGE if role or extension in CAPTIONS | TEXTS else _SHORT_LANGUAGE
            if language or word in _NOT_LANGUAGES or not codes.fullmatch(word):
                break
            language = word
        stem = rest
    if extension in CAPTIONS:
        role = "captions"
    return NameParts(stem, extension, role, language)


def bytes_of_name(given: bytes, name: str) -> str:
    """The bytes of a name, percent-encoded (RFC 3986), where `name` does not say them; "" where its UTF-8 is these."""
    return "" if name.encode() == given else quote(given)


def bytes_sent(name: str) -> bytes:
    """The bytes of a name whose bytes that are no UTF-8 are half characters (PEP 383), as whoever reads forms leaves them."""
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Half a character that stands for no byte was sent as one.
        return name.encode("utf-8", "surrogatepass")


def role_beside(parts: NameParts, others: list[NameParts]) -> str:
    """What a file is to the others of its item: `original`, or `transcript`, `captions`, `translation` of one of them."""
    media = [other for other in others if other.extension in MEDIA]
    if parts.role and any(other is not parts and not other.role for other in others):
        return parts.role
    if parts.extension in TEXTS and media:
        return "transcript"
    return "original"


def told_apart(files: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """What files of an item are called at the desk, by id: their titles, with their names where several have one title.

    `files` have an id, a title and the name as given; without a title the name is what a file is called.
    """
    every = tuple(files)
    titles = Counter(title for _, title, _ in every)
    return {
        one: f"{title} ({name})" if name and titles[title] > 1 and title else title or name
        for one, title, name in every
    }
