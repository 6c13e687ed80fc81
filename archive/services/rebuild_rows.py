"""Writes into the database what the record in a bag says, as it stood there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from archive.access import shown_until
from archive.bags import bag_key
from archive.models import (
    Arrangement,
    Base,
    Collection,
    Consent,
    Embargo,
    Event,
    File,
    FileState,
    Item,
    ItemState,
    PublicNote,
    Redaction,
    Revision,
    Submission,
    Transcript,
)
from archive.models.errors import IntegrityError
from archive.services import names_forgotten
from archive.services.rebuild_heard import Heard
from archive.services.rebuild_record import LOOK, Kept
from archive.services.rebuild_words import link_words, write_words
from archive.services.record import (
    ARRANGEMENT_FIELDS,
    CONSENT_DAYS,
    CONSENT_FIELDS,
    DESCRIBED,
    ITEM_DAYS,
    NOTE_FIELDS,
    REDACTION_FIELDS,
    REVISION_FIELDS,
    TRANSCRIPT_FIELDS,
)
from archive.services.record_statements import FILE_FIELDS
from archive.services.upsert import put_row, put_row_once

Said = Mapping[str, Any]
# Who gave it, and who is in it, in words: they go with what is destroyed.
UNSAID: dict[str, Any] = {"name_shown": "", "people_words": "", "places_shown": {}}


def write_kept(
    session: Session, kept: Kept, *, is_destroyed: bool, awaits_copies: bool, heard: Heard | None = None
) -> None:
    """Write all rows of an item in the caller's transaction; of what is destroyed its days and history alone.

    With `awaits_copies` the item has no bag yet as far as anybody knows, and its files are still to be looked at.
    `heard` is what other bags say of its words; without it they are what this one says.
    """
    record = kept.record
    _write_submission(session, kept, is_destroyed=is_destroyed)
    consents = _write_consents(session, record, is_destroyed=is_destroyed)
    item = _item(record, consents)
    session.add(item)
    session.flush()
    # Where rows of an item were lost and not its history, that stands.
    write_history(session, item.id, kept.events)
    if is_destroyed:
        return
    if not awaits_copies:
        item.bag_key = bag_key(item.id)
    _describe(item, record["description"])
    write_words(session, record, heard)
    link_words(session, item, record["description"], record["words"], heard)
    anew = awaits_copies and item.state != ItemState.WITHDRAWN
    _write_files(session, item.id, record["files"], FileState.RECEIVED if anew else "")
    _write_beside(session, item.id, record)
    session.flush()


def _write_submission(session: Session, kept: Kept, *, is_destroyed: bool) -> None:
    item, given = kept.record["item"], kept.record.get("submission", {})
    slug, came_on = given.get("collection", item["collection"]), given.get("received_on", item["received_on"])
    for one in {slug, item["collection"]}:
        put_row_once(session, Collection, ["slug"], {"slug": one, "created_on": date.fromisoformat(came_on)})
    row = session.get(Submission, item["submission"])
    if row is None:
        row = Submission(id=item["submission"], collection=slug, received_on=date.fromisoformat(came_on))
        row.title, row.source_key = "", None
        session.add(row)
    row.language = row.language or given.get("language", "")
    if not is_destroyed:
        if given.get("source_key"):
            # Without a folder that it came from, older bags have there what another thing of it is called.
            row.title = row.title or given.get("title", "")
        row.source_key = row.source_key or given.get("source_key")
    session.flush()
    write_history(session, row.id, kept.given)


def write_history(session: Session, subject_id: str, told: Sequence[Event]) -> None:
    """Write the history of a subject as far as this bag knows it; what is known of it already must be the same."""
    query = select(Event.hash).where(Event.subject_id == subject_id).order_by(Event.sequence)
    known = session.scalars(query).all()
    if any(one.hash != before for one, before in zip(told, known, strict=False)):
        raise IntegrityError(
            "The bag tells a history differently from what is known of it already.",
            code="history-changed",
            remedy=LOOK,
        )
    session.add_all(told[len(known) :])


def _write_consents(session: Session, record: Said, *, is_destroyed: bool) -> dict[int, Consent]:
    """Every version of the consent by its number; of one that another bag told, what that one had no word of."""
    submission_id = record["item"]["submission"]
    query = select(Consent).where(Consent.submission_id == submission_id)
    known = {one.version: one for one in session.scalars(query)}
    for said in record["consent"]:
        words = UNSAID if is_destroyed else {name: said[name] for name in UNSAID}
        row = known.get(said["version"])
        if row is None:
            row = Consent(submission_id=submission_id, **_values(said, CONSENT_FIELDS, CONSENT_DAYS) | UNSAID)
            session.add(row)
            known[row.version] = row
        row.name_shown = row.name_shown or words["name_shown"]
        row.people_words = row.people_words or words["people_words"]
        row.places_shown = {**words["places_shown"], **(row.places_shown or {})}
    # Of two items of one gift the bag of one may not have heard yet that its giver is not to be named so any more.
    names_forgotten.forget(list(known.values()))
    kept_back = record.get("kept_back")
    if kept_back and not is_destroyed:
        _keep_back(session, submission_id, _values(kept_back, ("consent_version",), ("allowed_from",)))
    session.flush()
    return known


def _keep_back(session: Session, submission_id: str, values: Said) -> None:
    """Keep back what was given together as the newest of its bags says: an older version lifts and holds nothing."""
    query = select(Embargo.consent_version).where(Embargo.submission_id == submission_id)
    if values["consent_version"] > (session.scalar(query) or 0):
        put_row(session, Embargo, ["submission_id"], {"submission_id": submission_id, **values})


def _item(record: Said, consents: Mapping[int, Consent]) -> Item:
    facts = record["item"]
    version = facts.get("consent_version") or record["consent"][-1]["version"]
    item = Item(
        id=facts["id"],
        submission_id=facts["submission"],
        collection=facts["collection"],
        consent_id=consents[version].id,
        state=ItemState(facts["state"]),
        position=facts["position"],
        withdrawal_words=facts.get("withdrawal_words", ""),
        record_revision=record["revision"],
        bag_revision=record["revision"],
        **{name: _day(facts.get(name)) for name in ITEM_DAYS},
    )
    # Older bags do not say who saw it: the day and the consents of that time do.
    item.shown_to = facts["shown_to"] if "shown_to" in facts else shown_until(item, list(consents.values()))
    return item


def _describe(item: Item, said: Said) -> None:
    for name in DESCRIBED:
        setattr(item, name, said[name])
    for name, value in said["date"].items():
        setattr(item, name if name == "decades" else f"date_{name}", value)


def _write_files(session: Session, item_id: str, files: Sequence[Said], state: str) -> None:
    # Bags of before names were kept as bytes have none.
    rows = [
        _values({"given_bytes": "", **file}, FILE_FIELDS)
        | {"item_id": item_id, "accompanies_id": None, "state": state or file["state"]}
        for file in files
    ]
    _insert(session, File, rows)
    # Only now: a file may stand before the one that it goes with.
    for file in files:
        if file["accompanies_id"]:
            beside = update(File).where(File.id == file["id"])
            session.execute(beside.values(accompanies_id=file["accompanies_id"]))


def _write_beside(session: Session, item_id: str, record: Said) -> None:
    """Write what people said, wrote and marked, each with its day."""
    for model, name, fields, days, own in (
        (Revision, "history", REVISION_FIELDS, ("made_on",), {"item_id": item_id}),
        (PublicNote, "notes", NOTE_FIELDS, ("accepted_on",), {"item_id": item_id}),
        (Transcript, "transcripts", TRANSCRIPT_FIELDS, ("made_on",), {}),
        (Redaction, "redactions", REDACTION_FIELDS, ("made_on", "removed_on"), {}),
    ):
        _insert(session, model, [_values(one, fields, days) | own for one in record[name]])
    # Bags of before files had revisions know of none.
    stood = record.get("arrangements", ())
    rows = [_values(one, ARRANGEMENT_FIELDS, ("made_on",)) | {"item_id": item_id} for one in stood]
    _insert(session, Arrangement, rows)


def _insert(session: Session, model: type[Base], rows: Sequence[Said]) -> None:
    if rows:
        session.execute(insert(cast("Table", model.__table__)), list(rows))


def _values(said: Said, names: Sequence[str], days: Sequence[str] = ()) -> dict[str, Any]:
    return {name: said[name] for name in names} | {name: _day(said[name]) for name in days}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
