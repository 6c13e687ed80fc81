"""An item in Dublin Core, and in what other programs look for at the head of a page."""

from __future__ import annotations

from archive.exchange.citation import ZOTERO_TYPES
from archive.exchange.described import Described, one_line, plain_date

DESCRIPTION = 300

Pairs = tuple[tuple[str, str], ...]


def dublin_core(item: Described) -> Pairs:
    """The description as Dublin Core (DCMI, "Expressing Dublin Core metadata using HTML")."""
    said: list[tuple[str, str]] = [("DC.title", item.title)]
    said += [("DC.creator", name) for name in item.creators]
    said += [("DC.contributor", name) for name in item.names_of()]
    said += [("DC.date", item.date_edtf), ("DC.type", item.kind)]
    said += [("DC.subject", subject) for subject in item.subjects]
    said += [("DC.coverage", place) for place in item.places]
    said += [("DC.language", code) for code in item.languages]
    said += [("DC.description", item.description), ("DC.source", item.source)]
    said += [("DC.rights", item.rights_uri or item.rights), ("DC.publisher", item.keeper or item.archive)]
    return _said([*said, ("DC.identifier", item.address)])


def for_citing(item: Described) -> Pairs:
    """What programs that collect citations read of a page: Zotero its own kind of thing first, then Highwire's names."""
    said = [("z.itemType", ZOTERO_TYPES.get(item.kind, "document")), ("citation_title", item.title)]
    said += [("citation_author", name) for name in item.creators]
    said += [("citation_date", plain_date(item.date_edtf)), ("citation_public_url", item.address)]
    said += [("citation_language", code) for code in item.languages[:1]]
    return _said([*said, ("citation_publisher", item.keeper or item.archive)])


def open_graph(item: Described) -> Pairs:
    """What stands in a message or a post that leads to it; a picture only where there is one."""
    return graph(item.title, item.address, item.archive, item.description, item.thumbnail)


def graph(title: str, address: str, site: str, words: str = "", picture: str = "") -> Pairs:
    """The same of any page (the Open Graph protocol); what is empty is not said, long words are cut."""
    short = one_line(words)
    said = [("og:type", "website"), ("og:title", title), ("og:url", address)]
    said += [("og:site_name", site), ("og:image", picture)]
    if len(short) > DESCRIPTION:
        short = short[:DESCRIPTION].rsplit(" ", 1)[0] + "…"
    return _said([*said, ("og:description", short)])


def _said(pairs: list[tuple[str, str]]) -> Pairs:
    return tuple((name, content) for name, content in pairs if content)
