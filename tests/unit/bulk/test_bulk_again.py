"""A table that says something else than when its folder was taken in is heard: what it closes is not opened, the rest is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Audience, Item, Submission
from archive.profiles import CollectionProfile
from archive.services import authority_changes, revisions
from archive.services.consents import revise
from archive.services.opening import Archive
from ingest.bulk import look_again, plan
from ingest.bulk.model import Problem
from ingest.bulk.send import Sent, send

Write = Callable[..., Path]
Give = Callable[..., Sent]
HEADER = (
    "file,title,creator,date,place,subjects,shoe size,consent_audience,consent_naming,consent_name_shown,"
    "consent_place_precision,consent_place_shown,consent_others,consent_not_before,consent_not_after\n"
)
ROW: dict[str, str] = {
    "file": "a.txt",
    "title": "A letter",
    "creator": "Ada Hughes; Rosa Still (interviewer)",
    "date": "about 1860",
    "place": "Boston",
    "subjects": "letters",
    "shoe size": "44",
    "consent_audience": "public",
    "consent_naming": "other-name",
    "consent_name_shown": "A.",
    "consent_place_precision": "town",
    "consent_place_shown": "A town",
    "consent_others": "agreed",
    "consent_not_before": "2020-01-01",
    "consent_not_after": "2090-01-01",
}


@pytest.fixture
def give(archive: Archive, profile: CollectionProfile, write: Write, tmp_path: Path) -> Give:
    """Gives the folder, its row with these cells changed, and proves that a dry run tells the same."""

    def given(**changed: str) -> Sent:
        row = ROW | {name.replace("shoe_size", "shoe size"): text for name, text in changed.items()}
        write("gift/a.txt", "words")
        write("gift/metadata.csv", HEADER + ",".join(row.values()) + "\n")
        planned = plan([tmp_path / "gift"], profile)
        (looked,) = look_again(archive, planned, "march-25", Audience.PUBLIC).submissions
        (sent,) = send(archive, planned.submissions[0], "march-25", Audience.PUBLIC, compares=True)
        assert sent.plan.problems == looked.problems
        return sent

    return given


def told(sent: Sent) -> list[Problem]:
    return [one for one in sent.plan.problems if one.row != 1]


def columns(sent: Sent, *, note: bool) -> list[str]:
    return [one.column for one in told(sent) if one.note is note]


def test_the_same_table_again_tells_nothing(give: Give) -> None:
    assert told(give()) == []
    again = give()
    assert again.already
    assert (told(again), again.held_back) == ([], False)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("consent_audience", "community"),
        ("consent_naming", "no-name"),
        ("consent_name_shown", "B."),
        ("consent_place_precision", "none"),
        ("consent_place_shown", "A land"),
        ("consent_others", "refused"),
        ("consent_not_before", "2080-01-01"),
        ("consent_not_before", "2089-01-01"),
        ("consent_not_after", "2030-01-01"),
    ],
)
def test_what_a_table_allows_less_holds_it_back(give: Give, column: str, text: str) -> None:
    give()
    again = give(**{column: text})
    assert again.already and again.held_back
    assert columns(again, note=False) == [column]
    assert "is not published" in told(again)[0].reason


def test_a_last_day_before_the_first_holds_back_too(give: Give) -> None:
    give()
    again = give(consent_not_after="2019-01-01")
    assert (again.held_back, columns(again, note=False)) == (True, ["consent_not_after"])


@pytest.mark.parametrize(
    ("column", "text"),
    [("consent_place_precision", "exact"), ("consent_others", "none"), ("consent_not_before", "2010-01-01")],
)
def test_what_a_table_allows_more_is_told_and_not_applied(give: Give, column: str, text: str) -> None:
    give()
    again = give(**{column: text})
    assert (again.held_back, columns(again, note=True), columns(again, note=False)) == (False, [column], [])


def test_what_is_public_already_is_told_with_what_to_do(archive: Archive, give: Give) -> None:
    (item_id,) = give().item_ids
    with archive.db.write() as session:
        session.get_one(Item, item_id).state = "published"
    (problem,) = told(give(consent_audience="staff"))
    assert f"remembrance withdraw {item_id}" in problem.reason


def test_what_is_not_to_be_kept_any_more_is_told_with_what_to_do(
    archive: Archive, give: Give, tmp_path: Path, profile: CollectionProfile
) -> None:
    (item_id,) = give().item_ids
    table = tmp_path / "gift" / "metadata.csv"
    table.write_text("file,consent_keep\na.txt,no\n")
    planned = plan([tmp_path / "gift"], profile)
    (looked,) = look_again(archive, planned, "march-25", Audience.PUBLIC).submissions
    (sent,) = send(archive, planned.submissions[0], "march-25", Audience.PUBLIC, compares=True)
    for one in (looked, sent.plan):
        (problem,) = one.problems
        assert problem.column == "consent_keep"
        assert f"remembrance withdraw {item_id}" in problem.reason
    (tmp_path / "gift" / "a.txt").write_text("other words")
    (other,) = look_again(
        archive, plan([tmp_path / "gift"], profile), "march-25", Audience.PUBLIC
    ).submissions
    assert other.problems == ()


def test_where_the_consent_was_changed_at_the_desk_and_the_table_was_not_nothing_is_told(
    archive: Archive, give: Give
) -> None:
    sent = give()
    revise(archive, OPERATOR, str(sent.submission_id), {"naming": "own-name", "not_before": date(2050, 1, 1)})
    again = give()
    assert (told(again), again.held_back) == ([], False)


def test_without_a_consent_in_the_table_only_who_may_see_it_is_compared(
    archive: Archive, write: Write, profile: CollectionProfile
) -> None:
    folder = write("gift/a.txt").parent
    planned = plan([folder], profile).submissions[0]
    held = []
    for audience in (Audience.COMMUNITY, Audience.PUBLIC, Audience.STAFF):
        (sent,) = send(archive, planned, "march-25", audience, compares=True)
        held.append(sent.held_back)
        assert columns(sent, note=False) == (["consent_audience"] if sent.held_back else [])
    assert held == [False, False, True]


def test_what_was_allowed_stands_where_the_table_says_nothing_of_it_any_more(
    archive: Archive, give: Give, write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    give(consent_naming="own-name", consent_place_precision="exact")
    write("gift/metadata.csv", "file,title\na.txt,A letter\n")
    planned = plan([tmp_path / "gift"], profile).submissions[0]
    (sent,) = send(archive, planned, "march-25", Audience.PUBLIC, compares=True)
    assert (sent.held_back, [one.reason for one in told(sent) if "not applied" not in one.reason]) == (
        False,
        [],
    )


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("title", "Another letter"),
        ("creator", "Ada Hughes"),
        ("date", "1861"),
        ("subjects", ""),
        ("shoe_size", "45"),
    ],
)
def test_what_a_table_says_otherwise_of_an_item_is_told(
    archive: Archive, give: Give, column: str, text: str
) -> None:
    give()
    again = give(**{column: text})
    (problem,) = told(again)
    assert problem.column == (text if column == "title" else "A letter")
    assert "what the table says now is not applied" in problem.reason
    assert not again.held_back
    with archive.db.read() as session:
        assert session.scalars(select(Item.title)).all() == ["A letter"]


def test_what_a_later_row_says_of_its_file_is_compared_and_never_doubled(
    archive: Archive, profile: CollectionProfile, write: Write, tmp_path: Path
) -> None:
    def given(source: str) -> list[str]:
        write("gift/x.vtt")
        write("gift/x.mp3")
        write("gift/metadata.csv", f"file,source\nx.mp3,A reel\nx.vtt,{source}\n")
        (planned,) = plan([tmp_path / "gift"], profile).submissions
        (sent,) = send(archive, planned, "march-25", Audience.PUBLIC, compares=True)
        return [one.reason for one in sent.plan.problems if not one.note]

    for source in ("A library", "A library", "A cellar"):
        told = given(source)
        assert len(told) == (source == "A cellar")
        with archive.db.read() as session:
            assert session.scalars(select(Item.extra)).all() == [{"source (of x.vtt)": "A library"}]
    assert "what the table says now is not applied" in told[0]


def test_where_a_description_was_changed_at_the_desk_and_the_table_was_not_nothing_is_told(
    archive: Archive, give: Give
) -> None:
    (item_id,) = give().item_ids
    with archive.db.write() as session:
        session.get_one(Item, item_id).state = "in_review"
    before = revisions.spoken(archive, OPERATOR, item_id)
    typed = before.said | {"title": "A letter home"}
    assert revisions.change(archive, OPERATOR, item_id, typed, {}, "en", before.mark) == {}
    assert told(give()) == []
    assert told(give(title="A letter home")) == []
    assert [one.column for one in told(give(title="A third one"))] == ["A third one"]
    with archive.db.read() as session:
        assert len(session.scalars(select(Submission.id)).all()) == 1


def test_a_word_that_is_called_otherwise_here_is_not_told_to_be_said_otherwise(
    archive: Archive, give: Give
) -> None:
    for room, typed in (
        ("terms", {"name": "Letters"}),
        ("agents", {"name": "ADA Hughes"}),
        ("places", {"name": "Boston, Massachusetts", "others": "BOSTON"}),
    ):
        assert authority_changes.add(archive, OPERATOR, room, typed)[1] == {}
    (item_id,) = give().item_ids
    said = revisions.spoken(archive, OPERATOR, item_id).said
    assert (said["subjects"], said["place"]) == ("Letters", "Boston, Massachusetts")
    assert said["creators"].startswith("ADA Hughes")
    assert told(give()) == []
    assert len(told(give(subjects="songs"))) == 1
