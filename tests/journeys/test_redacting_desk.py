"""Marking what is to be taken out: nothing typed is lost, nobody overwrites anybody, each look is told, and who may not may not."""

from __future__ import annotations

import json
import os
import re

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Event, File, FileState, Holder, Item, Redaction, User
from archive.services import erasing, faces, upkeep, withdrawing
from archive.web.app import create_app
from ingest.work import worker
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import token_of
from tests.fixtures.planted import planted_green
from tests.fixtures.public_bytes import (
    everything_kept_for_them,
    pictures_in,
)
from tests.fixtures.redacting import NAME, PLACE, Place, holding, master, place, sign_in
from tests.fixtures.serving import wait_until
from tests.fixtures.withdrawn import history, settle

__all__ = ["master", "place"]


def test_what_was_taken_out_can_be_shown_again(place: Place) -> None:
    place.mark("note", words=NAME)
    with worker(place.archive, "test"):
        wait_until(lambda: not place.archive.jobs.pending_count())
    settle(place.archive)
    assert (place.archive.settings.sealed / place.files["note"]).is_dir()
    address = f"/desk/items/{place.items['note']}/redact"
    forms = [one for one in Forms(place.curator.get(address).text).forms if one["action"].endswith("/remove")]
    assert place.curator.post(forms[0]["action"], data=dict(forms[0]["fields"])).status_code == 303
    place.work()
    assert NAME in place.visitor.get(f"/items/{place.items['note']}").text
    assert not (place.archive.settings.sealed / place.files["note"]).exists()
    kinds = [one.kind for one in history(place.archive, place.items["note"])]
    assert kinds.count("redact") == kinds.count("unredact") == 1
    # A wrong click is put right with one more: who made it is told beside it.
    told = place.curator.get(address).text.partition("Taken out once")[2].partition("</details>")[0]
    assert f"“{NAME}”, wherever it stands" in told and "Shown again on" in told and ", curator<" in told
    (again,) = Forms(told).forms
    sent = [place.curator.post(again["action"], data=dict(again["fields"])).status_code for _ in "12"]
    assert sent == [303, 409] and "Taken out once" not in place.curator.get(address).text
    place.work()
    assert NAME not in place.visitor.get(f"/items/{place.items['note']}").text


def test_what_is_written_of_a_file_that_is_being_made_anew_waits_and_stays(place: Place) -> None:
    address = f"/desk/items/{place.items['note']}/files/{place.files['note']}/transcript"
    page = place.curator.get(address).text
    (before,) = (one for one in Forms(page).forms if one["action"] == address)
    place.mark("note", words=NAME)
    page = place.curator.get(address).text
    assert "being made anew" in page and NAME not in page and 'id="text"' not in page
    answer = place.curator.post(address, data=dict(before["fields"]) | {"text": "Typed <so>"})
    assert answer.status_code == 409 and "Typed &lt;so&gt;" in answer.text
    place.work()
    # What was typed is a draft now; thrown away, what stands there is read again with nothing taken out.
    (kept,) = (one for one in Forms(place.curator.get(address).text).forms if one["action"] == address)
    assert kept["fields"]["text"] == "Typed <so>"
    place.curator.post(address, data=dict(kept["fields"]) | {"do": "forget"})
    assert (
        NAME in place.curator.get(address).text
        and NAME not in place.visitor.get(f"/items/{place.items['note']}").text
    )


def test_nobody_has_looked_before_they_went_past_the_content_note(place: Place) -> None:
    place.mark("note", words=NAME)
    place.work()
    item_id, file_id = place.items["note"], place.files["note"]
    with place.archive.db.write() as session:
        session.get_one(Item, item_id).content_note = "A whipping"
    for address in (f"/desk/items/{item_id}/files/{file_id}/transcript", place.page("note")):
        before = [one.kind for one in history(place.archive, item_id)].count("sealed-read")
        page = place.curator.get(address).text
        assert "A whipping" in page and NAME not in page
        kinds = [one.kind for one in history(place.archive, item_id)]
        assert kinds.count("sealed-read") == before
        if "transcript" in address:
            assert before == 0 and NAME in place.curator.get(f"{address}?show=1").text
            kinds = [one.kind for one in history(place.archive, item_id)]
            assert kinds.count("sealed-read") == 1


def test_no_event_says_what_was_taken_out(place: Place) -> None:
    place.mark("note", words=NAME, reason="A living person")
    with place.archive.db.read() as session:
        events = session.scalars(select(Event).where(Event.kind == "redact")).all()
        mark = session.scalars(select(Redaction)).one()
    assert [one.detail for one in events] == [{"redaction": mark.id, "file": place.files["note"]}]


@pytest.mark.parametrize(("field", "most"), [("words", "2,000"), ("reason", "500")])
def test_words_that_are_too_long_are_told_and_stay_whole(place: Place, field: str, most: str) -> None:
    pasted = "She sang. " * 3000 + "And wept."
    answer = place.mark("note", **({"words": NAME} | {field: pasted}))
    assert answer.status_code == 400
    assert f"it may have {most} characters and has 30,009." in answer.text and pasted in answer.text
    with place.archive.db.read() as session:
        assert session.scalars(select(Redaction)).all() == []


def test_what_is_typed_wrongly_is_told_and_stays_and_nothing_is_closed(place: Place) -> None:
    for name, typed, told in (
        ("photo", {"x_1": "50", "y_1": "abc", "width_1": "3", "height_1": "4"}, "are no region"),
        ("photo", {"x_2": "150", "y_2": "1", "width_2": "3", "height_2": "4"}, "are no region"),
        ("talk", {"start": "0:04", "end": "0:03"}, "where it begins"),
        ("talk", {"start": "soon", "end": "0:03"}, "where it begins"),
        ("note", {"words": NAME, "which": "two"}, "which of them is meant"),
        ("note", {"words": "  "}, "Nothing is marked yet"),
        (
            "note",
            {"x_1": "1", "y_1": "1", "width_1": "1", "height_1": "1"},
            "nothing that could be marked so",
        ),
        ("photo", {"start": "0:01", "end": "0:03"}, "nothing that could be marked so"),
    ):
        answer = place.mark(name, **typed, reason="<A child>")
        assert answer.status_code == 400 and told in answer.text, (name, typed)
        assert "&lt;A child&gt;" in answer.text
    with place.archive.db.read() as session:
        assert set(session.scalars(select(File.state))) == {FileState.EXAMINED}
        assert session.scalars(select(Redaction)).all() == []


def test_a_region_that_was_drawn_beyond_the_rows_on_the_page_stays_typed_and_is_marked(place: Place) -> None:
    fifth = {"x_5": "50", "y_5": "1", "width_5": "3", "height_5": "four"}
    answer = place.mark("photo", **fifth)
    assert answer.status_code == 400
    (again,) = (dict(one["fields"]) for one in Forms(answer.text).forms if "x-5" in dict(one["fields"]))
    assert again["height-5"] == "four" and again["x-1"] == "" and "x-6" not in again
    assert place.mark("photo", **fifth | {"height_5": "4"}).status_code == 303
    with place.archive.db.read() as session:
        (mark,) = session.scalars(select(Redaction)).all()
    assert mark.extent["x"] == pytest.approx(0.5)


def test_numbers_may_be_pixels_of_the_picture_beside(place: Place) -> None:
    place.mark("photo", x_1="400", y_1="150", width_1="161", height_1="151", unit="pixels")
    place.work()
    assert not any(planted_green(one) for one in pictures_in(place.all_public()).values())


def test_of_two_who_mark_at_once_the_second_is_told_and_keeps_what_was_typed(place: Place) -> None:
    late = place.form("note") | {"words": PLACE}
    assert place.mark("note", words=NAME).status_code == 303
    answer = place.curator.post(place.page("note"), data=late)
    assert answer.status_code == 409 and "Somebody else has marked" in answer.text and PLACE in answer.text
    forms = Forms(answer.text).forms
    again = dict(next(one for one in forms if one["action"].endswith(place.files["note"]))["fields"])
    assert place.curator.post(place.page("note"), data=again | {"words": PLACE}).status_code == 303
    place.work()
    assert holding({"page": place.visitor.get(f"/items/{place.items['note']}").data}, NAME, PLACE) == []


def test_what_is_destroyed_takes_its_marks_with_it(place: Place) -> None:
    place.mark("note", words=NAME)
    place.work()
    withdrawing.withdraw_item(place.archive, OPERATOR, place.items["note"], destroy=True)
    assert erasing.clear(place.archive)
    with place.archive.db.read() as session:
        assert session.scalars(select(Redaction)).all() == []
    assert not (place.archive.settings.sealed / place.files["note"]).exists()
    upkeep.catch_up(place.archive)


def test_words_that_stand_in_the_description_still_are_pointed_out(place: Place) -> None:
    with place.archive.db.write() as session:
        session.get_one(Item, place.items["note"]).description = f"Written by {NAME.lower()} in 1950"
    place.mark("note", words=NAME)
    page = place.curator.get(f"/desk/items/{place.items['note']}/redact").text
    assert "stand elsewhere still" in page and "the description" in page


def test_a_stretch_that_begins_after_the_end_of_a_recording_is_pointed_out(place: Place) -> None:
    told = "after the end of the recording (0:05)"
    for start, end in (("0:02", "3"), ("20:00", "21:00")):
        assert place.mark("talk", start=start, end=end).status_code == 303
        assert place.curator.get(place.page("talk")).text.count(told) == (start == "20:00")


def test_after_a_mark_the_page_leads_to_the_other_files_that_say_it_still_or_may(place: Place) -> None:
    item_id, note, letter = place.items["photo"], place.files["note"], place.files["letter"]
    with place.archive.db.write() as session:
        for position, one in enumerate((note, letter), start=1):
            session.get_one(File, one).item_id, session.get_one(File, one).position = item_id, position
    for one in ("note", "letter"):
        place.items[one] = item_id
    ways = {one: f'<a href="/desk/items/{item_id}/redact/{place.files[one]}"' for one in ("note", "letter")}
    assert not any(way in place.curator.get(place.page("photo")).text for way in ways.values())
    assert place.mark("photo", x_1="50", y_1="25", width_1="20", height_1="25").status_code == 303
    page = place.curator.get(place.page("photo")).text
    assert "stays in other files" in page and all(way in page for way in ways.values())
    assert place.mark("note", words=NAME).status_code == 303
    page = place.curator.get(place.page("note")).text
    assert "stand elsewhere still" in page and ways["letter"] in page
    assert "stays in other files" not in page
    assert ways["letter"] in place.curator.get(f"/desk/items/{item_id}/redact").text.partition("<section")[0]


def test_only_curators_take_something_out_and_nobody_shows_again_what_they_gave(place: Place) -> None:
    app = create_app(place.archive.settings, place.archive)
    address = f"/desk/items/{place.items['note']}/redact"
    for role in ("archivist", "member"):
        client = sign_in(app.test_client(), role)
        token = token_of(client.get("/about").text)
        assert client.get(address).status_code == 403
        assert client.get(place.page("note")).status_code == 403
        fields = {"csrf_token": token, "words": NAME}
        assert client.post(place.page("note"), data=fields).status_code == 403
    with place.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "curator")).one()
        item = session.get_one(Item, place.items["note"])
        session.add(Holder(submission_id=item.submission_id, user_id=user.id))
    assert place.mark("note", words=NAME).status_code == 303
    page = place.curator.get(address).text
    assert "/remove" not in page and "You gave this yourself" in page
    with place.archive.db.read() as session:
        mark_id = session.scalars(select(Redaction.id)).one()
    fields = {key: place.form("note")[key] for key in ("csrf_token", "seen")}
    assert place.curator.post(f"{address}/marks/{mark_id}/remove", data=fields).status_code == 403


def test_faces_are_suggested_once_and_a_curator_decides_about_each(place: Place) -> None:
    pytest.importorskip("cv2", reason="the extra `faces` is not installed")
    address, form = place.page("people"), place.form("people")
    assert "A machine is looking" in place.curator.post(address, data=form | {"do": "faces"}).text
    with worker(place.archive, "test"):
        wait_until(lambda: not place.archive.jobs.pending_count())
    page = place.curator.post(address, data=form | {"do": "look"}).text
    values = re.findall(r'name="face" value="([^"]+)"', page)
    assert len(values) == 2 and "checked" not in page.partition('name="face"')[2].partition("</fieldset>")[0]
    # It is shown once: nothing of a face is kept, in no table and in no file, but what somebody ticks.
    again = place.curator.post(address, data=form | {"do": "look"}).text
    assert 'name="face"' not in again and "A machine is looking" not in again and "shown once" in again
    assert list(place.archive.settings.run.glob("faces-*")) == []
    fields = place.form("people") | {"face": values[1]}
    assert place.curator.post(place.page("people"), data=fields).status_code == 303
    with place.archive.db.read() as session:
        mark = session.scalars(select(Redaction)).one()
    assert mark.extent["x"] == pytest.approx(float(values[1].split(",")[0]) / 100)
    place.work()
    (shown,) = [
        one
        for name, one in pictures_in(everything_kept_for_them(place.archive)).items()
        if place.files["people"] in name and one.width == 800
    ]
    assert max(shown.getpixel((560, 270))) < 20 < max(shown.getpixel((250, 290)))  # type: ignore[type-var]


def test_of_faces_the_page_says_whether_somebody_looks_has_looked_or_never_was_asked(place: Place) -> None:
    file_id, form = place.files["people"], place.form("people")

    def told_of(do: str) -> str:
        return place.curator.post(place.page("people"), data=form | {"do": do}).text

    assert "shown once" in told_of("look")
    for do in ("faces", "look", "look"):
        page = told_of(do)
        assert "A machine is looking" in page and "shown once" not in page
    told = {"is_installed": True, "faces": [[0.1, 0.2, 0.1, 0.1]]}
    faces.note_of(place.archive, file_id, 1).write_text(json.dumps(told))
    page = told_of("look")
    assert page.count('name="face"') == 1 and "A machine is looking" not in page
    # Seen clearly, by the button, nothing of it is lost, nor of what was typed.
    (form,) = (dict(one["fields"]) for one in Forms(page).forms if "x-1" in dict(one["fields"]))
    face = re.findall(r'name="face" value="([^"]+)"', page)[0]
    assert re.search(
        rf'form="marks-form" name="do" value="edit" formaction="{place.page("people")}\?show=1"', page
    )
    sent = form | {"do": "edit", "face": face, "reason": "A <child>"}
    shown = place.curator.post(f"{place.page('people')}?show=1", data=sent)
    assert shown.status_code == 200 and "veil" not in shown.text
    assert f'value="{face}" checked' in shown.text and "A &lt;child&gt;" in shown.text
    assert list(place.archive.settings.run.glob("faces-*")) == []
    with place.archive.db.read() as session:
        assert session.scalars(select(Redaction)).all() == []


def test_what_nobody_came_for_or_looked_for_is_forgotten(place: Place) -> None:
    place.curator.post(place.page("people"), data=place.form("people") | {"do": "faces"})
    assert list(place.archive.settings.run.glob("faces-*"))
    for one in place.archive.settings.run.glob("faces-*"):
        os.utime(one, (0, 0))
    faces.forget_old(place.archive)
    assert list(place.archive.settings.run.glob("faces-*")) == []


def test_without_the_detector_the_page_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.web.pages_faces.is_installed", lambda: False)
    page = place.curator.get(place.page("photo")).text
    assert "is not installed" in page and 'value="faces"' not in page
