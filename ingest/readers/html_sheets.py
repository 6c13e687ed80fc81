"""What the style sheets inside a web page hide: rules by element, class and id, as a browser would apply them on a screen."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ingest.failures import ReadFailure
from ingest.readers.css_elements import Named, Open
from ingest.readers.css_selectors import MAYBE, NO, YES, NotKnown, Selector, selectors
from ingest.readers.html_look import longhands

OPENING = re.compile(r"<!--|<style\b([^>]*)>", re.IGNORECASE)
ENDING = re.compile(r"</style", re.IGNORECASE)
PIECES = re.compile(r"([^{};]*)([{};]|\Z)")
NUMBER = re.compile(r"\d*\.?\d+%?")
# What a page takes from elsewhere, which nothing here follows.
OUTSIDE = re.compile(
    r"""<link\b[^>]{0,1000}\brel\s*=\s*["']?[^"'>]{0,99}stylesheet|@import\b""", re.IGNORECASE
)
# Pictures and fonts that a page carries in its sheet say nothing of what is drawn.
CARRIED = re.compile(r"""url\(\s*["']?data:[^)"']*""", re.IGNORECASE)
# What a page may ask for: letters of its sheets, rules that say whether something is drawn, elements looked at for all of them.
# Where it asks for more nobody knows what it hides, so none of its text is given.
LONGEST_SHEET, MOST_RULES, MOST_LOOKS_GIVEN, MOST_LOOKS = 2_000_000, 2000, 20_000, 6_000_000
# What a rule costs that is compared with an element, and each element that it asks for.
A_RULE, AN_ELEMENT = 10, 3
SCREENS = frozenset({"", "all", "screen", "only screen", "not print"})
ANYWHERE = frozenset({"inherit", "initial", "revert", "unset"})
# What these properties may be (CSS Display 3, 2; CSS 2, 11.2): browsers pass over a declaration that says anything else.
HIDING = {
    "display": frozenset({"none"}),
    "visibility": frozenset({"hidden", "collapse"}),
    "content-visibility": frozenset({"hidden"}),
}
DRAWING = frozenset({*HIDING, "opacity"})
SHOWING = {
    "display": ANYWHERE
    | {
        *("block", "contents", "flex", "flow", "flow-root", "grid", "inline", "inline-block", "inline-flex"),
        *("inline-grid", "inline-table", "list-item", "math", "ruby", "run-in", "table", "table-caption"),
        *("table-cell", "table-column", "table-column-group", "table-footer-group", "table-header-group"),
        *("table-row", "table-row-group", "-webkit-box", "-webkit-flex", "-webkit-inline-box"),
    },
    "visibility": ANYWHERE | {"visible"},
    "content-visibility": ANYWHERE | {"visible", "auto"},
}
# In these, nothing is a declaration; a colour that is written as a few numbers in brackets is a value.
ENCLOSED = re.compile(r"""/\*.*?(?:\*/|\Z)|"[^"]*"|'[^']*'|\([^)]*(?:\)|\Z)""", re.DOTALL)
NUMBERS = re.compile(r"\([\d\s.,%/deg-]*\)")
# Whether what stands in them applies is not known, or only in which order.
ABOUT_BROWSERS = {"@layer": YES, "@supports": MAYBE, "@container": MAYBE, "@scope": MAYBE}


class Sheets:
    """The rules of a page that say whether something is drawn and how; the more particular one wins, then the later.

    ReadFailure (`too-many-parts`), also from `said`, for a page whose rules ask for more work than any page needs.
    """

    def __init__(self, page: str) -> None:
        self.is_outside = self.is_unsure = OUTSIDE.search(page) is not None
        self._looks = {True: 0, False: 0}
        self._rules: dict[str, list[_Rule]] = defaultdict(list)
        self.asks_beside = False
        rules = list(self._read(page)) if "<style" in page.lower() else []
        # Where rules give looks to more than any page has, what they hide is still looked for.
        if sum(not rule.is_about_drawing for rule in rules) > MOST_LOOKS_GIVEN:
            rules = [rule for rule in rules if rule.is_about_drawing]
            self.is_outside = self.is_unsure = True
        for rule in rules:
            self._rules[max(rule.selector.last.parts, key=_weight, default="*")].append(rule)
            self.asks_beside |= rule.selector.asks_beside

    def __bool__(self) -> bool:
        return bool(self._rules)

    def said(self, element: Named, around: Open, own: str = "") -> Said:
        """What is said of an element inside those others, with that style of its `own`."""
        found, perhaps = [], []
        gave_up = self._looks[False] > MOST_LOOKS // 2
        for part in ("*", *(element.parts - {"*"})):
            for rule in self._rules.get(part, ()):
                if gave_up and not rule.is_about_drawing:
                    continue
                self._look(rule.is_about_drawing, A_RULE)
                look = self._look_at_drawing if rule.is_about_drawing else self._look_at_looks
                fits = rule.selector.fits(element, around, look)
                if fits == YES and rule.is_sure:
                    found.append(rule)
                elif fits:
                    perhaps.append((rule.about, rule.value))
        # What an element says of itself goes before what a sheet says of the same, unless that matters more (CSS Cascade 4, 6.1).
        last = {
            rule.about: (rule.is_important, rule.value)
            for rule in sorted(found, key=lambda rule: rule.weight)
        }
        for name, value, is_important in own_style(own):
            if is_important or not last.get(name, (False, ""))[0]:
                last[name] = is_important, value
        if gave_up:
            # From here on nobody knows on what letters stand.
            self.is_unsure, last["background-image"] = True, (True, "url()")
        return Said({name: value for name, (_, value) in last.items()}, perhaps)

    def _look_at_drawing(self) -> None:
        self._look(True, AN_ELEMENT)

    def _look_at_looks(self) -> None:
        self._look(False, AN_ELEMENT)

    def _look(self, is_about_drawing: bool, work: int) -> None:
        self._looks[is_about_drawing] += work
        if self._looks[is_about_drawing] > MOST_LOOKS:
            raise ReadFailure("too-many-parts")

    def _read(self, page: str) -> Iterator[_Rule]:
        low = page.lower()
        implied = frozenset(tag for tag in ("html", "body", "tbody") if f"<{tag}" not in low)
        number = hiding = 0
        for words, declarations, is_sure in _blocks(_styles(page)):
            said = list(declared(declarations))
            try:
                those = selectors(words, implied) if said else []
            except NotKnown:
                self.is_unsure |= any(hides(name, value) for name, value, _ in said)
                continue
            for selector in those:
                for name, value, is_important in said:
                    number += 1
                    hiding += name in DRAWING
                    if hiding > MOST_RULES:
                        raise ReadFailure("too-many-parts")
                    yield _Rule(selector, name, value, (is_important, *selector.weight, number), is_sure)


@dataclass(frozen=True)
class Said:
    """What sheets and its own style say of an element: property to value, and what rules say that may be meant for it."""

    surely: dict[str, str]
    perhaps: list[tuple[str, str]]


@dataclass(frozen=True)
class _Rule:
    selector: Selector
    about: str
    value: str
    weight: tuple[bool, int, int, int, int]
    is_sure: bool

    @property
    def is_about_drawing(self) -> bool:
        return self.about in DRAWING

    @property
    def is_important(self) -> bool:
        return self.weight[0]


def hides(name: str, value: str) -> bool:
    """Whether a declaration hides all that is in an element."""
    if name == "opacity":
        return float(value.removesuffix("%")) == 0
    return name in HIDING and frozenset(value.split()) <= HIDING[name]


def declared(declarations: str) -> Iterator[tuple[str, str, bool]]:
    """What is said of whether and how something is drawn: the property, its value, whether it is important."""
    for one in declarations.split(";"):
        name, _, value = one.partition(":")
        value, _, mark = value.partition("!")
        name, value = name.strip(), value.strip()
        words = frozenset(value.split())
        is_known = bool(words) and name in HIDING and (words <= HIDING[name] or words <= SHOWING[name])
        if is_known or (name == "opacity" and NUMBER.fullmatch(value)):
            yield name, value, mark.strip() == "important"
        elif value and name not in DRAWING:
            for property_, said in longhands(name, value).items():
                yield property_, said, mark.strip() == "important"


@lru_cache(maxsize=1024)
def own_style(style: str) -> tuple[tuple[str, str, bool], ...]:
    """What an element's own style declares: pages say the same of many."""
    return tuple(declared(outright(style)))


def outright(style: str) -> str:
    """The declarations of an element's own style; none where it cannot be told for certain what is one."""
    kept = ENCLOSED.sub(
        lambda one: one[0] if NUMBERS.fullmatch(one[0]) else "()" if one[0][0] == "(" else "", style.lower()
    )
    said = NUMBERS.sub("", kept)
    return "" if any(sign in said for sign in "\"'\\") else kept


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


def _blocks(sheet: str) -> Iterator[tuple[str, str, bool]]:
    """Selectors, declarations and whether they surely apply; of rules about media those for every screen."""
    # Whether what is inside applies, whose declarations these are, and the declarations.
    opened: list[tuple[int, str, list[str]]] = [(YES, "", [])]
    for piece in PIECES.finditer(sheet):
        words, sign = piece[1].strip(), piece[2]
        applies, named, said = opened[-1]
        if sign == "{" and words.startswith("@"):
            rule, _, media = words.lower().partition(" ")
            inside = YES if rule == "@media" and media.strip() in SCREENS else ABOUT_BROWSERS.get(rule, NO)
            opened.append((min(applies, inside), "", []))
        elif sign == "{":
            opened.append((applies, words, []))
        else:
            said.append(words.lower())
        if sign not in ("{", ";"):
            # Where the sheet breaks off, what is open ends, as in a browser.
            if named and applies:
                yield named, ";".join(said), applies == YES
            if len(opened) > 1:
                opened.pop()


def _weight(part: str) -> int:
    return {"#": 4, ".": 3, "[": 2}.get(part[0], 1)
