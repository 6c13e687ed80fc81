"""Whoever looks at the page of what they gave can leave it quickly, and no history tells what it was."""

from __future__ import annotations

from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Item
from archive.services import lifecycle, upkeep
from archive.services.opening import Archive
from archive.web.app import create_app
from ingest.work import wait_until_caught_up, working
from tests.fixtures.contributor import Contributor


def test_the_page_of_a_thing_tells_nobody_what_its_giver_looked_at(archive: Archive) -> None:
    giver = Contributor(create_app(archive.settings, archive).test_client())
    giver.begin()
    giver.add(letter__txt=b"Dear sister, the zibbleforth was high.")
    giver.answer(title="Two letters")
    giver.send()
    with working(archive) as see_to_it:
        while archive.jobs.pending_count():
            see_to_it()
            archive.jobs.wait([], 0.2)
        wait_until_caught_up(archive)
    with archive.db.read() as session:
        item = session.scalars(select(Item)).one()
        pages = (f"/items/{item.id}", f"/items/{item.id}/text/{item.files[0].id}")
    for page in pages:
        giver.open(page)
        assert giver.at.status_code == 200 and "Two letters" in giver.text
        assert "Leave this page quickly" in giver.text and 'href="/leave/' in giver.text
        assert "<title>Where things stand ·" in giver.text
        # Nor does what pages tell of themselves to what lists or previews them.
        assert "Two letters" not in giver.text.partition("</head>")[0]
        assert giver.at.headers["Cache-Control"] == "no-store"
    lifecycle.publish(archive, OPERATOR, item.id)
    upkeep.catch_up(archive)
    # What everybody may see tells nothing of whoever looks.
    for page in pages:
        giver.open(page)
        assert "<title>Where things stand" not in giver.text and "/leave/" not in giver.text
        assert giver.at.status_code == 200
    giver.open(pages[0])
    assert "Two letters" in giver.text.partition("</head>")[0]
