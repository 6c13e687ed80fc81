"""What the style sheets inside a web page hide: rules by element, class and id, as a browser would apply them on a screen."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ingest.failures import ReadFailure

OPENING = re.compile(r"<!--|<style\b([^>]*)>", re.IGNORECASE)
ENDING = re.compile(r"</style", re.IGNORECASE)
COMPOUND = re.compile(r"(?:[a-z][a-z0-9]*|\*)?(?:[.#][\w-]+)*", re.IGNORECASE)
PIECES = re.compile(r"([^{};]*)([{};]|\Z)")
PARTS = re.compile(r"[.#]?[\w*-]+")
# Pictures and fonts that a page carries in its sheet say nothing of what is drawn.
CARRIED = re.compile(r"""url\(\s*["']?data:[^)"']*""", re.IGNORECASE)
# What a page may ask for: letters of its sheets, rules that say whether something is drawn, elements looked at for all of them.
# Where it asks for more nobody knows what it hides, so none of its text is given.
LONGEST_SHEET, MOST_RULES, MOST_LOOKS = 2_000_000, 2000, 10_000_000
MOST_LEVELS = 8
# A rule takes as long as so many elements that it is compared with.
A_RULE = 10
SCREENS = frozenset({"", "all", "screen", "only screen"})
ANYWHERE = frozenset({"inherit", "initial", "revert", "unset"})
# What these properties may be (CSS Display 3, 2; CSS 2, 11.2): browsers pass over a declaration that says anything else.
HIDING = {"display": frozenset({"none"}), "visibility": frozenset({"hidden", "collapse"})}
SHOWING = {
    "display": ANYWHERE
    | {
        *("block", "contents", "flex", "flow", "flow-root", "grid", "inline", "inline-block", "inline-flex"),
        *("inline-grid", "inline-table", "list-item", "math", "ruby", "run-in", "table", "table-caption"),
        *("table-cell", "table-column", "table-column-group", "table-footer-group", "table-header-group"),
        *("table-row", "table-row-group", "-webkit-box", "-webkit-flex", "-webkit-inline-box"),
    },
    "visibility": ANYWHERE | {"visible"},
}
# In these, nothing is a declaration.
ENCLOSED = re.compile(r"""/\*.*?(?:\*/|\Z)|"[^"]*"|'[^']*'|\([^)]*(?:\)|\Z)""", re.DOTALL)


@dataclass(frozen=True)
class Named:
    """An element as a rule sees it: its name, `.class` for each of its classes, `#id`."""

    parts: frozenset[str]

    @classmethod
    def of(cls, tag: str, attributes: Mapping[str, str | None]) -> Named:
        """The element of that name with these attributes."""
        classes = (f".{one}" for one in (attributes.get("class") or "").split()[:50])
        name = attributes.get("id") or ""
        return cls(frozenset({"*", tag, f"#{name}", *classes}))


class Open:
    """The elements that are open, the outermost first, and how often each part stands among them."""

    def __init__(self) -> None:
        self.elements: list[Named] = []
        self.count: Counter[str] = Counter()

    def push(self, element: Named) -> None:
        """Open an element inside the others."""
        self.elements.append(element)
        self.count.update(element.parts)

    def pop(self) -> None:
        """Close the innermost one."""
        self.count.subtract(self.elements.pop().parts)


class Sheets:
    """The rules of a page that say whether something is drawn; the more particular one wins, then the later.

    ReadFailure (`too-many-parts`), also from `hide`, for a page whose rules ask for more work than any page needs.
    """

    def __init__(self, page: str) -> None:
        self._looks = 0
        self._rules: dict[str, list[_Rule]] = defaultdict(list)
        rules = list(_rules(_styles(page))) if "<style" in page.lower() else []
        # A page that hides nothing so is read as one without sheets.
        for rule in rules if any(rule.hides for rule in rules) else ():
            self._rules[max(rule.last, key=_weight)].append(rule)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def hide(self, element: Named, around: Open, own: str = "") -> bool:
        """Whether an element inside those others, with that style of its `own`, is not drawn because of a rule."""
        named = [rule for part in element.parts for rule in self._rules.get(part, ())]
        found = [rule for rule in named if self._fits(rule, element, around)]
        last = {rule.about: rule for rule in sorted(found, key=lambda rule: rule.weight)}
        # What an element says of itself goes before what a sheet says of the same, unless that matters more (CSS Cascade 4, 6.1).
        for name, _, is_important in _drawn(_outright(own)) if last else ():
            if name in last and (is_important or not last[name].is_important):
                del last[name]
        return any(rule.hides for rule in last.values())

    def _fits(self, rule: _Rule, element: Named, around: Open) -> bool:
        looks = A_RULE
        outer = iter(reversed(around.elements))
        # Most rules ask for something that is nowhere around.
        fits = rule.last <= element.parts and all(around.count[part] > 0 for part in rule.outer)
        for level in reversed(rule.levels[:-1]) if fits else ():
            fits = False
            for one in outer:
                looks += 1
                if level <= one.parts:
                    fits = True
                    break
            if not fits:
                break
        self._looks += looks
        if self._looks > MOST_LOOKS:
            raise ReadFailure("too-many-parts")
        return fits


@dataclass(frozen=True)
class _Rule:
    levels: tuple[frozenset[str], ...]
    about: str
    hides: bool
    weight: tuple[bool, int, int, int, int]

    @cached_property
    def outer(self) -> frozenset[str]:
        """The parts of all that has to be around it."""
        return frozenset().union(*self.levels[:-1])

    @property
    def is_important(self) -> bool:
        return self.weight[0]

    @property
    def last(self) -> frozenset[str]:
        return self.levels[-1]


def _styles(page: str) -> str:
    """What stands in the style elements, without their comments; not what a comment of the page holds."""
    sheets: list[str] = []
    place = 0
    while opening := OPENING.search(page, place):
        if opening[1] is None:
            place = page.find("-->", opening.end())
        else:
            ending = ENDING.search(page, opening.end())
            place = ending.start() if ending else -1
            media = re.search(r"media\s*=\s*[\"']?([^\"'>]*)", opening[1], re.IGNORECASE)
            if ending and (media is None or media[1].strip().lower() in SCREENS):
                sheets.append(page[opening.end() : ending.start()])
        if place < 0:
            break
    whole = CARRIED.sub("", _without_comments("\n".join(sheets)))
    if len(whole) > LONGEST_SHEET:
        raise ReadFailure("too-many-parts")
    return whole


def _without_comments(sheet: str) -> str:
    first, *others = sheet.replace("<!--", "").replace("-->", "").split("/*")
    return " ".join([first, *(rest for one in others if (rest := one.partition("*/")[2]))])


def _rules(sheet: str) -> Iterator[_Rule]:
    number = 0
    for selectors, declarations in _blocks(sheet):
        said = list(_drawn(declarations))
        for selector in selectors.split(",") if said else ():
            levels = _levels(selector)
            for name, hides, is_important in said if levels else ():
                if (number := number + 1) > MOST_RULES:
                    raise ReadFailure("too-many-parts")
                parts = [part for level in levels for part in level]
                counts = (sum(_weight(part) == weight for part in parts) for weight in (3, 2, 1))
                yield _Rule(levels, name, hides, (is_important, *counts, number))  # type: ignore[arg-type]


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations; of rules about media those for every screen."""
    # Whether what is inside applies, whose declarations these are, and the declarations.
    opened: list[tuple[bool, str, list[str]]] = [(True, "", [])]
    for piece in PIECES.finditer(sheet):
        words, sign = piece[1].strip(), piece[2]
        applies, selectors, said = opened[-1]
        if sign == "{" and words.startswith("@"):
            media = words.lower().removeprefix("@media").strip()
            is_media = words.lower().startswith("@media") and media in SCREENS
            opened.append((applies and is_media, "", []))
        elif sign == "{":
            opened.append((applies, words, []))
        else:
            said.append(words.lower())
        if sign not in ("{", ";"):
            # Where the sheet breaks off, what is open ends, as in a browser.
            if selectors and applies:
                yield selectors, ";".join(said)
            if len(opened) > 1:
                opened.pop()


def _drawn(declarations: str) -> Iterator[tuple[str, bool, bool]]:
    """What is said of whether something is drawn: the property, whether it hides, whether it is important."""
    for one in declarations.split(";"):
        name, _, value = one.partition(":")
        value, _, mark = value.partition("!")
        name, words = name.strip(), frozenset(value.split())
        if words and name in HIDING and (words <= HIDING[name] or words <= SHOWING[name]):
            yield name, words <= HIDING[name], mark.strip() == "important"


def _outright(style: str) -> str:
    """The declarations of an element's own style; none where it cannot be told for certain what is one."""
    said = ENCLOSED.sub("", style.lower())
    return "" if any(sign in said for sign in "\"'\\") else said


def _levels(selector: str) -> tuple[frozenset[str], ...]:
    """The elements that a selector names, the outermost first; none where it asks for more than names, classes and ids."""
    words: Iterable[str] = selector.replace(">", " ").split()
    levels = [frozenset(_lower(part) for part in PARTS.findall(word)) for word in words]
    known = all(COMPOUND.fullmatch(word) for word in selector.replace(">", " ").split())
    return tuple(levels) if known and len(levels) <= MOST_LEVELS else ()


def _lower(part: str) -> str:
    return part if part[0] in ".#" else part.lower()


def _weight(part: str) -> int:
    return {"#": 3, ".": 2, "*": 0}.get(part[0], 1)
