"""Curators say what each file is to the others and write what it says: it is read, heard and found so, and kept."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.access import OPERATOR
from archive.models import AccessCopy, Event, File, Item, Passage, Transcript
from archive.services import erasing, indexing, withdrawing
from archive.services.record import records
from tests.fixtures import given
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.reviewing import form, sign_in
from tests.fixtures.shelf import Shelf

__all__ = ["client", "master", "shelf"]

VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Rosa>We zang by the sea.\n\n00:01.000 --> 00:02.000\nEvery evening.\n"


def arrange(client: FlaskClient, item_id: str, **more: str) -> TestResponse:
    address = f"/desk/items/{item_id}/files"
    fields = form(client, address, "/files")
    order = re.findall(r'name="file" value="([^"]+)"', client.get(address).text)
    return client.post(address, data={**fields, "file": order, **more})


def write(client: FlaskClient, item_id: str, file_id: str, text: str, **more: str) -> TestResponse:
    address = f"/desk/items/{item_id}/files/{file_id}/transcript"
    return client.post(address, data=form(client, address, "/transcript") | {"text": text} | more)


def rows(shelf: Shelf, name: str) -> list[File]:
    with shelf.archive.db.read() as session:
        query = select(File).where(File.item_id == shelf.items[name]).order_by(File.position)
        return list(session.scalars(query))


def events(shelf: Shelf, name: str) -> list[Event]:
    with shelf.archive.db.read() as session:
        query = select(Event).where(Event.subject_id == shelf.items[name]).order_by(Event.sequence)
        return list(session.scalars(query))


@pytest.fixture
def front_and_back(shelf: Shelf) -> tuple[str, str, str]:
    """A photograph and what is written on its back."""
    with shelf.archive.db.write() as session:
        photo = session.get_one(File, shelf.files["photo", 0])
        item = session.get_one(Item, photo.item_id)
        back = shelf.file(session, item, given.jpeg(), "back.jpg", "image/jpeg")
        shelf.copy(session, back, "web", given.jpeg(), "image/jpeg", width=640, height=480)
        return photo.item_id, photo.id, back.id


def test_a_back_is_shown_with_its_front_under_its_title_and_the_change_is_kept(
    client: FlaskClient, shelf: Shelf, front_and_back: tuple[str, str, str]
) -> None:
    item_id, front, back = front_and_back
    sign_in(client, "curator")
    more = {f"role-{back}": "verso", f"accompanies-{back}": front, f"title-{back}": "Written in <ink>"}
    assert arrange(client, item_id, **more).status_code == 303
    kept = {one.id: one for one in rows(shelf, "photo")}
    assert (kept[back].role, kept[back].accompanies_id) == ("verso", front)
    page = client.application.test_client().get(f"/items/{item_id}").text
    assert "<bdi>Written in &lt;ink&gt;</bdi> · Back side" in page
    assert page.count("<figure>") == 2
    last = events(shelf, "photo")[-1]
    assert (last.kind, last.detail) == ("arrange", {"files": [back]})
    with shelf.archive.db.read() as session:
        record = records(session, [item_id])[item_id]
    assert [(one["role"], one["title"]) for one in record["files"]] == [
        ("original", ""),
        ("verso", "Written in <ink>"),
    ]
    assert "Files put in order" in client.get(f"/desk/items/{item_id}").text


def test_files_move_up_and_down_and_what_else_was_chosen_is_saved_with_it(
    client: FlaskClient, shelf: Shelf, front_and_back: tuple[str, str, str]
) -> None:
    item_id, front, back = front_and_back
    sign_in(client, "curator")
    answer = arrange(client, item_id, move=f"up:{back}", **{f"title-{front}": "Front"})
    assert answer.status_code == 303
    assert [one.id for one in rows(shelf, "photo")] == [back, front]
    assert arrange(client, item_id, move=f"down:{back}").status_code == 303
    assert [(one.id, one.title) for one in rows(shelf, "photo")] == [(front, "Front"), (back, "")]
    before = len(events(shelf, "photo"))
    # Nothing is further up than the first, and saying the same again is no change.
    assert arrange(client, item_id, move=f"up:{front}").status_code == 303
    assert len(events(shelf, "photo")) == before


def test_what_cannot_be_is_told_at_the_file_and_nothing_is_changed(
    client: FlaskClient, shelf: Shelf, front_and_back: tuple[str, str, str]
) -> None:
    item_id, front, back = front_and_back
    sign_in(client, "curator")
    begun = form(client, f"/desk/items/{item_id}/files", "/files")
    for wrong, words in (
        ({f"role-{back}": "verso"}, "Choose the file that it belongs to"),
        ({f"role-{back}": "verso", f"accompanies-{back}": back}, "another file that is an original"),
        ({f"role-{back}": "spouse"}, "This is not in the list"),
        ({f"language-{back}": "Engl"}, "two or three letters"),
        (
            {
                f"role-{back}": "verso",
                f"accompanies-{back}": front,
                f"role-{front}": "verso",
                f"accompanies-{front}": back,
            },
            "another file that is an original",
        ),
    ):
        # Each in the form as it came: what was refused before is kept as a draft.
        sent = {**begun, "file": [front, back], **wrong, f"title-{front}": "Kept <here>"}
        answer = client.post(f"/desk/items/{item_id}/files", data=sent)
        assert answer.status_code == 400 and words in answer.text
        assert "Kept &lt;here&gt;" in answer.text
    assert {one.role for one in rows(shelf, "photo")} == {"original"}


def test_of_two_who_arrange_at_once_the_second_is_told_and_loses_nothing(
    client: FlaskClient, shelf: Shelf, front_and_back: tuple[str, str, str]
) -> None:
    item_id, front, back = front_and_back
    sign_in(client, "curator")
    late = form(client, f"/desk/items/{item_id}/files", "/files") | {f"title-{front}": "Mine"}
    assert arrange(client, item_id, **{f"title-{front}": "Theirs"}).status_code == 303
    answer = client.post(f"/desk/items/{item_id}/files", data={**late, "file": [front, back]})
    assert answer.status_code == 409 and 'value="Mine"' in answer.text
    told = re.search(r'role="alert">.*?</dl>', answer.text, re.DOTALL)
    assert told is not None and re.findall(r"<d[td][^>]*>([^<]*)<", told[0]) == [
        f"{rows(shelf, 'photo')[0].given_name}: Title of this file",
        "Theirs",
    ]
    assert rows(shelf, "photo")[0].title == "Theirs"
    again = next(one for one in Forms(answer.text).forms if one["action"].endswith("/files"))["fields"]
    assert (
        client.post(f"/desk/items/{item_id}/files", data={**again, "file": [front, back]}).status_code == 303
    )
    assert rows(shelf, "photo")[0].title == "Mine"


def test_captions_written_in_the_browser_are_found_and_open_at_their_second(
    client: FlaskClient, shelf: Shelf
) -> None:
    item_id, captions = shelf.items["talk"], shelf.files["talk", 1]
    sign_in(client, "curator")
    # What is written down can be heard beside the form.
    page = client.get(f"/desk/items/{item_id}/files/{captions}/transcript").text
    # There nothing is offered to be taken along.
    assert "<audio" in page and "cannot play this here" in page and "downloaded below" not in page
    assert "downloaded below" in client.get(f"/items/{item_id}").text
    assert write(client, item_id, captions, VTT).status_code == 303
    indexing.drain(shelf.archive)
    visitor = client.application.test_client()
    hit = visitor.get("/search?q=zang").text
    assert re.search(rf'href="/items/{item_id}\?file={captions}&amp;t=0', hit)
    page = visitor.get(f"/items/{item_id}").text
    assert "We zang by the sea." in page and "</strong> We sang." not in page
    track = re.search(r'<track kind="captions" src="([^"]+)"', page)
    assert track is not None
    shown = visitor.get(track[1])
    assert shown.status_code == 200 and "<v Rosa>We zang by the sea." in shown.text
    with shelf.archive.db.read() as session:
        copies = session.scalars(select(AccessCopy.path).where(AccessCopy.file_id == captions)).all()
        folder = shelf.archive.settings.access / captions
    assert len(copies) == 1 and [path.name for path in folder.iterdir()] == [copies[0].split("/")[1]]


def test_faults_in_captions_are_told_by_line_and_reason_and_nothing_is_lost(
    client: FlaskClient, shelf: Shelf
) -> None:
    item_id, captions = shelf.items["talk"], shelf.files["talk", 1]
    sign_in(client, "curator")
    wrong = "WEBVTT\n\n00:02.000 --> 00:01.000\nBackwards\n\n00:03,000 --> 00:04,000\nComma & <b>\n"
    answer = write(client, item_id, captions, wrong)
    assert answer.status_code == 400
    assert "Line 3: This caption ends before it begins." in answer.text
    assert "Line 6: In WebVTT a full stop stands before the thousandths" in answer.text
    assert "Comma &amp; &lt;b&gt;" in answer.text
    page = client.get(f"/items/{item_id}").text
    assert "We sang." in page
    # A picture has no seconds.
    answer = write(client, shelf.items["photo"], shelf.files["photo", 0], VTT)
    assert answer.status_code == 400 and "Times only make sense" in answer.text
    papers = shelf.items["papers"], shelf.files["papers", 0]
    answer = write(client, *papers, "One\n=== 2 ===\nTwo\n=== 4 ===\nFour")
    assert answer.status_code == 400 and "Line 4: The file has no such page." in answer.text


def test_a_text_is_corrected_page_by_page_and_every_wording_stays_and_comes_back(
    client: FlaskClient, shelf: Shelf
) -> None:
    item_id, papers = shelf.items["papers"], shelf.files["papers", 0]
    sign_in(client, "curator")
    address = f"/desk/items/{item_id}/files/{papers}/transcript"
    before = form(client, address, "/transcript")["text"]
    assert before.startswith("=== 1 ===") and "What page 2 says." in before
    assert (
        write(client, item_id, papers, before.replace("page 2 says", "page two truly says")).status_code
        == 303
    )
    visitor = client.application.test_client()
    assert "What page two truly says." in visitor.get(f"/items/{item_id}?page=2").text
    indexing.drain(shelf.archive)
    assert f"/items/{item_id}?file={papers}&amp;page=2" in visitor.get("/search?q=truly").text
    page = client.get(address).text
    assert re.findall(r'id="change-(\d+)"', page) == ["2", "1"] and "curator" in page
    back = next(one for one in Forms(page).forms if one["action"].endswith("/transcript/1"))["fields"]
    assert client.post(f"{address}/1", data=back).status_code == 303
    assert form(client, address, "/transcript")["text"] == before
    with shelf.archive.db.read() as session:
        kept = records(session, [item_id])[item_id]["transcripts"]
        places = session.scalars(
            select(Passage.page).where(Passage.file_id == papers).order_by(Passage.position)
        ).all()
    assert [(one["number"], one["agent"] == "pipeline") for one in kept] == [
        (1, True),
        (2, False),
        (3, False),
    ]
    assert kept[2]["text"] == kept[0]["text"] == before and list(places) == [1, 2, 3]
    assert [(one.kind, one.detail) for one in events(shelf, "papers")][-1] == ("transcribe", {"file": papers})
    # A page that was opened before brings nothing back over what was written since.
    assert client.post(f"{address}/2", data=back).status_code == 409


def test_of_two_who_write_at_once_the_second_sees_both(client: FlaskClient, shelf: Shelf) -> None:
    item_id, photo = shelf.items["photo"], shelf.files["photo", 0]
    sign_in(client, "curator")
    late = form(client, f"/desk/items/{item_id}/files/{photo}/transcript", "/transcript")
    assert write(client, item_id, photo, "Theirs").status_code == 303
    answer = write(client, item_id, photo, "Mine", seen=late["seen"])
    assert answer.status_code == 409 and "Theirs" in answer.text and "Mine" in answer.text
    kept = next(one for one in Forms(answer.text).forms if one["action"].endswith("/transcript"))["fields"]
    assert kept["text"] == "Mine"
    assert client.post(f"/desk/items/{item_id}/files/{photo}/transcript", data=kept).status_code == 303
    assert "Mine" in client.application.test_client().get(f"/items/{item_id}").text


def test_only_who_may_describe_an_item_arranges_its_files_and_writes_its_texts(
    client: FlaskClient, shelf: Shelf
) -> None:
    item_id, photo = shelf.items["photo"], shelf.files["photo", 0]
    sign_in(client, "archivist")
    token = form(client, "/desk", "/sign-out")
    for ending in ("files", f"files/{photo}/transcript"):
        assert client.get(f"/desk/items/{item_id}/{ending}").status_code == 403
        answer = client.post(f"/desk/items/{item_id}/{ending}", data=token | {"text": "x", "file": photo})
        assert answer.status_code == 403
    # A file of another item is none of this one.
    other = shelf.files["letter", 0]
    client = sign_in(client.application.test_client(), "curator")
    assert client.get(f"/desk/items/{item_id}/files/{other}/transcript").status_code == 404


def test_what_is_destroyed_takes_every_wording_with_it(client: FlaskClient, shelf: Shelf) -> None:
    item_id, photo = shelf.items["photo"], shelf.files["photo", 0]
    sign_in(client, "curator")
    assert write(client, item_id, photo, "Grandmother").status_code == 303
    withdrawing.withdraw_item(shelf.archive, OPERATOR, item_id, destroy=True)
    erasing.clear(shelf.archive)
    with shelf.archive.db.read() as session:
        assert session.scalars(select(Transcript)).all() == []
    left = [
        path for path in shelf.archive.settings.access.rglob("*") if photo in str(path) and path.is_file()
    ]
    assert left == []
