"""What went wrong with a form of files, as the next page tells it: file by file, in words."""

from __future__ import annotations

from collections.abc import Sequence

from flask import session

from archive.models.errors import ArchiveError
from archive.services.uploads import name_as_given
from archive.web import intake
from archive.web.formats import size_words
from archive.web.limits import LARGEST_HEARD
from archive.web.words import _

TROUBLES = "upload_troubles"
MOST_TROUBLES = 50
CUT = "upload-cut"
TOO_MUCH = "form-too-long"

# The name of the file, a code, and what is said.
Trouble = dict[str, str]


def trouble(name: str, error: ArchiveError) -> Trouble:
    """Why a file was not taken in."""
    return {"name": name, "code": error.code, "sentence": " ".join(intake.words(error))}


def not_added(name: str) -> Trouble:
    """That a file was chosen, and a button pressed that sends none."""
    words = _("It was chosen, but not added yet. Choose it again, then press “Add these files”.")
    return {"name": name_as_given(name), "code": "not-added", "sentence": words}


def not_heard(name: str) -> Trouble:
    """That what was typed under a file is more than is heard out."""
    words = _(
        "With what you wrote about it, more was typed on this page than %(most)s: that was not read and is not kept. "
        "Everything else is kept. Put long texts into a file, and add the file.",
        most=size_words(LARGEST_HEARD),
    )
    return {"name": name, "code": TOO_MUCH, "sentence": words}


def cut_short() -> Trouble:
    """That a form broke off, and nobody knows what more it held."""
    words = _(
        "The connection broke before everything was here. Look at what is kept, and add what is missing."
    )
    return {"name": "", "code": CUT, "sentence": words}


def captioned_twice(name: str) -> Trouble:
    """That two windows said something else of a file."""
    words = _("You wrote about it in another window too. Both stand there now, one after the other.")
    return {"name": name, "code": "captioned-twice", "sentence": words}


def tell(troubles: Sequence[Trouble]) -> None:
    """Have the next page say what went wrong."""
    if troubles:
        session[TROUBLES] = [*session.get(TROUBLES, []), *troubles][-MOST_TROUBLES:]


def to_tell() -> list[Trouble]:
    """What went wrong and was not told yet; it is told once, on the next page that is opened."""
    return list(session.pop(TROUBLES, []))
