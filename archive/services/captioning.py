"""The words that stand under the files of an item, as whoever gave it sees them and puts them right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import Item, record_event
from archive.services.answers import Trouble, too_long
from archive.services.arrangements import ARRANGE, keep, places_of
from archive.services.arranging import as_title
from archive.services.carrying_over import check_settled
from archive.services.draft_files import CAPTION, LONGEST_CAPTION
from archive.services.lifecycle import agent_of, touch


def words_under(item: Item) -> dict[str, str]:
    """What stands under each file of an item, in their order, by the name of the field in which it is typed."""
    return {f"{CAPTION}{one.file_id}": one.title for one in places_of(item.files)}


def captions_in(typed: Mapping[str, str]) -> dict[str, str]:
    """What of a form was typed under files, on one line each."""
    return {name: as_title(text) for name, text in typed.items() if name.startswith(CAPTION)}


def caption_troubles(typed: Mapping[str, str]) -> dict[str, Trouble]:
    """By the name of its field, why what was typed under a file cannot be used yet."""
    found = (too_long(name, text, LONGEST_CAPTION) for name, text in captions_in(typed).items())
    return {name: why for troubles in found for name, why in troubles.items()}


def put_captions(session: Session, item: Item, typed: Mapping[str, str], actor: Actor) -> None:
    """Have this stand under the files of a locked item, in the caller's transaction; what stood there stays as a revision.

    ConflictError (`being-arranged`) while other items are made of this one.
    """
    check_settled(session, item)
    wanted, stood = captions_in(typed), places_of(item.files)
    # What was only left as it stood is not written anew, be it on several lines.
    new = {name for name, text in captions_in(words_under(item)).items() if wanted.get(name, text) != text}
    fields = {one.file_id: f"{CAPTION}{one.file_id}" for one in stood}
    meant = tuple(
        replace(one, title=wanted[fields[one.file_id]]) if fields[one.file_id] in new else one
        for one in stood
    )
    titles = {one.file_id: one.title for one, was in zip(meant, stood, strict=True) if one != was}
    if not titles:
        return
    for file in item.files:
        file.title = titles.get(file.id, file.title)
    keep(session, item, stood, meant, actor)
    # Which files, not what stands under them now: an event can never be taken back.
    record_event(session, item.id, ARRANGE, agent_of(actor), {"files": [*titles]})
    touch(item)
