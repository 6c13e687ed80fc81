"""What somebody has of a ledger, kept or fetched: keys, a list of checkpoints, single ones; checked without any archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from archive.models.errors import BadInputError
from archive.services.checkpoint_check import Problem, check_kept, check_published, follows, signed_number
from archive.services.checkpoint_keys import PublishedKey, read_keys
from archive.services.checkpoint_text import Checkpoint, read_json, read_note
from archive.services.gap_check import check_gaps, check_kept_gaps, point_of, without_lost
from archive.services.gap_text import FORMAT, KIND, PublishedGap, sentences
from archive.services.gap_text import read_json as read_gap

LONGEST = 256 * 1024 * 1024


@dataclass(frozen=True)
class Sources:
    """Keys, the list of checkpoints, every checkpoint that somebody kept besides, and acknowledgements of gaps.

    The list is that of the archive itself where it was asked; else the longest, but that an acknowledgement speaks of counts
    for more: it goes on after a gap. `gaps` is None where nobody gave any; all others of them are `kept_gaps`.
    """

    keys: tuple[PublishedKey, ...] = ()
    found: tuple[Checkpoint, ...] = ()
    kept: tuple[Checkpoint, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    gaps: tuple[PublishedGap, ...] | None = None
    kept_gaps: tuple[PublishedGap, ...] = ()

    @property
    def accepted(self) -> tuple[PublishedGap, ...]:
        """The acknowledgements, where nothing is wrong with any."""
        gaps = self.gaps or ()
        return () if any(check_gaps(self.keys, self.found, gaps)) else gaps

    @property
    def notes(self) -> list[str]:
        """What is no fault but has to be said, in sentences."""
        told = self.found[-1].counts.get(KIND, 0) if self.found else 0
        if self.gaps is None and told:
            return [
                f"{told} gaps were acknowledged; give what is published at /ledger/gaps.jsonl to know of them."
            ]
        return sentences(self.accepted)


def read_sources(texts: Sequence[str], published: Sequence[str] = ()) -> Sources:
    """What the texts hold together, `published` being what the archive itself shows now, whatever somebody kept.

    BadInputError (`bad-checkpoint`, `bad-key`, `bad-gap`) when one of them is none of these.
    """
    now, before = _read(published), _read(texts)
    keys: tuple[PublishedKey, ...] = ()
    problems: list[Problem] = []
    for other in (*now.keys, *before.keys):
        problems += differing_keys(keys, other)
        keys = max(keys, other, key=len)
    every = [*now.gaps, *before.gaps]
    gaps = max(now.gaps or before.gaps, key=len, default=None)
    spoken_of = {one.gap.newest for one in gaps or ()}
    lists = sorted(
        now.lists or before.lists,
        key=lambda one: (sum(point_of(each) in spoken_of for each in one), len(one)),
    )
    found = lists[-1] if lists else ()
    others = [one for one in (*now.lists, *before.lists) if one is not found]
    kept = (*now.kept, *before.kept, *(one for each in others for one in each))
    kept_gaps = tuple(one for each in every if each is not gaps for one in each)
    return Sources(keys, found, kept, tuple(problems), gaps, kept_gaps)


@dataclass(frozen=True)
class _Texts:
    """What texts hold, each as it was read."""

    keys: list[tuple[PublishedKey, ...]] = field(default_factory=list)
    lists: list[tuple[Checkpoint, ...]] = field(default_factory=list)
    kept: list[Checkpoint] = field(default_factory=list)
    gaps: list[tuple[PublishedGap, ...]] = field(default_factory=list)


def _read(texts: Sequence[str]) -> _Texts:
    found = _Texts()
    for text in texts:
        lines = [line for line in text.splitlines() if line.strip()]
        if not lines or f'"{FORMAT}"' in text[:1000]:
            found.gaps.append(tuple(map(read_gap, lines)))
        elif '"keys"' in text[:1000]:
            found.keys.append(read_keys(text))
        elif not text.lstrip().startswith("{"):
            found.kept.append(read_note(text))
        # The list is without the hashes of entries; the file of one day has them.
        elif '"leaves"' in lines[0]:
            found.kept.extend(map(read_json, lines))
        else:
            found.lists.append(tuple(map(read_json, lines)))
    return found


def check(given: Sources) -> list[Problem]:
    """Everything that is wrong with it; BadInputError (`no-checkpoint`) when there are no checkpoints or no keys."""
    if not given.keys or not (given.found or given.kept):
        raise BadInputError(
            "Without keys and checkpoints there is nothing to check.",
            code="no-checkpoint",
            remedy="Give the address of the archive, or what is published at /ledger/keys and /ledger/checkpoints.jsonl.",
        )
    if given.found:
        kept = without_lost(given.kept, given.accepted)
        wrong = [*check_published(given.keys, given.found), *check_kept(given.keys, given.found, kept)]
        if given.gaps is not None:
            wrong += check_gaps(given.keys, given.found, given.gaps)
            wrong += check_kept_gaps(given.keys, given.gaps, given.kept_gaps)
    else:
        wrong = list(_single(given.keys, given.kept))
    return [*given.problems, *wrong]


def differing_keys(known: Sequence[PublishedKey], other: Sequence[PublishedKey]) -> Iterator[Problem]:
    """Where two lists of keys do not begin alike."""
    for one, two in zip(known, other, strict=False):
        if one != two:
            yield Problem("wrong-key", f"Key {one.number} is not the one that was published then.")
            return


def _single(keys: Sequence[PublishedKey], kept: Sequence[Checkpoint]) -> Iterator[Problem]:
    """What is wrong with checkpoints of which those between them are not here."""
    before: Checkpoint | None = None
    for one in sorted(kept, key=lambda each: (each.day, each.size)):
        if signed_number(keys, one) is None:
            sentence = f"No key of this ledger signed the checkpoint of {one.day}."
            yield Problem("wrong-signature", sentence, one.day)
        if before is not None and before.day == one.day and before.text != one.text:
            yield Problem("changed", f"There are two different checkpoints of {one.day}.", one.day)
        elif before is not None and one.size < before.size:
            sentence = f"The checkpoint of {one.day} is over fewer entries than that of {before.day}."
            yield Problem("cut-off", sentence, one.day)
        elif before is not None and one.previous == before.fingerprint:
            yield from follows(before, one)
        before = one
