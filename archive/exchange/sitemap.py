"""Addresses for search engines, by the protocol of sitemaps.org (version 0.9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from xml.etree import ElementTree as Tree

MEDIA_TYPE = "application/xml"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# One file may name 50,000.
MOST = 20_000


def sitemap(pages: Iterable[tuple[str, date | None]]) -> bytes:
    """Pages by their whole addresses, with the day on which each became what it is, where that is known."""
    return _listed("urlset", "url", pages)


def index(sitemaps: Iterable[str]) -> bytes:
    """The sitemaps of a site by their whole addresses."""
    return _listed("sitemapindex", "sitemap", ((one, None) for one in sitemaps))


def _listed(root_name: str, name: str, pages: Iterable[tuple[str, date | None]]) -> bytes:
    root = Tree.Element(root_name, {"xmlns": NAMESPACE})
    for address, day in pages:
        one = Tree.SubElement(root, name)
        Tree.SubElement(one, "loc").text = address
        if day is not None:
            Tree.SubElement(one, "lastmod").text = day.isoformat()
    return bytes(Tree.tostring(root, encoding="utf-8", xml_declaration=True))
