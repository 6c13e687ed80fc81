"""Selectors of style sheets (Selectors 4): what can be told of an element while a page is read from its beginning to its end.

Whether a selector fits is YES, NO or MAYBE: what comes behind an element is not known when its words are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ingest.readers.css_elements import MOST_BESIDE, Named, Open
from ingest.readers.css_words import split, unescaped

NO, MAYBE, YES = 0, 1, 2
MOST_LEVELS, LONGEST = 8, 2000
NAME = r"(?:[^\x00-,./:-@\[-^`{-\x7f]|\\[0-9a-fA-F]{1,6}+\s?+|\\[^\n0-9a-fA-F])++"
SIMPLE = re.compile(
    rf"(?P<tag>{NAME}|\*)|(?P<part>[.#]{NAME})|(?P<element>::[\w-]+)|:(?P<pseudo>[\w-]+)"
    rf"|\[\s*(?P<attribute>{NAME})\s*(?:(?P<sign>[~|^$*]?=)\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\s\]\"']+)\s*(?P<case>[iIsS]?)\s*)?\]"
)
NTH = re.compile(r"(?:(?P<step>[+-]?\d*)n\s*(?P<and>[+-]\s*\d+)?|(?P<only>[+-]?\d+))", re.IGNORECASE)
# What no page is when it is opened: somebody has to do something. Of letters and boxes that a sheet adds no word is in the page.
NEVER = re.compile(
    "hover|active|focus|focus-within|focus-visible|visited|target|target-within|current|past|future|playing"
    "|paused|seeking|fullscreen|modal|popover-open|picture-in-picture|user-invalid|user-valid|autofill|before"
    "|after|first-line|first-letter"
)
ANY_OF = frozenset({"is", "where", "matches", "-webkit-any", "-moz-any"})
# These ask for what stands behind, for what a person may have typed, or for what browsers do not agree on.
UNTOLD = re.compile(
    "last-child|only-child|last-of-type|only-of-type|nth-last-child|nth-last-of-type|has|lang|dir|indeterminate"
    "|placeholder-shown|default|valid|invalid|in-range|out-of-range|read-only|read-write|required|optional"
    "|blank|host|host-context|state|enabled"
)


class NotKnown(Exception):
    """A selector that is none, or is written in a way that is not known here."""


Test = Callable[[Named], int]
Weight = tuple[int, int, int]


@dataclass(frozen=True)
class Compound:
    """What is asked of one element: parts that it has, and more; `sign` is how it stands to the one before it in the selector."""

    parts: frozenset[str]
    tests: tuple[Test, ...] = ()
    sign: str = " "
    weight: Weight = (0, 0, 0)

    def fits(self, element: Named) -> int:
        """YES, NO or MAYBE."""
        if not self.parts <= element.parts:
            return NO
        return min((test(element) for test in self.tests), default=YES)


@dataclass(frozen=True)
class Selector:
    """Compounds, the outermost first."""

    levels: tuple[Compound, ...]

    @cached_property
    def outer(self) -> frozenset[str]:
        """The parts of all that has to be around."""
        levels = zip(self.levels, self.levels[1:], strict=False)
        return frozenset[str]().union(*(one.parts for one, inner in levels if inner.sign in " >"))

    @property
    def last(self) -> Compound:
        """What is asked of the element itself."""
        return self.levels[-1]

    @property
    def asks_beside(self) -> bool:
        """Whether it asks for elements that stand before another."""
        return any(level.sign in "+~" for level in self.levels)

    @property
    def weight(self) -> Weight:
        """How particular it is: ids, classes and the like, names (Selectors 4, 17)."""
        ids, classes, names = zip(*(level.weight for level in self.levels), strict=True)
        return sum(ids), sum(classes), sum(names)

    def fits(self, element: Named, around: Open, look: Callable[[], None]) -> int:
        """Whether it fits an element inside those others; `look` is called for each element that is looked at."""
        if not self.last.parts <= element.parts or any(around.count[part] <= 0 for part in self.outer):
            return NO
        return self._fits(len(self.levels) - 1, element, len(around.elements), around, look)

    def _fits(self, level: int, element: Named, depth: int, around: Open, look: Callable[[], None]) -> int:
        look()
        found = self.levels[level].fits(element)
        if found == NO or level == 0:
            return found
        sign, best = self.levels[level].sign, NO
        for other, its_depth in _candidates(sign, element, depth, around):
            best = max(best, self._fits(level - 1, other, its_depth, around, look))
            if best == YES:
                break
        if sign in "+~" and best == NO and _is_forgotten(sign, element):
            best = MAYBE
        return min(found, best)


def _candidates(sign: str, element: Named, depth: int, around: Open) -> Iterator[tuple[Named, int]]:
    if sign == " ":
        yield from ((around.elements[place], place) for place in range(depth - 1, -1, -1))
    elif sign == ">" and depth:
        yield around.elements[depth - 1], depth - 1
    elif sign == "+" and element.before:
        yield element.before[-1], depth
    elif sign == "~":
        yield from ((other, depth) for other in reversed(element.before))


def _is_forgotten(sign: str, element: Named) -> bool:
    """Whether what stands before it is not known: of elements beside, those beside them are not."""
    return element.place > 1 if element.is_beside else sign == "~" and element.place > MOST_BESIDE + 1


def selectors(words: str, implied: frozenset[str] = frozenset()) -> list[Selector]:
    """The selectors of a list, without elements that stand around everything though the page does not write them (`implied`).

    Raises NotKnown.
    """
    return [_selector(one, implied) for one in split(words, ",")]


def _selector(words: str, implied: frozenset[str]) -> Selector:
    words, place, sign = words.strip(), 0, " "
    if len(words) > LONGEST:
        raise NotKnown
    levels: list[Compound] = []
    while place < len(words):
        compound, place = _compound(words, place, sign)
        between = re.compile(r"\s*([>+~]?)\s*").match(words, place)
        assert between is not None
        sign, place = between[1] or " ", between.end()
        is_around = sign in " >" and place < len(words)
        if not (is_around and not compound.tests and compound.parts and compound.parts <= implied):
            levels.append(compound)
    if not levels or len(levels) > MOST_LEVELS or (sign != " " and place == len(words)):
        raise NotKnown
    return Selector(tuple(levels))


def _compound(words: str, place: int, sign: str) -> tuple[Compound, int]:
    parts: set[str] = set()
    tests: list[Test] = []
    ids = classes = names = 0
    start = place
    while found := SIMPLE.match(words, place):
        if found["tag"] and place > start:
            break
        place = found.end()
        if found["tag"]:
            parts |= {unescaped(found["tag"]).lower()} - {"*"}
            names += found["tag"] != "*"
        elif found["part"]:
            parts.add(unescaped(found["part"]))
            ids, classes = ids + found["part"].startswith("#"), classes + found["part"].startswith(".")
        elif found["attribute"]:
            parts.add(f"[{unescaped(found['attribute']).lower()}")
            classes += 1
            if found["sign"]:
                tests.append(_attribute(found))
        elif found["element"]:
            tests.append(lambda _: NO)
        else:
            asked, place = _inside(words, place)
            test, (more_ids, more_classes, more_names) = _pseudo(found["pseudo"].lower(), asked)
            tests.append(test)
            ids, classes, names = ids + more_ids, classes + more_classes, names + more_names
    if place == start:
        raise NotKnown
    return Compound(frozenset(parts), tuple(tests), sign, (ids, classes, names)), place


def _inside(words: str, place: int) -> tuple[str | None, int]:
    """What stands in brackets here, and where it ends."""
    if words[place : place + 1] != "(":
        return None, place
    inside = split(words[place + 1 :], ")")[0]
    ending = place + 1 + len(inside)
    if ending >= len(words):
        raise NotKnown
    return inside.strip(), ending + 1


def _attribute(found: re.Match[str]) -> Test:
    name, sign = unescaped(found["attribute"]).lower(), found["sign"]
    value = unescaped(found["value"].strip("\"'"))
    folds = found["case"].lower() == "i" or name in ("type", "rel", "dir", "align", "lang", "media")
    value = value.lower() if folds else value

    def test(element: Named) -> int:
        own = element.attributes.get(name) or ""
        own = own.lower() if folds else own
        said = {
            "=": own == value,
            "~=": value in own.split(),
            "|=": own == value or own.startswith(f"{value}-"),
            "^=": bool(value) and own.startswith(value),
            "$=": bool(value) and own.endswith(value),
            "*=": bool(value) and value in own,
        }
        return YES if said[sign] else NO

    return test


def _pseudo(name: str, asked: str | None) -> tuple[Test, Weight]:
    one: Weight = (0, 1, 0)
    if NEVER.fullmatch(name):
        return lambda _: NO, one
    if name in ANY_OF or name == "not":
        return _any_of(asked or "", name)
    if name in ("nth-child", "nth-of-type", "first-child", "first-of-type"):
        return _nth(asked if name.startswith("nth") else "1", name.endswith("type")), one
    if name in ("root", "scope"):
        return lambda element: YES if element.tag == "html" else NO, one
    if name in ("link", "any-link"):
        return (
            lambda element: YES if element.tag in ("a", "area") and "href" in element.attributes else NO,
            one,
        )
    if name in ("checked", "open", "disabled"):
        return (
            lambda element: (
                YES if {name, "selected" if name == "checked" else name} & set(element.attributes) else NO
            ),
            one,
        )
    if name == "empty":
        # What words are looked for in is not empty; of what stands beside it nobody has kept that.
        return lambda element: MAYBE if element.is_beside else NO, one
    if name == "defined":
        return lambda element: MAYBE if "-" in element.tag else YES, one
    if UNTOLD.fullmatch(name):
        return lambda _: MAYBE, one
    raise NotKnown


def _any_of(asked: str, name: str) -> tuple[Test, Weight]:
    inner = selectors(asked)
    weight: Weight = (0, 0, 0) if name == "where" else max(one.weight for one in inner)

    def test(element: Named) -> int:
        # Of selectors of several elements only the last is looked at.
        found = max(min(one.last.fits(element), YES if len(one.levels) == 1 else MAYBE) for one in inner)
        return YES - found if name == "not" else found

    return test, weight


def _nth(asked: str | None, of_name: bool) -> Test:
    words = {"odd": "2n+1", "even": "2n"}.get((asked or "").lower(), asked or "")
    if " of " in words:
        return lambda _: MAYBE
    found = NTH.fullmatch(words.strip())
    if found is None:
        raise NotKnown
    if found["only"]:
        step, first = 0, int(found["only"])
    else:
        said = found["step"]
        step = int(said) if said not in ("", "+", "-") else -1 if said == "-" else 1
        first = int((found["and"] or "0").replace(" ", ""))

    def test(element: Named) -> int:
        beyond = (element.place_of_name if of_name else element.place) - first
        fits = beyond == 0 if step == 0 else beyond % step == 0 and beyond // step >= 0
        return YES if fits else NO

    return test
