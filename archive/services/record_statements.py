"""The statements by which the record of items is read: one a table, built once, that make no objects of the rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, FromClause, Select, bindparam, or_, select

from archive.models import (
    Agent,
    AlternativeName,
    Arrangement,
    Authority,
    AuthorityLink,
    Consent,
    Embargo,
    Event,
    File,
    Item,
    ItemAgent,
    ItemPlace,
    ItemTerm,
    MergedAuthority,
    Place,
    PublicNote,
    Redaction,
    Replacement,
    Revision,
    Submission,
    Term,
    Transcript,
)

FILE_FIELDS = (
    "id",
    "position",
    "given_name",
    "given_bytes",
    "safe_name",
    "title",
    "role",
    "accompanies_id",
    "language",
    "size",
    "sha512",
    "crc32",
    "state",
    "failure_code",
    "failure",
    "notes",
    "media_type",
    "format_name",
    "puid",
    "pages",
    "width",
    "height",
    "duration_ms",
    "says",
)
SUBMISSION_FIELDS = ("collection", "title", "language", "source_key")

_item, _file, _consent, _event, _revision, _note, _transcript, _redaction, _place = (
    model.__table__
    for model in (Item, File, Consent, Event, Revision, PublicNote, Transcript, Redaction, ItemPlace)
)
GIVEN: BindParameter[Any] = bindparam("given", expanding=True)


def _linked(link: FromClause, to: FromClause, *names: str) -> Select[Any]:
    """What items are linked to, in order: the item's id, then columns of either table by name."""
    columns = (to.c[name] if name in to.c else link.c[name] for name in names)
    return (
        select(link.c.item_id.label("owner"), *columns)
        .join_from(link, to)
        .where(link.c.item_id.in_(GIVEN))
        .order_by(link.c.position)
    )


_submission, _embargo, _replacement, _arrangement = (
    model.__table__ for model in (Submission, Embargo, Replacement, Arrangement)
)
ITEMS = (
    select(
        _item,
        _consent.c.version.label("consent_version"),
        *(_submission.c[name].label(f"submission_{name}") for name in SUBMISSION_FIELDS),
        _submission.c.received_on.label("submission_received_on"),
        _embargo.c.consent_version.label("kept_back_version"),
        _embargo.c.allowed_from,
    )
    .join_from(_item, _submission)
    .join(_consent, _consent.c.id == _item.c.consent_id)
    .outerjoin(_embargo, _embargo.c.submission_id == _item.c.submission_id)
    .where(_item.c.id.in_(GIVEN))
)
REPLACEMENTS = select(_replacement).where(_replacement.c.old_id.in_(GIVEN)).order_by(_replacement.c.new_id)
AGENTS = _linked(ItemAgent.__table__, Agent.__table__, "id", "name", "role", "kind")
PLACES = _linked(
    ItemPlace.__table__, Place.__table__, "id", "name", "latitude", "longitude", "precision"
).add_columns(_place.c.latitude.label("here_latitude"), _place.c.longitude.label("here_longitude"))
TERMS = _linked(ItemTerm.__table__, Term.__table__, "id", "label", "vocabulary")
FILES = (
    select(_file.c.item_id.label("owner"), *(_file.c[name] for name in FILE_FIELDS))
    .where(_file.c.item_id.in_(GIVEN))
    .order_by(_file.c.position)
)
CONSENTS = select(_consent).where(_consent.c.submission_id.in_(GIVEN)).order_by(_consent.c.version)
EVENTS = select(_event).where(_event.c.subject_id.in_(GIVEN)).order_by(_event.c.sequence)
REVISIONS = select(_revision).where(_revision.c.item_id.in_(GIVEN)).order_by(_revision.c.number)
ARRANGEMENTS = select(_arrangement).where(_arrangement.c.item_id.in_(GIVEN)).order_by(_arrangement.c.number)
TRANSCRIPTS = (
    select(_file.c.item_id.label("owner"), _transcript)
    .join_from(_transcript, _file)
    .where(_file.c.item_id.in_(GIVEN))
    .order_by(_file.c.position, _transcript.c.number)
)

NOTES = select(_note).where(_note.c.item_id.in_(GIVEN)).order_by(_note.c.accepted_on, _note.c.id)
REDACTIONS = (
    select(_file.c.item_id.label("owner"), _redaction)
    .join_from(_redaction, _file)
    .where(_file.c.item_id.in_(GIVEN))
    .order_by(_redaction.c.id)
)

_authority, _other, _link, _merged = (
    model.__table__ for model in (Authority, AlternativeName, AuthorityLink, MergedAuthority)
)
_below = _authority.alias("below")
# Also of the words that these replace, or are replaced by: what bears the one is found by the other.
AUTHORITIES = select(_authority).where(
    or_(
        _authority.c.id.in_(GIVEN),
        _authority.c.preferred_id.in_(GIVEN),
        _authority.c.id.in_(select(_below.c.preferred_id).where(_below.c.id.in_(GIVEN))),
    )
)
OTHERS = select(_other).where(_other.c.authority_id.in_(GIVEN)).order_by(_other.c.position)
LINKS = select(_link).where(_link.c.authority_id.in_(GIVEN)).order_by(_link.c.position)
MERGED = select(_merged).where(_merged.c.new_id.in_(GIVEN)).order_by(_merged.c.old_id)
