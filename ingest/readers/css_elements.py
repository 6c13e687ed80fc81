"""Elements of a web page as the rules of its sheets see them, while it is read from its beginning to its end."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

# Elements beside another that are remembered; whether one before them fits is not known.
MOST_BESIDE = 64


@dataclass(frozen=True)
class Named:
    """An element as a rule sees it: its name, `.class`, `#id`, `[attribute`, and which child it is (of its name), from 1.

    `before` are the latest of those before it beside it; one of them (`is_beside`) does not tell of its own.
    """

    parts: frozenset[str]
    tag: str
    attributes: Mapping[str, str | None]
    place: int = 1
    place_of_name: int = 1
    before: tuple[Named, ...] = ()
    is_beside: bool = False


@dataclass
class _Children:
    count: int = 0
    of_name: Counter[str] = field(default_factory=Counter)
    latest: deque[Named] = field(default_factory=lambda: deque(maxlen=MOST_BESIDE))


class Open:
    """The elements that are open, the outermost first, how often each part stands among them, and their children so far."""

    def __init__(self, remember: bool = False) -> None:
        """`remember` the children too, where a rule asks for what stands beside."""
        self.elements: list[Named] = []
        self.count: Counter[str] = Counter()
        self._children = [_Children()]
        self._remember = remember

    def child(self, tag: str, attributes: Mapping[str, str | None]) -> Named:
        """The element of that name that begins here."""
        among = self._children[-1]
        among.count += 1
        among.of_name[tag] += 1
        classes = (f".{one}" for one in (attributes.get("class") or "").split()[:50])
        asked = (f"[{one}" for one in list(attributes)[:50])
        element = Named(
            frozenset({"*", tag, f"#{attributes.get('id') or ''}", *classes, *asked}),
            tag,
            attributes,
            among.count,
            among.of_name[tag],
            tuple(among.latest),
        )
        if self._remember:
            # Without those before it, or all of them would be kept.
            among.latest.append(replace(element, before=(), is_beside=True))
        return element

    def push(self, element: Named) -> None:
        """Open an element inside the others."""
        self.elements.append(element)
        self.count.update(element.parts)
        self._children.append(_Children())

    def pop(self) -> None:
        """Close the innermost one."""
        self.count.subtract(self.elements.pop().parts)
        self._children.pop()
