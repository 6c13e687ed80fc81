"""Which original a caption, a transcript or a verso lies beside, by their names; and which texts say what a recording says."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from archive.services.file_names import CAPTIONS, take_apart

SOUNDS = frozenset({"mp3", "wav", "flac", "ogg", "oga", "opus", "m4a", "aac", "aif", "aiff", "wma", "amr"})
FILMS = frozenset({"mp4", "m4v", "mov", "avi", "mkv", "webm", "mpg", "mpeg", "3gp", "wmv", "ogv"})
# What a file of this role says is what the file beside it says.
OF_WORDS = frozenset({"captions", "transcript", "translation"})


def accompanied(name: str, role: str, originals: Sequence[str]) -> int:
    """The place, among the names of the originals of an item, of the one that a file accompanies.

    One of the same folder and stem goes before all others. Words belong to a film rather than to a sound, and to a
    sound rather than to a picture; whatever else does not.
    """
    own = stem(name)
    alike = [place for place, one in enumerate(originals) if stem(one) == own]
    if role not in OF_WORDS:
        return next((place for place in alike if not _moments(originals[place])), (alike or [0])[0])
    if alike:
        return max(alike, key=lambda place: (_moments(originals[place]), -place))
    # Which recording of several it is nobody can tell, so it is the first, of whatever kind.
    return next((place for place, one in enumerate(originals) if _moments(one)), 0)


def says_the_same(marked: str, name: str, role: str, accompanies: str) -> bool:
    """Whether a file may hold the words of a recording called `marked` that it is not said to accompany.

    Of the same folder and stem it is words of that recording, whatever they accompany; or it accompanies another of
    that stem, as where a talk was given as sound and as film.
    """
    if role not in OF_WORDS and take_apart(name.rpartition("/")[2]).extension not in CAPTIONS:
        return False
    return stem(marked) in {stem(name), stem(accompanies) if accompanies else ""}


# Asked of each original for each file beside it.
@lru_cache(maxsize=4096)
def stem(name: str) -> str:
    """A file's folder and the stem of its name, in which neither capitals nor ways to write an accent count."""
    folder, slash, last = unicodedata.normalize("NFC", name).casefold().rpartition("/")
    return folder + slash + take_apart(last).stem


def _moments(name: str) -> int:
    """2 for a film, 1 for a sound, 0 for what has no moments."""
    extension = take_apart(name.rpartition("/")[2]).extension
    return 2 if extension in FILMS else 1 if extension in SOUNDS else 0
