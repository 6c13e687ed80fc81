"""An item, and a collection, as viewers of other houses show them: one document that holds all four languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import url_for

from archive.dates import in_words
from archive.exchange import oai_pmh
from archive.exchange.iiif_presentation import (
    Canvas,
    Captions,
    Link,
    Member,
    Picture,
    Recording,
    Shown,
    Words,
)
from archive.models.errors import NotFoundError
from archive.services import canvases
from archive.services.canvases import is_picture, seconds
from archive.services.labels import label
from archive.services.lifecycle import NO_SUCH_ITEM
from archive.services.opening import Archive
from archive.services.views import CopyView, FileView, ItemView
from archive.web import labels
from archive.web.i18n import LANGUAGES, language, said_in, shared
from archive.web.links import document_href, iiif_href, media_href
from archive.web.pages_cite import MEDIA_TYPES
from archive.web.pages_item import notices
from archive.web.public_address import address_of, whole
from archive.web.words import _
from archive.web.words_rights import RESPECT

MOST = 1000
"""Items that one collection lists by itself."""
Pairs = list[tuple[str, list[str]]]


def manifest_of(archive: Archive, item: ItemView, record: str) -> Shown:
    """The item for a viewer; `record` is where harvesters get its record. NotFoundError where it has nothing to look at."""
    found = [one for file in item.files for one in _canvases(archive, item, file)]
    if not found:
        raise NotFoundError(NO_SUCH_ITEM)
    page = address_of(archive, item.id)
    title = _title(item)
    face = item.thumbnail if not item.content_note else None
    return Shown(
        address=address_of(archive, item.id, "manifests.item"),
        title=title,
        summary={_tongue(item): [item.description] if item.description else []},
        said=_in_all(lambda: _said(archive, item)),
        statement=_in_all(lambda: [(_("What others may do with it"), _statement(archive, item))])[0],
        rights=item.rights_uri,
        provider=(whole(archive, shared(url_for("public.home"))), {"none": [_keeper(archive)]}),
        homepage=Link(page, "text/html", title),
        see_also=(
            Link(
                address_of(archive, item.id, "citing.record"),
                MEDIA_TYPES["jsonld"],
                {"en": ["schema.org"]},
                "Dataset",
            ),
            Link(record, oai_pmh.MEDIA_TYPE, {"en": ["Dublin Core"]}, "Dataset"),
        ),
        rendering=tuple(_documents(archive, item)),
        part_of=(
            whole(archive, shared(url_for("manifests.collection", slug=item.collection))),
            _collection_title(archive, item.collection),
        ),
        face=_picture(archive, face) if face and is_picture(face) else None,
        canvases=tuple(found),
    )


def collection_of(
    archive: Archive, slug: str, part: int | None
) -> tuple[str, Words, Words, Link, list[Member]]:
    """A collection, or a part of a large one: address, title, what it is about, its page, what is in it.

    NotFoundError where there is none.
    """
    profile = archive.profiles.get(slug)
    many = canvases.how_many(archive, slug) if profile else 0
    parts = -(-many // MOST)
    if profile is None or (part is not None and not 1 <= part <= parts):
        raise NotFoundError("There is no such collection.")
    title = _collection_title(archive, slug)
    page = Link(whole(archive, shared(url_for("public.collection", slug=slug))), "text/html", title)

    def address(number: int | None) -> str:
        return whole(archive, shared(url_for("manifests.collection", slug=slug, part=number)))

    if part is None and parts > 1:
        members = [Member(address(n), {"none": [str(n)]}, is_collection=True) for n in range(1, parts + 1)]
    else:
        listed = canvases.some(archive, slug, MOST * ((part or 1) - 1), MOST)
        untitled = _titled(lambda: _("Without a title"))
        members = [
            Member(address_of(archive, one, "manifests.item"), _words_in(tongue, words) or untitled)
            for one, words, tongue in listed
        ]
    about = {code: [words] for code, words in profile.description.items() if words}
    return address(part), title, about, page, members


def all_collections(archive: Archive) -> tuple[str, Words, Words, Link, list[Member]]:
    """Every collection, as one of the whole archive."""
    title = {"none": [archive.settings.site_name]}
    home = Link(whole(archive, shared(url_for("public.home"))), "text/html", title)
    members = [
        Member(
            whole(archive, shared(url_for("manifests.collection", slug=slug))),
            _collection_title(archive, slug),
            is_collection=True,
        )
        for slug in archive.profiles
    ]
    return whole(archive, shared(url_for("manifests.collections"))), title, {}, home, members


def _canvases(archive: Archive, item: ItemView, file: FileView) -> list[Canvas]:
    if pages := [copy for copy in file.copies_of("page") if is_picture(copy)]:
        return [_page(archive, file, copy) for copy in pages]
    title: Words = {"none": [file.title]} if file.title else _title(item)
    if length := seconds(file):
        return [_recorded(archive, item, file, title, length)]
    pictures = [copy for kind in ("tiles", "web") for copy in file.copies_of(kind) if is_picture(copy)]
    shown = any(map(is_picture, file.copies_of("web")))
    return [Canvas(title, _picture(archive, pictures[0]))] if shown else []


def _page(archive: Archive, file: FileView, copy: CopyView) -> Canvas:
    larger = [one for one in file.copies_of("tiles") if one.page == copy.page and is_picture(one)]
    words = _titled(lambda: _("Page %(number)s", number=copy.page or 1))
    return Canvas(words, _picture(archive, (*larger, copy)[0]))


def _recorded(archive: Archive, item: ItemView, file: FileView, title: Words, length: float) -> Canvas:
    copies = file.copies_of("video") or file.copies_of("audio")
    companions = [one for one in item.files if one.accompanies_id == file.id]
    faces = [copy for kind in ("poster", "waveform") for copy in file.copies_of(kind) if is_picture(copy)]
    face = faces[0] if faces and not item.content_note else None
    return Canvas(
        title,
        _picture(archive, face) if face else None,
        Recording(
            tuple((whole(archive, media_href(copy)), copy.media_type) for copy in copies),
            length,
            max(copy.width or 0 for copy in copies),
            max(copy.height or 0 for copy in copies),
            tuple(
                Captions(whole(archive, media_href(copy)), labels.language_tag(one.language), _tracked(one))
                for one in (file, *companions)
                for copy in one.copies_of("captions")
            ),
        ),
    )


def _tracked(file: FileView) -> Words:
    return _titled(lambda: labels.language_name(file.language) if file.language else _("Captions"))


def _picture(archive: Archive, copy: CopyView) -> Picture:
    return Picture(whole(archive, iiif_href(copy.id)), copy.width or 0, copy.height or 0)


def _documents(archive: Archive, item: ItemView) -> list[Link]:
    return [
        Link(
            whole(archive, document_href(file.id)),
            "application/pdf",
            {"none": [file.title]} if file.title else _title(item),
        )
        for file in item.files
        if any(map(is_picture, file.copies_of("page")))
    ]


def _said(archive: Archive, item: ItemView) -> Pairs:
    """What is said of it, in the language that is spoken now; the same lines in each."""
    people: dict[str, list[str]] = {}
    for one in item.names:
        did = _("Made by") if one.role in ("", "creator") else labels.role(archive, one.role)
        people.setdefault(did, []).append(one.name)
    source = [item.source, _("Given by %(name)s.", name=item.given_by) if item.given_by else ""]
    said: Pairs = [
        *people.items(),
        (_("Date"), [in_words(item.date_edtf, language())]),
        (_("Kind"), [label(archive, "kind", item.kind, language())]),
        (_("Subject"), list(item.subjects)),
        (_("Place"), [place.name for place in item.public_places]),
        (_("Language"), [labels.language_name(code) for code in item.languages]),
        (_("Where it comes from"), source),
        (_("Collection"), [label(archive, "collection", item.collection, language())]),
    ]
    kept = [(name, list(dict.fromkeys(filter(None, values)))) for name, values in said]
    return [(name, values) for name, values in kept if values]


def _statement(archive: Archive, item: ItemView) -> list[str]:
    """What must stand beside it: what prepares for it, what is asked by those it comes from, its rights, who keeps it."""
    note = _("Content note: %(note)s", note=item.content_note) if item.content_note else ""
    plain = label(archive, "rights", item.rights_uri, language())
    rights = [one for one in dict.fromkeys((plain, item.rights)) if one]
    said = [note, *notices(archive, item), *rights, str(RESPECT), _keeper(archive)]
    return [one for one in said if one]


def _keeper(archive: Archive) -> str:
    return archive.settings.organisation or archive.settings.site_name


def _title(item: ItemView) -> Words:
    return _words_in(item.written_in, item.title) or _titled(lambda: _("Without a title"))


def _words_in(language_code: str, words: str) -> Words:
    """Words in the language in which they are written, where that is known; nothing where there are none."""
    return {labels.language_tag(language_code) or "none": [words]} if words else {}


def _collection_title(archive: Archive, slug: str) -> Words:
    return _titled(lambda: label(archive, "collection", slug, language()))


def _tongue(item: ItemView) -> str:
    """The language in which it is described; none where that is not known."""
    return labels.language_tag(item.written_in) or "none"


def _titled(say: Callable[[], str]) -> Words:
    ((words, _nothing),) = _in_all(lambda: [(say(), [])])
    return words


def _in_all(say: Callable[[], Sequence[tuple[str, list[str]]]]) -> tuple[tuple[Words, Words], ...]:
    """The same lines in every language; what is alike in all of them stands there once."""
    told: dict[str, Sequence[tuple[str, list[str]]]] = {}
    for code in LANGUAGES:
        with said_in(code):
            told[code] = say()
    return tuple(
        (
            _once({code: [lines[line][0]] for code, lines in told.items()}),
            _once({code: lines[line][1] for code, lines in told.items()}),
        )
        for line in range(len(next(iter(told.values()))))
    )


def _once(said: dict[str, list[str]]) -> Words:
    first, *others = said.values()
    return said if any(one != first for one in others) else {"none": first}
