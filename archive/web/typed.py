"""What people type, without U+0000: no text of ours has it, no reader sees it, and PostgreSQL has no place for it."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict, iter_multi_items


class TypedFields(ImmutableMultiDict[str, Any]):
    """The fields of a form or of an address, and the files that came with them."""

    def __init__(self, mapping: Any = ()) -> None:
        super().__init__([(name, _plain(value)) for name, value in iter_multi_items(mapping or ())])


class TypedRequest(Request):
    """A request that reads what was typed so."""

    parameter_storage_class: type[MultiDict[str, Any]] = TypedFields


def install(app: Flask) -> None:
    """Have every form, and every address, be read so."""
    app.request_class = TypedRequest


def _plain(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value
