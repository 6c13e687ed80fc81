"""Files are put together in another way: no byte is lost, and nobody is shown more than the giver allowed."""

from __future__ import annotations

import hashlib

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR, contributor
from archive.bags import bag_key
from archive.models import (
    Audience,
    Consent,
    File,
    Item,
    ItemState,
    Replacement,
    Role,
    User,
    first_broken_link,
)
from archive.models.errors import BadInputError, ConflictError, IntegrityError
from archive.services import (
    erasing,
    lifecycle,
    mine,
    moving,
    receipts,
    regrouping,
    stories,
    story_changes,
    withdrawing,
)
from archive.services.contribute import ConsentDraft, ItemDraft, SubmissionDraft, receive
from archive.services.describe import Description
from archive.services.opening import Archive
from archive.services.receipt_text import read_receipt
from archive.services.story_said import Said
from ingest.item_parcel import Tools
from ingest.pipeline import accession_item
from tests.fixtures.arranging import (
    PAGES,
    archive,
    curator,
    do_the_work,
    files_of,
    history,
    master,
    named,
    originals,
    post,
    signed_in,
    split,
)
from tests.fixtures.items import actor, item_of, staged

__all__ = ["archive", "curator", "master"]


def test_chosen_files_become_an_item_of_their_own_byte_for_byte(
    archive: Archive, curator: FlaskClient
) -> None:
    before = item_of(archive, named(archive, "Three pages"))
    with archive.db.write() as session:
        for file in session.scalars(select(File)):
            file.given_bytes = f"{file.given_name}%FF"
    old, rest, new = split(archive, curator)
    assert originals(archive, rest) == set(PAGES[:2]) and originals(archive, new) == {PAGES[2]}
    # The old bag is as it was, and its record says what became of it.
    assert originals(archive, old) == set(PAGES)
    for item_id in (rest, new):
        row = item_of(archive, item_id)
        assert (row.submission_id, row.consent_id) == (before.submission_id, before.consent_id)
        assert (row.collection, row.source, row.state) == ("march-25", "A trunk", ItemState.IN_REVIEW)
        assert history(archive, item_id)[0].detail["from"] == [old]
    assert [one.kind for one in history(archive, old)][-2:] == ["regroup", "replace"]
    assert history(archive, old)[-1].detail == {"by": sorted([rest, new])}
    for item_id in (old, rest, new):
        assert first_broken_link(history(archive, item_id)) is None
    for file in (*files_of(archive, rest), *files_of(archive, new)):
        assert hashlib.sha512(PAGES[int(file.given_name[5])]).hexdigest() == file.sha512
        assert file.given_bytes == f"{file.given_name}%FF"


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


def test_a_story_shows_what_took_the_place_of_what_it_showed_and_says_nothing_of_it_until_then(
    archive: Archive, curator: FlaskClient
) -> None:
    visitor, writer = curator.application.test_client(), actor("curator")
    old = named(archive, "Three pages")
    said = Said("Pages", "", "march-25", body=f"![in the text]({old})", items=((old, "below it"),))
    story, _ = story_changes.add(archive, writer, said)
    version = stories.one(archive, writer, story).version
    story_changes.show(archive, writer, story, version, publish=True)
    _, rest, _ = split(archive, curator)
    page = visitor.get("/stories/pages").text
    assert "was taken back" not in page and "below it" not in page
    lifecycle.publish(archive, OPERATOR, rest)
    page = visitor.get("/stories/pages").text
    assert page.count(f"/items/{rest}") > 1 and "below it" in page and "in the text" in page
    assert stories.history(archive, writer, story)[0].agent == "pipeline"
    # The first revision brought back tells of nothing that was taken back either.
    version = stories.one(archive, writer, story).version
    story_changes.restore(archive, writer, story, 1, version)
    assert "was taken back" not in visitor.get("/stories/pages").text


def test_what_stepped_back_for_others_is_not_said_to_be_taken_back(
    archive: Archive, curator: FlaskClient
) -> None:
    old, _, _ = split(archive, curator)
    withdrawing.reapply(archive)
    assert archive.withdrawals.lines() == () and not archive.withdrawals.is_withdrawn(old)


def test_whoever_gave_it_sees_each_thing_once_as_it_is_now(archive: Archive, curator: FlaskClient) -> None:
    old, rest, new = split(archive, curator)
    submission_id = item_of(archive, old).submission_id
    shown = mine.submission(archive, contributor([submission_id]), submission_id).items
    assert {one.id for one in shown} == {rest, new, named(archive, "Beside it")}


def test_a_receipt_stays_true_when_what_it_names_is_put_together_in_another_way(
    archive: Archive, curator: FlaskClient
) -> None:
    submission_id = item_of(archive, named(archive, "Three pages")).submission_id
    giver = contributor([submission_id])
    before = receipts.receipt(archive, giver, submission_id)
    _, _, new = split(archive, curator)
    after = receipts.receipt(archive, giver, submission_id)
    assert len(read_receipt(after).files) == len(read_receipt(before).files) == 4
    for text in (before, after):
        assert {one.verdict for one in receipts.check(archive, text)} == {"held"}
    withdrawing.withdraw_item(archive, OPERATOR, new, destroy=True)
    while not erasing.clear(archive):
        pass
    found = {one.file.name: one.verdict for one in receipts.check(archive, before)}
    assert found == {"page-0.txt": "held", "page-1.txt": "held", "page-2.txt": "withdrawn"}


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
    # Nothing is done to what nobody chose: one press of a button is not enough.
    page = curator.get(f"/desk/items/{old}/arrange").text
    assert page.count('<option value="">Choose') == 2 and "selected" not in page
    for action, name, told in (("merge", "other", "the other item"), ("move", "collection", "a collection")):
        answer = post(curator, old, action, **{name: ""})
        assert answer.status_code == 400 and f"Choose {told}. Nothing was changed." in answer.text
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


def test_what_its_giver_allows_otherwise_is_never_made_one(archive: Archive, curator: FlaskClient) -> None:
    old, beside = named(archive, "Three pages"), named(archive, "Beside it")
    with archive.db.write() as session:
        item = session.get_one(Item, beside)
        kept_back = Consent(submission_id=item.submission_id, version=2, audience=Audience.STAFF)
        session.add(kept_back)
        session.flush()
        item.consent_id = kept_back.id
    for first, other in ((old, beside), (beside, old)):
        answer = post(curator, first, "merge", other=other)
        assert answer.status_code == 409 and "different versions of what their giver allows" in answer.text
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
    assert history(archive, old)[-1].detail == {"from": "march-25", "to": "convenings", "revision": 2}
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
    with archive.db.write() as session:
        for one in session.get_one(Item, old).files[:2]:
            one.title = "A page"
    files = [file.id for file in files_of(archive, old)][:chosen]
    answer = post(curator, old, "split", file=files, title="Typed <so>")
    # Of two that have one title the names tell which is which.
    assert all(f">{one}</label>" in answer.text for one in ("A page (page-0.txt)", "page-2.txt"))
    assert answer.status_code == 400 and "Typed &lt;so&gt;" in answer.text
    assert answer.text.count('name="file"') - answer.text.count("checked") == 3 - chosen


def test_a_title_that_no_database_takes_is_put_right_or_told(archive: Archive, curator: FlaskClient) -> None:
    old = named(archive, "Three pages")
    files = [file.id for file in files_of(archive, old)]
    with pytest.raises(BadInputError) as caught:
        regrouping.split(archive, OPERATOR, old, files[:1], "x" * 1001, item_of(archive, old).version)
    assert caught.value.code == "title-too-long"
    answer = post(curator, old, "split", file=files[:1], title="x" * 1001)
    assert answer.status_code == 400 and "it may have 1,000 characters and has" in answer.text
    _, new = regrouping.split(archive, OPERATOR, old, files[:1], "A\0 title", item_of(archive, old).version)
    assert item_of(archive, new).title == "A title"


def test_a_page_that_was_opened_before_somebody_elses_change_arranges_nothing(
    archive: Archive, curator: FlaskClient
) -> None:
    old = named(archive, "Three pages")
    with pytest.raises(ConflictError):
        moving.move(archive, OPERATOR, old, "convenings", item_of(archive, old).version - 1)
    assert post(curator, old, "move", collection="convenings", version="1").status_code == 409


def test_a_damaged_bag_is_not_taken_apart(archive: Archive, curator: FlaskClient) -> None:
    old = named(archive, "Three pages")
    files = files_of(archive, old)
    path = archive.bag_folder(bag_key(old)) / "data" / files[0].safe_name
    path.write_bytes(b"Not what it was......")
    post(curator, old, "split", file=[files[0].id], title="First")
    with pytest.raises(IntegrityError):
        do_the_work(archive)
    assert item_of(archive, old).state == ItemState.PUBLISHED
