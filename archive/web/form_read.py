"""A form with files, read as it comes: whether it is ours, about which gift, and what stood in it before the files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import request
from flask_wtf.csrf import CSRFError, validate_csrf

from archive.models.errors import BadInputError, ConflictError
from archive.web.connection import CutError
from archive.web.gifts import GIFT, is_of
from archive.web.multipart import Part, Parts
from archive.web.upload_troubles import CUT, Trouble, cut_short

# What says whose a form is; it stands before everything else.
FORM = "csrf_token"
OF_A_FORM = (FORM, GIFT)


@dataclass
class Sent:
    """What came of a form: whether it is ours, or why nothing of it is taken; what was typed, and what went wrong."""

    typed: dict[str, str] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    is_ours: bool = False
    refused: CSRFError | ConflictError | None = None

    def look_at(self, part: Part, submission_id: str) -> None:
        """Take note of what says whose the form is; the first reason against it stays."""
        try:
            if part.name == FORM:
                check_token(part.value)
                self.is_ours = True
            else:
                is_of(submission_id, part.value)
        except (CSRFError, ConflictError) as error:
            self.refused = self.refused or error


@contextlib.contextmanager
def telling_of_a_cut(sent: Sent) -> Iterator[None]:
    """Tell of a form that breaks off while it is read, if it is ours, instead of failing."""
    try:
        yield
    except CutError:
        # Of a file in the middle of which it broke off that is told already.
        if sent.is_ours and not any(one["code"] == CUT for one in sent.troubles):
            sent.troubles.append(cut_short())


def typed_before_files(parts: Parts) -> dict[str, str]:
    """What was typed into a form of which nothing can be taken in."""
    typed: dict[str, str] = {}
    with contextlib.suppress(CutError):
        for part in parts:
            if part.file_name:
                break
            if part.is_heard:
                typed[part.name] = part.value
    return typed


def boundary_of_form() -> bytes:
    """What parts the files of this request; BadInputError where it is no form with files."""
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise BadInputError("This is not a form with files.")
    return boundary.encode("latin-1", "replace")


def check_token(token: str) -> None:
    """CSRFError unless a form with that token is ours; for forms that are read as they arrive."""
    try:
        validate_csrf(token)
    except ValueError as error:
        raise CSRFError from error
