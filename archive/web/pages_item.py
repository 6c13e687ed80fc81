"""The page of an item: who and what, then what there is to see, then where it comes from and how to cite it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import url_for

from archive.models import Right
from archive.services.labels import label
from archive.services.opening import Archive
from archive.services.relations import Related
from archive.services.views import ItemView, NameView
from archive.web import labels
from archive.web.i18n import language
from archive.web.links import item_href
from archive.web.pages_file import FileBlock, file_blocks
from archive.web.pages_search import Asked
from archive.web.pages_view import Opened
from archive.web.visitors import Visitor
from archive.web.words import _, number
from archive.web.words_labels import STANDING

CREATORS = frozenset({"", "creator", "author", "photographer", "artist", "speaker", "interviewee"})


@dataclass(frozen=True)
class Name:
    """Somebody who had to do with the item, and how; `href` finds what else bears the name."""

    name: str
    role: str
    href: str


@dataclass(frozen=True)
class Rights:
    """What others may do with it: in plain words, as it was given, and where that is explained."""

    words: str
    given: str
    href: str


@dataclass(frozen=True)
class Link:
    """Something the item belongs with, in words and, where it is another item, with a link; `more` says how."""

    words: str
    href: str = ""
    more: str = ""


@dataclass(frozen=True)
class Noted:
    """A word of the item that is not ours to use any more: what it is, the one we prefer, and why."""

    word: str
    what: str
    preferred: str
    note: str


@dataclass(frozen=True)
class ItemPage:
    """What the page of an item shows."""

    id: str
    title: str
    names: tuple[Name, ...]
    kind: str
    collection: str
    collection_href: str
    content_note: str
    notices: tuple[str, ...]
    date: str
    date_given: str
    places: tuple[tuple[str, str], ...]
    positions: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    subjects: tuple[tuple[str, str], ...]
    description: tuple[str, ...]
    source: str
    given_by: str
    extra: tuple[tuple[str, str], ...]
    related: tuple[tuple[str, tuple[Link, ...]], ...]
    rights: Rights | None
    cite: str
    address: str
    files: tuple[FileBlock, ...]
    has_downloads: bool
    meta: tuple[tuple[str, str], ...]
    state: str
    desk_href: str
    notes: tuple[tuple[tuple[str, ...], str], ...]
    word_notes: tuple[Noted, ...] = ()


def item_page(archive: Archive, item: ItemView, opened: Opened, visitor: Visitor) -> ItemPage:
    """The page of an item, opened where the address says."""
    address = public_address(archive, item.id)
    staff = visitor.actor.has(Right.SEE_ALL, item.collection)
    files = file_blocks(item, opened)
    return ItemPage(
        id=item.id,
        title=item.title or _("Without a title"),
        names=tuple(_name(archive, one) for one in item.names),
        kind=item.kind_label,
        collection=label(archive, "collection", item.collection, language()),
        collection_href=url_for("public.collection", slug=item.collection),
        content_note=item.content_note,
        notices=_notices(archive, item),
        date=item.date_words,
        date_given=item.date_given if item.date_given not in ("", item.date_edtf, item.date_words) else "",
        places=tuple((p.name, _found("place", p.name)) for p in item.places if p.name),
        positions=_positions(item),
        languages=tuple((labels.language_name(c), _found("language", c)) for c in item.languages),
        subjects=tuple((one, _found("subject", one)) for one in item.subjects),
        description=tuple(part for part in item.description.split("\n\n") if part.strip()),
        source=item.source,
        given_by=item.given_by,
        extra=_extra(archive, item),
        related=_related(archive, item),
        rights=_rights(item),
        cite=citation(archive, item, address),
        address=address,
        files=files,
        has_downloads=any(one.downloads for file in files for one in (file, *file.companions)),
        meta=dublin_core(item, address),
        state=labels.of(labels.STATES, item.state) if item.state != "published" else "",
        desk_href=url_for("preserve.item", item_id=item.id) if staff else "",
        notes=tuple((tuple(one.words.split("\n\n")), one.name) for one in item.notes),
        word_notes=tuple(
            Noted(one.word, str(STANDING.get(one.standing, "")), one.preferred, one.note)
            for one in item.word_notes
        ),
    )


def public_address(archive: Archive, item_id: str) -> str:
    """The address of an item for people elsewhere: at the archive's public address, where it has one."""
    public = archive.settings.public_url.rstrip("/")
    return f"{public}/items/{item_id}" if public else item_href(item_id, external=True)


def citation(archive: Archive, item: ItemView, address: str) -> str:
    """One sentence that says who, what, when and where."""
    names = "; ".join(one.name for one in item.names)
    what = _("“%(title)s”", title=item.title or _("Without a title"))
    dated = ", ".join(part for part in (what, item.date_words) if part)
    where = f"{label(archive, 'collection', item.collection, language())}, {archive.settings.site_name}"
    said = [part.rstrip(".") for part in (names, dated, where) if part]
    return f"{'. '.join(said)}. {address}"


def dublin_core(item: ItemView, address: str) -> tuple[tuple[str, str], ...]:
    """The description as Dublin Core (DCMI, "Expressing Dublin Core metadata using HTML")."""
    creators = [one.name for one in item.names if one.role in CREATORS]
    contributors = [one.name for one in item.names if one.role not in CREATORS]
    said: list[tuple[str, str]] = [("DC.title", item.title)]
    said += [("DC.creator", name) for name in creators]
    said += [("DC.contributor", name) for name in contributors]
    said += [("DC.date", item.date_edtf), ("DC.type", item.kind)]
    said += [("DC.subject", subject) for subject in item.subjects]
    said += [("DC.coverage", place.name) for place in item.places]
    said += [("DC.language", code) for code in item.languages]
    said += [("DC.description", item.description), ("DC.source", item.source)]
    said += [("DC.rights", item.rights_uri or item.rights), ("DC.identifier", address)]
    return tuple((name, content) for name, content in said if content)


def _name(archive: Archive, one: NameView) -> Name:
    role = "" if one.role in ("", "creator") else labels.role(archive, one.role)
    return Name(one.name, role, Asked(f'creator:"{one.name.replace(chr(34), "")}"').href())


def _found(facet: str, value: str) -> str:
    return Asked(filters={facet: (value,)}).href()


def _extra(archive: Archive, item: ItemView) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for name, value in item.extra.items():
        kind = _kind(archive, item, name)
        if kind in ("relation", "notice"):
            continue
        texts = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
        if kind == "observance":
            texts = [label(archive, "observance", one, language()) for one in texts]
        if words := "; ".join(texts):
            found.append((labels.field(archive, item.collection, name), words))
    return tuple(found)


def _kind(archive: Archive, item: ItemView, name: str) -> str:
    profile = archive.profiles.get(item.collection)
    known = profile.field(name) if profile else None
    return known.kind if known else ""


def _notices(archive: Archive, item: ItemView) -> tuple[str, ...]:
    """What the community that it comes from asks of those who look."""
    return tuple(str(text) for name, text in item.extra.items() if _kind(archive, item, name) == "notice")


def _related(archive: Archive, item: ItemView) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    return tuple(
        (labels.field(archive, item.collection, name), tuple(_link(one) for one in things))
        for name, things in item.related.items()
        if things
    )


def _link(one: Related) -> Link:
    if one.item_id:
        return Link(one.title or _("Without a title"), item_href(one.item_id), one.words)
    scheme = urlsplit(one.words).scheme if " " not in one.words else ""
    return Link(one.words, one.words if scheme in ("http", "https") else "")


def _positions(item: ItemView) -> tuple[tuple[str, str], ...]:
    """Where places are, for those of which somebody wrote it, no more exactly than may be shown."""
    words = {"exact": _("there"), "town": _("about where"), "region": _("in this region")}
    return tuple(
        (one.name, f"{number(one.latitude)}°, {number(one.longitude)}° ({words[one.precision]})")
        for one in item.places
        if one.precision and one.name and one.latitude is not None and one.longitude is not None
    )


def _rights(item: ItemView) -> Rights | None:
    if not item.rights and not item.rights_uri:
        return None
    plain = item.rights_label if item.rights_label != item.rights_uri else ""
    href = item.rights_uri if urlsplit(item.rights_uri).scheme in ("http", "https") else ""
    words = plain or item.rights or item.rights_uri
    return Rights(words, item.rights if item.rights != words else "", href)
