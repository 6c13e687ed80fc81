"""Addresses that are made from a remembered shape are those that Flask makes."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import BuildError

from archive.web.addresses import Site

ID, OTHER = "3c4xkabb0f85rrpw", "bew5r849sv8f0eyp"
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("plain", {}),
    ("plain", {"state": "in_review"}),
    ("plain", {"state": "in_review", "page": "2"}),
    ("plain", {"page": "2", "state": "in_review"}),
    ("plain", {"page": 2, "state": None}),
    ("plain", {"q": "a word & more", "state": "all"}),
    ("plain", {"show": ID, "_anchor": f"item-{ID}"}),
    ("plain", {"_external": True}),
    ("item", {"item_id": ID}),
    ("item", {"item_id": OTHER, "flag": "no-copy"}),
    ("item", {"item_id": "ein Löffel/..?#"}),
    ("item", {"item_id": "zz.0.zz", "q": "zz.1.zz"}),
    ("copy", {"copy_id": ID, "name": "page-3.jpg"}),
    ("copy", {"name": "page-3.jpg", "copy_id": ID}),
    ("numbered", {"part": 7}),
    ("numbered", {"part": "7"}),
    ("chosen", {"style": "bib"}),
    ("static", {"filename": "css/desk.css", "v": "0a1b2c"}),
)


def made(app: Flask) -> Flask:
    for rule, endpoint in (
        ("/desk", "plain"),
        ("/desk/items/<item_id>", "item"),
        ("/media/<copy_id>/<name>", "copy"),
        ("/part-<int:part>.xml", "numbered"),
        ("/cite.<any(ris, bib):style>", "chosen"),
    ):
        app.add_url_rule(rule, endpoint, lambda **_: "", methods=["GET", "POST"])
    return app


@pytest.mark.parametrize("root", ["", "/es", "/kept/fr"])
@pytest.mark.parametrize("method", ["GET", "POST", "MADE-UP"])
def test_every_address_is_as_flask_makes_it(root: str, method: str) -> None:
    ours, theirs = made(Site(__name__)), made(Flask(__name__))
    for _ in range(2):
        for endpoint, values in ASKED:
            found = []
            for app in (ours, theirs):
                with app.test_request_context(
                    "/desk", method=method, environ_overrides={"SCRIPT_NAME": root}
                ):
                    found.append(url_for(endpoint, **values))
            assert found[0] == found[1], (endpoint, values)


def test_an_address_that_cannot_be_is_refused() -> None:
    app = made(Site(__name__))
    with app.test_request_context("/desk"):
        wrong: tuple[tuple[str, dict[str, Any]], ...] = (
            ("nowhere", {}),
            ("item", {}),
            ("nowhere", {"item_id": ID}),
        )
        for endpoint, values in wrong:
            with pytest.raises(BuildError):
                url_for(endpoint, **values)


def test_nothing_that_was_put_into_an_address_is_remembered() -> None:
    app = made(Site(__name__))
    with app.test_request_context("/desk"):
        url_for("item", item_id=ID, q="freedom")
    assert app._shapes and ID not in str(app._shapes) and "freedom" not in str(app._shapes)
