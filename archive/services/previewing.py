"""An item as others would see it if what somebody has typed were saved; nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from archive.access import PUBLIC, Actor, consent_shows
from archive.models import Audience, Item, ItemState, days_now
from archive.services import relations, show, together
from archive.services.answers import Trouble, understand_about
from archive.services.kept import asked_of, spoken_in, spoken_of
from archive.services.lifecycle import trying
from archive.services.meanings import chosen_readings
from archive.services.opening import Archive
from archive.services.revisions import check_describing, revise
from archive.services.together import Together
from archive.services.views import ItemView
from archive.services.whole import whole_item


@dataclass(frozen=True)
class Preview:
    """What the page of an item would show once it is published, what stands there together with it, and to whom.

    `audience` is the widest that its consent shows it to, from the day `opens_on` where that has not come yet.
    """

    item: ItemView
    together: Together
    audience: str
    opens_on: date | None


def preview(
    archive: Archive,
    actor: Actor,
    item_id: str,
    typed: Mapping[str, str],
    choices: Mapping[str, str],
    language: str,
) -> tuple[Preview | None, dict[str, Trouble]]:
    """The item as others would see it, for those alone who may describe it; or by field why that cannot be said.

    It is written as it would be saved, looked at, and undone: ConflictError as `revisions.revise`.
    """
    with trying(archive, item_id) as (session, item):
        check_describing(actor, item)
        profile = asked_of(archive.profiles, item, spoken_in(typed))
        fields = spoken_of(archive.profiles, item, profile, typed)
        meant = chosen_readings(item, choices)
        understood, troubles = understand_about(profile, typed, meant, language, fields)
        troubles |= relations.troubles(session, actor, item, fields, typed)
        if troubles:
            return None, troubles
        revise(session, item, profile, fields, understood.description(), actor, "describe")
        session.flush()
        # Read again as the page will read it: nothing is shown that stands in memory alone.
        session.expire_all()
        whole_item(session, item_id)
        audience, opens_on = _shown_to(item)
        who = _one_of(audience, item.collection)
        view = replace(show.loaded(archive, session, who, item, language), state=ItemState.PUBLISHED)
        beside = together.beside(archive, session, who, item, language)
        return Preview(view, beside, audience, opens_on), {}


def _shown_to(item: Item) -> tuple[str, date | None]:
    """To whom the consent shows the item, as it stands, and from which day to come."""
    if not consent_shows(item):
        return Audience.STAFF, None
    first = item.consent.not_before
    return item.consent.audience, first if first and not days_now().has_begun(first) else None


def _one_of(audience: str, collection: str) -> Actor:
    """Somebody of those who would see it: everybody, or a member who is nothing else."""
    is_of_members = audience == Audience.COMMUNITY
    return Actor("member", {"member": frozenset({collection})}) if is_of_members else PUBLIC
