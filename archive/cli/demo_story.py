"""The stories of the demonstration: its own and those that its collection brings, told with items just taken in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive.access import OPERATOR
from archive.models.errors import IntegrityError
from archive.profiles.stories import DEMONSTRATED
from archive.services import stories, story_changes
from archive.services.opening import Archive
from archive.services.story_said import Said, slug_of
from archive.typed_files import text_of, toml_in

PICTURE = re.compile(r"(!\[[^\]]*\])\((?:demonstration/)?([^)]+)\)")


def tell(archive: Archive, path: Path, collection: str, items: Mapping[str, str]) -> str:
    """Publish the story in the file at `path`, whose pictures name files; `items` are ids by the name of a file.

    Returns its title. IntegrityError (`demonstration`) where a file that it names was not taken in.
    """
    said = _said(path, collection, items)
    _publish(archive, said)
    return said.title


def tell_again(archive: Archive, folder: Path, collection: str, items: Mapping[str, str]) -> int:
    """Publish the stories that the collection brings in `folder` with their pictures; returns how many.

    They take the place of those that are without. Errors as above.
    """
    told: dict[str, str] = {}
    files = [path for path in folder.glob("*.md") if DEMONSTRATED.search(path.read_text(encoding="utf-8"))]
    # What a story says in another language is known by the story whose translation it is.
    for path in sorted(files, key=lambda path: ("translation_of" in _parts(path)[0], path.name)):
        said = _said(path, collection, items)
        work = told.get(_parts(path)[0].get("translation_of", ""), "")
        told[path.stem] = _publish(archive, replace(said, slug=path.stem, translation_of=work))
    return len(told)


def _parts(path: Path) -> tuple[dict[str, Any], str]:
    _, head, body = text_of(path).split("+++\n", 2)
    return toml_in(head), body


def _said(path: Path, collection: str, items: Mapping[str, str]) -> Said:
    head, body = _parts(path)
    if lost := [name for _, name in PICTURE.findall(body) if name not in items]:
        raise IntegrityError(
            f"The story tells of {', '.join(lost)}, which is not there.", code="demonstration"
        )
    return Said(
        title=head["title"],
        collection=collection,
        language=head["language"],
        body=PICTURE.sub(lambda found: f"{found[1]}({items[found[2]]})", body).strip(),
    )


def _publish(archive: Archive, said: Said) -> str:
    # A run that was killed may have told it, or half of that.
    there = {one.slug: one.id for one in stories.at_desk(archive, OPERATOR)}
    story_id = there.get(slug_of(said), "")
    if not story_id:
        story_id, troubles = story_changes.add(archive, OPERATOR, said)
        if troubles:
            raise IntegrityError(f"The story cannot be told: {troubles}.", code="demonstration")
    story = stories.one(archive, OPERATOR, story_id)
    if not story.published:
        story_changes.show(archive, OPERATOR, story_id, story.version, publish=True)
    return story_id
