"""Files that are put together in another way keep what is marked on them and what people wrote of them."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from archive.models import File, PublicNote, Redaction, Transcript
from archive.services.opening import Archive
from tests.fixtures.arranging import archive, curator, files_of, master, named, post, split

__all__ = ["archive", "curator", "master"]


def test_what_is_taken_out_of_a_file_and_written_of_it_goes_with_it_to_the_new_item(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    first, _, last = (file.id for file in files_of(archive, old))
    with archive.db.write() as session:
        extent = {"words": "entirely", "occurrence": None, "everywhere": False}
        session.add(Redaction(file_id=last, kind="passage", extent=extent, agent="operator"))
        session.add(Transcript(file_id=first, number=1, agent="operator", text="As somebody wrote it."))
        session.add(PublicNote(item_id=old, words="They were written in one week."))
    _, rest, new = split(archive, curator)
    with archive.db.read() as session:
        marked = session.scalars(select(Redaction.file_id).where(Redaction.file_id != last)).all()
        written = session.scalars(select(Transcript.file_id).where(Transcript.file_id != first)).all()
        noted = session.scalars(select(PublicNote.item_id)).all()
    assert marked == [files_of(archive, new)[0].id]
    assert written == [files_of(archive, rest)[0].id]
    assert noted == [rest]


def test_what_is_taken_out_of_every_text_of_an_item_is_not_parted(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    first, second = (file.id for file in files_of(archive, old)[:2])
    with archive.db.write() as session:
        extent = {"words": "page", "occurrence": None, "everywhere": True}
        session.add(Redaction(file_id=first, kind="passage", extent=extent, agent="operator"))
        # Of a recording words may be written later.
        session.get_one(File, second).media_type = "audio/mpeg"
    answer = post(curator, old, "split", file=[second], title="The second page")
    assert answer.status_code == 409 and "several of its files at once" in answer.text
    assert named(archive, "The second page") == ""
