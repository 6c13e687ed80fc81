"""What is given is there whole or not at all, with everybody and every place named once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from archive.access import OPERATOR, PUBLIC
from archive.models import Agent, File, Item, Place, Submission, Term, new_id
from archive.models.errors import BadInputError, ForbiddenError
from archive.services.contribute import ItemDraft, SubmissionDraft, receive
from archive.services.describe import Description, PlaceGiven
from archive.services.opening import Archive
from tests.fixtures.items import COLLECTION, actor, give, item_of, staged


def submissions(archive: Archive) -> int:
    with archive.db.read() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


@pytest.mark.parametrize("what", ["no items", "no files", "no collection", "no right", "other collection"])
def test_what_cannot_be_taken_in_leaves_nothing_behind(archive: Archive, what: str) -> None:
    item = ItemDraft(Description(title="x"), [staged(archive, b"x")])
    who, error = OPERATOR, BadInputError
    draft = SubmissionDraft(COLLECTION, [item])
    if what == "no items":
        draft = SubmissionDraft(COLLECTION, [])
    elif what == "no files":
        draft = SubmissionDraft(COLLECTION, [item, ItemDraft(Description(), [])])
    elif what == "no collection":
        draft = SubmissionDraft("atlantis", [item])
    else:
        who = PUBLIC if what == "no right" else actor("contributor", "convenings")
        error = ForbiddenError
    before = submissions(archive)
    with pytest.raises(error):
        receive(archive, who, draft)
    assert submissions(archive) == before


def test_rows_and_job_are_there_together_or_not_at_all(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, waiting = submissions(archive), archive.jobs.pending_count()

    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(type(archive.jobs), "enqueue", full)
        with pytest.raises(OSError, match="No space"):
            give(archive)
    assert (submissions(archive), archive.jobs.pending_count()) == (before, waiting)
    give(archive)
    assert archive.jobs.pending_count() == waiting + 1


def test_the_same_source_is_taken_in_once(archive: Archive) -> None:
    key = new_id()

    def draft() -> SubmissionDraft:
        return SubmissionDraft(
            COLLECTION, [ItemDraft(Description(), [staged(archive, b"x")])], source_key=key
        )

    receive(archive, OPERATOR, draft())
    with pytest.raises(Exception, match=r"(?i)unique"):
        receive(archive, OPERATOR, draft())
    with archive.db.read() as session:
        assert len(session.scalars(select(Submission).where(Submission.source_key == key)).all()) == 1


def test_files_keep_their_given_names_and_get_safe_ones_that_differ(archive: Archive) -> None:
    names = ["Été.txt", "ete.TXT", "a/b.txt", "new\nline.txt", "CON", "ete.txt"]
    item_id = give(archive, files=[staged(archive, b"x", name) for name in names])
    with archive.db.read() as session:
        files = session.scalars(select(File).where(File.item_id == item_id).order_by(File.position)).all()
    assert [file.given_name for file in files] == names
    safe = [file.safe_name.casefold() for file in files]
    assert len(set(safe)) == len(names)
    assert all(name.isascii() and "/" not in name and "\n" not in name for name in safe)


def test_a_description_comes_back_as_it_was_given_and_in_its_order(archive: Archive) -> None:
    item_id = give(
        archive,
        title="Title 🕯",
        names=(("Zora", "creator"), ("Ann", "creator"), ("Zora", "interviewer"), ("Zora", "creator")),
        subjects=("ring shout", "freedom", "ring shout"),
        places=(PlaceGiven("Salvador", -12.97, -38.5), PlaceGiven("Lima")),
        decades=(1850, 1860),
        languages=("pt", "yo"),
        extra={"observances": ["one"], "shoe size": "44"},
    )
    item = item_of(archive, item_id)
    assert [(link.agent.name, link.role) for link in item.agents] == [
        ("Zora", "creator"),
        ("Ann", "creator"),
        ("Zora", "interviewer"),
    ]
    assert [link.term.label for link in item.terms] == ["ring shout", "freedom"]
    assert [link.place.name for link in item.places] == ["Salvador", "Lima"]
    assert (item.decades, item.languages) == ([1850, 1860], ["pt", "yo"])
    assert item.extra == {"observances": ["one"], "shoe size": "44"}


def test_people_terms_and_places_are_shared_even_when_many_give_at_the_same_moment(archive: Archive) -> None:
    name, failures = f"Somebody {new_id()}", []

    def one() -> None:
        try:
            give(archive, names=((name, "creator"),), subjects=(name,), places=(PlaceGiven(name),))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with archive.db.read() as session:
        for model, column in ((Agent, Agent.name), (Term, Term.label), (Place, Place.name)):
            assert session.scalar(select(func.count()).select_from(model).where(column == name)) == 1
        linked = session.scalars(select(Item).where(Item.agents.any())).all()
        assert sum(link.agent.name == name for item in linked for link in item.agents) == 4


def test_a_file_knows_which_file_it_accompanies(archive: Archive) -> None:
    files = [
        staged(archive, b"sound", "a.mp3"),
        staged(archive, b"words", "a.en.vtt", role="captions", accompanies=0, language="en"),
    ]
    item_id = give(archive, files=files)
    with archive.db.read() as session:
        sound, words = session.scalars(
            select(File).where(File.item_id == item_id).order_by(File.position)
        ).all()
    assert (sound.accompanies_id, words.accompanies_id) == (None, sound.id)
    assert (words.role, words.language) == ("captions", "en")
