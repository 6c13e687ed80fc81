"""Stories that a collection brings with it: one Markdown file each, below a head in TOML."""

from __future__ import annotations

import re
from pathlib import Path

from archive.profiles.check import SLUG, Table
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


def read_stories(
    folder: Path, languages: tuple[str, ...], problems: list[Problem]
) -> tuple[BroughtStory, ...]:
    """The stories of `stories/<slug>.md`, in order of slug; a `translation_of` names another of them."""
    paths = sorted((folder / FOLDER).glob("*.md"))
    read = {path.stem: _read_story(path, languages, problems) for path in paths}
    found = tuple(one for one in read.values() if one is not None)
    # One that could not be read may be what another says again.
    slugs = {slug for slug, one in read.items() if one is None or not one.translation_of}
    for one in found:
        if one.translation_of and one.translation_of not in slugs:
            file = f"{folder.name}/{FOLDER}/{one.slug}.md"
            problems.append(Problem(file, "translation_of", "names no story of this collection"))
    return found


def _read_story(path: Path, languages: tuple[str, ...], problems: list[Problem]) -> BroughtStory | None:
    file = f"{path.parent.parent.name}/{FOLDER}/{path.name}"
    parts = _parts(path, file, problems)
    if parts is None:
        return None
    head, body = parts
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


def _parts(path: Path, file: str, problems: list[Problem]) -> tuple[dict[str, object], str] | None:
    """The head between two lines of `+++`, and the Markdown below it; None, and a problem, where it cannot be read."""
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
    return None
