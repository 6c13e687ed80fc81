"""What is added to a gift begins with what was allowed before, and what is chosen then holds for all of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from archive.models import Consent, Draft, Submission
from archive.services.answers import Answers
from archive.services.first_days import FirstDays, first_days
from archive.services.whole_day import read_day


def offered(consent: Consent, days: FirstDays) -> dict[str, Any]:
    """What the giver allows by a consent, as answers to the questions about it; days as ISO 8601, the first one their own."""
    return {
        "audience": consent.audience,
        "naming": consent.naming,
        "name_shown": consent.name_shown,
        "place_precision": consent.place_precision,
        "places_shown": dict(consent.places_shown),
        "people": consent.people,
        "people_words": consent.people_words,
        "reuse": consent.reuse,
        "not_before": days.own.isoformat() if days.own else "",
        "not_after": consent.not_after.isoformat() if consent.not_after else "",
    }


def begun_with(consent: Consent, days: FirstDays) -> Answers:
    """The answers that an addition begins with."""
    now = offered(consent, days)
    return Answers(keep="yes", **now, offered=now)


def as_it_stands(answers: Answers, consent: Consent, days: FirstDays) -> Answers:
    """The answers of an addition: what was left as offered is what the consent allows now, the rest as it was typed.

    So what its giver, or staff, narrowed while the addition waited stays narrow when it is sent.
    """
    now, then = offered(consent, days), answers.offered
    typed = {name: getattr(answers, name) for name in now}
    kept = {name: now[name] if _is_left(value, then.get(name)) else value for name, value in typed.items()}
    kept["places_shown"] = now["places_shown"] | _said(answers.places_shown, then.get("places_shown") or {})
    # It is asked only where a place is said; not asked is not answered.
    kept["place_precision"] = kept["place_precision"] or now["place_precision"]
    return Answers.from_json({**answers.to_json(), **kept, "offered": now})


def forget(session: Session, submission_id: str) -> None:
    """Keep nothing in the draft of an addition that was wiped from what is allowed."""
    draft = session.get(Draft, submission_id)
    if draft is not None:
        newest = session.get_one(Submission, submission_id).consents[-1]
        draft.answers = as_it_stands(
            Answers.from_json(draft.answers), newest, first_days(session, newest)
        ).to_json()


def allowed(answers: Answers, language: str) -> dict[str, Any]:
    """What the answers allow, as the choices of a consent; BadInputError for days that cannot be read."""
    precision = answers.place_precision or "town"
    words = {place: said.strip() for place, said in answers.places_shown.items() if said.strip()}
    return {
        "audience": answers.audience,
        "naming": answers.naming,
        "name_shown": "" if answers.naming == "no-name" else answers.name_shown.strip(),
        "place_precision": precision,
        "places_shown": words if precision == "town" else {},
        "people": answers.people,
        "people_words": answers.people_words.strip(),
        "reuse": answers.reuse,
        "not_before": read_day(answers.not_before, language),
        "not_after": read_day(answers.not_after, language),
    }


def before(answers: Answers) -> Answers:
    """The answers of an addition with every choice as it was offered."""
    return Answers.from_json({**answers.to_json(), **answers.offered})


def chosen(answers: Answers, language: str, newest: Consent) -> dict[str, Any]:
    """The choices that somebody made otherwise than offered, for the whole gift; words for places beside the known ones."""
    then, now = allowed(before(answers), language), allowed(answers, language)
    changes = {name: value for name, value in now.items() if value != then[name]}
    # Words of the places of what was given before are still needed, whatever is said of the new ones.
    words = _said(changes.pop("places_shown", {}), then["places_shown"])
    return changes | ({"places_shown": {**newest.places_shown, **words}} if words else {})


def _is_left(value: object, then: object) -> bool:
    # A draft begun before it was kept what was offered was offered nothing; what is empty there was never said.
    return value == then or not (value or then)


def _said(words: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    return {place: said for place, said in words.items() if said != then.get(place)}
