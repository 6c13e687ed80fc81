"""Where a request comes from, for the counts in memory alone: it is made a mark at once, and never kept or logged."""

from __future__ import annotations

import ipaddress

from flask import request

from archive.web.visitors import the_archive


def whence() -> str:
    """The address of whoever sends this request, "" where it has none.

    Of what comes through the trusted proxy it is what that proxy says; of all else, whatever it says, who is connected.
    """
    address = request.remote_addr or ""
    trusted = the_archive().settings.trusted_proxy
    if not trusted or not _is_of(address, trusted):
        return address
    # The proxy adds its own word last; everything before that may be invented.
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return told if _is_of(told, "") else address


def _is_of(address: str, network: str) -> bool:
    """Whether it is an address, and of that network; "" is every one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not network or found in ipaddress.ip_network(network, strict=False)
