"""What is shown of many: a petition of sixty hands is still found by its title."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

SHOWN = 5

T = TypeVar("T")


@dataclass(frozen=True)
class Few(Generic[T]):
    """The first of several, which are shown, and the others, which are folded away: never a single one."""

    shown: tuple[T, ...]
    more: tuple[T, ...] = ()

    @classmethod
    def of(cls, several: Iterable[T]) -> Few[T]:
        """As few of them as leave room for what stands below, or all of them."""
        every = tuple(several)
        return cls(every[:SHOWN], every[SHOWN:]) if len(every) > SHOWN + 1 else cls(every)
