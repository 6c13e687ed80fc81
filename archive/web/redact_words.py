"""Words for what is taken out: marks, where words stand still, and why a mark cannot be made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.same_words import standing_in
from archive.services.file_names import told_apart
from archive.services.marking import LONGEST_REASON, LONGEST_WORDS, SIDES
from archive.services.redacting import Marked, MarkView
from archive.services.taken_out import Told
from archive.services.views import FileView, ItemView
from archive.web import labels
from archive.web.formats import clock
from archive.web.pages_form import too_long
from archive.web.words import _, day, number


@dataclass(frozen=True)
class MarkLine:
    """A mark in words: when it was made and by whom, or shown again."""

    id: str
    words: str
    reason: str
    on: str
    by: str


@dataclass(frozen=True)
class Left:
    """Words that were taken out and stand still: which, where, and in which file, if it is one."""

    words: str
    where: str
    file_id: str = ""


@dataclass(frozen=True)
class Still:
    """Words that were taken out and stand still, and the files with a text, by id and name, that may say what is covered."""

    words: tuple[Left, ...]
    files: tuple[tuple[str, str], ...] = ()


def file_name(item: ItemView, file: FileView) -> str:
    """What a file is called at the desk."""
    called = told_apart((one.id, one.title, one.given_name) for one in item.files)
    return called.get(file.id) or item.title


def mark_line(mark: MarkView, names: Mapping[str, str], duration_ms: int | None = None) -> MarkLine:
    """A mark in words; with `names`, also by whom it was made, with how long a recording is, whether it lies in it."""
    on, agent = (mark.removed_on, mark.removed_by) if mark.removed_on else (mark.made_on, mark.agent)
    by = labels.by(names, agent) if names else ""
    words = _words(mark)
    # Refused it is not: how long a recording says that it is may be wrong, and less would be taken out than was wanted.
    if duration_ms and mark.extent.get("start_ms", 0) >= duration_ms:
        late = _(
            "It begins after the end of the recording (%(duration)s): look whether a number is wrong.",
            duration=clock(duration_ms),
        )
        words = f"{words}. {late}"
    return MarkLine(mark.id, words, mark.reason, day(on), by)


def _words(mark: MarkView) -> str:
    extent = mark.extent
    if mark.kind == "range":
        return _span(extent)
    if mark.kind == "passage":
        if extent["everywhere"]:
            return _("“%(words)s”, in every text of this item", words=extent["words"])
        if extent["occurrence"]:
            return _("“%(words)s”, number %(number)s", words=extent["words"], number=extent["occurrence"])
        return _("“%(words)s”, wherever it stands in this file", words=extent["words"])
    region = region_words({side: extent[side] * 100 for side in SIDES})
    if mark.kind == "film-region":
        return f"{_span(extent)}: {region}"
    if mark.page is None:
        return region
    return _("Page %(number)s: %(region)s", number=mark.page, region=region)


def _span(extent: Mapping[str, int]) -> str:
    start, end = _moment(extent["start_ms"]), _moment(extent["end_ms"])
    return _("From %(start)s to %(end)s", start=start, end=end)


def region_words(percent: Mapping[str, float]) -> str:
    """Where a region is, from its four numbers in percent."""
    shares = {side: number(round(percent[side], 1)) for side in SIDES}
    return _("%(x)s%% from the left, %(y)s%% from the top, %(width)s%% wide, %(height)s%% high", **shares)


def _moment(milliseconds: int) -> str:
    tenths = milliseconds % 1000 // 100
    return clock(milliseconds) + (f".{tenths}" if tenths else "")


def still_said(item: ItemView, marked: Marked, file_id: str = "") -> Still:
    """Where of an item that says still, or may say, what is taken out; with `file_id` for the page of that file.

    What goes with a recording and has its moments is not named: what is taken out of that is taken out of it too.
    """
    taken_out = [one.extent for one in marked.marks if one.kind == "passage"]
    words = tuple(words_left(item, taken_out, marked.told_in))
    if all(one.kind == "passage" for one in marked.on(file_id)):
        return Still(words)
    texts = (
        (one.id, file_name(item, one))
        for one in item.files
        if one.id != file_id
        and one.passages
        and not (one.accompanies_id == file_id and all(said.start_ms is not None for said in one.passages))
    )
    return Still(words, tuple(texts))


def words_left(
    item: ItemView, taken_out: Sequence[Mapping[str, Any]], told_in: Sequence[Told]
) -> Iterator[Left]:
    """Words that marks of these extents take out, and where of what is said they stand still; `told_in` are pages around it."""
    said = {
        _("the title"): item.title,
        _("the description"): item.description,
        _("the source"): item.source,
        _("the content note"): item.content_note,
        _("the names"): " ".join(one.name for one in item.names),
        _("the places"): " ".join(one.name for one in item.places),
        _("the subjects"): " ".join(item.subjects),
        _("the date"): item.date_given,
        _("other fields of the description"): " ".join(str(one) for one in item.extra.values()),
        _("the title of a file"): " ".join(file.title for file in item.files),
        _("what others told about it"): " ".join(f"{one.name} {one.words}" for one in item.notes),
    }
    words = tuple(dict.fromkeys(one["words"] for one in taken_out))
    for where, text in said.items():
        yield from (Left(one, where) for one in standing_in(text, words))
    every = tuple(dict.fromkeys(one["words"] for one in taken_out if not one["occurrence"]))
    for file in item.files:
        text = "\n".join(f"{one.speaker or ''} {one.text}" for one in file.passages) if every else ""
        for one in standing_in(text, every):
            yield Left(one, _("the text of “%(file)s”", file=file_name(item, file)), file.id)
    for told in told_in:
        written_in = labels.language_name(told.language) if told.language else ""
        yield Left(
            told.words,
            _("the introduction of its collection (%(language)s)", language=written_in)
            if written_in
            else _("the story “%(title)s”", title=told.title),
        )


def trouble_words(code: str, typed: Mapping[str, str]) -> str:
    """Why a mark could not be made of what was typed."""
    longest = {"mark-reason": ("reason", LONGEST_REASON), "mark-words": ("words", LONGEST_WORDS)}
    name, most = longest.get(code, ("", 0))
    if most and (why := too_long(most, typed.get(name, "").strip())):
        return why
    known = {
        "": "",
        "mark-none": _("Nothing is marked yet."),
        "mark-kind": _("This file has nothing that could be marked so."),
        "mark-numbers": _("These four numbers are no region of the picture."),
        "mark-range": _("Write where it begins and where it ends, as 1:23 or in seconds."),
        "mark-film-region": _("Write the four numbers of the region, and from when to when it is covered."),
        "mark-words": _("These words, or which of them is meant, cannot be used."),
        "stale-version": _("Somebody else has marked something here meanwhile."),
    }
    return known.get(code, _("This cannot be marked so."))
