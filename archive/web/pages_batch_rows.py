"""What changes in one item among many, or why it stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

from archive.models import TRANSITIONS, Action, ItemState
from archive.services.batch_views import BatchRow
from archive.services.kept import MOVE
from archive.services.labels import label
from archive.services.opening import Archive
from archive.services.weighing import DESCRIBE, steps_to
from archive.web import labels, labels_batch
from archive.web.i18n import language
from archive.web.words import _


@dataclass(frozen=True)
class Difference:
    """What stands somewhere, and what would or does."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class RowShown:
    """One item of a batch or a sheet: what changes, or why it stays as it is.

    `note_lang` is the language of its content note, empty where it is the page's own. With `has_words` what changes are words of its description, which a content note comes before.
    """

    id: str
    title: str
    differences: tuple[Difference, ...]
    trouble: str
    content_note: str
    note_lang: str = ""
    has_words: bool = False

    @property
    def is_warned(self) -> bool:
        """Whether what changes is what the content note is about."""
        return self.has_words and bool(self.content_note)


def row_shown(archive: Archive, row: BatchRow, *, planned: bool) -> RowShown:
    """A row of a batch that is `planned`, or asked for or done."""
    title, note = row.title or _("Without a title"), row.content_note
    spoken = labels.language_beside(row.note_in)
    if row.trouble:
        where = labels.field(archive, row.collection, row.where) if row.where else ""
        words = labels_batch.trouble(row.trouble, where)
        has_words = row.act == DESCRIBE
        return RowShown(row.item_id, title, _fields(archive, row), words, note, spoken, has_words)
    state = labels.of(labels.STATES, row.state)
    if row.act == DESCRIBE:
        # Where no word may be shown here, the state says why.
        return RowShown(
            row.item_id, title, _fields(archive, row), "" if row.said else state, note, spoken, has_words=True
        )
    if row.act == MOVE:
        return RowShown(row.item_id, title, _fields(archive, row), "" if row.said else state, note, spoken)
    if not planned:
        done = Difference(labels.of(labels_batch.ACTS, row.act), "", state)
        return RowShown(row.item_id, title, (done,), "", note, spoken)
    steps = steps_to(ItemState(row.state), Action(row.act))
    after = TRANSITIONS[steps[-1]][0] if steps else row.state
    change = Difference(labels.of(labels_batch.ACTS, row.act), state, labels.of(labels.STATES, after))
    return RowShown(row.item_id, title, (change,), "", note, spoken)


def _fields(archive: Archive, row: BatchRow) -> tuple[Difference, ...]:
    found = [(name, row.was.get(name, ""), text) for name, text in row.said.items()]
    if row.act == MOVE:
        spoken = language()
        return tuple(
            Difference(
                _("Collection"), label(archive, name, before, spoken), label(archive, name, after, spoken)
            )
            for name, before, after in found
        )
    return tuple(
        Difference(labels.field(archive, row.collection, name), before, after)
        for name, before, after in found
    )
