"""A document as it is seen: a copy of an office file without what it hides, for the library that reads its words."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.readers.base import Work
from ingest.readers.markup_cuts import UTF_16, Rules, without
from ingest.readers.office_hidden import Book, OpenDocument, Sheet, Slides, Word, hidden_sheets
from ingest.readers.rtf_cuts import tells, without_hidden

# What stands in a part that hides something; in most documents nothing does, and they are read as they are.
TELLTALES = {
    "docx": (b"vanish", b"Vanish", b"webHidden", b":del", b"moveFrom"),
    "odt": (b":display=", b":hidden-", b"tracked-changes", b"annotation", b"presentation:notes"),
    "pptx": (b"show", b"hidden"),
    "xlsx": (b"hidden", b"veryHidden"),
    "epub": (b"hidden", b"display", b"visibility", b"HIDDEN", b"DISPLAY"),
}
# What the speaker sees and the audience does not.
NOTES_TO_SLIDES = "ppt/notesslides/"
MARKUP = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx")


@contextmanager
def seen(work: Work, kind: str) -> Iterator[Path]:
    """Give the path of a file that holds what is seen of a document of that kind (its extension): often the document itself.

    Raises ReadFailure where hidden things are in a part that cannot be read.
    """
    copy = work.scratch / f"seen.{kind}"
    hides = False
    if kind == "rtf":
        hides = _write_rtf(work.path.read_bytes(), copy)
    elif kind in TELLTALES and zipfile.is_zipfile(work.path):
        with zipfile.ZipFile(work.path) as parts:
            hides = any(
                _is_note(one) or (_is_markup(one) and _tells(parts.read(one), kind))
                for one in parts.infolist()
            )
            if hides:
                _write(parts, kind, copy)
    try:
        yield copy if hides else work.path
    finally:
        copy.unlink(missing_ok=True)


def _write_rtf(data: bytes, copy: Path) -> bool:
    if hides := tells(data):
        with copy.open("wb") as out:
            out.writelines(without_hidden(data))
    return hides


def _write(parts: zipfile.ZipFile, kind: str, copy: Path) -> None:
    rules = _rules(parts, kind)
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for part in parts.infolist():
            if _is_note(part):
                continue
            # Pictures say nothing, so their places are kept and their bytes are not.
            data = parts.read(part) if _is_markup(part) or part.file_size < 1024 else b""
            # Of a hidden sheet the book of sheets tells, not the sheet.
            if _is_markup(part) and (kind == "xlsx" or _tells(data, kind)):
                data = without(data, rules(part.filename))
            out.writestr(part.filename, data)


def _rules(parts: zipfile.ZipFile, kind: str) -> Callable[[str], Rules]:
    """What makes the rules for a part, by its name: each part is looked at with none of what the others left."""

    def read(name: str) -> bytes:
        return parts.read(name) if name in parts.namelist() else b""

    if kind == "docx":
        styles = read("word/styles.xml")
        return lambda _name: Word(styles)
    if kind == "odt":
        styles = read("styles.xml")
        return lambda _name: OpenDocument(styles)
    if kind == "pptx":
        return lambda _name: Slides()
    if kind == "epub":
        return lambda _name: Book()
    workbook, relations = read("xl/workbook.xml"), read("xl/_rels/workbook.xml.rels")
    hidden = hidden_sheets(workbook, relations) if workbook and relations else frozenset[str]()
    return lambda name: Sheet(name.rpartition("/")[2] in hidden)


def _is_note(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().startswith(NOTES_TO_SLIDES)


def _is_markup(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith(MARKUP)


def _tells(data: bytes, kind: str) -> bool:
    return data.startswith(UTF_16) or any(word in data for word in TELLTALES[kind])
