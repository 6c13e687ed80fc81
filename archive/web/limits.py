"""How long a form may be: a few words everywhere, more where people write at length.

It is decided before anything reads the form, and the first to read it is the check of its token.
"""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, request
from flask.blueprints import BlueprintSetupState

KEY = "longest-forms"
# Bytes; no page sends more than a few words unless it says so.
LARGEST_FORM = 64 * 1024
LARGEST_PAGE = 512 * 1024
# Of people who give every word is heard out, and each answer judged by itself: far more than a page asks for, in any
# script (what counts as one character is up to twelve bytes of a form), and little enough to be read at once.
LARGEST_HEARD = 4 * 1024 * 1024


def install(app: Flask) -> None:
    """Hold the forms of `app` to their lengths; before whatever reads them."""
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_FORM, MAX_FORM_MEMORY_SIZE=LARGEST_FORM)
    app.extensions[KEY] = {}

    app.before_request(widen_here)


def widen_here() -> None:
    """Let the form of this request be as long as those of its page may be."""
    longest = current_app.extensions[KEY].get(request.blueprint or "")
    if longest is not None:
        request.max_content_length = request.max_form_memory_size = longest


def widen(blueprint: Blueprint, longest: int = LARGEST_PAGE) -> None:
    """Let the forms of a blueprint be so many bytes long."""

    def note(state: BlueprintSetupState) -> None:
        state.app.extensions[KEY][blueprint.name] = longest

    blueprint.record(note)
