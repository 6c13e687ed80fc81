"""How what items share was changed, names, words and introductions: side by side, for the pages of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from archive.services.authorities import WordView
from archive.services.introductions import Words
from archive.services.shared_revisions import Change
from archive.services.word_revisions import Merged
from archive.web import labels
from archive.web import words_labels as words
from archive.web.pages_authorities import questions_of
from archive.web.pages_describe import ChangeShown
from archive.web.words import _, day

Shown = tuple[ChangeShown, ...]
Row = tuple[str, str, str]


@dataclass(frozen=True)
class SharedHistory:
    """Every revision, the newest first, with the mark of what stands; `merged` are those of words that became this one."""

    mark: str
    changes: Shown
    merged: tuple[tuple[str, Shown], ...] = ()


def word_history(
    view: WordView, changes: Sequence[Change], merged: Sequence[Merged], users: Mapping[str, str]
) -> SharedHistory:
    """What was said of a word; `users` are the user names of those who said it."""
    named = {one.name: one.label for one in questions_of(view.room, {}, {}, is_new=True)}

    def row(number: int, name: str, before: str, after: str) -> Row:
        if name == "name":
            # Nothing is called nothing: what stood there was let go.
            gone = _("a name that was let go")
            return named[name], before or (gone if number > 1 else ""), after or gone
        return named.get(name, name), _word(name, before), _word(name, after)

    before = tuple((one.name, _shown(one.changes, users, row, is_standing=False)) for one in merged)
    return SharedHistory(view.wording.mark, _shown(changes, users, row), before)


def introduction_history(
    standing: Words, changes: Sequence[Change], users: Mapping[str, str]
) -> SharedHistory:
    """What introduced a collection; `users` are the user names of those who wrote it."""

    def row(_number: int, _name: str, before: str, after: str) -> Row:
        folder = _("the words the collection came with")
        return _("Introduction"), before or folder, after or folder

    return SharedHistory(standing.mark, _shown(changes, users, row))


def _shown(
    changes: Sequence[Change],
    users: Mapping[str, str],
    row: Callable[[int, str, str, str], Row],
    *,
    is_standing: bool = True,
) -> Shown:
    return tuple(
        ChangeShown(
            one.number,
            _when(one),
            labels.by(users, one.agent) if one.agent else "",
            tuple(row(one.number, *changed) for changed in one.changed),
            is_standing and one is changes[0],
        )
        for one in changes
    )


def _when(one: Change) -> str:
    if one.on:
        return day(one.on)
    # The first stood here already; what came later was changed by a way that is not this one.
    return (
        _("Before anybody changed it here") if one.number == 1 else _("Nobody knows who changed it, or when")
    )


def _word(name: str, said: str) -> str:
    """What stands in a field, in words where it is one of a list."""
    if name == "kind" and said:
        return str(words.KINDS[said][0]) if said in words.KINDS else said
    if name == "standing" and said:
        return str(words.STANDINGS[said][0]) if said in words.STANDINGS else said
    if name == "precision" and said:
        return str(words.PRECISIONS.get(said, said))
    return said
