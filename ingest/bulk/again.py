"""Compares what is given again with what was taken in before: a consent that allows less now holds it back, the rest is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import (
    Agent,
    Audience,
    Authority,
    Consent,
    Item,
    ItemAgent,
    ItemPlace,
    ItemState,
    ItemTerm,
    Place,
    Revision,
    Submission,
    Term,
)
from archive.profiles import Field
from archive.services.consent_columns import CONSENT_PREFIX
from archive.services.describe import PLAIN, Description
from archive.services.known_words import Row
from archive.services.narrowest import narrowest
from archive.services.opening import Archive
from archive.services.revisions import said_of
from archive.services.rooms import name_of
from archive.services.spelled import spelled
from ingest.bulk.before import holding, taken_before
from ingest.bulk.consent import allowed
from ingest.bulk.model import NOT_TO_BE_KEPT, Plan, Problem, SubmissionPlan

# What a consent allows, by the name of its part in a table.
PARTS = {
    "audience": "audience",
    "naming": "naming",
    "place_precision": "place_precision",
    "people": "others",
    "reuse": "reuse",
    "not_before": "not_before",
    "not_after": "not_after",
    "name_shown": "name_shown",
    "places_shown": "place_shown",
}
DIFFERS = "It was taken in before; what the table says now is not applied. Change it at the Desk or with `sheet in`."
WIDER = "It was taken in before; what the table allows now is not applied. Change it at the Desk."
HELD_BACK = "It was taken in before, and the table allows less now, so it is not published. Change what its giver allows at the Desk, and publish it there."
SHOWN = "It was published before, and the table allows less now: take it back with `remembrance withdraw {ids}`, or change what its giver allows at the Desk."
STILL_KEPT = "It was taken in before, and the table says now that it is not to be kept: take it back with `remembrance withdraw {ids}`, or at the Desk."
MOST_IDS = 20


@dataclass(frozen=True)
class Compared:
    """What is told of a submission that is there already, and whether it is not to be published by this command."""

    problems: tuple[Problem, ...] = ()
    held_back: bool = False


def compare(archive: Archive, planned: SubmissionPlan, audience: Audience, submission_id: str) -> Compared:
    """What the plan says otherwise than what an earlier run took in for it, as it came and as it stands since.

    Where that was changed at the Desk and the table was not, nothing is told.
    """
    with archive.db.read() as session:
        return _compare(archive, session, planned, audience, submission_id)


def look_again(archive: Archive, planned: Plan, collection: str, audience: Audience) -> Plan:
    """The plan with everything that is told when it is sent, as far as it is known before; touches nothing."""
    submissions = []
    for one in planned.submissions:
        parts, _ = taken_before(archive, one, collection)
        found = [compare(archive, part, audience, submission_id) for submission_id, part in parts]
        told = told_of_what_is_kept(archive, one, collection)
        submissions.append(with_problems(told, [problem for each in found for problem in each.problems]))
    return replace(planned, submissions=tuple(submissions))


def told_of_what_is_kept(archive: Archive, planned: SubmissionPlan, collection: str) -> SubmissionPlan:
    """The plan with a problem more where its table says now that nothing is to be kept, and something is."""
    paths = [refusal.path for refusal in planned.refusals if refusal.code == NOT_TO_BE_KEPT]
    found = holding(archive, planned, collection, paths) if paths else []
    gone = (ItemState.WITHDRAWN, ItemState.DECLINED)
    there = select(Item.id).where(Item.submission_id.in_(found), Item.state.not_in(gone))
    with archive.db.read() as session:
        ids = session.scalars(there.order_by(Item.submission_id, Item.position)).all()
    problem = Problem(0, f"{CONSENT_PREFIX}keep", STILL_KEPT.format(ids=_named(ids)))
    return with_problems(planned, [problem] if ids else [])


def with_problems(planned: SubmissionPlan, problems: Sequence[Problem]) -> SubmissionPlan:
    """The plan with more problems, told before those of its rows."""
    return replace(planned, problems=(*problems, *planned.problems))


def _compare(
    archive: Archive, session: Session, planned: SubmissionPlan, audience: Audience, submission_id: str
) -> Compared:
    submission = session.get_one(Submission, submission_id)
    profile = archive.profiles[submission.collection]
    consent = allowed(planned.consent, audience, profile)
    items = session.scalars(
        select(Item).where(Item.submission_id == submission_id).order_by(Item.position)
    ).all()
    names = tuple(PARTS) if planned.consent is not None else ("audience",)
    less, more = _otherwise(vars(consent), submission.consents[0], submission.consents[-1], names)
    problems = [Problem(0, name, WIDER, note=True) for name in more]
    if less:
        shown = [item.id for item in items if item.state == ItemState.PUBLISHED]
        reason = SHOWN.format(ids=_named(shown)) if shown else HELD_BACK
        problems += [Problem(0, name, reason) for name in less]
    # Who revises the consent changes what others may do with it too, and no revision tells of that.
    revised = len(submission.consents) > 1
    asked = [field for field in profile.fields if not (revised and field.kind == "rights")]
    by_file = {file.given_name: item for item in items for file in item.files}
    for one in planned.items:
        item = by_file.get(one.files[0].given_name)
        # What was put together otherwise at the Desk has no row that describes it.
        if item is None or {file.given_name for file in item.files} != {
            file.given_name for file in one.files
        }:
            continue
        if _is_said_otherwise(session, one.description, item, asked):
            problems.append(Problem(0, one.description.title, DIFFERS))
    return Compared(tuple(problems), bool(less))


def _named(ids: Iterable[str]) -> str:
    first, more = list(ids)[:MOST_IDS], list(ids)[MOST_IDS:]
    return " ".join(first) + (f" … ({len(more)} more)" if more else "")


def _otherwise(
    given: Mapping[str, Any], first: Consent, newest: Consent, names: Iterable[str]
) -> tuple[list[str], list[str]]:
    """The columns by which less is allowed now than stands, and those by which it is more or something else."""
    came = {name: getattr(first, name) for name in PARTS}
    stands = {name: getattr(newest, name) for name in (*PARTS, "people_words")}
    less = _less(given, stands)
    columns: tuple[list[str], list[str]] = ([], [])
    for name in names:
        unsaid = {
            "name_shown": given["naming"] == "no-name",
            "places_shown": given["place_precision"] != "town",
        }
        if not (unsaid.get(name) or _is_same(name, given, came) or _is_same(name, given, stands)):
            columns[name not in less].append(CONSENT_PREFIX + PARTS[name])
    return columns


def _less(given: Mapping[str, Any], stands: Mapping[str, Any]) -> set[str]:
    """The choices by which `given`, where it differs, allows less than what stands."""
    together = narrowest([{name: given[name] for name in stands}, stands])
    less = {name for name in stands if together[name] != stands[name]} - {
        "name_shown",
        "places_shown",
        "people_words",
    }
    # Another name, or other words for a place, are there so that the one from before is not read.
    less.add("places_shown")
    if given["naming"] == "other-name":
        less |= {"name_shown"} if stands["naming"] != "own-name" else {"name_shown", "naming"}
    # Of days that leave none between them the narrowest is another choice.
    first, last = given["not_before"], given["not_after"]
    if first and (stands["not_before"] is None or first > stands["not_before"]):
        less.add("not_before")
    if last and (stands["not_after"] is None or last < stands["not_after"]):
        less.add("not_after")
    return less


def _is_same(name: str, given: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if name == "places_shown":
        # Names that places bear since are beside those that were given.
        return set(given[name].items()) <= set(other[name].items())
    return bool(given[name] == other[name])


def _is_said_otherwise(session: Session, given: Description, item: Item, asked: Sequence[Field]) -> bool:
    says = said_of(_described(_as_called(session, given, item)), asked)
    query = select(Revision.said).where(Revision.item_id == item.id).order_by(Revision.number)
    came = session.scalars(query.limit(1)).first()
    stands = said_of(item, asked)
    if any(text not in ((came or stands).get(name, ""), stands[name]) for name, text in says.items()):
        return True
    unasked = ((name, value) for name, value in given.extra.items() if name not in says)
    return any(item.extra.get(name) != value for name, value in unasked)


def _as_called(session: Session, given: Description, item: Item) -> Description:
    """The same with words as they are called here that the item bears by another name, or spelled otherwise."""
    rows = [link.agent for link in item.agents], [link.term for link in item.terms]
    agents, terms, places = (_called(session, one) for one in (*rows, [link.place for link in item.places]))
    return replace(
        given,
        names=[(agents.get(spelled(name), name), role) for name, role in given.names],
        subjects=[terms.get(spelled(label), label) for label in given.subjects],
        places=[replace(one, name=places.get(spelled(one.name), one.name)) for one in given.places],
    )


def _called(session: Session, rows: Iterable[Row]) -> dict[str, str]:
    """What words are called, by every name of theirs as it is spelled; their own before other ones."""
    found: dict[str, str] = {}
    for row in rows:
        known = session.get(Authority, row.id)
        found |= {spelled(one.name): name_of(row) for one in (known.names if known else ())} | found
    return found | {spelled(name_of(row)): name_of(row) for row in rows}


def _described(given: Description) -> Item:
    """An item that is never written, to be read as one that was."""
    item = Item(**{name: getattr(given, name) for name in PLAIN}, extra=dict(given.extra))
    item.languages = list(given.languages)
    item.agents = [
        ItemAgent(agent=Agent(name=name), role=role, position=place)
        for place, (name, role) in enumerate(dict.fromkeys(given.names))
    ]
    item.terms = [
        ItemTerm(term=Term(vocabulary="subjects", label=label), position=place)
        for place, label in enumerate(dict.fromkeys(given.subjects))
    ]
    item.places = [
        ItemPlace(
            place=Place(name=one.name),
            position=place,
            latitude=one.latitude,
            longitude=one.longitude,
            precision=one.precision,
        )
        for place, one in enumerate({one.name: one for one in given.places}.values())
    ]
    return item
