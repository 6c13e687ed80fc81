"""A bag as it was at the moment of the backup: revisions that came after it are left out, so that it says what the database says."""

from __future__ import annotations

import json
from functools import partial

from archive.bags.layout import MANIFEST, TAG_MANIFEST, revision_folder, revision_of, revisions_in
from archive.bags.manifest import format_manifest, parse_manifest
from archive.bags.write import sha512_of
from archive.models.errors import NotFoundError
from archive.services.backup_folder import Piece
from archive.services.backup_plan import bytes_piece
from archive.services.opening import Archive
from archive.storage import ObjectStore


def pieces_of_bag(archive: Archive, key: str, revision: int, of: str) -> list[Piece]:
    """The files of the bag at `key`, which is `of` an item, as of `revision` of its record, the tag manifest last; it may be revised meanwhile.

    NotFoundError when there is none. Of a bag whose manifests cannot be read every file is taken as it is.
    """
    store = archive.store
    listed = _read(store, f"{key}/{TAG_MANIFEST}")
    tags, problems = parse_manifest(listed, TAG_MANIFEST)
    payload, others = parse_manifest(_read(store, f"{key}/{MANIFEST}"), MANIFEST)
    if problems or others:
        return [_piece(store, of, name, "") for name in store.list(key)]
    tags_then = _as_of(store, key, tags, revision)
    if tags_then != tags:
        listed = format_manifest(tags_then)
    found = [_piece(store, of, f"{key}/{path}", sha512) for path, sha512 in {**payload, **tags_then}.items()]
    path = f"objects/{key}/{TAG_MANIFEST}"
    return [*found, bytes_piece(path, listed, sha512_of(listed), of)]


def _piece(store: ObjectStore, of: str, key: str, sha512: str) -> Piece:
    return Piece(f"objects/{key}", partial(store.open, key), partial(store.size, key), sha512, of)


def _as_of(store: ObjectStore, key: str, tags: dict[str, str], revision: int) -> dict[str, str]:
    """What the tag manifest listed when the record was at `revision`; nothing that it lists is ever changed."""
    numbers = revisions_in(tags)
    while len(numbers) > 1 and _revision_in(store, f"{key}/{revision_folder(numbers[-1])}") > revision:
        numbers.pop()
    last = numbers[-1] if numbers else 0
    return {path: sha512 for path, sha512 in tags.items() if (revision_of(path) or 0) <= last}


def _revision_in(store: ObjectStore, folder: str) -> int:
    """The revision that a record in a bag is of; 0 when it does not say."""
    try:
        said = json.loads(_read(store, f"{folder}/record.json"))
        return int(said["revision"])
    except (NotFoundError, OSError, ValueError, KeyError, TypeError):
        return 0


def _read(store: ObjectStore, key: str) -> bytes:
    with store.open(key) as stream:
        return stream.read()
