"""How an item is cited, and what the head of its page tells programs."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import request, url_for

from archive.exchange.described import MADE_BY, Described
from archive.exchange.dublin_core import dublin_core, for_citing, open_graph
from archive.exchange.iiif_presentation import MEDIA_TYPE
from archive.models import today
from archive.services import canvases, exchanging
from archive.services.labels import label
from archive.services.opening import Archive
from archive.services.views import ItemView
from archive.web import labels
from archive.web.i18n import LANGUAGES, here_in, language
from archive.web.links import media_href
from archive.web.public_address import address_of, on_the_web, whole
from archive.web.words import _, day

# What programs that keep citations read, by the end of the address.
STYLES = {"ris": "RIS", "bib": "BibTeX", "json": "CSL-JSON"}
MEDIA_TYPES = {
    "ris": "application/x-research-info-systems",
    "bib": "application/x-bibtex",
    "json": "application/vnd.citationstyles.csl+json",
    "jsonld": "application/ld+json",
}
# Of those who did not make it, these stand in a citation.
NAMED = ("interviewer", "editor", "translator", "organizer")
SAFE = ":/?#[]@!$&'()*+,;=%~"


@dataclass(frozen=True)
class Cite:
    """One sentence to copy, and the same for programs: address and name of each form."""

    sentence: str
    forms: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Head:
    """What programs read of a page: pairs for `<meta name>` and `<meta property>`, and addresses.

    `canonical` is the page's own address in its language, `languages` those of the others, `record` its JSON-LD,
    `manifest` what viewers of other houses show it by, where there is something to be shown.
    """

    meta: tuple[tuple[str, str], ...]
    properties: tuple[tuple[str, str], ...]
    canonical: str
    languages: tuple[tuple[str, str], ...]
    record: str
    record_type: str = MEDIA_TYPES["jsonld"]
    manifest: str = ""
    manifest_type: str = MEDIA_TYPE


def described(archive: Archive, item: ItemView) -> Described:
    """The item as other programs may read of it, with addresses that work elsewhere."""
    return exchanging.described(
        archive,
        item,
        address_of(archive, item.id),
        lambda copy: whole(archive, media_href(copy)),
        language(),
    )


def cite(archive: Archive, item: ItemView) -> Cite:
    """How it is cited on this day."""
    forms = ((_form_href(item.id, style), words) for style, words in STYLES.items())
    return Cite(sentence(archive, item), tuple(forms))


def sentence(archive: Archive, item: ItemView) -> str:
    """One sentence that says who, what, when, where, and when it was looked at."""
    what = _("“%(title)s”", title=item.title or _("Without a title"))
    dated = ", ".join(part for part in (what, item.date_words) if part)
    where = f"{label(archive, 'collection', item.collection, language())}, {archive.settings.site_name}"
    said = ". ".join(part.rstrip(".") for part in (_names(archive, item), dated, where) if part)
    address = address_of(archive, item.id)
    return _("%(said)s. %(address)s (looked at on %(day)s)", said=said, address=address, day=day(today()))


def head(archive: Archive, item: ItemView) -> Head:
    """What the head of its page says."""
    known = described(archive, item)
    return Head(
        meta=dublin_core(known) + for_citing(known),
        properties=open_graph(known),
        canonical=whole(archive, request.script_root + request.path),
        languages=tuple(
            (code, whole(archive, here_in(code).partition("?")[0]))
            for code in LANGUAGES
            if code != language()
        ),
        record=url_for("citing.record", item_id=item.id),
        manifest=address_of(archive, item.id, "manifests.item") if canvases.has_any(item) else "",
    )


def signposts(archive: Archive, item: ItemView) -> str:
    """The `Link` header of its page (signposting.org): where it is cited at, told in other forms, and its licence."""
    said = [(address_of(archive, item.id), 'rel="cite-as"')]
    said.append((address_of(archive, item.id, "citing.record"), _told_as("jsonld")))
    said += [(address_of(archive, item.id, "citing.cite", style=one), _told_as(one)) for one in STYLES]
    if on_the_web(item.rights_uri):
        said.append((item.rights_uri, 'rel="license"'))
    return ", ".join(f"<{quote(address, safe=SAFE)}>; {what}" for address, what in said)


def _told_as(style: str) -> str:
    return f'rel="describedby"; type="{MEDIA_TYPES[style]}"'


def _form_href(item_id: str, style: str) -> str:
    return url_for("citing.cite", item_id=item_id, style=style)


def _names(archive: Archive, item: ItemView) -> str:
    made = [one.name for one in item.names if one.role in MADE_BY]
    helped = [f"{one.name} ({labels.role(archive, one.role)})" for one in item.names if one.role in NAMED]
    return "; ".join(made + helped)
