"""The page of an item: who and what, then what there is to see, then where it comes from and how to cite it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from archive.models import Right
from archive.services.kept import field_of
from archive.services.labels import Worded, label, subject, worded
from archive.services.opening import Archive
from archive.services.relations import Related
from archive.services.views import Card, ItemView, NameView
from archive.web import labels
from archive.web.i18n import language
from archive.web.links import item_href
from archive.web.pages_cite import Cite, Head, cite, head
from archive.web.pages_few import Few
from archive.web.pages_file import FileBlock, file_blocks
from archive.web.pages_kept import history, kept
from archive.web.pages_leaves import leaf
from archive.web.pages_list import ListedItem, Pager, listed
from archive.web.pages_search import Asked, by_name
from archive.web.pages_view import Opened
from archive.web.public_address import on_the_web
from archive.web.visitors import Visitor
from archive.web.words import _, number
from archive.web.words_labels import STANDING
from archive.web.words_rights import RESPECT, UNSAID, permitted

# Fields of a collection that have a place of their own on the page, and those that take more than a line.
ELSEWHERE, LONG = ("relation", "parts", "notice", "description_language"), "long_text"


@dataclass(frozen=True)
class Name:
    """Somebody who had to do with the item, and how; `href` finds what else bears the name."""

    name: str
    role: str
    href: str


@dataclass(frozen=True)
class Rights:
    """What others may do with it: in plain words, as it was given, and where that is explained.

    `permitted` says it in sentences, `respect` what no law asks. `lang` is the language of `words`, where they are those that were
    given and the page has another.
    """

    words: str
    given: str
    href: str
    permitted: tuple[str, ...]
    respect: str
    lang: str


@dataclass(frozen=True)
class Link:
    """Something the item belongs with, in words and, where it is another item, with a link; `more` says how."""

    words: str
    href: str = ""
    more: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Noted:
    """A word of the item that is not ours to use any more: what it is, the one we prefer, and why."""

    word: str
    what: str
    preferred: str
    note: str


@dataclass(frozen=True)
class ItemPage:
    """What the page of an item shows; `lang` is the language of what is told, where the page has another,
    `kind_lang` and `collection_lang` of its kind's name and the collection's title.

    `for_giver` says that it is looked at by whoever gave it, while not everybody may see it. Of very many files some are shown, with
    `files_before` before them and the others on `leaves`.
    """

    id: str
    title: str
    names: Few[Name]
    kind: str
    kind_lang: str
    collection: str
    collection_lang: str
    collection_href: str
    content_note: str
    notices: tuple[str, ...]
    date: str
    date_given: str
    places: Few[tuple[str, str]]
    positions: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    subjects: tuple[Link, ...]
    description: tuple[str, ...]
    source: tuple[str, ...]
    given_by: str
    extra: tuple[tuple[Worded, str, str], ...]
    told: tuple[tuple[Worded, tuple[str, ...]], ...]
    related: tuple[tuple[Worded, tuple[Link, ...]], ...]
    near: tuple[ListedItem, ...]
    rights: Rights
    cite: Cite
    files: tuple[FileBlock, ...]
    has_transcript: bool
    has_downloads: bool
    kept: str
    history: tuple[tuple[str, tuple[str, ...]], ...]
    head: Head
    state: str
    desk_href: str
    notes: tuple[tuple[tuple[str, ...], str], ...]
    lang: str
    title_lang: str
    for_giver: bool
    word_notes: tuple[Noted, ...] = ()
    files_before: int = 0
    leaves: Pager | None = None


def item_page(
    archive: Archive, item: ItemView, opened: Opened, visitor: Visitor, near: Iterable[Card] = ()
) -> ItemPage:
    """The page of an item, opened where the address says, with what is near it."""
    staff = visitor.actor.has(Right.SEE_ALL, item.collection)
    on_this = leaf(item.id, file_blocks(item, opened), opened)
    files = on_this.files
    return ItemPage(
        id=item.id,
        title=item.title or _("Without a title"),
        names=Few.of(_name(archive, one) for one in item.names),
        kind=item.kind_label,
        kind_lang=labels.facet_language(archive, "kind", item.kind),
        collection=label(archive, "collection", item.collection, language()),
        collection_lang=labels.facet_language(archive, "collection", item.collection),
        collection_href=url_for("public.collection", slug=item.collection),
        content_note=item.content_note,
        notices=notices(archive, item),
        date=item.date_words,
        date_given=item.date_given if item.date_given not in ("", item.date_edtf, item.date_words) else "",
        places=Few.of((p.name, _found("place", p.name)) for p in item.places if p.name),
        positions=_positions(item),
        languages=tuple((labels.language_name(c), _found("language", c)) for c in item.languages),
        subjects=_subjects(archive, item),
        description=paragraphs(item.description),
        source=paragraphs(item.source),
        given_by=item.given_by,
        extra=_extra(archive, item),
        told=_told(archive, item),
        related=_related(archive, item),
        near=tuple(listed(card) for card in near),
        rights=rights_of(item),
        cite=cite(archive, item, opened),
        files=files,
        has_transcript=any(file.transcript for file in files),
        has_downloads=any(one.downloads for file in files for one in (file, *file.companions)),
        kept=kept(item.events),
        history=history(item.events),
        head=head(archive, item),
        state=labels.of(labels.STATES, item.state) if item.state != "published" else "",
        desk_href=url_for("preserve.item", item_id=item.id) if staff else "",
        notes=tuple((paragraphs(one.words), one.name) for one in item.notes),
        word_notes=tuple(
            Noted(one.word, str(STANDING.get(one.standing, "")), one.preferred, one.note)
            for one in item.word_notes
        ),
        lang=labels.language_beside(item.written_in),
        title_lang=labels.language_beside(item.written_in) if item.title else "",
        for_giver=item.for_giver,
        files_before=on_this.before,
        leaves=on_this.pager,
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """What is written with empty lines between."""
    return tuple(part for part in text.split("\n\n") if part.strip())


def _name(archive: Archive, one: NameView) -> Name:
    role = "" if one.role in ("", "creator") else labels.role(archive, one.role)
    return Name(one.name, role, by_name(one.name))


def _subjects(archive: Archive, item: ItemView) -> tuple[Link, ...]:
    """What it is about; two words of it that show alike stand there once."""
    found = (subject(archive, one, item.written_in, language()) for one in item.subjects)
    return tuple(
        Link(one.words, _found("subject", one.value), lang=labels.language_beside(one.language))
        for one in dict.fromkeys(found)
    )


def _found(facet: str, value: str) -> str:
    return Asked(filters={facet: (value,)}).href()


def _extra(archive: Archive, item: ItemView) -> tuple[tuple[Worded, str, str], ...]:
    """Short fields of the collection's own: label, words, and the language of these where the page has another."""
    found: list[tuple[Worded, str, str]] = []
    for name, value in item.extra.items():
        kind = _kind(archive, item, name)
        if kind in (*ELSEWHERE, LONG):
            continue
        texts = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
        lang = item.written_in
        if kind == "observance":
            named = [worded(archive, "observance", one, language()) for one in texts]
            texts, lang = [one.words for one in named], named[0].language if named else ""
        if words := "; ".join(texts):
            found.append((_field(archive, item, name), words, labels.language_beside(lang)))
    return tuple(found)


def _field(archive: Archive, item: ItemView, name: str) -> Worded:
    field = labels.field_worded(archive, item.collection, name)
    if name in item.only_staff:
        return Worded(_("%(field)s (only staff sees it)", field=field.words))
    return field


def _told(archive: Archive, item: ItemView) -> tuple[tuple[Worded, tuple[str, ...]], ...]:
    """What was told at length in fields of the collection's own."""
    return tuple(
        (_field(archive, item, name), paragraphs(str(value)))
        for name, value in item.extra.items()
        if _kind(archive, item, name) == LONG and str(value).strip()
    )


def _kind(archive: Archive, item: ItemView, name: str) -> str:
    known = field_of(archive.profiles, item.collection, name)
    return known.kind if known else ""


def notices(archive: Archive, item: ItemView) -> tuple[str, ...]:
    """What the community that it comes from asks of those who look."""
    return tuple(str(text) for name, text in item.extra.items() if _kind(archive, item, name) == "notice")


def _related(archive: Archive, item: ItemView) -> tuple[tuple[Worded, tuple[Link, ...]], ...]:
    return tuple(
        (labels.field_worded(archive, item.collection, name), tuple(_link(one) for one in things))
        for name, things in item.related.items()
        if things
    )


def link_to(item: ItemView) -> Link:
    """The item by its title, with the way to its page."""
    lang = labels.language_beside(item.written_in) if item.title else ""
    return Link(item.title or _("Without a title"), item_href(item.id), lang=lang)


def _link(one: Related) -> Link:
    if one.item_id:
        lang = labels.language_beside(one.written_in) if one.title else ""
        return Link(one.title or _("Without a title"), item_href(one.item_id), one.words, lang)
    return Link(one.words, one.words if on_the_web(one.words) else "")


def _positions(item: ItemView) -> tuple[tuple[str, str], ...]:
    """Where places are, for those of which somebody wrote it, no more exactly than may be shown."""
    words = {"exact": _("there"), "town": _("about where"), "region": _("in this region")}
    return tuple(
        (one.name, f"{number(one.latitude)}°, {number(one.longitude)}° ({words[one.precision]})")
        for one in item.places
        if one.precision and one.name and one.latitude is not None and one.longitude is not None
    )


def rights_of(item: ItemView) -> Rights:
    """What others may do with it, in words: its licence or statement, what was written beside it, and what that allows."""
    plain = item.rights_label if item.rights_label != item.rights_uri else ""
    href = item.rights_uri if on_the_web(item.rights_uri) else ""
    words = plain or item.rights or item.rights_uri
    sentences = permitted(item.rights_uri)
    if not words:
        sentences = tuple(str(one) for one in UNSAID)
    lang = labels.language_beside(item.written_in) if item.rights and not plain else ""
    given = item.rights if item.rights != words else ""
    return Rights(words, given, href, sentences, str(RESPECT), lang)
