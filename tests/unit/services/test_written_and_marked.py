"""What people write of a file does not bring back what was taken out of it, however the two follow each other."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import AccessCopy, Event, File, FileState, ItemState, Passage, Redaction
from archive.models.errors import ConflictError
from archive.services import arranging, redacting, transcribing
from archive.services.arrangements import Place, arranged, mark_of
from archive.services.marking import Wanted
from archive.services.opening import Archive
from archive.services.transcript_copies import TEXTS
from ingest.item_parcel import Tools
from ingest.pipeline import examine_arrived
from ingest.written import taken_out
from tests.fixtures.arranging import files_of
from tests.fixtures.items import give, item_of, staged
from tests.fixtures.planted import sound

NAME = "Zibbleforth"


@pytest.fixture
def letter(empty_archive: Archive) -> tuple[str, str]:
    """An item of one text, made ready to be shown: its id and the file's."""
    file = staged(empty_archive, f"{NAME} came. We sang.".encode(), "letter.txt")
    item_id = give(empty_archive, state=ItemState.IN_REVIEW, files=(file,))
    with empty_archive.db.read() as session:
        file_id = session.scalars(select(File.id).where(File.item_id == item_id)).one()
    make(empty_archive, file_id)
    return item_id, file_id


def make(archive: Archive, file_id: str) -> None:
    tools = Tools(archive, 1)
    try:
        examine_arrived(tools, file_id)
    finally:
        tools.close()


def mark(
    archive: Archive, item_id: str, file_id: str, *, which: int | None = None, everywhere: bool = False
) -> None:
    wanted = Wanted("passage", None, {"words": NAME, "occurrence": which, "everywhere": everywhere})
    seen = redacting.marked(archive, OPERATOR, item_id).seen
    redacting.add(archive, OPERATOR, item_id, file_id, [wanted], seen)


def write(archive: Archive, item_id: str, file_id: str, text: str) -> None:
    now = transcribing.written(archive, OPERATOR, item_id, file_id)
    assert transcribing.write(archive, OPERATOR, item_id, file_id, text, now.mark) == ()


def shown(archive: Archive, file_id: str) -> str:
    """Everything that is shown of a file's text: passages, and the copies to take away."""
    texts_of = select(AccessCopy.path).where(AccessCopy.file_id == file_id, AccessCopy.kind.in_(TEXTS))
    with archive.db.read() as session:
        texts = session.scalars(select(Passage.text).where(Passage.file_id == file_id)).all()
        paths = session.scalars(texts_of).all()
    return "\n".join([*texts, *((archive.settings.access / path).read_text() for path in paths)])


def test_words_written_after_the_mark_are_closed_until_they_are_made_anew_without_it(
    empty_archive: Archive, letter: tuple[str, str]
) -> None:
    mark(empty_archive, *letter)
    make(empty_archive, letter[1])
    write(empty_archive, *letter, f"My dear {NAME} came, and we sang.")
    assert shown(empty_archive, letter[1]) == ""
    make(empty_archive, letter[1])
    text = shown(empty_archive, letter[1])
    assert NAME not in text and text.count("My dear [removed] came, and we sang.") == 2


def test_who_writes_has_the_whole_text_before_them_and_the_look_is_told(
    empty_archive: Archive, letter: tuple[str, str]
) -> None:
    mark(empty_archive, *letter)
    waiting = transcribing.written(empty_archive, OPERATOR, *letter)
    assert (waiting.text, waiting.is_waiting) == ("", True)
    with pytest.raises(ConflictError) as caught:
        transcribing.write(empty_archive, OPERATOR, *letter, "Written over it.", waiting.mark)
    assert caught.value.code == "being-made-anew" and looks(empty_archive, letter[0]) == []
    make(empty_archive, letter[1])
    now = transcribing.written(empty_archive, OPERATOR, *letter)
    # Saved with “[removed]” in it, the words would be gone for good.
    assert now.text == f"{NAME} came. We sang."
    assert looks(empty_archive, letter[0]) == [{"file": letter[1]}]
    write(empty_archive, *letter, now.text + " Together.")
    make(empty_archive, letter[1])
    assert shown(empty_archive, letter[1]).count("[removed] came. We sang. Together.") == 2
    assert NAME in transcribing.wordings(empty_archive, OPERATOR, *letter)[0].before
    assert len(looks(empty_archive, letter[0])) == 1


def looks(archive: Archive, item_id: str) -> list[object]:
    query = select(Event.detail).where(Event.subject_id == item_id, Event.kind == "sealed-read")
    with archive.db.read() as session:
        return list(session.scalars(query))


def test_words_written_before_the_mark_lose_what_it_takes_out(
    empty_archive: Archive, letter: tuple[str, str]
) -> None:
    write(empty_archive, *letter, f"My dear {NAME} came, and we sang.")
    assert shown(empty_archive, letter[1]).count(NAME) == 2
    mark(empty_archive, *letter)
    assert shown(empty_archive, letter[1]) == ""
    make(empty_archive, letter[1])
    text = shown(empty_archive, letter[1])
    assert NAME not in text and text.count("My dear [removed] came, and we sang.") == 2


def test_one_of_several_that_was_counted_in_what_people_wrote_goes_with_all_the_others(
    empty_archive: Archive, letter: tuple[str, str]
) -> None:
    write(empty_archive, *letter, f"To {NAME}: {NAME} came.")
    mark(empty_archive, *letter, which=2)
    (made,) = redacting.marked(empty_archive, OPERATOR, letter[0]).marks
    assert made.extent["occurrence"] is None
    make(empty_archive, letter[1])
    assert shown(empty_archive, letter[1]).count("To [removed]: [removed] came.") == 2


def test_words_that_go_from_every_text_go_from_what_was_written_of_a_recording_before(
    empty_archive: Archive,
) -> None:
    files = (staged(empty_archive, NAME.encode(), "note.txt"), staged(empty_archive, sound(0.3), "talk.mp3"))
    item_id = give(empty_archive, state=ItemState.IN_REVIEW, files=files)
    note, talk = (one.id for one in files_of(empty_archive, item_id))
    make(empty_archive, talk)
    write(empty_archive, item_id, talk, f"{NAME} sang.")
    mark(empty_archive, item_id, note, everywhere=True)
    assert shown(empty_archive, talk) == ""
    make(empty_archive, talk)
    assert shown(empty_archive, talk).count("[removed] sang.") == 2


def test_what_becomes_the_transcript_of_a_recording_loses_what_is_taken_out_there(
    empty_archive: Archive,
) -> None:
    files = (staged(empty_archive, b"Stands for a talk.", "a.txt"), staged(empty_archive, b"Said.", "b.txt"))
    item_id = give(empty_archive, state=ItemState.IN_REVIEW, files=files)
    talk, said = (one.id for one in files_of(empty_archive, item_id))
    make(empty_archive, said)
    with empty_archive.db.write() as session:
        session.add(Redaction(file_id=talk, kind="range", extent=SPAN, agent="operator"))
    assert "Said." in shown(empty_archive, said)
    seen = mark_of(arranged(empty_archive, OPERATOR, item_id))
    places = [Place(talk, "A\0 talk"), Place(said, role="transcript", accompanies=talk)]
    assert arranging.arrange(empty_archive, OPERATOR, item_id, places, seen) == {}
    assert shown(empty_archive, said) == "" and files_of(empty_archive, item_id)[0].title == "A talk"
    make(empty_archive, said)
    # It has no times, so nobody knows what of it is said in that time.
    assert shown(empty_archive, said) == ""


@pytest.mark.parametrize(("marked", "words"), [("two.mp3", "two.en.vtt"), ("one.mp3", "one.srt")])
def test_what_is_taken_out_of_a_talk_is_out_of_the_texts_of_its_name_whatever_they_are_said_to_accompany(
    empty_archive: Archive, marked: str, words: str
) -> None:
    said = f"WEBVTT\n\n00:00.000 --> 00:00.250\n{NAME} sang\n".encode()
    names = ("one.mp3", "two.mp3", "one.srt", "two.en.vtt")
    files = tuple(
        staged(empty_archive, sound(0.3), name)
        if name.endswith("mp3")
        # As an archive of before holds it: all hang on the first.
        else staged(empty_archive, said, name, role="captions", accompanies=0)
        for name in names
    )
    item_id = give(empty_archive, state=ItemState.IN_REVIEW, files=files)
    ids = {one.given_name: one.id for one in files_of(empty_archive, item_id)}
    if marked == "one.mp3":
        with empty_archive.db.write() as session:
            session.get_one(File, ids[words]).accompanies_id = ids["two.mp3"]
    for file_id in ids.values():
        make(empty_archive, file_id)
    assert NAME in shown(empty_archive, ids[words])
    seen = redacting.marked(empty_archive, OPERATOR, item_id).seen
    span = Wanted("range", None, {"start_ms": 0, "end_ms": 200, "untimed": False})
    redacting.add(empty_archive, OPERATOR, item_id, ids[marked], [span], seen)
    assert shown(empty_archive, ids[words]) == ""
    make(empty_archive, ids[words])
    assert NAME not in shown(empty_archive, ids[words])


def test_where_a_mark_cannot_be_upheld_what_was_written_is_not_shown_either(
    empty_archive: Archive, letter: tuple[str, str]
) -> None:
    write(empty_archive, *letter, "The name stands in the file alone.")
    mark(empty_archive, *letter)
    with empty_archive.db.write() as session:
        # A kind that the reader of texts knows nothing of.
        for row in session.scalars(select(Redaction)):
            row.kind, row.extent = "region", {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}
    make(empty_archive, letter[1])
    with empty_archive.db.read() as session:
        assert session.get_one(File, letter[1]).state == FileState.FAILED
    assert shown(empty_archive, letter[1]) == ""
    assert item_of(empty_archive, letter[0]).state == ItemState.IN_REVIEW


PLAIN, SECOND, TIMED = (
    {"text": "plain"},
    {"text": "second", "page": 2},
    {"text": "timed", "start_ms": 5000, "end_ms": 6000},
)
REGION = {"x": 0, "y": 0, "width": 1, "height": 1}
SPAN = {"start_ms": 0, "end_ms": 9, "untimed": False}


@pytest.mark.parametrize(
    ("kind", "page", "extent", "written", "stays"),
    [
        # A picture has no pages: written words may stand anywhere in it.
        ("region", None, REGION, [PLAIN], []),
        ("region", 2, REGION, [PLAIN, SECOND], []),
        ("region", 1, REGION, [SECOND], ["second"]),
        ("range", None, SPAN, [PLAIN, TIMED], ["timed"]),
        ("range", None, SPAN | {"untimed": True}, [PLAIN, TIMED], ["plain", "timed"]),
        # Counted in what was read, of which people may have corrected what stood before it.
        ("passage", None, {"words": "plain", "occurrence": 2}, [PLAIN, PLAIN], ["[removed]", "[removed]"]),
    ],
)
def test_text_of_which_nobody_knows_whether_it_is_marked_goes_whole(
    kind: str,
    page: int | None,
    extent: dict[str, object],
    written: list[dict[str, object]],
    stays: list[str],
) -> None:
    marks = ({"id": "one", "kind": kind, "page": page, "extent": extent, "own": True},)
    assert [one.text for one in taken_out(marks)([Passage(**one) for one in written])] == stays
