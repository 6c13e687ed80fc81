"""What PostgreSQL has no place for is in nothing that was typed, and everything else is."""

from __future__ import annotations

from io import BytesIO

from flask import Flask, request

from archive.web import typed


def test_no_zero_byte_comes_in_by_a_form_or_an_address_and_nothing_else_is_lost() -> None:
    app = Flask(__name__)
    typed.install(app)
    fields = {"title": "A\0 title\n", "file": [*"ab"], "upload": (BytesIO(b"a\0b"), "a.txt")}
    with app.test_request_context("/?words=a%00b&words=c", method="POST", data=fields):
        assert request.form["title"] == "A title\n" and request.form.getlist("file") == ["a", "b"]
        assert request.args.getlist("words") == ["ab", "c"]
        assert request.files["upload"].read() == b"a\0b"
    with app.test_request_context("/", method="POST", data="title=A%00b", content_type=FORM):
        assert request.form.to_dict() == {"title": "Ab"} and request.args.get("words", "") == ""


FORM = "application/x-www-form-urlencoded"
