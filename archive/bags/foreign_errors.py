"""Why a bag that somebody else made is not taken in: codes and sentences beyond those of our own bags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from archive.bags.errors import REFUSALS
from archive.bags.names import shown
from archive.models.errors import BadInputError

FOREIGN_REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "bag-version": "bagit.txt is missing, or does not say a version from 0.93 to 1.0 and an encoding that is known.",
        "bag-manifest-absent": "There is no manifest of the payload.",
        "bag-manifest-unknown": "{path} is a manifest of a kind that cannot be checked here.",
        "bag-manifest-entry": "A line of {path} is not a checksum of its kind and a path.",
        "bag-manifest-partial": "{path} is in one manifest of the payload and missing in another.",
        "bag-file-changed": "{path} is not what its checksum says.",
        "bag-tag-text": "{path} cannot be read in the encoding that bagit.txt names.",
        "bag-oxum-differs": "Payload-Oxum in bag-info.txt does not match the payload.",
        "bag-name-hostile": "The name {path} holds what cannot be seen, a backslash, or bytes that are no text.",
        "bag-link": "{path} is a link.",
        "bag-fifo": "{path} is a pipe.",
        "bag-device": "{path} is a device.",
        "bag-without-files": "The bag holds no file.",
        "bag-too-many-files": "The bag holds more files than one may.",
    }
)
_SENTENCES = {**REFUSALS, **FOREIGN_REFUSALS}
MOST_TOLD = 5


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a bag from elsewhere: a code of either table, and the path it concerns."""

    code: str
    path: str = ""

    @property
    def sentence(self) -> str:
        """Say it in plain words."""
        return _SENTENCES[self.code].format(path=shown(self.path))


class ForeignBagError(BadInputError):
    """A bag from elsewhere that is not taken in; `code` is that of the first of its `faults`."""

    remedy = "Ask whoever made it for it again; nothing of it was taken in."

    def __init__(self, faults: Sequence[Fault]) -> None:
        told = " ".join(fault.sentence for fault in faults[:MOST_TOLD])
        more = f" And {len(faults) - MOST_TOLD} more." if len(faults) > MOST_TOLD else ""
        super().__init__(told + more, code=faults[0].code)
        self.faults = tuple(faults)
