"""Two pages of one draft that are saved one after the other: neither writes over what the other said without a word.

A form tells when it is sent what it showed when it was opened, question by question, as a hash of each text. Whoever
saves it knows by that what was typed there, what was left as it was, and what another page has changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

# Long enough that no two texts of a draft have the same.
DIGITS = 16


@dataclass(frozen=True)
class Reconciled:
    """By question: what is to be saved, and what was typed where another page meanwhile said something else."""

    taken: dict[str, str]
    crossed: dict[str, str]


def mark(shown: Mapping[str, str]) -> str:
    """What a form shows, by the names of its questions, as it tells it when it is sent."""
    return " ".join(f"{name}={_hash(text)}" for name, text in shown.items())


def reconcile(stands: Mapping[str, str], typed: Mapping[str, str], seen: str) -> Reconciled:
    """Tell what was typed from what only stood in the form, whose `mark` was `seen`, while another page was saved.

    Of a question that the mark does not tell, such as one of a file that came later, what is typed is taken.
    """
    before = dict(pair.rpartition("=")[::2] for pair in seen.split())
    taken: dict[str, str] = {}
    crossed: dict[str, str] = {}
    for name, text in typed.items():
        was, now, new = before.get(name), _hash(stands.get(name, "")), _hash(text)
        if was in (None, now) or new == now:
            taken[name] = text
        elif new != was:
            crossed[name] = text
    return Reconciled(taken, crossed)


def _hash(text: str) -> str:
    # Browsers end lines otherwise than they were sent.
    return sha256(text.replace("\r\n", "\n").strip().encode()).hexdigest()[:DIGITS]
