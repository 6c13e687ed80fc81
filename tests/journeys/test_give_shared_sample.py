"""Real submissions are given through the pages: everything that a person would send goes through, byte for byte."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from archive.models import File, Item, ItemState
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.contributor import Contributor

# What lies beside submissions and is none.
NOT_GIVEN = {"SOURCES.md", "exports"}


def sha512(content: bytes) -> str:
    return hashlib.sha512(content).hexdigest()


def test_every_submission_of_the_shared_sample_goes_through_the_pages(
    shared_sample: Path, archive: Archive
) -> None:
    app = create_app(archive.settings, archive)
    given: Counter[tuple[str, str]] = Counter()
    folders = [one for one in sorted(shared_sample.iterdir()) if one.is_dir() and one.name not in NOT_GIVEN]
    assert len(folders) >= 23
    for folder in folders:
        files = [(path.name, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file()]
        given.update((name, sha512(content)) for name, content in files)
        giver = Contributor(app.test_client())
        giver.begin()
        giver.add_named(files)
        assert 'class="trouble"' not in giver.text, folder.name
        giver.answer(title=folder.name)
        giver.send()
    with archive.db.read() as session:
        kept = Counter((name, each) for name, each in session.execute(select(File.given_name, File.sha512)))
        states = set(session.scalars(select(Item.state)))
        staged = {file.sha512: file.staged_as for file in session.scalars(select(File))}
    assert kept == given
    assert states == {ItemState.RECEIVED}
    for wanted, name in staged.items():
        assert sha512((archive.settings.staging / name).read_bytes()) == wanted


def test_what_is_too_large_is_refused_with_its_reason_and_the_rest_is_kept(tmp_path: Path) -> None:
    from archive.services.opening import open_archive
    from archive.settings import Settings

    small = Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "home"), "REMEMBRANCE_MAX_FILE_BYTES": "1000"})
    archive = open_archive(small)
    giver = Contributor(create_app(small, archive).test_client())
    giver.begin()
    giver.add_named([("small.txt", b"small"), ("large.txt", b"x" * 1001), ("after.txt", b"after")])
    assert "large.txt" in giver.text and "larger than the archive takes" in giver.text
    giver.open("/give/check")
    assert "small.txt" in giver.text and "after.txt" in giver.text and "large.txt" not in giver.text
    archive.close()
