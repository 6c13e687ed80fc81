"""Days that curators set at the desk, through HTTP: published on one, kept back until one; what was typed stays."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from babel import dates
from flask.testing import FlaskClient
from sqlalchemy import update

from archive.access import OPERATOR, PUBLIC
from archive.models import Action, Consent, ItemState, PlannedPublication, days_now, today
from archive.services import accounts, asking, lifecycle, planned, requests
from archive.services.asking import Asking
from archive.services.upkeep import TurnOfDay
from tests.fixtures.curators import curator
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of, put
from tests.fixtures.shelf import Shelf
from tests.journeys.test_review import form, sign_in

__all__ = ["client", "master", "shelf"]
TOMORROW = today() + timedelta(days=1)


@pytest.fixture
def item_id(shelf: Shelf) -> str:
    put(shelf.archive, shelf.items["letter"], ItemState.IN_REVIEW)
    return shelf.items["letter"]


def set_day(client: FlaskClient, item_id: str, what: str, day: str, **more: str) -> tuple[int, str]:
    fields = form(client, f"/desk/items/{item_id}", f"/{what}") | {"day": day} | more
    answer = client.post(f"/desk/items/{item_id}/{what}", data=fields)
    return answer.status_code, answer.text


def test_a_thing_is_published_on_its_day_and_everybody_finds_it_then(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    visitor = client.application.test_client()
    assert set_day(client, item_id, "publish-later", TOMORROW.isoformat())[0] == 303
    assert "as curator asked" in client.get(f"/desk/items/{item_id}").text
    assert visitor.get(f"/items/{item_id}").status_code == 404
    assert item_id in client.get("/desk?state=accepted&flag=planned").text
    with shelf.archive.db.write() as session:
        session.execute(update(PlannedPublication).values(publish_on=days_now().first))
    TurnOfDay(shelf.archive)()
    assert visitor.get(f"/items/{item_id}").status_code == 200


def test_a_plan_can_be_cancelled_and_one_that_failed_is_told_at_the_desk(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    set_day(client, item_id, "publish-later", TOMORROW.isoformat())
    fields = form(client, f"/desk/items/{item_id}", "/publish-later")
    assert client.post(f"/desk/items/{item_id}/publish-later/cancel", data=fields).status_code == 303
    assert "as curator asked" not in client.get(f"/desk/items/{item_id}").text
    assert item_of(shelf.archive, item_id).state == ItemState.ACCEPTED
    set_day(client, item_id, "publish-later", TOMORROW.isoformat())
    put(shelf.archive, item_id, ItemState.DECLINED)
    assert "Something is not published" not in client.get("/desk").text
    with shelf.archive.db.write() as session:
        session.execute(update(PlannedPublication).values(publish_on=days_now().first))
    TurnOfDay(shelf.archive)()
    page = client.get("/desk").text
    assert "Something is not published on the day that was chosen." in page
    link = re.search(r'<a href="([^"]+)">Something is not', page)
    assert link is not None and item_id in client.get(link[1].replace("&amp;", "&")).text
    assert "something else was decided since" in client.get(f"/desk/items/{item_id}").text
    fields = form(client, f"/desk/items/{item_id}", "/publish-later/cancel")
    assert client.post(f"/desk/items/{item_id}/publish-later/cancel", data=fields).status_code == 303
    assert "something else was decided" not in client.get(f"/desk/items/{item_id}").text
    assert "Something is not published" not in client.get("/desk").text


def test_a_day_that_somebody_else_chose_meanwhile_stands_and_is_shown_beside_the_one_that_was_typed(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    theirs, mine = TOMORROW + timedelta(days=2), (TOMORROW + timedelta(days=9)).isoformat()
    page = f"/desk/items/{item_id}"
    older, bea = form(client, page, "/publish-later"), curator(shelf.archive)
    planned.publish_later(shelf.archive, bea, item_id, theirs)
    name = accounts.names_of(shelf.archive, [bea.id])[bea.id]
    for action in ("", "/cancel"):
        answer = client.post(f"{page}/publish-later{action}", data=older | {"day": mine})
        wrong = answer.text.partition('id="publish-on-trouble"')[2].partition("</p>")[0]
        assert answer.status_code == 409 and f'name="day" required value="{mine}"' in answer.text
        assert "Somebody else changed this first" in wrong and f"as {name} asked" in wrong
    assert "To be published on a day" in client.get(page).text
    assert f"<dt>Day</dt><dd>{dates.format_date(theirs, 'long', 'en')}</dd>" in client.get(page).text
    # Who has seen theirs may change it.
    assert set_day(client, item_id, "publish-later", mine)[0] == 303
    assert "as curator asked" in client.get(page).text


def test_what_was_hidden_after_a_day_was_chosen_stays_hidden_and_the_desk_says_why(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    put(shelf.archive, item_id, ItemState.PUBLISHED)
    asking.ask(shelf.archive, PUBLIC, item_id, Asking("take-down", words="It is my letter."), "en")
    request_id = requests.listed(shelf.archive, OPERATOR)[1][0].id
    hide = form(client, f"/desk/requests/{request_id}", "/hide")
    # Somebody else took it off meanwhile, and chose a day on which it comes back.
    lifecycle.change_state(shelf.archive, OPERATOR, item_id, Action.UNPUBLISH)
    assert set_day(client, item_id, "publish-later", TOMORROW.isoformat())[0] == 303
    assert client.post(f"/desk/requests/{request_id}/hide", data=hide).status_code == 303
    with shelf.archive.db.write() as session:
        session.execute(update(PlannedPublication).values(publish_on=days_now().first))
    TurnOfDay(shelf.archive)()
    assert client.application.test_client().get(f"/items/{item_id}").status_code == 404
    assert "Something is not published on the day that was chosen." in client.get("/desk").text
    assert "nobody has answered them yet" in client.get(f"/desk/items/{item_id}").text


def test_a_day_before_the_end_of_an_embargo_is_told_at_its_form(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    assert set_day(client, item_id, "embargo", (TOMORROW + timedelta(days=9)).isoformat())[0] == 303
    status, page = set_day(client, item_id, "publish-later", TOMORROW.isoformat())
    assert status == 409 and "kept back until a later day" in page and TOMORROW.isoformat() in page
    assert "Nobody but staff is shown it before" in page
    # It is not said to be published on a day on which it will not be.
    assert set_day(client, item_id, "publish-later", (TOMORROW + timedelta(days=9)).isoformat())[0] == 303
    assert "It is published on" in client.get(f"/desk/items/{item_id}").text
    assert set_day(client, item_id, "embargo", (TOMORROW + timedelta(days=20)).isoformat())[0] == 303
    page = client.get(f"/desk/items/{item_id}").text
    assert "but it is kept back until a later one" in page and "It is published on" not in page


@pytest.mark.parametrize("what", ["publish-later", "embargo"])
def test_a_day_that_cannot_be_is_told_at_its_form_and_stays_there(
    client: FlaskClient, shelf: Shelf, item_id: str, what: str
) -> None:
    sign_in(client, "curator")
    status, page = set_day(client, item_id, what, "never <&>")
    assert status == 400 and "This is not a day." in page and "never &lt;&amp;&gt;" in page
    yesterday = (today() - timedelta(days=1)).isoformat()
    status, page = set_day(client, item_id, what, yesterday)
    assert status == 400 and "still to come" in page and yesterday in page
    status, page = set_day(client, item_id, what, TOMORROW.isoformat(), version="99")
    assert status == 409 and "Somebody else changed this first" in page and TOMORROW.isoformat() in page
    assert item_of(shelf.archive, item_id).state == ItemState.IN_REVIEW


def test_staff_keep_a_thing_back_longer_than_its_giver_asked_and_never_shorter(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    lifecycle.publish(shelf.archive, OPERATOR, item_id)
    soon = today() + timedelta(days=9)
    with shelf.archive.db.write() as session:
        consent_id = item_of(shelf.archive, item_id).consent_id
        session.execute(update(Consent).where(Consent.id == consent_id).values(not_before=TOMORROW))
    assert set_day(client, item_id, "embargo", soon.isoformat())[0] == 303
    page = client.get(f"/desk/items/{item_id}").text
    assert "longer than its giver asked for" in page and "Consent changed" in page
    # Where it was moved from and to stands in what happened, for whoever comes after.
    sooner = TOMORROW + timedelta(days=3)
    assert set_day(client, item_id, "embargo", sooner.isoformat())[0] == 303
    page = re.sub(r"\s*<", "<", client.get(f"/desk/items/{item_id}").text)
    was, now = (dates.format_date(one, "long", "en") for one in (soon, sooner))
    assert f"<dt>Kept back until</dt><dd>{now}</dd><dt>Kept back before this until</dt><dd>{was}</dd>" in page
    status, page = set_day(client, item_id, "embargo", today().isoformat())
    assert status == 400 and "only from a later day" in page
    assert client.application.test_client().get(f"/items/{item_id}").status_code == 404
    assert set_day(client, item_id, "embargo", "")[0] == 303
    assert item_of(shelf.archive, item_id).consent.not_before == TOMORROW
