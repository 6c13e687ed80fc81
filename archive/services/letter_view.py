"""An e-mail as a letter, as it is handed to whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Letter:
    """What stands above an e-mail: names alone, the day, the subject; attachments by name, media type and bytes (0: not told)."""

    sender: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    on: date | None = None
    subject: str = ""
    attachments: tuple[tuple[str, str, int], ...] = ()
