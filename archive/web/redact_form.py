"""The form by which parts of a file are taken out: what is typed on one page stays while others are turned to."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from archive.services.marking import (
    PERCENT,
    PIXELS,
    SIDES,
    Wanted,
    film_region,
    passage,
    region,
    span,
)
from archive.web.numbering import LARGEST_PAGE_NUMBER, number_in

# How many regions can be typed on a page; whoever draws gets one more row for each, up to more than a class photograph
# has faces.
ROWS, MOST_ROWS = 4, 60
# What is said of one page, beside its regions. What was typed on another bears its number: `x-1@7`.
OF_A_PAGE = frozenset({"unit", "shown-width", "shown-height", "face", "suggested"})
AT = "@"
Fields = MultiDict[str, str]


def turned(form: Fields, here: int, to: int) -> Fields:
    """The form as it stands on page `to`, with what was typed on page `here` kept beside it."""
    if here == to:
        return form
    found: Fields = MultiDict()
    for name, value in form.items(multi=True):
        plain, at, number = name.partition(AT)
        if at:
            found.add(plain if number == str(to) else name, value)
        elif not _is_of_a_page(name):
            found.add(name, value)
        elif value:
            found.add(f"{name}{AT}{here}", value)
    # Whoever counts in pixels does so on the next page too.
    found.setdefault("unit", form.get("unit", PERCENT))
    return found


def carried(form: Fields) -> tuple[tuple[str, str], ...]:
    """What was typed on other pages, by the names under which it comes along."""
    pages = {page for page, leaf in leaves(form, 0) if page and _says_something(leaf)}
    named = ((name, value, _page_of(name)) for name, value in form.items(multi=True) if AT in name and value)
    return tuple((name, value) for name, value, page in named if page in pages)


def pages_marked(form: Fields) -> tuple[int, ...]:
    """The other pages on which something was typed or ticked that is to be taken out."""
    return tuple(page for page, leaf in leaves(form, 0) if page and _is_marked(leaf))


def leaves(form: Fields, here: int) -> list[tuple[int, Fields]]:
    """What was typed, page by page in their order; `here` is the page that the form was on."""
    found: dict[int, Fields] = {here: MultiDict()}
    for name, value in form.items(multi=True):
        if AT not in name:
            found[here].add(name, value)
        elif page := _page_of(name):
            found.setdefault(page, MultiDict()).add(name.partition(AT)[0], value)
    return sorted(found.items())


def regions_on(leaf: Fields, page: int | None, reason: str) -> list[Wanted]:
    """The regions of one page, `page` None in a file without pages; BadInputError for the first that is none."""
    unit = leaf.get("unit", "")
    width, height = (leaf.get(name, 0, type=int) for name in ("shown-width", "shown-height"))
    size = (width, height) if unit == PIXELS and width > 0 and height > 0 else None
    found: list[Wanted | None] = []
    for row in range(1, MOST_ROWS + 1):
        typed = {side: leaf.get(f"{side}-{row}", "") for side in SIDES}
        if f"start-{row}" in leaf:
            moments = leaf[f"start-{row}"], leaf.get(f"end-{row}", "")
            found.append(film_region(typed, unit, size, *moments, reason))
        else:
            found.append(region(typed, unit, size, page, reason))
    for face in leaf.getlist("face"):
        typed = dict(zip(SIDES, face.split(","), strict=False))
        found.append(region(typed, PERCENT, None, page, reason))
    return [one for one in found if one is not None]


def parts_of(form: Fields, reason: str) -> list[Wanted]:
    """What is to go of a recording or of a text; BadInputError for what cannot be understood."""
    start, end = form.get("start", ""), form.get("end", "")
    words, which = form.get("words", ""), form.get("which", "")
    found = (
        span(start, end, untimed="untimed" in form, reason=reason),
        passage(words, which, everywhere="everywhere" in form, reason=reason),
    )
    return [one for one in found if one is not None]


def _is_of_a_page(name: str) -> bool:
    return name in OF_A_PAGE or name.partition("-")[0] in SIDES


def _page_of(name: str) -> int:
    """The page that a name says, 0 where it says none."""
    return number_in(MultiDict({AT: name.partition(AT)[2]}), AT, LARGEST_PAGE_NUMBER) or 0


def _is_marked(leaf: Fields) -> bool:
    return any(
        value.strip() and (name == "face" or name.partition("-")[0] in SIDES) for name, value in leaf.items()
    )


def _says_something(leaf: Fields) -> bool:
    """Whether there is more than how it would be counted; what a machine found is shown once and kept nowhere else."""
    return _is_marked(leaf) or "suggested" in leaf
