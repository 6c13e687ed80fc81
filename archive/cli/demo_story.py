"""The story that comes with the demonstration: told with the items that have just been taken in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from archive.access import OPERATOR
from archive.models.errors import IntegrityError
from archive.services import stories, story_changes
from archive.services.opening import Archive
from archive.services.story_said import Said

PICTURE = re.compile(r"(!\[[^\]]*\])\(([^)]+)\)")


def tell(archive: Archive, path: Path, collection: str, items: Mapping[str, str]) -> str:
    """Publish the story in the file at `path`, whose pictures name files; `items` are ids by the name of a file.

    Returns its title. IntegrityError (`demonstration`) where a file that it names was not taken in.
    """
    _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    told = tomllib.loads(head)
    if lost := [name for _, name in PICTURE.findall(body) if name not in items]:
        raise IntegrityError(
            f"The story tells of {', '.join(lost)}, which is not there.", code="demonstration"
        )
    said = Said(
        title=told["title"],
        collection=collection,
        language=told["language"],
        body=PICTURE.sub(lambda found: f"{found[1]}({items[found[2]]})", body).strip(),
    )
    story_id, troubles = story_changes.add(archive, OPERATOR, said)
    if troubles:
        raise IntegrityError(f"The story cannot be told: {troubles}.", code="demonstration")
    version = stories.one(archive, OPERATOR, story_id).version
    story_changes.show(archive, OPERATOR, story_id, version, publish=True)
    return said.title
