"""What is told of an item beside its title, its description and its texts: what its page says, field by field.

An index keeps it, and a search shows from it what it found there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import File, Item, id_in
from archive.services import public_notes
from archive.services.kept import told_of
from archive.services.known_words import Profiles
from archive.services.letter_view import Letter
from archive.services.letters import MAIL, heads_of
from archive.services.relations import entries
from archive.services.shown import giver
from archive.services.views import NoteView
from archive.services.written_in import DESCRIPTION_LANGUAGE

NAMES, SUBJECTS, PLACES = "names", "subjects", "places"
FILES, SOURCE, RIGHTS, LETTERS, NOTES = "files", "source", "rights", "letters", "notes"
DATE = "date"
"""A date that is no day, as it was written; any other is found by its days."""
OWN = "extra:"
"""Before the name of a field of a collection's own."""
OBSERVANCES = "observances"


@dataclass(frozen=True)
class Told:
    """Words that stand on an item's page, or a name; `field` is where: one of the above, or OWN and a name.

    `file_id` is that of the file above which they stand, "" where they stand above none.
    """

    field: str
    words: str
    file_id: str = ""
    is_name: bool = False


def of_items(
    session: Session, profiles: Profiles, items: Iterable[Item], *, staff: bool
) -> Mapping[str, Sequence[Told]]:
    """By item all that is told beside it, to everybody or to `staff`; whoever asks has decided that they may be seen."""
    known = {item.id: item for item in items}
    found: dict[str, list[Told]] = defaultdict(list)
    titles = select(File.item_id, File.id, File.title).where(File.item_id.in_(known), File.title != "")
    for item_id, file_id, title in session.execute(titles.order_by(File.position)):
        if title != known[item_id].title:
            found[item_id].append(Told(FILES, title, file_id))
    for item in known.values():
        found[item.id] += _own(profiles, item, staff=staff)
        found[item.id] += [Told(SOURCE, item.source), Told(RIGHTS, item.rights)]
        found[item.id] += [Told(DATE, item.date_given)] if not item.date_edtf else []
    mail = select(File).where(File.item_id.in_(known), File.media_type.in_(MAIL)).order_by(File.position)
    for file in session.scalars(mail):
        above, each = heads_of(session, file, known[file.item_id].consent)
        for letter in (*([above] if above else ()), *each):
            found[file.item_id] += _letter(letter, file.id)
    for item_id, notes in public_notes.of_items(session, known).items():
        found[item_id] += [told for note in notes for told in _note(note)]
    return {item_id: [one for one in dict.fromkeys(every) if one.words] for item_id, every in found.items()}


def names_of(item: Item) -> list[str]:
    """The names that an item bears, and that of who gave it, as they wish to be named."""
    given_by = giver(item.consent)
    return [*(link.agent.name for link in item.agents), *([given_by] if given_by else [])]


def _own(profiles: Profiles, item: Item, *, staff: bool) -> Iterator[Told]:
    """What stands in fields that a profile adds; what names another item may name what is hidden."""
    for name, value in told_of(profiles, item, staff=staff).items():
        if name not in (OBSERVANCES, DESCRIPTION_LANGUAGE):
            yield from (Told(OWN + name, one) for one in entries(value) if staff or not id_in(one))


def _letter(letter: Letter, file_id: str) -> Iterator[Told]:
    for name in (*letter.sender, *letter.to, *letter.copied):
        yield Told(LETTERS, name, file_id, is_name=True)
    for words in (letter.subject, *(name for name, _, _ in letter.attachments)):
        yield Told(LETTERS, words, file_id)


def _note(note: NoteView) -> Iterator[Told]:
    yield Told(NOTES, note.words)
    yield Told(NOTES, note.name, is_name=True)
