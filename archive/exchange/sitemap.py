"""Addresses for search engines, by the protocol of sitemaps.org (version 0.9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from xml.sax.saxutils import escape

MEDIA_TYPE = "application/xml"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# One file may name 50,000; so many are made in a moment.
MOST = 10_000


def sitemap(pages: Iterable[tuple[str, date | None]]) -> bytes:
    """Pages by their whole addresses, with the day on which each became what it is, where that is known."""
    return _listed("urlset", "url", pages)


def index(sitemaps: Iterable[str]) -> bytes:
    """The sitemaps of a site by their whole addresses."""
    return _listed("sitemapindex", "sitemap", ((one, None) for one in sitemaps))


def _listed(root_name: str, name: str, pages: Iterable[tuple[str, date | None]]) -> bytes:
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f'<{root_name} xmlns="{NAMESPACE}">']
    for address, day in pages:
        changed = f"<lastmod>{day.isoformat()}</lastmod>" if day is not None else ""
        lines.append(f"<{name}><loc>{escape(address)}</loc>{changed}</{name}>")
    lines.append(f"</{root_name}>")
    return "\n".join(lines).encode()
