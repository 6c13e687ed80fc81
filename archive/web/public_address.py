"""Addresses as they work elsewhere: at the archive's public address, where it has one."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import request, url_for

from archive.services.opening import Archive
from archive.web.i18n import ROOT_KEY, shared


def whole(archive: Archive, path: str) -> str:
    """A path of this site as an address that can be followed from anywhere."""
    public = archive.settings.public_url.rstrip("/")
    if not public:
        return f"{request.host_url.rstrip('/')}{path}"
    return f"{public}{path.removeprefix(str(request.environ.get(ROOT_KEY, '')))}"


def address_of(archive: Archive, item_id: str, endpoint: str = "public.item", **values: Any) -> str:
    """The address of an item, or of something that belongs to it: the same in every language."""
    return whole(archive, shared(url_for(endpoint, item_id=item_id, **values)))


def on_the_web(text: str) -> SplitResult | None:
    """The parts of an address of the web that somebody wrote; None for anything else."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    is_address = parts.scheme in ("http", "https") and parts.hostname and not set(text) & set(' "<>\n')
    return parts if is_address else None
