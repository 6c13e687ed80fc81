"""The pages on which curators put the files of an item in order, and write what a file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from archive.captions import FAULTS, Fault
from archive.services.arrangements import ORIGINAL, Place, mark_of
from archive.services.arranging import LONGEST_TITLE, ROLES, as_title
from archive.services.taken_out import TAKEN_OUT
from archive.services.transcribing import Wording, Written
from archive.services.views import FileView, ItemView
from archive.web import labels
from archive.web.links import media_href
from archive.web.pages_arrangement import OF_A_ROLE, differing, names_in
from archive.web.pages_beside import Beside, beside
from archive.web.pages_form import SAID_AGAIN, Option, too_long
from archive.web.words import _, day, later

TROUBLES = {
    "no-such-role": later("This is not in the list. Please choose from it."),
    "of-which": later("Choose the file that it belongs to."),
    "not-an-original": later("It can only belong to another file that is an original itself."),
    "taken-out": SAID_AGAIN,
    "no-language": later("Write the language as a code of two or three letters, such as en, es or yor."),
}
OF_A_TEXT = {
    "not-played": later("Times only make sense for something that is heard or seen. Write plain text here."),
    "no-such-page": later("The file has no such page."),
    "taken-out": later(
        "What begins here was taken out of another file of the item. Write it without, or tick “Say it all the same”."
    ),
}


@dataclass(frozen=True)
class FileRow:
    """One file to be put in its place; `src` is a small picture of it, `trouble` why what was chosen cannot be."""

    id: str
    number: int
    name: str
    title: str
    language: str
    src: str
    roles: tuple[Option, ...]
    others: tuple[Option, ...]
    trouble: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class FilesPage:
    """The files of an item, as they stand or as somebody has just arranged them.

    `mark` tells what its writer had before them, `theirs` how files stand now that somebody else arranged meanwhile.
    """

    id: str
    title: str
    mark: str
    rows: tuple[FileRow, ...]
    is_crossed: bool
    theirs: tuple[tuple[str, str], ...]

    @property
    def is_seen(self) -> bool:
        """Whether any of them can be seen."""
        return any(one.src for one in self.rows)

    @property
    def asks_anyway(self) -> bool:
        """Whether a title says what was taken out of a file."""
        return any(one.trouble == str(SAID_AGAIN) for one in self.rows)

    @property
    def troubles(self) -> tuple[FileRow, ...]:
        """The files of which something cannot be so."""
        return tuple(one for one in self.rows if one.trouble)


@dataclass(frozen=True)
class WordingShown:
    """One revision of a text in words."""

    number: int
    on: str
    by: str
    before: str
    after: str
    is_current: bool


@dataclass(frozen=True)
class TranscriptPage:
    """What a file says, to be written beside it; `faults` are lines and reasons.

    `is_waiting`: what it says is still being made, with nothing taken out.
    """

    id: str
    title: str
    file_id: str
    name: str
    language: str
    text: str
    mark: str
    is_played: bool
    is_waiting: bool
    faults: tuple[str, ...]
    asks_anyway: bool
    is_crossed: bool
    theirs: str
    wordings: tuple[WordingShown, ...]
    files: tuple[Beside, ...]

    @property
    def is_written(self) -> bool:
        """Whether it can be written: not while nothing is known of what stands there and nothing is typed."""
        return bool(self.text) or not self.is_waiting

    @property
    def is_seen(self) -> bool:
        """Whether there is something to see beside it, not only to hear."""
        return any(one.is_seen for one in self.files)


def files_page(
    item: ItemView,
    stand: Sequence[Place],
    places: Sequence[Place],
    *,
    mark: str = "",
    troubles: Mapping[str, str] | None = None,
    crossed: bool = False,
) -> FilesPage:
    """The files in the order of `places`, with what is chosen there; `stand` is how they stand now.

    `mark` is of what was before whoever chose; with `crossed` somebody else was faster.
    """
    files = {one.id: one for one in item.files}
    known = list({one.file_id: one for one in places if one.file_id in files}.values())
    chosen = {one.file_id for one in known}
    known += [one for one in stand if one.file_id not in chosen and one.file_id in files]
    numbers = {one.file_id: place for place, one in enumerate(known, start=1)}
    rows = tuple(_row(one, files, numbers, (troubles or {}).get(one.file_id, "")) for one in known)
    theirs = differing(known, stand, names_in(item)) if crossed else ()
    return FilesPage(
        id=item.id,
        title=item.title or _("Without a title"),
        mark=mark or mark_of(stand),
        rows=rows,
        is_crossed=crossed,
        theirs=tuple((label, words) for label, _mine, words in theirs),
    )


def transcript_page(
    item: ItemView,
    file: FileView,
    written: Written,
    wordings: Sequence[Wording],
    names: Mapping[str, str],
    *,
    typed: str | None = None,
    mark: str = "",
    faults: Sequence[Fault] = (),
    crossed: bool = False,
) -> TranscriptPage:
    """What stands there or was just typed; `names` are the user names of those who wrote what stood there."""
    text = written.text if typed is None else typed
    lie = {one.id: one for one in beside(item)}
    # The text itself stands in the form; captions and transcripts are written beside what they are of.
    seen = [replace(lie[one], text=(), is_cut=False) for one in (file.accompanies_id, file.id) if one in lie]
    return TranscriptPage(
        id=item.id,
        title=item.title or _("Without a title"),
        file_id=file.id,
        name=file.given_name,
        language=labels.language_tag(file.language),
        text=text,
        mark=mark or written.mark,
        is_played=written.is_played,
        is_waiting=written.is_waiting,
        faults=tuple(fault_words(one) for one in faults),
        asks_anyway=any(one.code == TAKEN_OUT for one in faults),
        is_crossed=crossed,
        theirs=written.text if crossed else "",
        wordings=tuple(_wording(one, names, is_current=one is wordings[0]) for one in wordings),
        files=tuple(seen),
    )


def fault_words(fault: Fault) -> str:
    """What is wrong in a line, in the visitor's language."""
    why = _(FAULTS[fault.code]) if fault.code in FAULTS else str(OF_A_TEXT[fault.code])
    return _("Line %(number)s: %(why)s", number=fault.line, why=why)


def _row(place: Place, files: Mapping[str, FileView], numbers: Mapping[str, int], trouble: str) -> FileRow:
    file, number = files[place.file_id], numbers[place.file_id]
    faces = file.copies_of("thumbnail") or file.copies_of("poster")
    others = tuple(
        Option(
            other,
            _("File %(number)s: %(name)s", number=numbers[other], name=files[other].given_name),
            "",
            other == place.accompanies,
        )
        for other in numbers
        if other != place.file_id
    )
    return FileRow(
        id=file.id,
        number=number,
        name=file.given_name,
        title=place.title,
        language=place.language,
        src=media_href(faces[0]) if faces else "",
        roles=tuple(Option(one, str(OF_A_ROLE[one]), "", one == place.role) for one in ROLES),
        others=(Option("", _("No other file"), "", place.role == ORIGINAL or not place.accompanies), *others),
        trouble=too_long(LONGEST_TITLE, as_title(place.title))
        if trouble == "too-long"
        else str(TROUBLES.get(trouble, "")),
        is_first=number == 1,
        is_last=number == len(numbers),
    )


def _wording(one: Wording, names: Mapping[str, str], *, is_current: bool) -> WordingShown:
    by = labels.by(names, one.agent)
    return WordingShown(one.number, day(one.on), by, one.before, one.after, is_current)
