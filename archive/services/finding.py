"""What the long look at an archive finds, one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `ok`, `note` (nothing to do) or `problem`, a sentence, and what to do."""

    what: str
    verdict: str
    sentence: str
    remedy: str = ""
