"""An item as other programs may read of it: what everybody may see, and nothing that only some may."""

from __future__ import annotations

from collections.abc import Callable

from archive.exchange.described import MADE_BY, Copy, Described
from archive.services.labels import label
from archive.services.opening import Archive
from archive.services.views import CopyView, ItemView

# What can be looked at, read or heard outside of the page.
TAKEN_ALONG = ("web", "page", "audio", "video", "text", "captions")


def described(
    archive: Archive, item: ItemView, address: str, href: Callable[[CopyView], str], language: str = "en"
) -> Described:
    """The item at its `address`, with the addresses that `href` gives its access copies."""
    copies = [copy for kind in TAKEN_ALONG for file in item.files for copy in file.copies_of(kind)]
    # What a content note prepares people for does not meet them without it.
    face = item.thumbnail if not item.content_note else None
    return Described(
        id=item.id,
        address=address,
        title=item.title,
        kind=item.kind,
        creators=tuple(dict.fromkeys(one.name for one in item.names if one.role in MADE_BY)),
        others=tuple((one.role, one.name) for one in item.names if one.role not in MADE_BY),
        organisations=frozenset(one.name for one in item.names if one.kind == "organisation"),
        families=frozenset(one.name for one in item.names if one.kind == "family"),
        date_edtf=item.date_edtf,
        date_words=item.date_words,
        description=item.description,
        subjects=item.subjects,
        places=tuple(place.name for place in item.public_places if place.name),
        languages=item.languages,
        rights=item.rights,
        rights_uri=item.rights_uri,
        source=item.source,
        collection=label(archive, "collection", item.collection, language),
        archive=archive.settings.site_name,
        keeper=archive.settings.organisation,
        published_on=item.shown_since,
        thumbnail=href(face) if face else "",
        copies=tuple(Copy(href(copy), copy.media_type, copy.size) for copy in copies),
    )
