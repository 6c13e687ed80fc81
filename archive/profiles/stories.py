"""Stories that a collection brings with it: one Markdown file each, below a head in TOML."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from archive.profiles.check import Table
from archive.profiles.model import BroughtPicture, BroughtStory
from archive.profiles.problems import Problem
from archive.typed_files import NotTomlError, text_of, toml_in

FOLDER = "stories"
FENCE = "+++"
# A picture that is an item of the demonstration: only that tells it, anywhere else the story goes on without it.
DEMONSTRATED = re.compile(r"^(!\[[^\]\n]*\])\(demonstration/([^)\s]+)\)\n*", re.MULTILINE)
# What browsers show everywhere, by the end of its name.
PICTURES = (".jpg", ".png", ".webp")
MOST_PIXELS = 4_000
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def read_stories(
    folder: Path, languages: tuple[str, ...], problems: list[Problem]
) -> tuple[BroughtStory, ...]:
    """The stories of `stories/<slug>.md`, in order of slug; a `translation_of` names another of them."""
    found = tuple(_read_story(path, languages, problems) for path in sorted((folder / FOLDER).glob("*.md")))
    slugs = {one.slug for one in found if not one.translation_of}
    for one in found:
        if one.translation_of and one.translation_of not in slugs:
            file = f"{folder.name}/{FOLDER}/{one.slug}.md"
            problems.append(Problem(file, "translation_of", "names no story of this collection"))
    return found


def _read_story(path: Path, languages: tuple[str, ...], problems: list[Problem]) -> BroughtStory:
    file = f"{path.parent.parent.name}/{FOLDER}/{path.name}"
    head, body = _parts(path, file, problems)
    table = Table(head, file, problems)
    story = BroughtStory(
        slug=path.stem,
        title=table.string("title"),
        language=table.choice("language", languages),
        written_on=table.day("written_on"),
        translation_of=table.string("translation_of", required=False),
        body=DEMONSTRATED.sub("", body).strip(),
        picture=_picture(path.parent, table.table("picture")) if "picture" in head else None,
    )
    if not SLUG.fullmatch(path.stem):
        table.wrong("", "a story's file is named in small letters, digits and single hyphens")
    if not body:
        table.wrong("", "has no text below its head")
    table.done()
    return story


def _picture(folder: Path, table: Table) -> BroughtPicture:
    """The picture that a head names, which lies beside the stories."""
    name = table.string("file")
    path = folder / name
    if name and (path.name != name or path.suffix not in PICTURES or not path.is_file()):
        table.wrong("file", f"names no file beside the story that ends in {', '.join(PICTURES)}")
    picture = BroughtPicture(
        path,
        words=table.string("words"),
        width=table.whole("width", 1, MOST_PIXELS),
        height=table.whole("height", 1, MOST_PIXELS),
    )
    table.done()
    return picture


def _parts(path: Path, file: str, problems: list[Problem]) -> tuple[dict[str, object], str]:
    """The head between two lines of `+++`, and the Markdown below it."""
    try:
        text = text_of(path)
        _, head, body = re.split(rf"^{re.escape(FENCE)}\s*$", text, maxsplit=2, flags=re.MULTILINE)
        return toml_in(head), body.strip()
    except UnicodeDecodeError:
        reason = "is not UTF-8 text"
    except NotTomlError as error:
        reason = f"its head is not valid TOML: {error}"
    except ValueError:
        reason = f"begins with a line {FENCE}, its head, and another line {FENCE}"
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    problems.append(Problem(file, "", reason))
    return {"title": path.stem, "language": "", "written_on": date.min}, ""
