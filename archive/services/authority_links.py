"""Addresses at which the world's authorities speak of people, places and words: only their form is looked at, never the address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Whose addresses are known, and what stands behind the host.
KNOWN: dict[str, str] = {
    "www.wikidata.org": r"/(?:wiki|entity)/Q[1-9]\d*",
    "id.loc.gov": r"/(?:authorities|vocabulary)/[A-Za-z]+/[A-Za-z0-9]+",
    "viaf.org": r"/viaf/\d+/?",
    "www.geonames.org": r"/\d+(?:/[\w.-]*)?",
    "sws.geonames.org": r"/\d+/?",
    "rightsstatements.org": r"/(?:vocab|page)/[A-Za-z-]+/1\.0/?",
    "creativecommons.org": r"/(?:licenses|publicdomain)/[a-z-]+/\d\.\d/?(?:[a-z]{2}/)?",
    "vocab.getty.edu": r"/(?:page/)?(?:aat|tgn|ulan)/\d+",
    "id.worldcat.org": r"/fast/\d+/?",
    "isni.org": r"/isni/\d{15}[\dX]/?",
    "orcid.org": r"/\d{4}-\d{4}-\d{4}-\d{3}[\dX]",
    "d-nb.info": r"/gnd/[\dX-]+",
    "data.bnf.fr": r"/(?:ark:/12148/)?[\w/-]+",
    "homosaurus.org": r"/v\d/homoit\d+",
    "enslaved.org": r"/(?:fullStory|fullRecord|record)/[\w-]+",
    "www.openstreetmap.org": r"/(?:node|way|relation)/\d+",
}
_Q_ID = re.compile(r"Q[1-9]\d{0,15}")
LONGEST = 300


def understand_link(text: str) -> tuple[str, str]:
    """What was typed as an address to keep, and "" or why it cannot be kept.

    A Wikidata number is an address too; that of a known host is kept as https however it was typed.
    """
    typed = text.strip()
    if _Q_ID.fullmatch(typed):
        return f"https://www.wikidata.org/entity/{typed}", ""
    try:
        parts = urlsplit(typed)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return typed, "link-malformed"
    if parts.scheme not in ("http", "https") or not host or len(typed) > LONGEST or not typed.isascii():
        return typed, "link-malformed"
    if parts.netloc.lower() != host or port is not None:
        return typed, "link-malformed"
    form = KNOWN.get(host) or KNOWN.get(f"www.{host}")
    if form is None:
        return typed, "link-unknown"
    host = host if host in KNOWN else f"www.{host}"
    if parts.query or parts.fragment or not re.fullmatch(form, parts.path, re.ASCII):
        return typed, "link-malformed"
    return f"https://{host}{parts.path}", ""
