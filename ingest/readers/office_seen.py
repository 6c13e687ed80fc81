"""A document as it is seen: a copy of an office file without what it hides, for the library that reads its words."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.readers import rtf_letters
from ingest.readers.base import Work
from ingest.readers.markup_cuts import UTF_16, Rules, without
from ingest.readers.office_hidden import Book, Sheet, Slides, hidden_sheets
from ingest.readers.office_open import OpenDocument
from ingest.readers.office_word import Word
from ingest.readers.rtf_cuts import tells, without_hidden

# What stands in a part that hides something; in most documents nothing does, and they are read as they are.
TELLTALES = {
    "docx": (
        b"vanish",
        b"Vanish",
        b"webHidden",
        b":del",
        b"moveFrom",
        b":hidden",
        b":docPr",
        b"descr=",
        b":highlight",
        b":shd",
    ),
    "odt": (
        b":display=",
        b":hidden-",
        b":script",
        b"collapse",
        b"filter",
        b"tracked-changes",
        b"annotation",
        b"presentation:notes",
    ),
    "pptx": (b"show", b"hidden"),
    "xlsx": (b"hidden", b"veryHidden"),
    "epub": (b"hidden", b"display", b"visibility", b"HIDDEN", b"DISPLAY"),
}
# The same of letters: light ones, those on a ground of their own, and the smallest.
LETTERS = {
    "docx": re.compile(rb":(?:color\s[^>]*?=\s*[\"'][fF]|szC?s?\s[^>]*?=\s*[\"'][0-2][\"'])"),
    "odt": re.compile(
        rb":(?:color\s*=\s*[\"']#[fF]|background-color\s*=\s*[\"']#|font-size\s*=\s*[\"'](?:[01]?\.|[0-9][^0-9.]))"
    ),
}
# Pictures behind the text, on which letters of any colour may stand.
BEHIND = re.compile(rb"behindDoc\s*=\s*[\"'](?:1|true)|run-through\s*=\s*[\"']background")
# Parts that hold words which another part may hide: of a hidden sheet the book of sheets tells, of hidden words the styles.
BY_OTHERS = {
    "docx": re.compile(r"word/.*\.xml", re.IGNORECASE),
    "odt": re.compile(r"(?:.*/)?(?:content|styles)\.xml"),
    "xlsx": re.compile(r".*"),
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
            # Where one part tells something, what it hides may stand in another, as what a style hides does.
            hides = any(
                _is_note(one) or (_is_markup(one) and _tells(parts.read(one), kind))
                for one in parts.infolist()
            )
            if hides and _write(parts, kind, copy):
                work.note("seen-unsure")
    try:
        yield copy if hides else work.path
    finally:
        copy.unlink(missing_ok=True)


def _write_rtf(data: bytes, copy: Path) -> bool:
    hides = tells(data)
    seen = b"".join(without_hidden(data)) if hides else data
    is_recoded = rtf_letters.tells(seen)
    if hides or is_recoded:
        with copy.open("wb") as out:
            out.writelines(rtf_letters.recoded(seen) if is_recoded else [seen])
    return hides or is_recoded


def _write(parts: zipfile.ZipFile, kind: str, copy: Path) -> bool:
    """Write what is seen; whether that is not sure."""
    make, is_unsure = _rules(parts, kind), False
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for part in parts.infolist():
            if _is_note(part):
                continue
            # Pictures say nothing, so their places are kept and their bytes are not.
            data = parts.read(part) if _is_markup(part) or part.file_size < 1024 else b""
            by_others = kind in BY_OTHERS and BY_OTHERS[kind].fullmatch(part.filename)
            if _is_markup(part) and (by_others or _tells(data, kind)):
                rules = make(part.filename)
                data = without(data, rules)
                is_unsure |= rules.is_unsure
            out.writestr(part.filename, data)
    return is_unsure


def _rules(parts: zipfile.ZipFile, kind: str) -> Callable[[str], Rules]:
    """What makes the rules for a part, by its name: each part is looked at with none of what the others left."""

    def read(name: str) -> bytes:
        return parts.read(name) if name in parts.namelist() else b""

    is_page_known = not any(_is_markup(one) and BEHIND.search(parts.read(one)) for one in parts.infolist())
    if kind == "docx":
        styles = next((parts.read(one) for one in parts.namelist() if one.lower() == "word/styles.xml"), b"")
        return lambda _name: Word(styles, is_page_known)
    if kind == "odt":
        styles = read("styles.xml")
        return lambda _name: OpenDocument(styles, is_page_known)
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
    letters = LETTERS.get(kind)
    return (
        data.startswith(UTF_16)
        or any(word in data for word in TELLTALES[kind])
        or (letters is not None and letters.search(data) is not None)
    )
