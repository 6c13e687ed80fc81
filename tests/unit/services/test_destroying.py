"""What is destroyed leaves no row that says anything, on either database; what is on its way into the archive too."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from archive.access import OPERATOR, PUBLIC, contributor
from archive.models import (
    Agent,
    Consent,
    Embargo,
    File,
    ItemState,
    Likeness,
    Looking,
    Message,
    NotToday,
    PictureHash,
    Place,
    PlannedPublication,
    Submission,
    Taking,
    Term,
    new_id,
    today,
)
from archive.services import embargo, likeness, planned, reviewing, show, taking, withdrawing
from archive.services.contribute import enqueue_accession
from archive.services.describe import PlaceGiven
from archive.services.opening import Archive
from tests.fixtures.curators import curator
from tests.fixtures.items import give, item_of, staged
from tests.fixtures.withdrawn import settle


def count(archive: Archive, model: type, column: object, value: str) -> int:
    with archive.db.read() as session:
        return session.scalar(select(func.count()).select_from(model).where(column == value)) or 0


def test_every_row_that_says_something_goes_and_what_others_are_linked_to_stays(archive: Archive) -> None:
    word, shared = f"word{new_id()}", f"shared{new_id()}"
    described = {
        "names": [(word, "creator"), (shared, "creator")],
        "subjects": [word, shared],
        "places": [PlaceGiven(word), PlaceGiven(shared)],
    }
    files = [staged(archive, b"given", "a.txt"), staged(archive, b"said", "a.en.txt", accompanies=0)]
    item_id = give(archive, title=word, state=ItemState.PUBLISHED, files=files, **described)
    other = give(archive, state=ItemState.PUBLISHED, **{name: given[1:] for name, given in described.items()})
    submission_id = item_of(archive, item_id).submission_id
    with archive.db.write() as session:
        session.add(Message(submission_id=submission_id, written_by="contributor", text=word))
        consent = session.scalars(select(Consent).where(Consent.submission_id == submission_id)).one()
        consent.naming, consent.name_shown, consent.people_words = "own-name", word, word
    withdrawing.withdraw_item(archive, contributor([submission_id]), item_id, destroy=True)
    settle(archive)
    row = item_of(archive, item_id)
    assert (row.erasure, row.title, row.consent.name_shown, row.consent.people_words) == ("done", "", "", "")
    for model, column in ((Agent, Agent.name), (Place, Place.name), (Term, Term.label)):
        assert count(archive, model, column, word) == 0
        assert count(archive, model, column, shared) == 1
    assert count(archive, File, File.item_id, item_id) == 0
    assert count(archive, Message, Message.submission_id, submission_id) == 0
    with archive.db.read() as session:
        submission = session.get_one(Submission, submission_id)
        assert (submission.title, submission.source_key) == ("", None)
    assert not any((archive.settings.staging / file.staged_as).exists() for file in files)
    assert [place.name for place in show.item(archive, PUBLIC, other).places] == [shared]


def test_nothing_that_curators_arranged_about_it_is_left(archive: Archive) -> None:
    somebody = curator(archive)
    item_id, other = (give(archive, state=ItemState.IN_REVIEW) for _ in range(2))
    submission_id = item_of(archive, item_id).submission_id
    files = {one: show.item(archive, OPERATOR, one).files[0].id for one in (item_id, other)}
    with archive.db.write() as session:
        for file_id in files.values():
            likeness.remember(archive, session, file_id, 0x1234_5678_9ABC_DEF0)
    taking.take(archive, somebody, item_id)
    reviewing.opened(archive, somebody, item_id, looks=True)
    taking.not_today(archive, curator(archive), item_id)
    planned.publish_later(archive, somebody, item_id, today() + timedelta(days=1))
    embargo.keep_back(archive, somebody, item_id, today() + timedelta(days=1))
    withdrawing.withdraw_item(archive, OPERATOR, item_id)
    settle(archive)
    # Hidden, nobody is led to it by how it looks.
    assert count(archive, PictureHash, PictureHash.file_id, files[item_id]) == 0
    assert count(archive, Likeness, Likeness.file_id, files[other]) == 0
    withdrawing.withdraw_item(archive, OPERATOR, item_id, destroy=True)
    settle(archive)
    for model in (Taking, Looking, NotToday, PlannedPublication):
        assert count(archive, model, model.item_id, item_id) == 0, model
    assert count(archive, Embargo, Embargo.submission_id, submission_id) == 0


def test_what_is_not_in_a_bag_yet_is_never_put_into_one(archive: Archive) -> None:
    item_id = give(archive)
    withdrawing.withdraw_item(archive, OPERATOR, item_id, destroy=True)
    settle(archive)
    with archive.db.write() as session:
        job = enqueue_accession(archive, session, item_id)
    assert archive.jobs.status(job).state.ended
    assert item_of(archive, item_id).bag_key == ""
    assert not list(archive.store.list(f"bags/{item_id}"))
