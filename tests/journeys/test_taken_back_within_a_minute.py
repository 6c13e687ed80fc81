"""Taking back, measured from end to end at an archive that is served: within a minute it is nowhere, and no backup brings it again."""

from __future__ import annotations

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC, contributor
from archive.models import AccessCopy, File, FileState, Item
from archive.services import asking, lifecycle, redacting, requests, stories, story_changes, withdrawing
from archive.services.asking import Asking
from archive.services.opening import Archive
from archive.services.story_said import Said
from ingest import work
from ingest.bulk import ingest
from tests.fixtures import given as photos
from tests.fixtures.faults import open_home
from tests.fixtures.outside import copy_tree
from tests.fixtures.serving import serving, wait_until
from tests.fixtures.withdrawn import files_with

WORD = "quillfeather"
LIMIT_S = 60.0
# A part of a picture that only its tiles have in full.
PART = "2000,500,100,100/100,100/0/default.jpg"
# Everything that tells of an item at its own address.
TOLD_OF = ("", "/cite.ris", "/cite.bib", "/cite.json", "/record.jsonld", "/ask")


def status(address: str) -> int:
    """What the archive answers there."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def text(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return str(answer.read().decode())


def kept_marks(addresses: list[str]) -> dict[str, str]:
    """The mark by which whoever keeps what is there asks whether it still holds."""
    marks = {}
    for address in addresses:
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert "no-cache" in answer.headers["Cache-Control"]
            marks[address] = answer.headers["ETag"]
            assert asked_again(address, marks[address]) == 304
    return marks


def asked_again(address: str, mark: str) -> int:
    """What the archive answers to whoever has what bears that mark."""
    try:
        request = urllib.request.Request(address, headers={"If-None-Match": mark})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def given(home: Path, folder: Path) -> tuple[Archive, str, str]:
    """A published text with the word in it, and a large photo: the archive, and the ids of it."""
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text(f"Demonstration text. {WORD} is in it.\n", encoding="utf-8")
    (folder / "photo.jpg").write_bytes(photos.jpeg(2500, 1000))
    (folder / "metadata.csv").write_text(
        "file,item,title,creator,place,subjects\n"
        f"letter.txt,letter,{WORD} letter,{WORD} the younger,{WORD} town,{WORD} matters\n"
        "photo.jpg,letter,,,,\n",
        encoding="utf-8",
    )
    archive = open_home(home)
    ingest(archive, [folder], "march-25", publish=True)
    with archive.db.read() as session:
        item = session.scalars(select(Item)).one()
    tell_and_ask(archive, item.id)
    return archive, item.id, item.submission_id


def made_by_its_worker(archive: Archive, item_id: str) -> list[str]:
    """The access copies, which the worker beside the server has made anew: in what it works with they were too."""
    with lifecycle.changing(archive, item_id) as (session, item):
        redacting.make_anew(archive, session, item, [one.id for one in item.files], "again")
    wait_until(lambda: is_examined(archive), LIMIT_S)
    with archive.db.read() as session:
        return list(session.scalars(select(AccessCopy.id).order_by(AccessCopy.kind == "tiles")))


def is_examined(archive: Archive) -> bool:
    with archive.db.read() as session:
        return set(session.scalars(select(File.state))) == {FileState.EXAMINED}


def tell_and_ask(archive: Archive, item_id: str) -> None:
    """Somebody knows something about it, which stands beside it, and somebody else asks that it be taken down."""
    known = Asking("note", words=f"A note with {WORD} in it.", name=f"{WORD} the elder")
    asking.ask(archive, PUBLIC, item_id, known, "en")
    (waits,) = requests.listed(archive, OPERATOR)[1]
    requests.decide(archive, OPERATOR, waits.id, "shown", f"Thank you, {WORD}.")
    asking.ask(archive, PUBLIC, item_id, Asking("take-down", words=WORD, why="mine", reach="a way"), "en")
    work.wait_until_caught_up(archive)


def told_of(archive: Archive, item_id: str) -> None:
    """A story around the item, in whose text and below which it stands, with the word in what is said of it."""
    said = Said(
        "A story",
        "a-story",
        "march-25",
        body=f"![{WORD} picture]({item_id})",
        items=((item_id, f"{WORD} caption"),),
    )
    story_id, troubles = story_changes.add(archive, OPERATOR, said)
    assert troubles == {}
    version = stories.one(archive, OPERATOR, story_id).version
    story_changes.show(archive, OPERATOR, story_id, version, publish=True)


def harvested(site: str, item_id: str) -> str:
    """What other houses are told of it by OAI-PMH."""
    (told,) = (
        one
        for one in text(f"{site}oai?verb=ListRecords&metadataPrefix=oai_dc").split("<record>")
        if item_id in one
    )
    return told if WORD not in told else f"still there: {told.replace('deleted', '')}"


def is_nowhere(home: Path, site: str, item_id: str, copies: list[str]) -> bool:
    return (
        WORD not in text(f"{site}stories/a-story")
        and all(
            WORD not in text(f"{site}{page}") for page in ("", "people", "places", "subjects", "new.atom")
        )
        and not any(item_id in text(f"{site}{page}") for page in ("new.atom", "days/day-of-remembrance"))
        and status(f"{site}sitemap-items-1.xml") == 404
        and all(status(f"{site}items/{item_id}{one}") == 410 for one in TOLD_OF)
        and all(status(f"{site}media/{copy}/x.txt") == 404 for copy in copies)
        and all(status(f"{site}iiif/{copy}/{PART}") == 404 for copy in copies)
        and status(f"{site}iiif/items/{item_id}/manifest") == 404
        and item_id not in text(f"{site}iiif/collections/march-25")
        and '<header status="deleted">' in harvested(site, item_id)
        and "0 items found" in text(f"{site}search?q={WORD}")
        and not any(path.is_file() for path in (home / "access").rglob("*"))
        and files_with(home, WORD.encode()) == []
    )


def test_what_is_destroyed_is_nowhere_within_a_minute_and_comes_again_neither_from_a_backup_nor_from_a_folder(
    tmp_path: Path,
) -> None:
    home, backup, folder = tmp_path / "home", tmp_path / "backup", tmp_path / "given" / "letters"
    archive, item_id, submission_id = given(home, folder)
    told_of(archive, item_id)
    # Closed: whoever closes a file that SQLite has open takes its locks away.
    archive.close()
    copy_tree(home, backup, "run", "withdrawals", "keys")
    archive = open_home(home)
    with serving(home, tmp_path / "log") as served:
        site = served.address
        copies = made_by_its_worker(archive, item_id)
        wait_until(lambda: WORD in text(f"{site}search?q={WORD}"), LIMIT_S)
        assert f"A note with {WORD} in it." in text(f"{site}items/{item_id}")
        assert WORD in text(f"{site}search?q={WORD}")
        assert all(WORD in text(f"{site}{page}") for page in ("", "people", "places", "subjects", "new.atom"))
        assert item_id in text(f"{site}sitemap-items-1.xml")
        assert status(f"{site}iiif/{copies[-1]}/{PART}") == 200
        assert status(f"{site}iiif/items/{item_id}/manifest") == 200
        assert WORD in harvested(site, item_id)
        assert all(f"{WORD} {one}" in text(f"{site}stories/a-story") for one in ("picture", "caption"))
        assert all(status(f"{site}items/{item_id}{one}") == 200 for one in TOLD_OF)
        marks = kept_marks(
            [
                f"{site}items/{item_id}",
                f"{site}iiif/items/{item_id}/manifest",
                *(f"{site}media/{copy}/x.txt" for copy in copies[:-1]),
            ]
        )
        begun = time.monotonic()
        giver = contributor([submission_id])
        withdrawing.withdraw_submission(archive, giver, submission_id, destroy=True, words="I wish so.")
        wait_for(lambda: is_nowhere(home, site, item_id, copies), begun)
        # Whoever kept a page or a copy and asks whether it still holds is not told that it does.
        assert {asked_again(address, mark) for address, mark in marks.items()} == {404, 410}
    archive.close()
    restore(backup, home)
    assert files_with(home / "objects", WORD.encode())
    with serving(home, tmp_path / "log-again") as served:
        site = served.address
        # Not shown once: the first answer that the restored archive gives is that it was taken back.
        assert status(f"{site}items/{item_id}") == 410
        wait_for(lambda: is_nowhere(home, site, item_id, copies), time.monotonic())
    again = open_home(home)
    try:
        report = ingest(again, [folder], "march-25", publish=True)
        assert [one.code for sent in report.submissions for one in sent.files] == ["withdrawn-before"] * 2
        assert again.withdrawals.is_withdrawn(item_id)
    finally:
        again.close()
    assert files_with(home, WORD.encode()) == []


def wait_for(holds: Callable[[], bool], begun: float) -> None:
    wait_until(holds, LIMIT_S)
    assert time.monotonic() - begun < LIMIT_S


def restore(backup: Path, home: Path) -> None:
    """Put an older copy in the place of everything but what is backed up apart."""
    for path in home.iterdir():
        if path.name in ("withdrawals", "keys"):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    shutil.copytree(backup, home, dirs_exist_ok=True)
