"""Our kinds of events in the words of the Library of Congress, so that other archives read what was done."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

VOCABULARY = "http://id.loc.gov/vocabulary/preservation/eventType"

_WORDS = {
    "acc": "accession",
    "app": "appraisal",
    "del": "deletion",
    "dis": "dissemination",
    "exp": "exporting",
    "fix": "fixity check",
    "ing": "ingestion",
    "mem": "metadata modification",
    "poa": "policy assignment",
    "rec": "recovery",
    "red": "redaction",
    "tra": "transfer",
    "val": "validation",
}
_CODES: Mapping[str, str] = MappingProxyType(
    {
        "send": "tra",
        "resend": "tra",
        "receive": "ing",
        "accession": "acc",
        "validate": "val",
        "fixity": "fix",
        "accept": "app",
        "decline": "app",
        "return": "app",
        "publish": "dis",
        "export": "exp",
        "consent": "poa",
        "describe": "mem",
        "correct": "mem",
        "reword": "mem",
        "transcribe": "mem",
        "arrange": "mem",
        "move": "mem",
        "redact": "red",
        "repair": "rec",
        "adopt": "rec",
        "destroy": "del",
    }
)


def event_type(kind: str) -> tuple[str, Mapping[str, str]]:
    """The word for a kind of event, and where it is defined; our own word where the vocabulary has none."""
    code = _CODES.get(kind)
    if code is None:
        return kind, {}
    return _WORDS[code], {
        "authority": "eventType",
        "authorityURI": VOCABULARY,
        "valueURI": f"{VOCABULARY}/{code}",
    }
