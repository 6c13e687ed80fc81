"""No file that came with a form stays open, whether the form arrived whole or broke off in the middle."""

from __future__ import annotations

import io
from typing import IO, Any

import pytest
from werkzeug import Request
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from archive.services.opening import Archive
from archive.web.app import create_app


@pytest.mark.parametrize("cut", [0, 200], ids=["whole", "broken-off"])
def test_what_holds_a_file_of_a_form_is_closed_when_it_is_answered(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    held: list[IO[bytes]] = []
    made = Request._get_file_stream

    def remembered(self: Request, *args: Any, **kwargs: Any) -> IO[bytes]:
        held.append(made(self, *args, **kwargs))
        return held[-1]

    monkeypatch.setattr(Request, "_get_file_stream", remembered)
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(b"x" * 700_000), "receipt.txt")})
    kind = f"multipart/form-data; boundary={boundary}"
    client = create_app(archive.settings, archive).test_client()
    assert client.post("/receipt", data=body[: len(body) - cut], content_type=kind).status_code == 400
    assert held and all(one.closed for one in held)
