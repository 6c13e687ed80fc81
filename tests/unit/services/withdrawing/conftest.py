"""An archive with something in it that is taken back: on SQLite alone, because bytes of its files are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import File, Message, Submission
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from ingest.bulk import ingest
from tests.fixtures.withdrawn import SECRET, WORDS

TABLE = (
    "file,title,creator,date,place,subjects,source\n"
    f"letter.txt,{SECRET} title,{SECRET} Writer,1949-06-11,{SECRET} Town,{SECRET} subject,{SECRET} shelf\n"
    "other.txt,The other,Somebody,1950,Paris,Song,\n"
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive of this test's own, on SQLite."""
    opened = open_archive(Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "home")}))
    yield opened
    opened.close()


@pytest.fixture
def gift(tmp_path: Path) -> Path:
    """A folder with two things, one of them with the secret word in every place."""
    folder = tmp_path / "given" / f"{SECRET}-letters"
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text(WORDS, encoding="utf-8")
    (folder / "other.txt").write_text("Dear brother, nothing of it here.\n", encoding="utf-8")
    (folder / "metadata.csv").write_text(TABLE, encoding="utf-8")
    return folder


@pytest.fixture
def given(archive: Archive, gift: Path) -> dict[str, str]:
    """The folder, taken in and published: its items by the name of their file, and the submission."""
    report = ingest(archive, [gift], "march-25", publish=True)
    with archive.db.write() as session:
        items = {file.given_name: file.item_id for file in session.scalars(select(File))}
        submission = session.scalars(select(Submission)).one()
        for consent in submission.consents:
            consent.naming, consent.name_shown = "own-name", f"{SECRET} giver"
            consent.people_words = f"{SECRET} people"
            consent.places_shown = {f"{SECRET} Town": "A town", "Paris": "Paris"}
        session.add(Message(submission_id=submission.id, written_by="contributor", text=f"{SECRET} message"))
        found = {"letter": items["letter.txt"], "other": items["other.txt"], "submission": submission.id}
    assert report.submissions
    return found
