"""What people type, as a text of ours: without what no reader sees and no bag, feed or database has a place for."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict, iter_multi_items

from archive.plain_text import plain

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# U+FFFD as WSGI writes it: left out, one address would lead to what another one names.
UNREADABLE = "\ufffd".encode().decode("latin-1")


class TypedFields(ImmutableMultiDict[str, Any]):
    """The fields of a form or of an address, and the files that came with them."""

    def __init__(self, mapping: Any = ()) -> None:
        super().__init__(
            [
                (name, plain(value) if isinstance(value, str) else value)
                for name, value in iter_multi_items(mapping or ())
            ]
        )


class TypedRequest(Request):
    """A request that reads what was typed so, and whose path names nothing where it holds U+0000."""

    parameter_storage_class: type[MultiDict[str, Any]] = TypedFields

    def __init__(self, environ: WSGIEnvironment, *args: Any, **kwargs: Any) -> None:
        environ["PATH_INFO"] = environ.get("PATH_INFO", "").replace("\0", UNREADABLE)
        super().__init__(environ, *args, **kwargs)
        self._opened: list[IO[bytes]] = []

    def close(self) -> None:
        """Close what holds the files of the form, also where the form broke off and none of them was ever its own."""
        super().close()
        for stream in self._opened:
            stream.close()

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        stream = super()._get_file_stream(*args, **kwargs)
        self._opened.append(stream)
        return stream


def install(app: Flask) -> None:
    """Have every form, and every address, be read so."""
    app.request_class = TypedRequest
