"""Curators describe and decide: nothing typed is lost, nobody overwrites anybody, and whoever gave it is told why."""

from __future__ import annotations

import html
import re
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.models import Holder, Item, ItemState, Message, User
from archive.services import upkeep
from archive.web.app import create_app
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf, token_of
from tests.fixtures.items import item_of, put, reopen
from tests.fixtures.reviewing import another, describe, form, item_id, opened, sign_in
from tests.fixtures.shelf import Shelf

__all__ = ["client", "item_id", "master", "shelf"]


def decide(client: FlaskClient, item_id: str, **more: str) -> TestResponse:
    fields = form(client, f"/desk/items/{item_id}", "/decide") | more
    return client.post(f"/desk/items/{item_id}/decide", data=fields)


def told(shelf: Shelf, item_id: str) -> list[str]:
    with shelf.archive.db.read() as session:
        query = select(Message.text).where(
            Message.submission_id == item_of(shelf.archive, item_id).submission_id
        )
        return list(session.scalars(query))


def test_a_curator_describes_what_came_and_everybody_finds_it_so(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    before = dict(fields)
    changes = {
        "about-title": "Letter from Norfolk <1852>",
        "about-date": "about 1852",
        "about-place": "Norfolk, Virginia\nRichmond, Virginia",
        "about-creators": "Norwood, Hermond (interviewer)\nSomebody",
    }
    assert describe(client, item_id, fields | changes).status_code == 303
    after = form(client, f"/desk/items/{item_id}/describe", "/describe")
    assert {name: after[name] for name in changes} == changes
    untouched = set(before) - set(changes) - {"seen", "window", "csrf_token"}
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}
    row = item_of(shelf.archive, item_id)
    assert (row.date_edtf, row.index_pending) == ("1852~", True)
    assert row.record_revision > row.bag_revision
    page = client.get(f"/desk/items/{item_id}").text
    assert "Letter from Norfolk &lt;1852&gt;" in page and "Described" in page
    with shelf.archive.db.write() as session:
        session.get_one(Item, item_id).rights_uri = "https://creativecommons.org/licenses/by-nc/4.0/"
    assert "Do not use it to earn money." in client.get(f"/desk/items/{item_id}?show=1").text


def test_what_is_published_is_found_once_the_worker_has_looked_round(
    client: FlaskClient, shelf: Shelf
) -> None:
    item_id = shelf.items["letter"]
    reopen(shelf.archive, item_id)
    visitor = client.application.test_client()
    sign_in(client, "curator")
    assert decide(client, item_id, decision="publish").status_code == 303
    assert f"/items/{item_id}" not in visitor.get("/search?q=carriage").text
    # A worker looks round several times a second; it takes no second look to find what was published.
    upkeep.Indexing(shelf.archive)()
    assert f"/items/{item_id}" in visitor.get("/search?q=carriage").text


def test_what_cannot_be_understood_is_told_at_its_field_and_nothing_is_changed(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    wrong = {"about-date": "the day before never", "about-description": "Kept in a <tin> & read"}
    answer = describe(client, item_id, fields | wrong)
    assert answer.status_code == 400
    assert "We could not read this as a date" in answer.text
    assert html.escape(wrong["about-description"]) in answer.text
    # Nothing of the item is changed; what was typed waits as a draft for whoever typed it.
    assert item_of(shelf.archive, item_id).date_given == fields["about-date"]
    waits = form(client, f"/desk/items/{item_id}/describe", "/describe")
    assert waits["about-date"] == "the day before never"
    # The form on that page can be put right and sent.
    again = dict(
        next(one for one in Forms(answer.text).forms if one["action"].endswith("/describe"))["fields"]
    )
    assert describe(client, item_id, again | {"about-date": "1852"}).status_code == 303
    assert item_of(shelf.archive, item_id).description == wrong["about-description"]


def test_a_date_that_can_be_read_in_two_ways_is_asked_about(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe") | {"about-date": "3/4/1807"}
    answer = describe(client, item_id, fields)
    assert answer.status_code == 400 and "Which one do you mean?" in answer.text
    assert describe(client, item_id, fields | {"reading-about-date": "1807-04-03"}).status_code == 303
    row = item_of(shelf.archive, item_id)
    assert (row.date_given, row.date_edtf) == ("3/4/1807", "1807-04-03")
    # What was chosen is remembered: saving again asks nothing.
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    assert describe(client, item_id, fields | {"about-title": "Another title"}).status_code == 303
    assert item_of(shelf.archive, item_id).date_edtf == "1807-04-03"


def test_of_two_who_describe_at_once_the_second_sees_both_and_loses_nothing(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    first, second = sign_in(client, "curator"), another(client, "curator")
    mine = form(second, f"/desk/items/{item_id}/describe", "/describe")
    theirs = form(first, f"/desk/items/{item_id}/describe", "/describe")
    assert describe(first, item_id, theirs | {"about-title": "Theirs"}).status_code == 303
    answer = describe(second, item_id, mine | {"about-title": "Mine", "about-source": "My aunt"})
    assert answer.status_code == 409
    assert "Somebody else has saved" in answer.text
    assert re.search(r"<dd[^>]*>Theirs</dd>", answer.text)
    kept = dict(
        next(one for one in Forms(answer.text).forms if one["action"].endswith("/describe"))["fields"]
    )
    assert (kept["about-title"], kept["about-source"]) == ("Mine", "My aunt")
    assert item_of(shelf.archive, item_id).title == "Theirs"
    # Having seen both, the second decides.
    assert describe(second, item_id, kept).status_code == 303
    assert item_of(shelf.archive, item_id).title == "Mine"
    history = opened(second, f"/desk/items/{item_id}/history")
    assert "Theirs" in history and "Mine" in history


def test_a_decision_in_between_does_not_stand_in_the_way_of_a_description(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    assert decide(client, item_id, decision="accept").status_code == 303
    assert describe(client, item_id, fields | {"about-title": "Still mine"}).status_code == 303


def test_every_change_is_shown_side_by_side_and_can_be_brought_back(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    came_as = item_of(shelf.archive, item_id).title
    assert "Nobody has changed it" in opened(client, f"/desk/items/{item_id}/history")
    for title in ("A second title", "A third title"):
        fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
        describe(client, item_id, fields | {"about-title": title, "about-place": "Norfolk\r\nRichmond"})
    # Saying the same again is no change, whatever ends of lines the browser sends.
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    describe(client, item_id, {name: text.replace("\n", "\r\n") for name, text in fields.items()})
    page = opened(client, f"/desk/items/{item_id}/history")
    assert re.findall(r'id="change-(\d+)"', page) == ["3", "2", "1"]
    # A change shows what was changed and nothing else.
    newest = page.partition('id="change-3"')[2].partition("<section")[0]
    assert re.findall(r'<th scope="row">([^<]+)</th>', newest) == ["Title"]
    assert re.search(r">A second title</td>\s*<td[^>]*>A third title<", page)
    assert "curator" in page
    fields = form(client, f"/desk/items/{item_id}/history", "/history/1")
    assert client.post(f"/desk/items/{item_id}/history/1", data=fields).status_code == 303
    assert item_of(shelf.archive, item_id).title == came_as
    assert 'id="change-4"' in opened(client, f"/desk/items/{item_id}/history")
    # A page that was opened before somebody else's change brings nothing back over it.
    assert client.post(f"/desk/items/{item_id}/history/2", data=fields).status_code == 409


def test_who_gave_it_is_asked_or_told_why_and_the_words_are_in_no_event(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    answer = decide(client, item_id, decision="return", words="  ")
    assert answer.status_code == 400 and "Write a few words" in answer.text
    assert item_of(shelf.archive, item_id).state == ItemState.IN_REVIEW
    assert decide(client, item_id, decision="return", words="Who is the child?").status_code == 303
    assert item_of(shelf.archive, item_id).state == ItemState.RETURNED
    assert told(shelf, item_id) == ["Who is the child?"]
    page = client.get(f"/desk/items/{item_id}").text
    # It is in the thread, and not among what happened.
    assert "Who is the child?" in page.partition('id="thread"')[2].partition("</section>")[0]
    assert "Who is the child?" not in page.partition('id="events"')[2]
    put(shelf.archive, item_id, ItemState.IN_REVIEW)
    assert decide(client, item_id, decision="decline", words="It is in another archive.").status_code == 303
    assert item_of(shelf.archive, item_id).state == ItemState.DECLINED
    assert told(shelf, item_id)[-1] == "It is in another archive."


def test_words_too_long_for_a_message_are_told_and_stay(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    answer = decide(client, item_id, decision="decline", words="because " * 2000)
    assert answer.status_code == 400 and "too long" in answer.text and "because because" in answer.text
    # The form stands far below: what is wrong in it is said above, with the way to it.
    assert '<a href="#to-giver">Your decision</a>: This is too long' in answer.text
    assert item_of(shelf.archive, item_id).state == ItemState.IN_REVIEW and told(shelf, item_id) == []


def test_a_decision_about_what_somebody_else_has_decided_on_is_refused(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    first, second = sign_in(client, "curator"), another(client, "curator")
    late = form(second, f"/desk/items/{item_id}", "/decide") | {
        "decision": "decline",
        "words": "We have it <already>.",
    }
    assert decide(first, item_id, decision="accept").status_code == 303
    answer = second.post(f"/desk/items/{item_id}/decide", data=late)
    assert answer.status_code == 409 and "Somebody else changed this first" in answer.text
    # The words that were typed are still there.
    assert "We have it &lt;already&gt;." in answer.text
    assert item_of(shelf.archive, item_id).state == ItemState.ACCEPTED
    assert told(shelf, item_id) == []


def test_what_is_published_can_be_taken_off_the_pages_again(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client, "curator")
    item_id = shelf.items["letter"]
    visitor = client.application.test_client()
    assert visitor.get(f"/items/{item_id}").status_code == 200
    assert "<dt>Published on</dt>" in client.get(f"/desk/items/{item_id}").text
    assert decide(client, item_id, decision="unpublish").status_code == 303
    assert visitor.get(f"/items/{item_id}").status_code == 404
    page = client.get(f"/desk/items/{item_id}").text
    assert "<dt>Was published on</dt>" in page and "taken off the pages on" in page
    assert "<dt>Published on</dt>" not in page


def test_nobody_decides_on_what_they_gave_themselves(client: FlaskClient, shelf: Shelf, item_id: str) -> None:
    with shelf.archive.db.write() as session:
        user = session.scalars(select(User).where(User.username == "curator")).one()
        session.add(Holder(submission_id=item_of(shelf.archive, item_id).submission_id, user_id=user.id))
    sign_in(client, "curator")
    page = client.get(f"/desk/items/{item_id}").text
    assert "/decide" not in page and "/describe" not in page
    token = token_of(client.get("/desk").text)
    for where, more in (
        ("decide", {"decision": "accept"}),
        ("decide", {"decision": "publish"}),
        ("describe", {}),
    ):
        answer = client.post(f"/desk/items/{item_id}/{where}", data={"csrf_token": token} | more)
        assert answer.status_code == 403, where
    assert item_of(shelf.archive, item_id).state == ItemState.IN_REVIEW


def test_only_curators_of_the_collection_describe_and_decide(shelf: Shelf, item_id: str) -> None:
    app = create_app(shelf.archive.settings, shelf.archive)
    for role in ("archivist", "member"):
        client = sign_in(app.test_client(), role)
        token = token_of(client.get("/about").text)
        for where in ("describe", "decide", "history/1"):
            more = {"csrf_token": token, "decision": "accept"}
            assert client.post(f"/desk/items/{item_id}/{where}", data=more).status_code in (403, 404), (
                role,
                where,
            )
        for where in ("describe", "history"):
            assert client.get(f"/desk/items/{item_id}/{where}").status_code in (403, 404), (role, where)
    assert item_of(shelf.archive, item_id).state == ItemState.IN_REVIEW


def test_what_is_destroyed_takes_every_revision_with_it(
    client: FlaskClient, shelf: Shelf, item_id: str, tmp_path: Path
) -> None:
    from archive.access import OPERATOR
    from archive.models import Revision
    from archive.services import erasing, withdrawing

    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    describe(client, item_id, fields | {"about-title": "Grandmother Zibbleforth"})
    withdrawing.withdraw_item(shelf.archive, OPERATOR, item_id, destroy=True)
    erasing.clear(shelf.archive)
    with shelf.archive.db.read() as session:
        assert session.scalars(select(Revision)).all() == []


def test_everything_that_is_described_lies_beside_the_form_and_nothing_leads_away_from_it(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    page = client.get(f"/desk/items/{shelf.items['papers']}/describe").text
    beside = page.partition('class="viewing')[2].partition("<form")[0]
    pictures = re.findall(r'<img src="([^"]+)"', beside)
    assert len(pictures) == len(set(pictures)) > 1
    for src in pictures:
        assert client.get(src).status_code == 200
    links = re.findall(r"<a [^>]+>", beside)
    assert len(links) == len(pictures) and all('target="_blank"' in link for link in links)
    page = client.get(f"/desk/items/{shelf.items['talk']}/describe").text
    assert "<audio" in page or "<video" in page
