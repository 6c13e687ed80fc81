"""Many items are changed at once: shown before, done one by one, and nobody's work is overwritten."""

from __future__ import annotations

import re
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Batch, BatchItem, Event, Item, ItemState, Role, User
from archive.services import batches, erasing, revisions, upkeep, withdrawing
from archive.services.describe import Description
from archive.services.weighing import Wish
from tests.fixtures.batching import (
    LETTER,
    PAPERS,
    TALK,
    carried_out,
    curator,
    describe,
    give_to,
    planned,
    post,
    rows_of,
    said,
    sign_in,
)
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of, put
from tests.fixtures.shelf import Shelf

__all__ = ["client", "curator", "master", "shelf"]


def test_what_would_change_is_shown_before_it_is_done_and_is_done_as_shown(
    curator: FlaskClient, shelf: Shelf
) -> None:
    ids = [shelf.items[one] for one in (LETTER, TALK, PAPERS)]
    before = {one: said(shelf, one, "description") for one in (LETTER, TALK, PAPERS)}
    address = planned(curator, ids, "set", "description", "Kept by <the choir>")
    page = curator.get(address).text
    assert "Nothing is changed yet" in page and "3 items would change" in page
    assert page.count("Kept by &lt;the choir&gt;") == 3
    assert {one: said(shelf, one, "description") for one in before} == before
    after = carried_out(curator, shelf, address)
    assert "3 items were changed" in after
    assert {said(shelf, one, "description") for one in before} == {"Kept by <the choir>"}
    row = item_of(shelf.archive, ids[0])
    assert row.index_pending and row.record_revision > row.bag_revision
    assert "What was changed together" in curator.get("/desk/batches").text


def test_what_an_item_needs_said_before_it_stands_before_what_would_change(
    curator: FlaskClient, shelf: Shelf
) -> None:
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items[LETTER]).content_note = "A <whipping>"
    address = planned(curator, [shelf.items[LETTER], shelf.items[TALK]], "set", "source", "The choir")
    letter, talk = (rows_of(curator.get(address).text)[said(shelf, one, "title")] for one in (LETTER, TALK))
    assert "Content note: A &lt;whipping&gt;" in letter.partition("<table>")[0]
    assert "Content note:" not in talk


def test_what_is_chosen_on_one_page_stays_chosen_on_the_others_and_when_something_is_missing(
    curator: FlaskClient, shelf: Shelf
) -> None:
    with shelf.archive.db.write() as session:
        for number in range(120):
            shelf.item(session, f"n{number}", Description(title=f"Number {number}"), state=ItemState.RECEIVED)

    def ticked(page: str) -> list[str]:
        return re.findall(r'type="checkbox" id="item-([^"]+)"[^>]* checked', page)

    def carried(page: str) -> list[str]:
        return re.findall(r'type="hidden" name="item" value="([^"]+)"', page)

    def leaf(page: str) -> str:
        return page.partition('<span aria-current="page">')[2].partition("<")[0]

    typed = {"state": "received", "field": "subjects", "text": "Kept"}
    second = curator.get("/desk/batch?state=received&page=2").text
    ids = re.findall(r'type="checkbox" id="item-([^"]+)"', second)[:3]
    # Something is missing: the same page again, with the same ticks.
    refused = post(curator, "/desk/batch", item=ids, page="2", **typed | {"do": "add", "text": ""})
    assert refused.status_code == 400
    assert (leaf(refused.text), ticked(refused.text), carried(refused.text)) == ("2", ids, [])
    # On to the third page and one more there; and no tick more on the way back.
    third = post(curator, "/desk/batch", item=ids, page="2", turn="3", **typed).text
    assert (leaf(third), ticked(third), carried(third)) == ("3", [], ids)
    assert "3 more are chosen that are not on this page" in third and ">Kept</textarea>" in third
    fourth = re.findall(r'type="checkbox" id="item-([^"]+)"', third)[0]
    back = post(curator, "/desk/batch", item=[*carried(third), fourth], page="3", turn="2", **typed).text
    assert (leaf(back), ticked(back), carried(back)) == ("2", ids, [fourth])
    plan = post(curator, "/desk/batch", item=[fourth, *ids[1:]], page="2", do="add", **typed)
    assert "3 items would change" in curator.get(plan.headers["Location"]).text
    # There are fewer pages by now.
    few = post(curator, "/desk/batch", item=ids, page="2", turn="9", **typed).text
    assert leaf(few) == "3" and carried(few) == ids


def test_each_change_is_an_ordinary_revision_that_tells_its_batch(curator: FlaskClient, shelf: Shelf) -> None:
    address = planned(curator, [shelf.items[LETTER]], "set", "title", "Another title")
    carried_out(curator, shelf, address)
    newest = revisions.history(shelf.archive, OPERATOR, shelf.items[LETTER])[0]
    assert [name for name, *_ in newest.changed] == ["title"]
    with shelf.archive.db.read() as session:
        query = select(Event).where(Event.subject_id == shelf.items[LETTER], Event.kind == "describe")
        (event,) = session.scalars(query)
    assert event.detail == {"batch": address.rpartition("/")[2], "fields": ["title"]}
    # What was said is in no event: it could never be taken back.
    assert "Another title" not in str(event.detail)


def test_one_of_several_lists_changes_and_the_others_stay(curator: FlaskClient, shelf: Shelf) -> None:
    people = said(shelf, TALK, "people"), said(shelf, TALK, "creators")
    add = planned(curator, [shelf.items[TALK]], "add", "people", "Ottilie\nOttilie")
    carried_out(curator, shelf, add)
    assert said(shelf, TALK, "people").split("\n") == [
        one for one in (*people[0].split("\n"), "Ottilie") if one
    ]
    assert said(shelf, TALK, "creators") == people[1]
    remove = planned(curator, [shelf.items[TALK]], "remove", "people", "Ottilie")
    carried_out(curator, shelf, remove)
    assert (said(shelf, TALK, "people"), said(shelf, TALK, "creators")) == people


def test_each_item_that_cannot_be_changed_says_why(curator: FlaskClient, shelf: Shelf) -> None:
    archive = shelf.archive
    give_to(shelf, "curator", TALK)
    describe(shelf, PAPERS, title="The same")
    withdrawing.withdraw_item(archive, OPERATOR, shelf.items["book"])
    ids = [shelf.items[one] for one in (TALK, PAPERS, "book", LETTER)]
    page = curator.get(planned(curator, ids, "set", "title", "The same")).text
    assert "You gave this yourself" in page
    assert "It is so already" in page
    assert "It was taken back" in page
    assert "1 item would change" in page and "3 stay as they are" in page
    page = curator.get(planned(curator, [shelf.items[LETTER]], "set", "date", "the day before never")).text
    assert "cannot be read as a date" in page and "Do it" not in page
    page = curator.get(planned(curator, [shelf.items[LETTER]], "set", "date", "3/4/1807")).text
    assert "can be read in two ways" in page
    page = curator.get(planned(curator, [shelf.items[LETTER]], "add", "title", "More")).text
    assert "one value, not a list" in page
    page = curator.get(planned(curator, [shelf.items[LETTER]], "set", "title", " ")).text
    assert "cannot be empty" in page
    for nothing in (shelf.items[LETTER], shelf.items["hidden-draft"]):
        page = curator.get(planned(curator, [shelf.items[LETTER]], "add", "relation", nothing)).text
        assert "no other item of this number" in page and "Do it" not in page
    address = planned(curator, [shelf.items[LETTER]], "add", "relation", shelf.items[PAPERS])
    put(archive, shelf.items[PAPERS], ItemState.DRAFT)
    assert "Belongs with: There is no other item" in carried_out(curator, shelf, address)


def test_what_somebody_changed_after_the_plan_stays_as_they_left_it(
    curator: FlaskClient, shelf: Shelf
) -> None:
    ids = [shelf.items[LETTER], shelf.items[TALK]]
    address = planned(curator, ids, "set", "title", "Of the batch")
    describe(shelf, TALK, title="Of somebody else")
    page = carried_out(curator, shelf, address)
    assert "1 item was changed" in page
    assert "stays as they left it" in rows_of(page)["Of somebody else"]
    assert (said(shelf, LETTER, "title"), said(shelf, TALK, "title")) == ("Of the batch", "Of somebody else")


def test_all_that_match_are_chosen_by_collection_state_and_words(curator: FlaskClient, shelf: Shelf) -> None:
    upkeep.catch_up(shelf.archive)
    page = curator.get("/desk/batch?collection=march-25&state=published&words=talk").text
    assert f'value="{shelf.items[TALK]}"' in page and shelf.items[LETTER] not in page
    answer = post(
        curator,
        "/desk/batch",
        **{"all": "yes", "collection": "march-25", "state": "published", "words": "talk"},
        do="set",
        field="source",
        text="A tape",
    )
    carried_out(curator, shelf, answer.headers["Location"])
    assert said(shelf, TALK, "source") == "A tape" and said(shelf, LETTER, "source") != "A tape"


def test_another_page_can_send_items_here_and_they_are_chosen(curator: FlaskClient, shelf: Shelf) -> None:
    page = post(curator, "/desk/batch", item=[shelf.items[LETTER], shelf.items[TALK]]).text
    chosen = re.findall(r'name="item" value="([^"]+)" checked', page)
    assert sorted(chosen) == sorted([shelf.items[LETTER], shelf.items[TALK]])


def test_what_is_missing_is_asked_for_and_what_was_chosen_stays(curator: FlaskClient, shelf: Shelf) -> None:
    ids = [shelf.items[LETTER]]
    for fields, words in (
        ({"do": "set", "field": "title", "text": "Typed <so>"}, "Choose at least one item"),
        ({"item": ids, "field": "title", "text": "Typed <so>"}, "Choose what to do"),
        ({"item": ids, "do": "destroy", "field": "title", "text": "Typed <so>"}, "Choose what to do"),
        ({"item": ids, "do": "set", "field": "", "text": "Typed <so>"}, "Choose a field"),
    ):
        answer = post(curator, "/desk/batch", **fields)
        assert answer.status_code == 400 and words in answer.text and "Typed &lt;so&gt;" in answer.text
        if "item" in fields:
            assert f'value="{ids[0]}" checked' in answer.text
    assert (
        "Write what is to be added" in post(curator, "/desk/batch", item=ids, do="add", field="people").text
    )


def test_a_thousand_and_one_are_refused(curator: FlaskClient, shelf: Shelf) -> None:
    ids = [f"{number:032d}" for number in range(batches.MOST + 1)]
    answer = post(curator, "/desk/batch", item=ids, do="accept")
    assert answer.status_code == 413 and "more than can be changed at once" in answer.text


def test_who_lost_the_right_meanwhile_has_lost_it_for_the_rest_too(
    curator: FlaskClient, shelf: Shelf
) -> None:
    address = planned(curator, [shelf.items[LETTER]], "set", "title", "Of the batch")
    post(curator, f"{address}/do")
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "curator")).one()
        user.roles = [Role(name="archivist", collection="")]
    batches.carry_out(shelf.archive, address.rpartition("/")[2])
    assert said(shelf, LETTER, "title") != "Of the batch"
    with shelf.archive.db.read() as session:
        assert session.scalars(select(BatchItem.outcome)).all() == ["forbidden"]


def test_only_those_who_review_change_many_and_a_plan_is_its_makers_alone(
    curator: FlaskClient, shelf: Shelf
) -> None:
    address = planned(curator, [shelf.items[LETTER]], "set", "title", "Of the batch")
    other = sign_in(curator.application.test_client(), "archivist")
    for path in ("/desk/batch", "/desk/batches", address):
        assert other.get(path).status_code == 403
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "archivist")).one()
        user.roles = [Role(name="curator", collection="")]
    assert other.get(address).status_code == 404
    assert post(other, f"{address}/do").status_code == 404
    carried_out(curator, shelf, address)
    assert "Of the batch" in other.get(address).text


def test_a_curator_of_another_collection_sees_and_changes_nothing_here(
    curator: FlaskClient, shelf: Shelf
) -> None:
    address = planned(curator, [shelf.items[LETTER]], "set", "title", "Of the batch")
    carried_out(curator, shelf, address)
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "elsewhere")).one()
        user.roles = [Role(name="curator", collection="convenings")]
    other = sign_in(curator.application.test_client(), "elsewhere")
    assert other.get(address).status_code == 404
    assert shelf.items["hidden-in_review"] not in other.get("/desk/batch").text
    answer = post(other, "/desk/batch", item=[shelf.items["hidden-in_review"]], do="accept")
    assert answer.status_code == 400 and "Choose at least one item" in answer.text


def test_a_plan_can_be_left_and_is_forgotten_after_a_day(curator: FlaskClient, shelf: Shelf) -> None:
    address = planned(curator, [shelf.items[LETTER]], "set", "title", "Of the batch")
    assert post(curator, f"{address}/drop").status_code == 303
    assert curator.get(address).status_code == 404
    address = planned(curator, [shelf.items[LETTER]], "set", "title", "Of the batch")
    batches.forget_old_plans(shelf.archive)
    assert curator.get(address).status_code == 200
    with shelf.archive.db.write() as session:
        session.get_one(Batch, address.rpartition("/")[2]).made_on = date(2020, 1, 1)
    batches.forget_old_plans(shelf.archive)
    assert curator.get(address).status_code == 404


def test_what_is_destroyed_takes_its_words_out_of_every_batch(curator: FlaskClient, shelf: Shelf) -> None:
    address = planned(curator, [shelf.items[LETTER]], "set", "title", "Grandmother Zibbleforth")
    carried_out(curator, shelf, address)
    withdrawing.withdraw_item(shelf.archive, OPERATOR, shelf.items[LETTER], destroy=True)
    erasing.clear(shelf.archive)
    with shelf.archive.db.read() as session:
        assert session.scalars(select(BatchItem)).all() == []
    assert curator.get(address).status_code == 200


def test_a_batch_is_done_by_the_worker_that_serves_the_archive(shelf: Shelf) -> None:
    from ingest.work import worker

    wishes = {shelf.items[LETTER]: Wish("describe", {"title": "Of the worker"})}
    batch_id = batches.plan(shelf.archive, OPERATOR, "set", wishes, field="title")
    batches.ask(shelf.archive, OPERATOR, batch_id)
    with worker(shelf.archive, "main"):
        shelf.archive.jobs.wait([f"{batches.BATCH_JOB}/{batch_id}"], timeout=60)
    assert said(shelf, LETTER, "title") == "Of the worker"


def test_a_draft_is_answered_for_like_what_never_was(curator: FlaskClient, shelf: Shelf) -> None:
    told = []
    for item_id in (shelf.items["hidden-draft"], "0" * 16):
        for do in ("publish", ""):
            fields = {"item": [item_id]} | ({"do": do} if do else {})
            answer = post(curator, "/desk/batch", **fields)
            text = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text).replace(item_id, "")
            told.append((answer.status_code, text))
    assert told[:2] == told[2:]
