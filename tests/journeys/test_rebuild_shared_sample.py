"""All of the shared sample, edited, published and taken back, comes back equal from bags alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import File, Item
from archive.services import redacting, revisions, transcribing, withdrawing
from archive.services.marking import Wanted
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from ingest.bulk import ingest
from tests.fixtures.commands import command
from tests.fixtures.whole_archive import look, lose_all_but_bags, make_waiting

pytestmark = [pytest.mark.slow, pytest.mark.sample]
WORDS = ("river", "freedom", "Quillfeather", "1949")


def test_all_of_the_shared_sample_comes_back_equal(shared_sample: Path, tmp_path: Path) -> None:
    archive = open_archive(Settings(home=tmp_path / "home"))
    ingest(archive, [shared_sample], "march-25", publish=True)
    work_on(archive)
    before = look(archive, WORDS)
    lose_all_but_bags(archive)
    told = command(archive.settings.home, "rebuild")
    assert told.exception is None and told.return_value == 0, told.output
    archive = open_archive(archive.settings)
    try:
        after = look(archive, WORDS)
        assert {one for one in before.records if before.records[one] != after.records[one]} == set()
        assert {
            file
            for what in before.copies
            for file in before.copies[what]
            if before.copies[what][file] != after.copies[what].get(file)
        } == set()
        assert after.found == before.found
        assert {one for one in before.pages if before.pages[one] != after.pages[one]} == set()
    finally:
        archive.close()


def work_on(archive: Archive) -> None:
    """Describe every third item again, take back every seventh, write a text anew, and take something out of a picture."""
    with archive.db.read() as session:
        ids = session.scalars(select(Item.id).order_by(Item.submission_id, Item.position)).all()
        text, picture = (
            session.scalars(select(File).where(File.media_type == media_type).order_by(File.id)).first()
            for media_type in ("text/plain", "image/jpeg")
        )
    assert text is not None and picture is not None
    for item_id in ids[::3]:
        said = revisions.spoken(archive, OPERATOR, item_id)
        more = said.said | {"source": "Told by Quillfeather."}
        assert not revisions.change(archive, OPERATOR, item_id, more, said.meant, "en", said.mark)
    now = transcribing.written(archive, OPERATOR, text.item_id, text.id)
    transcribing.write(archive, OPERATOR, text.item_id, text.id, f"{now.text}\n\nQuillfeather.", now.mark)
    seen = redacting.marked(archive, OPERATOR, picture.item_id).seen
    mark = Wanted("region", None, {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2})
    redacting.add(archive, OPERATOR, picture.item_id, picture.id, [mark], seen)
    for item_id in set(ids[1::7]) - {text.item_id, picture.item_id}:
        withdrawing.withdraw_item(archive, OPERATOR, item_id, "asked for")
    make_waiting(archive)
