"""Says of what was published why nobody but staff sees it: its giver closed it, or a column was not filled in."""

from __future__ import annotations

from collections.abc import Iterator

from archive.access import UNASKED, widest
from archive.models import Audience, Consent, Item, ItemState, days_now

ONLY_STAFF = "only-staff-see-it"
ASK = "Ask whoever gave it, and change what they allow at the Desk."
NOT_ASKED = "others can be recognized in it, and it is not said that they agreed (column consent_others: none, or agreed)"
REFUSED = "others can be recognized in it who do not wish to be shown (column consent_others)"
CLOSED = "whoever gave it allows no more, or did not say (column consent_audience)"
NOT_YET = "it is not to be shown before {day} (column consent_not_before)"
NO_MORE = "it is not to be shown after {day} (column consent_not_after)"


def unseen(item: Item) -> str:
    """Why nobody but staff sees an item that is published, with the column that says so; "" where somebody does."""
    if item.state != ItemState.PUBLISHED or widest(item):
        return ""
    return f"Only staff sees it: {'; '.join(_reasons(item.consent))}. {ASK}"


def _reasons(consent: Consent) -> Iterator[str]:
    """All of them: who puts one right should not meet the next."""
    if consent.audience == Audience.STAFF:
        yield CLOSED
    if consent.people in UNASKED:
        yield REFUSED if consent.people == "refused" else NOT_ASKED
    if consent.not_before is not None and not days_now().has_begun(consent.not_before):
        yield NOT_YET.format(day=consent.not_before)
    if consent.not_after is not None and days_now().is_over(consent.not_after):
        yield NO_MORE.format(day=consent.not_after)
