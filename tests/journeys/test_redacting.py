"""What a curator takes out is in no public byte, from the moment it is marked; the original stays as it was given."""

from __future__ import annotations

import hashlib
import html
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.access import OPERATOR
from archive.models import AccessCopy, Event, File, FileState, Holder, Item, Passage, Redaction, Role, User
from archive.services import accounts, erasing, fixity, lifecycle, upkeep, withdrawing
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.web.app import create_app
from ingest import pipeline
from ingest.bulk import ingest
from ingest.item_parcel import Tools
from ingest.work import worker
from tests.fixtures import given
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import token_of
from tests.fixtures.outside import bytes_below
from tests.fixtures.planted import GREEN, loudest, pdf_saying, people, planted_green, sound
from tests.fixtures.public_bytes import (
    everything_kept_for_them,
    everything_sent,
    pictures_in,
    recordings_in,
)
from tests.fixtures.serving import wait_until
from tests.fixtures.things import PASSWORD
from tests.fixtures.withdrawn import history, settle

NAME, PLACE = "Zibbleforth", "Quillfeather"
TABLE = """file,item,title,creator,date,description
photo.png,photo,A photo (demonstration),Somebody,1950,Taken at a wedding
people.jpg,people,Two people (demonstration),Somebody,1950,Drawn
talk.mp3,talk,A talk (demonstration),Somebody,1950,Told in one evening
talk.en.vtt,talk,,,,
talk.en.txt,talk,,,,
letter.pdf,letter,A letter (demonstration),Somebody,1950,Two pages
note.txt,note,A note (demonstration),Somebody,1950,One page
"""
CUES = "WEBVTT\n\n" + "".join(
    f"00:0{n}.000 --> 00:0{n + 1}.000\n<v Rosa>{words}\n\n"
    for n, words in enumerate(("We came", "from far", f"with {NAME}", "by night", "and sang"))
)


@dataclass
class Place:
    """An archive with four things that everybody sees, and those who look at them."""

    archive: Archive
    files: dict[str, str]
    items: dict[str, str]
    curator: FlaskClient
    visitor: FlaskClient

    def page(self, name: str) -> str:
        return f"/desk/items/{self.items[name]}/redact/{self.files[name]}"

    def form(self, name: str, client: FlaskClient | None = None) -> dict[str, str]:
        """The fields of the form that marks something in a file."""
        forms = Forms((client or self.curator).get(self.page(name)).text).forms
        return dict(next(one for one in forms if one["action"].endswith(self.files[name]))["fields"])

    def mark(self, name: str, **typed: str) -> TestResponse:
        return self.curator.post(
            self.page(name), data=self.form(name) | {k.replace("_", "-"): v for k, v in typed.items()}
        )

    def work(self) -> None:
        """Have a worker do what waits."""
        with self.archive.db.read() as session:
            waiting = session.scalars(select(File.id).where(File.state == FileState.RECEIVED)).all()
        tools = Tools(self.archive, 1)
        try:
            for file_id in waiting:
                pipeline.examine_arrived(tools, file_id)
        finally:
            tools.close()
        settle(self.archive)

    def all_public(self, *words: str) -> dict[str, bytes]:
        return everything_sent(self.visitor, words) | everything_kept_for_them(self.archive)


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of such an archive, closed, to be copied."""
    folder = tmp_path_factory.mktemp("given")
    photo = Image.new("RGB", (800, 600), (128, 120, 118))
    ImageDraw.Draw(photo).rectangle((400, 150, 560, 300), fill=GREEN)
    (folder / "photo.png").write_bytes(given.saved(photo, "PNG"))
    (folder / "people.jpg").write_bytes(given.saved(people(), "JPEG", quality=92))
    (folder / "talk.mp3").write_bytes(sound(5.0))
    (folder / "talk.en.vtt").write_text(CUES, encoding="utf-8")
    (folder / "talk.en.txt").write_text(f"We came from far with {NAME} by night", encoding="utf-8")
    (folder / "letter.pdf").write_bytes(pdf_saying("Dear Ada", f"{NAME} sends", page_two=f"from {PLACE}"))
    (folder / "note.txt").write_text(f"{NAME} lived in {PLACE}.\n{PLACE} is far.", encoding="utf-8")
    (folder / "metadata.csv").write_text(TABLE, encoding="utf-8")
    home = tmp_path_factory.mktemp("redacting") / "home"
    archive = open_archive(Settings(home=home))
    ingest(archive, [folder], "march-25", publish=True)
    accounts.create_user(archive, "curator", PASSWORD, {"curator": ""})
    with archive.db.write() as session:
        known = session.scalars(select(User)).one()
        for role in ("archivist", "member"):
            user = User(username=role, password_hash=known.password_hash)
            user.roles = [Role(name=role, collection="")]
            session.add(user)
    settle(archive)
    archive.close()
    return home


@pytest.fixture
def place(master: Path, tmp_path: Path) -> Iterator[Place]:
    shutil.copytree(master, tmp_path / "home")
    archive = open_archive(Settings(home=tmp_path / "home"))
    app = create_app(archive.settings, archive)
    with archive.db.read() as session:
        rows = session.scalars(select(File)).all()
    names = {
        "photo.png": "photo",
        "people.jpg": "people",
        "talk.mp3": "talk",
        "letter.pdf": "letter",
        "note.txt": "note",
    }
    names |= {"talk.en.vtt": "captions", "talk.en.txt": "transcript"}
    yield Place(
        archive,
        {names[one.given_name]: one.id for one in rows},
        {names[one.given_name]: one.item_id for one in rows},
        sign_in(app.test_client(), "curator"),
        app.test_client(),
    )
    archive.close()


def sign_in(client: FlaskClient, name: str) -> FlaskClient:
    token = token_of(client.get("/sign-in").text)
    answer = client.post("/sign-in", data={"username": name, "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 303
    return client


def holding(held: dict[str, bytes], *words: str) -> list[str]:
    """Where any of the words stand, however large; the answer to whoever asks for them says what was asked."""
    return [
        name
        for name, data in held.items()
        for word in words
        if word.lower() not in name.lower() and word.lower().encode() in data.lower()
    ]


def original(place: Place, name: str) -> bytes:
    """The one file of an item as it lies in its bag."""
    found = bytes_below(Path(str(place.archive.settings.objects)))
    with place.archive.db.read() as session:
        row = session.get_one(File, place.files[name])
    return next(
        data for path, data in found.items() if path.name == row.safe_name and row.item_id in str(path)
    )


def test_a_face_that_is_covered_is_in_no_public_picture_and_the_original_stays(place: Place) -> None:
    before = original(place, "photo")
    assert any(planted_green(one) for one in pictures_in(place.all_public()).values())
    old = [one for one in everything_sent(place.visitor, ()) if one.startswith("/media/")]
    assert place.mark("photo", x_1="50", y_1="25", width_1="20", height_1="25").status_code == 303

    # Closed at once: before anything is made anew there is nothing to see, by any address, nor on the disk.
    held = place.all_public()
    assert not any(planted_green(one) for one in pictures_in(held).values())
    mine = [one for one in old if place.visitor.get(one).status_code == 404]
    assert len(mine) >= 2
    assert place.visitor.get(f"/items/{place.items['photo']}").status_code == 200

    place.work()
    held = place.all_public()
    pictures = pictures_in(held)
    assert [name for name, one in pictures.items() if planted_green(one)] == []
    shown = place.visitor.get(f"/items/{place.items['photo']}").text
    assert "/media/" in shown
    black = [one for name, one in pictures.items() if place.files["photo"] in name and one.width == 800]
    assert black and all(max(one.getpixel((480, 220))) < 20 for one in black)  # type: ignore[type-var]
    # Whoever marks it, and nobody else, sees it whole; that they did is told.
    page = place.curator.get(place.page("photo")).text
    (sealed,) = sealed_in(page)
    picture = place.curator.get(sealed)
    assert picture.status_code == 200 and picture.headers["Cache-Control"] == "no-store"
    assert planted_green(pictures_in({"sealed": picture.data})["sealed"])
    assert place.visitor.get(sealed).status_code == 303
    looks = [one for one in history(place.archive, place.items["photo"]) if one.kind == "sealed-read"]
    assert [one.detail for one in looks] == [{"file": place.files["photo"]}]

    assert original(place, "photo") == before
    assert fixity.bags(place.archive, [place.items["photo"]])
    kept = bytes_below(Path(str(place.archive.settings.objects)))
    record = max(
        (path for path in kept if path.name == "record.json" and place.items["photo"] in str(path)), key=str
    )
    assert b'"kind": "region"' in kept[record]


def sealed_in(page: str) -> set[str]:
    return {html.unescape(one) for one in re.findall(r'<img src="([^"]*/sealed/[^"]*)"', page)}


def test_a_name_that_is_taken_out_is_on_no_page_in_no_search_no_copy_and_no_index(place: Place) -> None:
    assert holding(place.all_public(NAME), NAME)
    for name, typed in (
        ("note", {"words": NAME}),
        ("letter", {"words": NAME.upper()}),
        ("captions", {"words": f"with {NAME}", "everywhere": "yes"}),
        ("transcript", {"words": f"{NAME} by"}),
    ):
        assert place.mark(name, **typed).status_code == 303
    place.work()
    held = place.all_public(NAME)
    assert holding(held, NAME) == []
    assert b"0 items found" in held[f"/search?q={NAME}"]
    assert place.visitor.get(f"/search?q={PLACE}").text.count("demonstration") >= 2
    note = place.visitor.get(f"/items/{place.items['note']}").text
    assert f"[removed] lived in {PLACE}." in note
    transcript = place.visitor.get(f"/items/{place.items['talk']}").text
    assert "from far [removed]" in transcript or "[removed] by night" in transcript
    for file_id in place.files.values():
        with place.archive.db.read() as session:
            assert session.get_one(File, file_id).state == FileState.EXAMINED
    for name in ("note", "letter", "talk"):
        assert NAME.encode() in original(place, "note")
        assert fixity.bags(place.archive, [place.items[name]])


def test_one_of_several_is_taken_out_and_the_others_stay(place: Place) -> None:
    place.mark("note", words=PLACE, which="2")
    place.work()
    assert (
        f"{NAME} lived in {PLACE}.\n[removed] is far."
        in place.visitor.get(f"/items/{place.items['note']}").text
    )


def test_seconds_that_are_taken_out_are_silent_in_every_copy_and_gone_from_the_captions(
    place: Place, tmp_path: Path
) -> None:
    assert loudest(recordings_in(place.all_public(), tmp_path)[0], 2.0, 3.0) > 0.2
    assert place.mark("talk", start="0:02", end="3").status_code == 303
    # Captions and transcript are closed with it: they say what is to be heard no more.
    assert recordings_in(place.all_public(), tmp_path) == []
    assert holding(everything_sent(place.visitor, ()), f"with {NAME}") == []
    place.work()
    held = place.all_public()
    recordings = recordings_in(held, tmp_path)
    assert len(recordings) >= 2, "as it is sent and as it lies on the disk"
    for one in recordings:
        assert loudest(one, 2.0, 3.0) < 0.001 and loudest(one, 0.3, 1.5) > 0.2
    about = {name: data for name, data in held.items() if place.items["talk"] in name or "captions" in name}
    assert about and holding(about, NAME) == []
    page = place.visitor.get(f"/items/{place.items['talk']}").text
    assert "[removed]" in page and "from far" in page and "We came from far" not in page
    # The transcript has no times: it is shown again when somebody says that it may.
    assert "is not shown" in place.curator.get(f"/desk/items/{place.items['talk']}/redact").text


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


def test_no_event_says_what_was_taken_out(place: Place) -> None:
    place.mark("note", words=NAME, reason="A living person")
    with place.archive.db.read() as session:
        events = session.scalars(select(Event).where(Event.kind == "redact")).all()
        mark = session.scalars(select(Redaction)).one()
    assert [one.detail for one in events] == [{"redaction": mark.id, "file": place.files["note"]}]


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


def test_while_it_cannot_be_made_anew_nothing_is_shown(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise OSError("the disk is broken")

    place.mark("note", words=NAME)
    monkeypatch.setattr(pipeline, "examine_file", breaks)
    with worker(place.archive, "test"):
        wait_until(lambda: not place.archive.jobs.pending_count() or place.archive.jobs.failed(), 30)
    page = place.visitor.get(f"/items/{place.items['note']}")
    assert page.status_code == 200 and NAME not in page.text and "lived in" not in page.text


def test_what_was_made_before_a_mark_is_not_shown_after_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A maker at work while a mark is made finishes without it: what it made is thrown away."""
    true_write = pipeline.write_down
    written: list[bool] = []

    def marked_meanwhile(*arguments: object) -> bool:
        if not written:
            monkeypatch.setattr(pipeline, "write_down", true_write)
            assert place.mark("note", words=NAME).status_code == 303
        written.append(true_write(*arguments))  # type: ignore[arg-type]
        return written[-1]

    with place.archive.db.write() as session:
        session.get_one(File, place.files["note"]).state = FileState.RECEIVED
    monkeypatch.setattr(pipeline, "write_down", marked_meanwhile)
    tools = Tools(place.archive, 1)
    try:
        pipeline.examine_arrived(tools, place.files["note"])
    finally:
        tools.close()
    assert written == [False]
    with place.archive.db.read() as session:
        assert (
            session.scalars(select(AccessCopy).where(AccessCopy.file_id == place.files["note"])).all() == []
        )
        assert session.scalars(select(Passage).where(Passage.file_id == place.files["note"])).all() == []
    assert (
        holding(
            {k: v for k, v in everything_kept_for_them(place.archive).items() if place.files["note"] in k},
            NAME,
        )
        == []
    )
    place.work()
    assert NAME not in place.visitor.get(f"/items/{place.items['note']}").text


def test_copies_that_are_made_again_for_another_reason_uphold_the_marks(place: Place) -> None:
    place.mark("note", words=NAME)
    place.work()
    item_id = place.items["note"]
    withdrawing.withdraw_item(place.archive, OPERATOR, item_id)
    settle(place.archive)
    assert not (place.archive.settings.sealed / place.files["note"]).exists()
    withdrawing.reinstate(place.archive, OPERATOR, item_id)
    place.work()
    lifecycle.publish(place.archive, OPERATOR, item_id)
    settle(place.archive)
    page = place.visitor.get(f"/items/{item_id}").text
    assert "lived in" in page and NAME not in page


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


def test_the_record_and_the_checksum_of_the_original_are_in_the_bag(place: Place) -> None:
    before = hashlib.sha512(original(place, "letter")).hexdigest()
    place.mark("letter", x_1="0", y_1="0", width_1="100", height_1="50")
    place.work()
    held = everything_sent(place.visitor, ())
    assert holding({one: data for one, data in held.items() if place.items["letter"] in one}, NAME) == []
    with place.archive.db.read() as session:
        assert session.get_one(File, place.files["letter"]).sha512 == before
    assert hashlib.sha512(original(place, "letter")).hexdigest() == before


def test_faces_are_suggested_once_and_a_curator_decides_about_each(place: Place) -> None:
    pytest.importorskip("cv2", reason="the extra `faces` is not installed")
    assert place.curator.post(place.page("people") + "/faces", data=place.form("people")).status_code == 303
    asked = place.page("people") + "?page=1&faces=yes"
    assert "A machine is looking" in place.curator.get(asked).text
    with worker(place.archive, "test"):
        wait_until(lambda: not place.archive.jobs.pending_count())
    page = place.curator.get(asked).text
    values = re.findall(r'name="face" value="([^"]+)"', page)
    assert len(values) == 2 and "checked" not in page.partition('name="face"')[2].partition("</fieldset>")[0]
    # It is shown once: nothing of a face is kept, in no table and in no file, but what somebody ticks.
    assert 'name="face"' not in place.curator.get(asked).text
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


def test_without_the_detector_the_page_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.web.pages_faces.is_installed", lambda: False)
    page = place.curator.get(place.page("photo")).text
    assert "is not installed" in page and "/faces" not in page
