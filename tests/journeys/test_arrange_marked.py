"""Files that are put together in another way keep what is marked on them and what people wrote of them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import File, Item, Passage, PublicNote, Redaction, Transcript
from archive.models.errors import ConflictError
from archive.services import redacting
from archive.services.marking import Wanted
from archive.services.opening import Archive
from archive.services.weighing import DESCRIBE, Wish, weigh
from ingest.item_parcel import Tools
from ingest.pipeline import examine_arrived
from tests.fixtures.arranging import (
    archive,
    curator,
    do_the_work,
    files_of,
    history,
    master,
    named,
    post,
    split,
)
from tests.fixtures.desk import token_of

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


def test_what_was_taken_out_and_is_shown_again_goes_with_its_file_and_can_be_taken_out_there(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    last = files_of(archive, old)[2].id
    extent = {"words": "entirely", "occurrence": None, "everywhere": False}
    nothing = redacting.marked(archive, OPERATOR, old).seen
    redacting.add(archive, OPERATOR, old, last, [Wanted("passage", None, extent, "A name")], nothing)
    then = redacting.marked(archive, OPERATOR, old)
    redacting.remove(archive, OPERATOR, old, then.marks[0].id, then.seen)
    _, rest, new = split(archive, curator)
    now = redacting.marked(archive, OPERATOR, new)
    assert (now.marks, redacting.marked(archive, OPERATOR, rest).removed) == ((), ())
    assert [(one.reason, one.removed_by) for one in now.removed] == [("A name", OPERATOR.id)]
    redacting.again(archive, OPERATOR, new, now.removed[0].id, now.seen)
    assert [one.extent["words"] for one in redacting.marked(archive, OPERATOR, new).marks] == ["entirely"]


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


def begin_to_split(archive: Archive, curator: FlaskClient) -> str:
    """The old item, the last of whose files is to become another; nothing of it is done yet."""
    old = named(archive, "Three pages")
    last = files_of(archive, old)[2].id
    assert post(curator, old, "split", file=[last], title="Something else").status_code == 303
    return old


def test_what_is_marked_while_an_item_is_split_is_taken_out_of_what_takes_its_place(
    archive: Archive, curator: FlaskClient
) -> None:
    old = begin_to_split(archive, curator)
    first, _, last = (file.id for file in files_of(archive, old))
    for file_id, words, everywhere in ((first, "of it", True), (last, "entirely", False)):
        extent = {"words": words, "occurrence": None, "everywhere": everywhere}
        seen = redacting.marked(archive, OPERATOR, old).seen
        redacting.add(archive, OPERATOR, old, file_id, [Wanted("passage", None, extent)], seen)
    new = named(archive, "Something else")
    # Two marks: the one on its file, and what goes from every text, on the only file that it has.
    assert [one.file_id for one in redacting.marked(archive, OPERATOR, new).marks] == [
        files_of(archive, new)[0].id
    ] * 2
    assert [one.kind for one in history(archive, new)][-2:] == ["redact", "redact"]
    tools = Tools(archive, 1)
    # The bytes are not there yet: whoever brings them has them looked at.
    examine_arrived(tools, files_of(archive, new)[0].id)
    tools.close()
    do_the_work(archive)
    with archive.db.read() as session:
        made = select(Passage.text).join(File, File.id == Passage.file_id).where(File.item_id != old)
        texts = sorted(session.scalars(made.where(File.given_name.in_(["page-1.txt", "page-2.txt"]))))
    assert texts == ["Something else [removed].", "The second page [removed]."]


def test_what_is_being_split_is_not_changed_meanwhile_and_what_was_typed_stays(
    archive: Archive, curator: FlaskClient
) -> None:
    old = begin_to_split(archive, curator)
    file_id = files_of(archive, old)[0].id
    forms: tuple[tuple[str, dict[str, object]], ...] = (
        (f"/files/{file_id}/transcript", {"text": "Typed <so>"}),
        ("/describe", {"about-title": "Typed <so>", "do": "save"}),
        ("/files", {"file": [one.id for one in files_of(archive, old)], f"title-{file_id}": "Typed <so>"}),
    )
    for where, typed in forms:
        page = curator.get(f"/desk/items/{old}{where}").text
        fields = {name: value_of(page, name) for name in ("seen", "mark", "version")}
        answer = curator.post(
            f"/desk/items/{old}{where}", data={**fields, **typed, "csrf_token": token_of(page)}
        )
        assert answer.status_code == 409, where
        assert "Typed &lt;so&gt;" in answer.text and "in another way just now" in answer.text, where
    with archive.db.write() as session:
        wish = Wish(DESCRIBE, {"title": "Another"})
        found = weigh(archive, session, OPERATOR, session.get_one(Item, old), wish, "en")
        assert found.trouble == "being-arranged"
        extent = {"words": "page", "occurrence": None, "everywhere": False}
        session.add(Redaction(id="a-mark", file_id=file_id, kind="passage", extent=extent, agent="operator"))
    with pytest.raises(ConflictError) as caught:
        redacting.remove(archive, OPERATOR, old, "a-mark", redacting.marked(archive, OPERATOR, old).seen)
    assert caught.value.code == "being-arranged"


def value_of(page: str, name: str) -> str:
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]
