"""The words that stand under the files of an item, as whoever gave it sees them and puts them right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import File, Item, record_event
from archive.services.answers import Trouble, too_long
from archive.services.arrangements import ARRANGE, keep, places_of
from archive.services.arranging import as_title
from archive.services.carrying_over import check_settled
from archive.services.draft_files import CAPTION, LONGEST_CAPTION
from archive.services.lifecycle import agent_of, touch
from archive.services.opening import Archive
from archive.services.replaced import files_stand_at


@dataclass(frozen=True)
class TypedElsewhere:
    """Words typed under a file that stands in another item now, and the name of the field in which they are typed there."""

    item_id: str
    field: str
    file: str
    text: str


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


def typed_elsewhere(
    archive: Archive, actor: Actor, opened: str, item_id: str, typed: Mapping[str, str]
) -> tuple[TypedElsewhere, ...]:
    """What of a form of the item `opened` was typed under files that stand in another item than `item_id` now.

    What was only left as it stood when they went there is nobody's new word, and neither is what stands there now.
    """
    now = files_stand_at(archive, actor, opened)
    names = {name: name.removeprefix(CAPTION) for name in captions_in(typed)}
    gone = {name: now[old] for name, old in names.items() if old in now and now[old][0] != item_id}
    known = {names[name] for name in gone} | {file_id for _, file_id in gone.values()}
    with archive.db.read() as session:
        files = {one.id: one for one in session.scalars(select(File).where(File.id.in_(known)))}
    words = captions_in(typed)
    return tuple(
        TypedElsewhere(at, f"{CAPTION}{file_id}", files[file_id].given_name, typed[name])
        for name, (at, file_id) in gone.items()
        if words[name] not in {as_title(files[one].title) for one in (names[name], file_id) if one in files}
    )
