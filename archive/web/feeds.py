"""For programs that follow what is new, and for search engines: public things only, whoever asks."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from archive.access import PUBLIC
from archive.exchange import atom, sitemap
from archive.models import today
from archive.models.errors import NotFoundError
from archive.services import browse, days, news, stories
from archive.services.news import New
from archive.web.i18n import language
from archive.web.links import item_href
from archive.web.pages_head import story_address
from archive.web.pages_list import listed
from archive.web.public_address import whole
from archive.web.visitors import the_archive
from archive.web.words import _

ENTRIES = 30
SOME_ID = "0" * 16
PAGES = (
    "public.home",
    "browse.places",
    "browse.years",
    "browse.people",
    "browse.subjects",
    "stories.listed",
    "observances.listed",
    "public.about",
    "about.privacy",
    "about.taking_down",
    "about.content_notes",
    "about.accessibility",
    "about.proof",
    "ledger.page",
    "public.safety",
    "public.help",
)

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/new.atom")
def new() -> Response:
    """What was published last."""
    archive = the_archive()
    settings = archive.settings
    about = atom.Feed(
        whole(archive, url_for(".new")),
        whole(archive, url_for("public.home")),
        _("New here: %(name)s", name=settings.site_name),
        settings.organisation or settings.site_name,
        language(),
    )
    entries = [_entry(one) for one in news.latest(archive, ENTRIES, language())]
    return Response(atom.feed(about, entries, today()), mimetype=atom.MEDIA_TYPE)


@blueprint.get("/sitemap.xml")
def sitemaps() -> Response:
    """Which sitemaps there are: that of the pages, and as many as the items need."""
    archive = the_archive()
    parts = -(-browse.how_many(archive) // sitemap.MOST)
    paths = [url_for(".pages"), *(url_for(".items", part=part + 1) for part in range(parts))]
    return Response(sitemap.index(whole(archive, path) for path in paths), mimetype=sitemap.MEDIA_TYPE)


@blueprint.get("/sitemap-pages.xml")
def pages() -> Response:
    """Every page that is not an item's."""
    archive = the_archive()
    paths = [url_for(name) for name in PAGES]
    paths += [url_for("public.collection", slug=slug) for slug in archive.profiles]
    kept = days.all_days(archive, days.today(archive).first)
    paths += [url_for("observances.day", slug=one.id) for one in kept]
    found = [(whole(archive, path), None) for path in paths]
    told = [
        (story_address(archive, one.language, one.slug), one.changed_on)
        for one in stories.published(archive, PUBLIC, leads=False)
    ]
    return Response(sitemap.sitemap([*found, *told]), mimetype=sitemap.MEDIA_TYPE)


@blueprint.get("/sitemap-items-<int:part>.xml")
def items(part: int) -> Response:
    """A part of the items that everyone may see."""
    archive = the_archive()
    found = browse.some(archive, sitemap.MOST * (part - 1), sitemap.MOST) if 0 < part < 1000 else ()
    if not found:
        raise NotFoundError("There is no such sitemap.")
    # An id needs no quoting in an address: one address is made, and serves for all.
    address = whole(archive, item_href(SOME_ID))
    listed_items = [(address.replace(SOME_ID, item_id), day) for item_id, day in found]
    return Response(sitemap.sitemap(listed_items), mimetype=sitemap.MEDIA_TYPE)


def _entry(one: New) -> atom.Entry:
    shown = listed(one.card)
    note = [_("Content note: %(note)s", note=shown.content_note)] if shown.content_note else []
    return atom.Entry(
        whole(the_archive(), item_href(one.card.id)),
        shown.title,
        " · ".join([*note, *shown.facts]),
        one.on,
        one.card.names,
        title_language=shown.lang,
    )
