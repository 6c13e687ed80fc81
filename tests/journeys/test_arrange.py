"""Files are put together in another way: no byte is lost at any moment, and nobody is shown more than the giver allowed."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.access import OPERATOR
from archive.bags import bag_key, read_bag, verify
from archive.jobs import Job
from archive.models import (
    Action,
    Audience,
    Event,
    File,
    FileState,
    Item,
    ItemState,
    Replacement,
    Role,
    User,
    first_broken_link,
)
from archive.models.errors import ConflictError, IntegrityError
from archive.services import accounts, erasing, lifecycle, regrouping, upkeep, withdrawing
from archive.services.contribute import ConsentDraft, ItemDraft, SubmissionDraft, receive
from archive.services.describe import Description
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.web.app import create_app
from ingest.item_parcel import Tools
from ingest.pipeline import accession_item, take_apart
from tests.fixtures.command_line import environment
from tests.fixtures.desk import token_of
from tests.fixtures.items import item_of, staged
from tests.fixtures.things import PASSWORD

PAGES = [b"The first page of it.", b"The second page of it.", b"Something else entirely."]


class Work(Job):
    """A job that is one run to its end."""

    def __init__(self) -> None:
        pass

    def progress(self, done: int, total: int = 0, words: str = "") -> None:
        pass


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one submission: an item of three files, and another beside it; both kept and published."""
    home = tmp_path_factory.mktemp("arrange") / "home"
    archive = open_archive(Settings(home=home))
    files = [staged(archive, data, f"page-{number}.txt") for number, data in enumerate(PAGES)]
    given = [
        ItemDraft(Description(title="Three pages", source="A trunk"), files),
        ItemDraft(Description(title="Beside it"), [staged(archive, b"Beside it.", "page-0.txt")]),
    ]
    consent = ConsentDraft(audience=Audience.PUBLIC)
    received = receive(archive, OPERATOR, SubmissionDraft("march-25", given, consent))
    tools = Tools(archive, 1)
    for item_id in received.item_ids:
        accession_item(tools, item_id)
        lifecycle.publish(archive, OPERATOR, item_id)
    with archive.db.write() as session:
        for file in session.scalars(select(File)):
            file.state = FileState.EXAMINED
    upkeep.catch_up(archive)
    accounts.create_user(archive, "curator", PASSWORD, {"curator": ""})
    accounts.create_user(archive, "narrow", PASSWORD, {"curator": "march-25"})
    tools.close()
    archive.close()
    return home


@pytest.fixture
def archive(master: Path, tmp_path: Path) -> Iterator[Archive]:
    shutil.copytree(master, tmp_path / "home")
    archive = open_archive(Settings(home=tmp_path / "home"))
    yield archive
    archive.close()


@pytest.fixture
def curator(archive: Archive) -> FlaskClient:
    return signed_in(archive, "curator")


def signed_in(archive: Archive, name: str) -> FlaskClient:
    client = create_app(archive.settings, archive).test_client()
    token = token_of(client.get("/sign-in").text)
    client.post("/sign-in", data={"username": name, "password": PASSWORD, "csrf_token": token})
    return client


def named(archive: Archive, title: str, *, without: str = "") -> str:
    with archive.db.read() as session:
        query = (
            select(Item.id)
            .where(Item.title == title, Item.id != without)
            .order_by(Item.withdrawn_on.is_not(None))
        )
        return session.scalars(query).first() or ""


def post(client: FlaskClient, item_id: str, what: str, **fields: object) -> TestResponse:
    page = client.get(f"/desk/items/{item_id}/arrange").text
    version = page.partition('name="version" value="')[2].partition('"')[0]
    form = {"csrf_token": token_of(client.get("/about").text) if "csrf_token" not in page else token_of(page)}
    return client.post(f"/desk/items/{item_id}/arrange/{what}", data={**form, "version": version, **fields})


def do_the_work(archive: Archive) -> None:
    """What the job does: everything that is under way."""
    with archive.db.read() as session:
        rows = session.scalars(select(Replacement).where(Replacement.done.is_(False))).all()
    tools = Tools(archive, 1)
    try:
        olds, news = sorted({row.old_id for row in rows}), sorted({row.new_id for row in rows})
        take_apart(Work(), tools, olds, news)
        upkeep.catch_up(archive)
    finally:
        tools.close()


def originals(archive: Archive, item_id: str) -> set[bytes]:
    """The bytes in an item's bag, which is whole."""
    folder = archive.bag_folder(bag_key(item_id))
    assert verify(folder).ok
    return {(folder / one.path).read_bytes() for one in read_bag(folder).payload}


def history(archive: Archive, item_id: str) -> list[Event]:
    with archive.db.read() as session:
        query = select(Event).where(Event.subject_id == item_id).order_by(Event.sequence)
        return list(session.scalars(query))


def split(archive: Archive, curator: FlaskClient) -> tuple[str, str, str]:
    """The old item, what is left of it, and the new one."""
    old = named(archive, "Three pages")
    files = [file.id for file in files_of(archive, old)][2:]
    assert post(curator, old, "split", file=files, title="Something else").status_code == 303
    do_the_work(archive)
    return old, named(archive, "Three pages", without=old), named(archive, "Something else")


def files_of(archive: Archive, item_id: str) -> list[File]:
    with archive.db.read() as session:
        return list(session.get_one(Item, item_id).files)


def test_chosen_files_become_an_item_of_their_own_byte_for_byte(
    archive: Archive, curator: FlaskClient
) -> None:
    before = item_of(archive, named(archive, "Three pages"))
    old, rest, new = split(archive, curator)
    assert originals(archive, rest) == set(PAGES[:2]) and originals(archive, new) == {PAGES[2]}
    # The old bag is as it was, and its record says what became of it.
    assert originals(archive, old) == set(PAGES)
    for item_id in (rest, new):
        row = item_of(archive, item_id)
        assert (row.submission_id, row.consent_id) == (before.submission_id, before.consent_id)
        assert (row.collection, row.source, row.state) == ("march-25", "A trunk", ItemState.IN_REVIEW)
        assert history(archive, item_id)[0].detail["from"] == [old]
    assert [one.kind for one in history(archive, old)][-2:] == ["arrange", "replace"]
    assert history(archive, old)[-1].detail == {"by": sorted([rest, new])}
    for item_id in (old, rest, new):
        assert first_broken_link(history(archive, item_id)) is None
    for file in (*files_of(archive, rest), *files_of(archive, new)):
        assert hashlib.sha512(PAGES[int(file.given_name[5])]).hexdigest() == file.sha512


def test_the_old_address_leads_to_what_took_its_place_once_that_is_shown(
    archive: Archive, curator: FlaskClient
) -> None:
    visitor = curator.application.test_client()
    old, rest, new = split(archive, curator)
    answer = visitor.get(f"/items/{old}")
    assert answer.status_code == 404 and "put together in another way" in answer.text
    assert visitor.get(f"/items/{rest}").status_code == 404
    lifecycle.publish(archive, OPERATOR, new)
    answer = visitor.get(f"/items/{old}")
    assert answer.status_code == 302 and answer.headers["Location"].endswith(f"/items/{new}")
    lifecycle.publish(archive, OPERATOR, rest)
    page = visitor.get(f"/items/{old}").text
    assert f"/items/{rest}" in page and f"/items/{new}" in page and "Something else" in page


def test_until_everything_new_is_kept_the_old_one_stays_as_it_is(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    files = [file.id for file in files_of(archive, old)][:1]
    assert post(curator, old, "split", file=files, title="First").status_code == 303
    assert curator.application.test_client().get(f"/items/{old}").status_code == 200
    page = curator.get(f"/desk/items/{old}/arrange").text
    assert "It is being done" in page
    version = str(item_of(archive, old).version)
    again = post(curator, old, "split", file=files, title="First", version=version)
    assert again.status_code == 409


def test_two_of_one_submission_become_one(archive: Archive, curator: FlaskClient) -> None:
    old, beside = named(archive, "Three pages"), named(archive, "Beside it")
    assert post(curator, old, "merge", other=beside).status_code == 303
    do_the_work(archive)
    new = named(archive, "Three pages", without=old)
    assert originals(archive, new) == {*PAGES, b"Beside it."}
    # Two files of the same name are both there.
    assert len({file.safe_name for file in files_of(archive, new)}) == 4
    assert {item_of(archive, one).state for one in (old, beside)} == {ItemState.WITHDRAWN}


def test_what_was_given_apart_is_never_made_one(archive: Archive, curator: FlaskClient) -> None:
    draft = ItemDraft(Description(title="Of others"), [staged(archive, b"Of others.")])
    (other,) = receive(archive, OPERATOR, SubmissionDraft("march-25", [draft], ConsentDraft())).item_ids
    tools = Tools(archive, 1)
    accession_item(tools, other)
    tools.close()
    old = named(archive, "Three pages")
    answer = post(curator, old, "merge", other=other)
    assert answer.status_code == 409 and "They were given apart" in answer.text
    with archive.db.read() as session:
        assert session.scalars(select(Replacement)).all() == []


def test_what_is_moved_keeps_what_the_other_collection_does_not_ask(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    with archive.db.write() as session:
        session.get_one(Item, old).extra = {"relation": "A book"}
    before = item_of(archive, old)
    assert post(curator, old, "move", collection="convenings").status_code == 303
    row = item_of(archive, old)
    assert (row.collection, row.extra, row.source) == ("convenings", {"relation": "A book"}, "A trunk")
    assert (row.consent_id, row.submission_id) == (before.consent_id, before.submission_id)
    assert history(archive, old)[-1].detail == {"from": "march-25", "to": "convenings"}
    assert row.record_revision > row.bag_revision and row.index_pending


def test_who_reviews_one_collection_moves_nothing_out_of_it(archive: Archive) -> None:
    narrow, old = signed_in(archive, "narrow"), named(archive, "Three pages")
    assert "convenings" not in narrow.get(f"/desk/items/{old}/arrange").text
    assert post(narrow, old, "move", collection="convenings").status_code == 403
    with archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "narrow")).one()
        user.roles = [Role(name="curator", collection="convenings")]
    assert narrow.get(f"/desk/items/{old}/arrange").status_code in (403, 404)


@pytest.mark.parametrize("chosen", [0, 3])
def test_none_or_all_of_the_files_is_no_split_and_what_was_typed_stays(
    archive: Archive, curator: FlaskClient, chosen: int
) -> None:
    old = named(archive, "Three pages")
    files = [file.id for file in files_of(archive, old)][:chosen]
    answer = post(curator, old, "split", file=files, title="Typed <so>")
    assert answer.status_code == 400 and "Typed &lt;so&gt;" in answer.text
    assert answer.text.count('name="file"') - answer.text.count("checked") == 3 - chosen


def test_a_page_that_was_opened_before_somebody_elses_change_arranges_nothing(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    with pytest.raises(ConflictError):
        regrouping.move(archive, OPERATOR, old, "convenings", item_of(archive, old).version - 1)
    assert post(curator, old, "move", collection="convenings", version="1").status_code == 409


def test_what_is_taken_back_while_it_is_split_stays_taken_back(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    files = [file.id for file in files_of(archive, old)][:1]
    post(curator, old, "split", file=files, title="First")
    withdrawing.withdraw_item(archive, OPERATOR, old)
    do_the_work(archive)
    with archive.db.read() as session:
        states = {item.title: item.state for item in session.scalars(select(Item))}
    assert states == {
        "Three pages": ItemState.WITHDRAWN,
        "First": ItemState.WITHDRAWN,
        "Beside it": ItemState.PUBLISHED,
    }


def test_what_is_destroyed_is_destroyed_where_it_was_taken_from_too(
    archive: Archive, curator: FlaskClient
) -> None:
    old, rest, new = split(archive, curator)
    withdrawing.withdraw_item(archive, OPERATOR, new, destroy=True)
    while not erasing.clear(archive):
        pass
    for item_id in (old, new):
        assert item_of(archive, item_id).erasure == "done"
        assert not archive.store.exists(f"{bag_key(item_id)}/bagit.txt")
    assert originals(archive, rest) == set(PAGES[:2])
    left = [path for path in archive.settings.home.rglob("*") if path.is_file()]
    assert not [path for path in left if PAGES[2] in path.read_bytes()]


def test_a_damaged_bag_is_not_taken_apart(archive: Archive, curator: FlaskClient) -> None:
    old = named(archive, "Three pages")
    files = files_of(archive, old)
    path = archive.bag_folder(bag_key(old)) / "data" / files[0].safe_name
    path.write_bytes(b"Not what it was......")
    post(curator, old, "split", file=[files[0].id], title="First")
    with pytest.raises(IntegrityError):
        do_the_work(archive)
    assert item_of(archive, old).state == ItemState.PUBLISHED


KILLED = """
import json, sys
from pathlib import Path
from archive.models import Replacement
from archive.services.opening import open_archive
from archive.settings import Settings
from ingest.item_parcel import Tools
from tests.fixtures.kill_points import Points
from tests.journeys.test_arrange import do_the_work

archive = open_archive(Settings(home=Path(sys.argv[1])))
log = open(sys.argv[2], "ab", buffering=0)
points = Points(log.fileno(), sys.argv[3], int(sys.argv[4]))
points.watch()
do_the_work(archive)
print(json.dumps(points.counts))
"""


@pytest.mark.parametrize(
    ("what", "k"),
    [
        ("rename", 1),
        ("rename", 2),
        ("rename", 4),
        ("fsync", 3),
        ("commit", 1),
        ("commit", 3),
        ("commit", 6),
        ("write", 6),
    ],
)
def test_killed_at_any_moment_nothing_is_lost_and_the_rest_is_done(
    archive: Archive, curator: FlaskClient, tmp_path: Path, what: str, k: int
) -> None:
    old = named(archive, "Three pages")
    files = [file.id for file in files_of(archive, old)][2:]
    assert post(curator, old, "split", file=files, title="Something else").status_code == 303
    home = archive.settings.home
    archive.close()
    command = [sys.executable, "-c", KILLED, str(home), str(tmp_path / "log"), what, str(k)]
    done = subprocess.run(command, env=environment(home), capture_output=True, timeout=300)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    again = open_archive(Settings(home=home))
    try:
        # Whole before it goes on: the old bag holds everything, and is shown unless all that is new is kept.
        assert originals(again, old) == set(PAGES)
        rest, new = named(again, "Three pages", without=old), named(again, "Something else")
        if item_of(again, old).state == ItemState.PUBLISHED:
            do_the_work(again)
        assert originals(again, rest) == set(PAGES[:2]) and originals(again, new) == {PAGES[2]}
        assert item_of(again, old).state == ItemState.WITHDRAWN
        assert [one.kind for one in history(again, old)].count(Action.REPLACE) == 1
        assert list((again.settings.staging / "bags").iterdir()) == []
    finally:
        again.close()
