"""The queue through HTTP: find what waits, take it, put it back, leave it for tomorrow; who else is at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from archive.models import Consent, ItemState, Looking, Message, NotToday, now, today
from archive.services.describe import Description
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of, put
from tests.fixtures.queue_pages import add_user, counts, do, line, listed, sign_in
from tests.fixtures.reviewing import form
from tests.fixtures.shelf import Shelf

__all__ = ["client", "master", "shelf"]


@pytest.fixture
def item_id(shelf: Shelf) -> str:
    """A photograph that waits, with nothing to be warned of."""
    put(shelf.archive, shelf.items["photo"], ItemState.IN_REVIEW)
    return shelf.items["photo"]


@pytest.fixture
def second(shelf: Shelf, client: FlaskClient) -> Iterator[FlaskClient]:
    """Another curator, called Ada, at another desk."""
    with shelf.archive.db.write() as session:
        add_user(session, "ada", "curator")
    yield sign_in(client.application.test_client(), "ada")


def a_while_later(shelf: Shelf) -> None:
    """What the others were told of who has it open is over."""
    with shelf.archive.db.write() as session:
        session.execute(update(Looking).values(until=now() - timedelta(seconds=1)))


def test_the_desk_opens_with_what_waits_oldest_first_and_says_how_much_there_is(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client)
    with shelf.archive.db.write() as session:
        item = session.merge(item_of(shelf.archive, item_id))
        item.received_on = today() - timedelta(days=3)
    found = listed(client)
    assert found[0] == item_id
    assert set(found) == {item_id, shelf.items["hidden-received"], shelf.items["hidden-in_review"]}
    every = counts(client)
    assert every["Waiting"] == 3 and every["In review"] == 2
    assert every["All"] == sum(count for words, count in every.items() if words not in ("All", "Waiting"))
    # A draft is its contributor's alone.
    assert shelf.items["hidden-draft"] not in listed(client, "?state=all")


def test_what_was_returned_waits_again_once_its_giver_has_answered(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client)
    put(shelf.archive, item_id, ItemState.RETURNED)
    assert item_id not in listed(client)
    with shelf.archive.db.write() as session:
        submission_id = item_of(shelf.archive, item_id).submission_id
        session.add(Message(submission_id=submission_id, written_by="contributor", text="It is my aunt."))
    assert item_id in listed(client) and item_id in listed(client, "?flag=unanswered")
    # What the review page shows of the thread leaves it as unread as it was.
    assert "It is my aunt." in client.get(f"/desk/items/{item_id}").text
    assert item_id in listed(client, "?flag=unanswered")


def test_the_queue_is_narrowed_by_plain_links_and_a_plain_form(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client)
    waiting = shelf.items["hidden-in_review"]
    assert listed(client, "?kind=still-image") == [item_id]
    assert listed(client, "?state=in_review&kind=text") == [waiting]
    assert listed(client, "?collection=convenings") == []
    # A number beside a state is that of the list that it leads to, or there is none.
    narrowed = client.get("/desk?collection=convenings").text
    counts = re.findall(
        r'<span class="count">(\d+)</span>',
        narrowed[narrowed.index('class="tabs"') : narrowed.index("</nav>", narrowed.index('class="tabs"'))],
    )
    assert counts == ["0"]
    assert item_id not in listed(client, "?flag=note") and waiting in listed(client, "?flag=note")
    assert listed(client, "?state=published&flag=damage") == [shelf.items["broken"]]
    with shelf.archive.db.write() as session:
        consent_id = item_of(shelf.archive, item_id).consent_id
        session.execute(update(Consent).where(Consent.id == consent_id).values(people="not-asked"))
    assert listed(client, "?flag=people") == [item_id]
    # The hidden things all hold the same word: the same bytes.
    assert waiting in listed(client, "?flag=same") and item_id not in listed(client, "?flag=same")
    # What makes no sense narrows nothing.
    everything = listed(client)
    for query in ("?state=never&flag=none&kind=x&collection=y&page=0", "?page=-1", "?page=x", "?mine=no"):
        assert listed(client, query) == everything, query
    assert client.get("/desk?page=999999").status_code == 200


def test_a_long_queue_has_pages_that_hold_everything_once(client: FlaskClient, shelf: Shelf) -> None:
    sign_in(client)
    with shelf.archive.db.write() as session:
        for number in range(120):
            shelf.item(session, f"n{number}", Description(title=f"Number {number}"), state=ItemState.RECEIVED)
    found = [one for page in range(1, 6) for one in listed(client, f"?page={page}")]
    assert len(found) == len(set(found)) == 122
    assert 'rel="next nofollow"' in client.get("/desk?state=received&flag=&page=2").text


def test_a_curator_of_one_collection_sees_its_queue_alone(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    with shelf.archive.db.write() as session:
        add_user(session, "bound", "curator", "convenings")
    bound = sign_in(client.application.test_client(), "bound")
    assert listed(bound, "?state=all") == [] and set(counts(bound).values()) == {0}
    page = bound.get("/desk").text
    assert "March 25" not in page.partition("narrow-collection")[2].partition("</select>")[0]
    for what in ("take", "put-back", "not-today", "publish-later", "embargo"):
        assert do(bound, item_id, what).status_code == 404, what
    assert bound.get(f"/desk/items/{item_id}").status_code == 404


def test_what_somebody_has_taken_is_shown_to_the_others_and_can_be_put_back(
    client: FlaskClient, second: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client)
    assert do(client, item_id, "take").headers["Location"] == f"/desk/items/{item_id}"
    assert "You have it since" in line(client, item_id) and "Put it back" in line(client, item_id)
    assert "curator has it since" in line(second, item_id)
    assert listed(client, "?mine=yes") == [item_id] and listed(second, "?mine=yes") == []
    answer = do(second, item_id, "take")
    assert answer.status_code == 409 and "curator has it since" in answer.text
    # To put back what one does not have changes nothing; what was accepted one has still.
    assert do(second, item_id, "put-back").status_code == 303
    put(shelf.archive, item_id, ItemState.ACCEPTED)
    assert listed(client, "?mine=yes") == [item_id] and listed(client, "?mine=yes&state=waiting") == []
    assert "/desk?state=waiting&amp;mine=yes" in client.get("/desk?mine=yes").text
    back = do(client, item_id, "put-back", back="state=all&kind=still-image")
    assert back.headers["Location"] == "/desk?state=all&kind=still-image"
    assert "has it since" not in line(second, item_id)


def test_taking_is_advice_and_no_lock(
    client: FlaskClient, second: FlaskClient, item_id: str, shelf: Shelf
) -> None:
    sign_in(client)
    do(client, item_id, "take")
    version = str(item_of(shelf.archive, item_id).version)
    assert do(second, item_id, "decide", decision="accept", version=version).status_code == 303
    assert item_of(shelf.archive, item_id).state == ItemState.ACCEPTED
    # It is taken over only from who still has it.
    fields = re.search(r'name="instead_of" value="(\w+)"', second.get(f"/desk/items/{item_id}").text)
    assert fields is not None
    do(client, item_id, "put-back")
    do(client, item_id, "take")
    assert do(second, item_id, "take", instead_of=fields[1]).status_code == 303
    assert "ada has it since" in line(client, item_id, "?state=all")
    assert do(client, item_id, "take", instead_of=fields[1]).status_code == 409


def test_where_a_form_leads_back_to_is_always_the_desk(client: FlaskClient, item_id: str) -> None:
    sign_in(client)
    for back in (
        "//elsewhere.example/",
        "https://elsewhere.example",
        "state=all\r\nX: y",
        "state=%s" % ("x" * 9999),
    ):
        location = do(client, item_id, "put-back", back=back).headers["Location"]
        assert location.split("?")[0] == "/desk", back


def test_who_has_it_open_is_seen_by_the_others_for_a_quarter_of_an_hour(
    client: FlaskClient, second: FlaskClient, item_id: str, shelf: Shelf
) -> None:
    sign_in(client)
    client.get(f"/desk/items/{item_id}")
    client.get(f"/desk/items/{item_id}")
    assert "curator is looking at it." in line(second, item_id)
    assert "curator is looking at it." in second.get(f"/desk/items/{item_id}").text
    assert "is looking at it" not in line(client, item_id).replace("ada is looking at it.", "")
    a_while_later(shelf)
    assert "is looking at it" not in line(second, item_id)
    # Whoever opens something next removes what is over.
    second.get(f"/desk/items/{shelf.items['letter']}")
    with shelf.archive.db.read() as session:
        assert len(session.scalars(select(Looking)).all()) == 1


def test_whoever_goes_on_working_at_it_is_seen_by_the_others_all_the_while(
    client: FlaskClient, second: FlaskClient, item_id: str, shelf: Shelf
) -> None:
    at, file_id = f"/desk/items/{item_id}", shelf.files["photo", 0]
    sign_in(client)
    transcript = f"{at}/files/{file_id}/transcript"
    for address in (f"{at}/describe", f"{at}/files", transcript, f"{at}/redact", f"{at}/redact/{file_id}"):
        client.head(address)
        assert "is looking at it" not in line(second, item_id), address
        client.get(address)
        assert "curator is looking at it." in line(second, item_id), address
        a_while_later(shelf)
    # What they type is kept every few seconds, for as long as they type.
    for address, field in ((f"{at}/describe", "about-description"), (transcript, "text")):
        kept = form(client, address, address) | {field: "They sing.", "do": "keep", "quietly": "yes"}
        a_while_later(shelf)
        assert client.post(address, data=kept).status_code == 204
        assert "curator is looking at it." in line(second, item_id), address
        a_while_later(shelf)


def test_an_archivist_who_may_not_decide_takes_nothing_and_is_not_said_to_look(
    client: FlaskClient, second: FlaskClient, item_id: str
) -> None:
    sign_in(client, "archivist")
    page = client.get(f"/desk/items/{item_id}").text
    assert "/take" not in page and "/take" not in client.get("/desk").text
    assert do(client, item_id, "take").status_code == 403
    assert "is looking at it" not in line(second, item_id)


def test_not_today_puts_a_thing_back_without_a_question_until_tomorrow(
    client: FlaskClient, second: FlaskClient, item_id: str, shelf: Shelf
) -> None:
    sign_in(client)
    do(client, item_id, "take")
    assert do(client, item_id, "not-today").headers["Location"] == "/desk"
    assert item_id not in listed(client) and item_id in listed(client, "?state=all")
    assert item_id in listed(second) and "has it since" not in line(second, item_id)
    assert counts(client)["Waiting"] == counts(second)["Waiting"] - 1
    with shelf.archive.db.write() as session:
        session.execute(update(NotToday).values(until=today()))
    assert item_id in listed(client)


def test_no_counter_pushes_anybody(client: FlaskClient, item_id: str, shelf: Shelf) -> None:
    """How much waits stands in the queue's own line of states, where somebody went to look: nowhere else, and it stays still."""
    sign_in(client)
    assert counts(client)["Waiting"] == 3
    for address in ("/desk", "/desk/care", "/desk/batches", "/desk/words/agents", f"/desk/items/{item_id}"):
        page = client.get(address).text
        (rooms,) = re.findall(r'<nav class="tabs rooms".*?</nav>', page, re.DOTALL)
        assert "Queue" in rooms and not re.search(r"\d", re.sub(r"<[^>]*>", "", rooms)), address
        assert not re.search(r"\d", page.partition("<title>")[2].partition("</title>")[0]), address
        assert ('class="count"' in page) is (address == "/desk")
        # Neither the browser nor a script asks again how many there are.
        assert 'http-equiv="refresh"' not in page
    said = re.findall(r'role="(?:alert|status)"[^>]*>([^<]*)<', client.get("/desk").text)
    assert not re.search(r"\d", "".join(said))
    (script,) = re.findall(r'src="([^"]*/desk\b[^"]*)"', client.get("/desk").text)
    assert not re.search(
        r"setInterval|setTimeout|EventSource|Socket|Notification|fetch\(", client.get(script).text
    )
