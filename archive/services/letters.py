"""An e-mail as a letter: who wrote to whom, when and about what, as far as everybody may read it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from sqlalchemy.orm import Session

from archive.models import Consent, File, FileState, Item
from archive.services.letter_view import Letter
from archive.services.standing_marks import standing
from archive.services.views import FileView, ItemView

MAIL = frozenset({"message/rfc822", "application/mbox"})
# What can be written to; a letter names people, and never tells how they are reached.
ADDRESS = re.compile(r"<?[^\s<>@,;:\"'()]+@[^\s<>@,;:\"'()]+>?")


def with_letters(session: Session, item: Item, view: ItemView) -> ItemView:
    """The same view, each e-mail in it with what stands above it, each box of several with what stands above each."""
    heads = {file.id: heads_of(session, file, item.consent) for file in item.files if file.media_type in MAIL}
    if not heads:
        return view
    none: tuple[None, tuple[Letter, ...]] = (None, ())
    told: Iterable[tuple[FileView, tuple[Letter | None, tuple[Letter, ...]]]]
    told = ((one, heads.get(one.id, none)) for one in view.files)
    return replace(
        view, files=tuple(replace(one, letter=letter, letters=each) for one, (letter, each) in told)
    )


def heads_of(session: Session, file: File, consent: Consent) -> tuple[Letter | None, tuple[Letter, ...]]:
    """What everybody may read above a message, None until it is shown; of a box of several above all and above each."""
    says = file.says
    if file.state != FileState.EXAMINED:
        return None, ()
    marks = standing(session, file.id)
    gone = [_folded(mark["extent"]["words"]) for mark in marks if mark["kind"] == "passage"]

    def told(words: str) -> str:
        """The words, or nothing where any that were taken out of the message stand in them."""
        clean = " ".join(ADDRESS.sub("", words).split())
        return "" if any(one in _folded(words) for one in gone) else clean

    # Whoever is not named by their own name may be the one who wrote it, or the one it was written to.
    named = consent.naming == "own-name"

    def head(said: Mapping[str, Any]) -> Letter:
        return Letter(
            sender=tuple(filter(None, map(told, _names(said.get("from", ""))))) if named else (),
            to=tuple(filter(None, map(told, _names(said.get("to", ""))))) if named else (),
            copied=tuple(filter(None, map(told, _names(said.get("cc", ""))))) if named else (),
            on=_day(str(said.get("date", ""))),
            # What a letter is about, and what its files are called, often names who wrote it.
            subject=told(str(said.get("subject", ""))) if named else "",
        )

    is_box = int(says.get("messages", 1)) > 1
    above = replace(
        Letter() if is_box else head(says),
        attachments=tuple(
            (
                told(str(one.get("name", ""))) if named else "",
                str(one.get("media_type", "")),
                # How long it is tells how long what was taken out of it is.
                0 if marks else int(one.get("size", 0)),
            )
            for one in says.get("attachments", ())
        ),
    )
    # A box that was read before its heads were kept says that of its first message alone.
    each = tuple(map(head, says.get("heads", (says,)))) if is_box else ()
    return above if above != Letter() else None, each


def _names(header: object) -> list[str]:
    """The names in a header of addresses; those who have only an address are left out."""
    return [name for name, _ in getaddresses([str(header)]) if name and "@" not in name]


def _day(header: str) -> date | None:
    """The day alone: the hour tells when somebody is awake, and its zone where."""
    try:
        return parsedate_to_datetime(header).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _folded(words: str) -> str:
    """Letters and numbers alone, without case and accents: rather one line too few than a word that was taken out."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", words).casefold())
    return "".join(one for one in plain if one.isalnum())
