"""A receipt tells towns alone where its giver chose that only the town is shown: paper is found by others."""

from __future__ import annotations

import re

from flask import Flask

from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.coming_back import keep
from tests.fixtures.contributor import Contributor

ADDRESS, TOWN = "12 Elm Street, Selma", "Selma, Alabama"


def test_neither_the_page_nor_the_file_holds_the_address_that_its_giver_hid(archive: Archive) -> None:
    app: Flask = create_app(archive.settings, archive)
    giver = Contributor(app.test_client())
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.go_on()
    giver.fill("/give/about", {"about-title": "A letter", "about-place": ADDRESS})
    giver.fill("/people", {"people": "none"})
    (town,) = re.findall(r'name="(town-[^"]+)"', giver.text)
    giver.fill("/show", {"keep": "yes", "audience": "public", "place_precision": "town", town: TOWN})
    giver.fill("/name", {"naming": "no-name"})
    giver.send()
    keep(archive)
    giver.open("/mine")
    assert ADDRESS in giver.text and TOWN in giver.text, "its giver may read it"
    for address in ("/mine/receipt", "/mine/receipt.txt"):
        text = giver.client.get(address).text
        assert "Elm Street" not in text and text.count(TOWN) == 2
    checked = giver.client.post("/receipt", data={"text": giver.client.get("/mine/receipt.txt").text})
    assert TOWN in checked.text and "We hold something different" not in checked.text
