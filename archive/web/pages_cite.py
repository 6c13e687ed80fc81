"""How an item is cited, and what the head of its page tells programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from flask import url_for

from archive.exchange.described import MADE_BY, Described
from archive.exchange.dublin_core import dublin_core, for_citing, open_graph
from archive.exchange.iiif_presentation import MEDIA_TYPE
from archive.models import today
from archive.services import canvases, exchanging
from archive.services.labels import worded
from archive.services.opening import Archive
from archive.services.views import FileView, ItemView
from archive.web import labels
from archive.web.formats import clock
from archive.web.i18n import language
from archive.web.links import media_href
from archive.web.pages_head import PageHead, other_languages, own_address
from archive.web.pages_view import Opened
from archive.web.public_address import address_of, on_the_web, whole
from archive.web.right_to_left import isolated
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
    """One sentence to copy, and the same for programs: address and name of each form.

    `here` is the sentence for the moment or the page at which the item is open, "" where it is open as a whole.
    """

    sentence: str
    forms: tuple[tuple[str, str], ...]
    here: str = ""


@dataclass(frozen=True)
class Place:
    """A moment, a page or a part of the text of an item: in words, and what its address has beside that of the item."""

    words: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Head(PageHead):
    """What programs read of an item's page besides: pairs for `<meta name>`, and addresses.

    `record` is its JSON-LD, `manifest` what viewers of other houses show it by, where there is something to be shown.
    """

    meta: tuple[tuple[str, str], ...]
    record: str
    record_type: str = MEDIA_TYPES["jsonld"]
    manifest: str = ""
    manifest_type: str = MEDIA_TYPE


def described(archive: Archive, item: ItemView) -> Described:
    """The item as other programs may read of it: addresses work elsewhere, what has no title says so, languages are the web's."""
    known = exchanging.described(
        archive,
        item,
        address_of(archive, item.id),
        lambda copy: whole(archive, media_href(copy)),
        language(),
    )
    return replace(
        known,
        title=known.title or _("Without a title"),
        role_words={role: labels.role(archive, role) for role, _name in known.others},
        languages=tuple(labels.language_tag(one) or one for one in known.languages),
    )


def cite(archive: Archive, item: ItemView, opened: Opened) -> Cite:
    """How it is cited on this day, and how the place at which it is opened is."""
    forms = ((_form_href(item.id, style), words) for style, words in STYLES.items())
    place = _place(item, opened)
    return Cite(sentence(archive, item), tuple(forms), sentence(archive, item, place) if place else "")


def sentence(archive: Archive, item: ItemView, place: Place | None = None) -> str:
    """One sentence for a page (`|apart`) that says who, what, when, where, and when it was looked at.

    What is in another language than the page, or read from right to left, is isolated in it.
    """
    title = isolated(item.title, _lang(item)) if item.title else _("Without a title")
    what = _("“%(title)s”", title=title)
    dated = ", ".join(part for part in (what, item.date_words, place.words if place else "") if part)
    collection = worded(archive, "collection", item.collection, language())
    kept_in = isolated(collection.words, labels.language_beside(collection.language))
    where = f"{kept_in}, {archive.settings.site_name}"
    said = ". ".join(part.rstrip(".") for part in (_names(archive, item), dated, where) if part)
    address = address_of(archive, item.id, **(place.values if place else {}))
    return _("%(said)s. %(address)s (looked at on %(day)s)", said=said, address=address, day=day(today()))


def _place(item: ItemView, opened: Opened) -> Place | None:
    """The page or the moment that is open; None for what the item does not have."""
    heads = (one for one in item.files if item.file(one.accompanies_id or "") is None)
    file = item.file(opened.file_id) if opened.file_id else next(heads, None)
    if file is None:
        return None
    where: dict[str, Any] = {"file": file.id} if opened.file_id else {}
    # The words of a recording may be in a file of their own, and bear its name.
    told = item.file(file.accompanies_id or "") or file
    second, page = opened.second, opened.page
    words = ""
    if page is not None and 1 <= page <= max((one.page or 0 for one in file.copies_of("page")), default=0):
        words, where = _("on page %(page)s", page=page), {**where, "page": page, "_anchor": f"file-{file.id}"}
    elif second is not None and _plays(told, second):
        words, where = (
            _("at %(time)s", time=clock(second * 1000)),
            {**where, "t": second, "_anchor": f"t={second}"},
        )
    if not words:
        return None
    return Place(_in_file(words, item, file.title or told.title), where)


def cite_text(archive: Archive, item: ItemView, file: FileView, part: int, parts: int) -> str:
    """The sentence for the part of a long text that is open; "" where the text is short, and cited with its item."""
    if parts == 1 or item.for_giver:
        return ""
    words = _in_file(_("in part %(part)s of the text", part=part), item, file.title)
    where = {"endpoint": "public.text", "file_id": file.id, "part": part}
    return sentence(archive, item, Place(words, where))


def _in_file(words: str, item: ItemView, title: str) -> str:
    return (
        _("%(place)s, in “%(file)s”", place=words, file=isolated(title, _lang(item)))
        if title and title != item.title
        else words
    )


def _lang(item: ItemView) -> str:
    """The language of its title and those of its files, where it is not the page's."""
    return labels.language_beside(item.written_in)


def _plays(file: FileView, second: int) -> bool:
    is_heard = bool(file.copies_of("audio") or file.copies_of("video"))
    return is_heard and (file.duration_ms is None or second * 1000 <= file.duration_ms)


def head(archive: Archive, item: ItemView) -> Head:
    """What the head of its page says."""
    known = described(archive, item)
    return Head(
        meta=dublin_core(known) + for_citing(known),
        properties=open_graph(known),
        canonical=own_address(archive),
        languages=other_languages(archive),
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
    made = [isolated(one.name) for one in item.names if one.role in MADE_BY]
    helped = [
        f"{isolated(one.name)} ({labels.role(archive, one.role)})" for one in item.names if one.role in NAMED
    ]
    # Who did several things is named once, or once for each that is said.
    return "; ".join(dict.fromkeys(made + helped))
