"""What may be faces in a picture, to be decided about one by one."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from archive.services.faces import Suggested, is_installed
from archive.services.marking import SIDES
from archive.web.redact_words import region_words
from archive.web.words import _


@dataclass(frozen=True)
class Face:
    """What may be a face; `value` are the four numbers in percent, as the form sends them."""

    value: str
    numbers: tuple[float, ...]
    words: str
    chosen: bool


@dataclass(frozen=True)
class SuggestedPage:
    """What was found, or why there is nothing: not installed, not looked yet, nothing found, not to be looked at."""

    is_installed: bool
    is_waiting: bool
    nothing: str
    faces: tuple[Face, ...]


def suggested_page(found: Suggested | None, form: MultiDict[str, str], *, is_asked: bool) -> SuggestedPage:
    """What was found, with what the form brings back that was found before."""
    chosen, before = set(form.getlist("face")), form.getlist("suggested")
    values = [",".join(f"{share * 100:.2f}" for share in box) for box in found.boxes] if found else []
    # What was found before is shown once and kept nowhere else; what was ticked stays, whatever is found now.
    values += before if found is None or not values else [one for one in before if one in chosen]
    values = list(dict.fromkeys(values))
    faces = tuple(face for one in values if (face := _face(one, one in chosen)))
    nothing = ""
    if found is not None and found.is_gone:
        nothing = _(
            "What was found is shown once and kept nowhere. Have it looked for again to see it again."
        )
    elif found is not None and found.is_installed and not faces:
        nothing = (
            _("This could not be looked at.")
            if found.failed
            else _("No faces were found. Look yourself too.")
        )
    return SuggestedPage(
        is_installed=is_installed() if found is None else found.is_installed,
        is_waiting=is_asked and found is None,
        nothing=nothing,
        faces=faces,
    )


def _face(value: str, chosen: bool) -> Face | None:
    try:
        numbers = tuple(float(one) for one in value.split(","))
    except ValueError:
        return None
    if len(numbers) != len(SIDES):
        return None
    return Face(value, numbers, region_words(dict(zip(SIDES, numbers, strict=True))), chosen)
