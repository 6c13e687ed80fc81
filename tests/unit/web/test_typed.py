"""What PostgreSQL has no place for is in nothing that was typed, and everything else is."""

from __future__ import annotations

from io import BytesIO

import pytest
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


@pytest.mark.parametrize("unfit", ["\0", "\x01", "\x08", "\x1f", "\ufffe", "\uffff"])
def test_what_no_bag_can_hold_is_in_nothing_that_was_typed(unfit: str) -> None:
    app = Flask(__name__)
    typed.install(app)
    words = f"One{unfit} line\tand\r\nanother\N{TAMIL LETTER KA} \N{GRINNING FACE}"
    kept = words.replace(unfit, "")
    with app.test_request_context("/", query_string={"q": words}, method="POST", data={"title": words}):
        assert (request.form["title"], request.args["q"]) == (kept, kept)
    with app.test_request_context(
        "/", method="POST", data={"title": words, "upload": (BytesIO(b"\x01"), "a.txt")}
    ):
        assert request.form["title"] == kept and request.files["upload"].read() == b"\x01"


def test_words_that_a_word_processor_parts_stay_apart() -> None:
    app = Flask(__name__)
    typed.install(app)
    with app.test_request_context("/", method="POST", data={"title": "One\x0bline\x0cpage"}):
        assert request.form["title"] == "One line page"


def test_a_path_with_a_zero_byte_is_one_that_nothing_has() -> None:
    app = Flask(__name__)
    app.add_url_rule("/items/<item_id>", view_func=lambda item_id: item_id, endpoint="item")
    typed.install(app)
    visitor = app.test_client()
    assert visitor.get("/items/%00").text == "\ufffd"
    assert visitor.get("/items/é%00b").text == "é\ufffdb"
    assert visitor.get("/items/éb").text == "éb"


FORM = "application/x-www-form-urlencoded"
