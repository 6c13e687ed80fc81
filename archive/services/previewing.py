"""An item as everybody would see it if what somebody has typed were saved; nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from archive.access import PUBLIC, Actor
from archive.dates import in_words
from archive.models import Item
from archive.models.errors import NotFoundError
from archive.services import public_notes, relations, show
from archive.services.answers import Trouble, understand_about
from archive.services.describe import Description
from archive.services.kept import asked_of, for_everybody, spoken_in, spoken_of, with_the_rest
from archive.services.labels import label
from archive.services.lifecycle import NO_SUCH_ITEM
from archive.services.meanings import chosen_readings
from archive.services.opening import Archive
from archive.services.revisions import check_describing
from archive.services.shown import as_consented
from archive.services.told_sums import untold
from archive.services.views import ItemView, NameView
from archive.services.whole import whole_item
from archive.services.written_in import DESCRIPTION_LANGUAGE, language_of


def preview(
    archive: Archive,
    actor: Actor,
    item_id: str,
    typed: Mapping[str, str],
    choices: Mapping[str, str],
    language: str,
) -> tuple[ItemView | None, dict[str, Trouble]]:
    """The item as the public would see it, for those alone who may describe it; or by field why that cannot be said."""
    with archive.db.read() as session:
        row = whole_item(session, item_id)
        if row is None:
            raise NotFoundError(NO_SUCH_ITEM)
        check_describing(actor, row)
        profile = asked_of(archive.profiles, row, spoken_in(typed))
        meant = chosen_readings(row, choices)
        fields = spoken_of(archive.profiles, row, profile, typed)
        understood, troubles = understand_about(profile, typed, meant, language, fields)
        troubles |= relations.troubles(session, actor, row, fields, typed)
        if troubles:
            return None, troubles
        view = show.item_view(
            archive,
            row,
            (),
            public_notes.of_item(session, item_id),
            staff=False,
            language=language,
            untold=untold(session, row),
        )
        given = with_the_rest(row, fields, understood.description())
        related = relations.related(session, archive.profiles, PUBLIC, given.extra, profile.fields)
        return replace(_described(archive, row, view, given, language), related=related), {}


def _described(archive: Archive, item: Item, view: ItemView, given: Description, language: str) -> ItemView:
    return replace(
        view,
        title=given.title,
        description=given.description,
        kind=given.kind,
        kind_label=label(archive, "kind", given.kind, language),
        names=tuple(NameView(name, role) for name, role in dict.fromkeys(given.names)),
        date_edtf=given.date_edtf,
        date_words=in_words(given.date_edtf, language),
        date_given=given.date_given,
        places=as_consented(item, given.places, exact=False),
        subjects=tuple(given.subjects),
        languages=tuple(given.languages),
        rights=given.rights,
        rights_uri=given.rights_uri,
        rights_label=label(archive, "rights", given.rights_uri, language),
        source=given.source,
        content_note=given.content_note,
        extra=for_everybody(archive.profiles, item, given.extra),
        written_in=language_of(
            archive.profiles, item.collection, given.languages, given.extra.get(DESCRIPTION_LANGUAGE)
        ),
    )
