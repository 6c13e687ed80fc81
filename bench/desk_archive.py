"""An archive as a busy desk has it: many items in every state, described and with their history, written past the pipeline.

Everything is drawn from the same dice, so that two runs measure the same archive. Only what a measurement publishes
has a bag; the others' are not looked at.
"""

from __future__ import annotations

import hashlib
import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from archive.bags import PayloadFile, bag_key, write_bag
from archive.copies_version import COPIES_VERSION
from archive.models import (
    AccessCopy,
    Agent,
    Audience,
    Base,
    Collection,
    Consent,
    Event,
    File,
    FileState,
    Item,
    ItemAgent,
    ItemPlace,
    ItemState,
    ItemTerm,
    Message,
    Passage,
    Place,
    Submission,
    Term,
    new_id,
    today,
)
from archive.models.event import GENESIS
from archive.services.opening import Archive
from archive.services.record import as_files, records
from bench.desk_planted import Planted, content_of

COLLECTION = "march-25"
WORDS = (
    "river", "church", "letter", "mother", "harvest", "song", "road", "winter", "market", "night", "carriage",
    "brother", "lantern", "field", "journey", "window", "garden", "teacher", "prayer", "thunder", "cotton",
    "freedom", "witness", "kitchen", "bridge", "memory", "captain", "morning", "ribbon", "promise",
)  # fmt: skip
# How an item stands: state, audience, days until it may be shown, and how many of a hundred items do.
CONDITIONS: tuple[tuple[ItemState, str, int, int], ...] = (
    (ItemState.PUBLISHED, Audience.PUBLIC, 0, 56),
    (ItemState.PUBLISHED, Audience.COMMUNITY, 0, 5),
    (ItemState.PUBLISHED, Audience.STAFF, 0, 2),
    (ItemState.PUBLISHED, Audience.PUBLIC, 400, 2),
    (ItemState.IN_REVIEW, Audience.PUBLIC, 0, 15),
    (ItemState.ACCEPTED, Audience.PUBLIC, 0, 9),
    (ItemState.RETURNED, Audience.PUBLIC, 0, 4),
    (ItemState.RECEIVED, Audience.PUBLIC, 0, 2),
    (ItemState.DECLINED, Audience.PUBLIC, 0, 3),
    (ItemState.WITHDRAWN, Audience.PUBLIC, 0, 2),
)
HISTORY: dict[str, tuple[str, ...]] = {
    ItemState.RECEIVED: ("receive",),
    ItemState.IN_REVIEW: ("receive", "accession", "validate"),
    ItemState.RETURNED: ("receive", "accession", "validate", "return"),
    ItemState.ACCEPTED: ("receive", "accession", "validate", "describe", "accept"),
    ItemState.PUBLISHED: ("receive", "accession", "validate", "describe", "accept", "publish"),
    ItemState.DECLINED: ("receive", "accession", "validate", "decline"),
    ItemState.WITHDRAWN: ("receive", "accession", "validate", "accept", "publish", "withdraw"),
}
DAYS = 900
BATCH = 2000


@dataclass(frozen=True)
class Shared:
    """Ids of what items are linked to, and of the curators."""

    agents: Sequence[str]
    terms: Sequence[str]
    places: Sequence[str]
    curators: Sequence[str]


def fill(
    archive: Archive, count: int, to_publish: int, curators: Sequence[str]
) -> tuple[list[tuple[str, str]], Planted]:
    """Write `count` items; returns ids of `to_publish` that are accepted and in a bag, each with a word that only it has.

    Beside them what was planted: a twin of every hundredth, and one alike to every sixtieth.
    """
    planted = Planted()
    dice = random.Random(25)
    with archive.db.write_again() as session:
        session.add(Collection(slug=COLLECTION))
        session.flush()
        shared = _shared(session, dice, curators)
    numbers = iter(range(count))
    while batch := list(islice(numbers, BATCH)):
        rows: dict[type[Base], list[dict[str, Any]]] = {}
        for number in batch:
            for model, row in _rows(dice, number, shared, planted):
                rows.setdefault(model, []).append(row)
        with archive.db.write_again() as session:
            for model in rows:
                session.execute(insert(model), rows[model])
    with archive.db.write_again() as session:
        query = select(Item).where(Item.state == ItemState.ACCEPTED).order_by(Item.received_on, Item.id)
        chosen = enumerate(session.scalars(query.limit(to_publish)))
        return [_bagged(archive, session, n, item) for n, item in chosen], planted


def _shared(session: Session, dice: random.Random, curators: Sequence[str]) -> Shared:
    agents = [{"id": new_id(), "name": f"{_name(dice)} {_name(dice)} {number}"} for number in range(3000)]
    terms = [
        {"id": new_id(), "vocabulary": "subjects", "label": f"{dice.choice(WORDS)} {number}"}
        for number in range(300)
    ]
    places = [
        {
            "id": new_id(),
            "name": f"{_name(dice)} {number}",
            "latitude": dice.uniform(25, 45),
            "longitude": -80.5,
        }
        for number in range(500)
    ]
    made: tuple[tuple[type[Base], list[dict[str, Any]]], ...] = (
        (Agent, agents),
        (Term, terms),
        (Place, places),
    )
    for model, rows in made:
        session.execute(insert(model), rows)
    ids = [[str(row["id"]) for row in rows] for _, rows in made]
    return Shared(ids[0], ids[1], ids[2], curators)


def _rows(
    dice: random.Random, number: int, shared: Shared, planted: Planted
) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """One item with everything that belongs to it, row by row in an order that the keys allow."""
    state, audience, wait, _ = dice.choices(CONDITIONS, [one[3] for one in CONDITIONS])[0]
    day = today() - timedelta(days=DAYS - number * DAYS // 25_000 % DAYS)
    submission, consent, item, file = (new_id() for _ in range(4))
    yield Submission, {"id": submission, "collection": COLLECTION, "received_on": day}
    opens = today() + timedelta(days=wait) if wait else None
    yield Consent, {"id": consent, "submission_id": submission, "audience": audience, "not_before": opens}
    year = dice.randrange(1790, 1960)
    yield (
        Item,
        {
            "id": item,
            "submission_id": submission,
            "collection": COLLECTION,
            "consent_id": consent,
            "state": state,
            "version": 1,
            "received_on": day,
            "published_on": day if state in (ItemState.PUBLISHED, ItemState.WITHDRAWN) else None,
            "title": _sentence(dice, 6),
            "description": _sentence(dice, 60),
            "kind": dice.choice(("text", "still-image", "sound", "moving-image")),
            "date_given": str(year),
            "date_edtf": str(year),
            "date_start": year * 10000 + 101,
            "date_end": year * 10000 + 1231,
            "decades": [year // 10 * 10],
            "languages": [dice.choice(("eng", "spa", "fra", "por"))],
            "content_note": _sentence(dice, 5) if number % 9 == 0 else "",
        },
    )
    for model, column, ids in ((ItemAgent, "agent_id", shared.agents), (ItemTerm, "term_id", shared.terms)):
        for place, one in enumerate(dice.sample(ids, 2)):
            yield model, {"item_id": item, column: one, "position": place}
    yield ItemPlace, {"item_id": item, "place_id": dice.choice(shared.places)}
    yield from _file(dice, number, item, file, state)
    yield from planted.looks_of(dice, number, file, state)
    if state == ItemState.RETURNED or number % 25 == 0:
        yield (
            Message,
            {
                "submission_id": submission,
                "written_by": "contributor",
                "text": _sentence(dice, 20),
                "seen": number % 500 != 0,
                "answered": number % 500 != 0,
            },
        )
    yield from _history(dice, item, state, shared.curators)


def _file(
    dice: random.Random, number: int, item: str, file: str, state: str
) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    data = content_of(number)
    yield (
        File,
        {
            "id": file,
            "item_id": item,
            "given_name": f"given-{number}.txt",
            "safe_name": f"given-{number}.txt",
            "size": len(data),
            "sha512": hashlib.sha512(data).hexdigest(),
            "crc32": zlib.crc32(data),
            "state": FileState.EXAMINED,
            "copies_version": COPIES_VERSION,
            "media_type": "text/plain",
            "format_name": "Plain Text File",
            "puid": "x-fmt/111",
        },
    )
    if state == ItemState.WITHDRAWN:
        return
    for kind in ("thumbnail", "web"):
        yield (
            AccessCopy,
            {
                "file_id": file,
                "kind": kind,
                "path": f"{item}/{file}/{kind}",
                "media_type": "image/jpeg",
                "size": 20_000,
                "sha512": "0" * 128,
                "width": 320,
                "height": 240,
            },
        )
    yield Passage, {"file_id": file, "position": 0, "text": _sentence(dice, 120)}


def _history(
    dice: random.Random, item: str, state: str, curators: Sequence[str]
) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    previous = GENESIS
    for place, kind in enumerate(HISTORY[state]):
        event = Event(
            subject_id=item,
            sequence=place + 1,
            kind=kind,
            outcome="success",
            agent="pipeline" if kind in ("receive", "accession", "validate") else dice.choice(curators),
            detail={},
            at=datetime.combine(today(), datetime.min.time(), UTC),
            previous_hash=previous,
        )
        previous = event.chained_hash()
        values = {one.key: getattr(event, one.key) for one in Event.__mapper__.columns if one.key != "id"}
        yield Event, values | {"hash": previous}


def _bagged(archive: Archive, session: Session, number: int, item: Item) -> tuple[str, str]:
    """Put an item into a bag, its access copies where they belong, and give it a word that no other has."""
    word = "quill" + "".join("abcdefghij"[int(digit)] for digit in f"{number:05}")
    item.title = f"{word} {item.title}"
    session.flush()
    file = item.files[0]
    for copy in file.copies:
        # Else the worker would find them gone, and make them anew while they are measured.
        path = archive.settings.access / copy.path
        path.parent.mkdir(parents=True, exist_ok=True)
        content = copy.path.encode()
        path.write_bytes(content)
        copy.size, copy.sha512 = len(content), hashlib.sha512(content).hexdigest()
    data = content_of(int(file.given_name.removeprefix("given-").removesuffix(".txt")))
    source = archive.settings.staging / file.id
    source.write_bytes(data)
    payload = [PayloadFile(source=source, name=file.safe_name, sha512=file.sha512, size=file.size)]
    staged = archive.settings.staging / "bags" / item.id
    staged.parent.mkdir(exist_ok=True)
    revision = as_files(records(session, [item.id])[item.id])
    write_bag(staged, item_id=item.id, payload=payload, info={}, revision=revision)
    archive.store.publish_folder(staged, bag_key(item.id))
    item.bag_key, item.bag_revision = bag_key(item.id), item.record_revision
    return item.id, word


def _name(dice: random.Random) -> str:
    return dice.choice(WORDS).capitalize()


def _sentence(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(WORDS, k=words)).capitalize() + "."
