"""What is taken back or destroyed while files are put together in another way, or was before."""

from __future__ import annotations

import hashlib

from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC, contributor
from archive.bags import bag_key
from archive.models import Action, Item, ItemState, Request
from archive.services import (
    asking,
    batch_views,
    batches,
    erasing,
    lifecycle,
    mine,
    requests,
    withdrawing,
)
from archive.services.asking import Asking
from archive.services.opening import Archive
from archive.services.weighing import Wish
from tests.fixtures.arranging import (
    PAGES,
    archive,
    curator,
    do_the_work,
    files_of,
    master,
    named,
    originals,
    post,
    split,
)
from tests.fixtures.items import item_of

__all__ = ["archive", "curator", "master"]


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
    assert not archive.withdrawals.destroyed([hashlib.sha512(page).hexdigest() for page in PAGES[:2]])


def test_destroying_a_part_while_it_is_split_off_destroys_nothing_of_the_rest(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    files = [file.id for file in files_of(archive, old)][2:]
    post(curator, old, "split", file=files, title="Something else")
    rest, new = named(archive, "Three pages", without=old), named(archive, "Something else")
    submission_id = item_of(archive, old).submission_id
    # Whoever gave it sees it as it was until it is done.
    shown = mine.submission(archive, contributor([submission_id]), submission_id).items
    assert {one.id for one in shown} == {old, named(archive, "Beside it")}
    withdrawing.withdraw_item(archive, OPERATOR, new, destroy=True)
    while not erasing.clear(archive):
        pass
    assert originals(archive, old) == set(PAGES) and item_of(archive, old).erasure == ""
    do_the_work(archive)
    while not erasing.clear(archive):
        pass
    assert originals(archive, rest) == set(PAGES[:2])
    assert [item_of(archive, one).erasure for one in (old, new)] == ["done", "done"]
    left = [path for path in archive.settings.home.rglob("*") if path.is_file()]
    assert not [path for path in left if PAGES[2] in path.read_bytes()]
    # What was kept may be given again.
    hashes = [hashlib.sha512(page).hexdigest() for page in PAGES]
    assert archive.withdrawals.destroyed(hashes) == {hashes[2]}


def test_what_was_hidden_while_a_part_of_it_was_destroyed_is_hidden_and_not_destroyed(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    files = [file.id for file in files_of(archive, old)][2:]
    post(curator, old, "split", file=files, title="Something else")
    rest, new = named(archive, "Three pages", without=old), named(archive, "Something else")
    withdrawing.withdraw_item(archive, OPERATOR, new, destroy=True)
    withdrawing.withdraw_item(archive, OPERATOR, old)
    do_the_work(archive)
    assert [item_of(archive, one).erasure != "" for one in (old, new, rest)] == [True, True, False]
    assert item_of(archive, rest).state == ItemState.WITHDRAWN
    assert originals(archive, rest) == set(PAGES[:2])


def test_what_was_taken_down_because_somebody_asked_is_still_so_in_its_parts(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    asking.ask(archive, PUBLIC, old, Asking("take-down", words="It shows my grandmother."), "en")
    with archive.db.read() as session:
        request_id = session.scalars(select(Request.id)).one()
    requests.decide(archive, OPERATOR, request_id, "taken-down", "Of course.")
    _, rest, new = split(archive, curator)
    for item_id in (rest, new):
        assert "taken down because somebody asked" in curator.get(f"/desk/items/{item_id}").text
        wish = {item_id: Wish(Action.PUBLISH)}
        batch_id = batches.plan(archive, OPERATOR, "publish", wish)
        assert [one.trouble for one in batch_views.batch(archive, OPERATOR, batch_id).rows] == ["taken-down"]
    lifecycle.publish(archive, OPERATOR, new)
    assert "taken down because" not in curator.get(f"/desk/items/{new}").text
