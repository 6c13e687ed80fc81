"""What is hidden answers exactly like what never was: every route, every role, every state."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.models import new_id
from tests.fixtures.hidden import DRAFT, NEVER
from tests.fixtures.hidden_site import (
    ELSEWHERE,
    KEPT_OUT,
    OUTSIDERS,
    SEES_ALL,
    SOME_HIDDEN,
    AsRole,
    app,
    as_role,
    is_hidden_from,
    shelf,
)
from tests.fixtures.routes import (
    ABOUT_NOTHING,
    ABOUT_PEOPLE,
    CHANGING_ROUTES,
    FOR_STAFF,
    ITEM_ROUTES,
    LISTS,
    OWN,
    ROUTES,
    TAKEN_OUT,
    TOLD,
)
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import ROLES, SECRET
from tests.fixtures.walking import ask, told

__all__ = ["app", "as_role", "shelf"]


def test_every_route_of_the_site_is_walked_here(app: Flask) -> None:
    walked = set(ITEM_ROUTES) | set(CHANGING_ROUTES) | set(LISTS) | ABOUT_NOTHING | TAKEN_OUT
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {name for name in routes if name.split(".")[0] not in {*OWN, ABOUT_PEOPLE}} <= walked
    assert walked <= routes


def ask_for_nothing(client: FlaskClient, method: str, pattern: str) -> TestResponse:
    """The same of ids that nobody ever gave."""
    return ask(client, method, pattern, **NEVER, item=new_id(), file=new_id(), copy=new_id())


# In every run each route is asked about two hidden things and a third of the others, another third from route to route and
# from role to role, so that each is asked about by somebody, and by those who are much like others about one and a ninth; in
# the thorough run, each about all of them by everybody.
ALIKE = {"correspondent", "curator-elsewhere", "administrator-elsewhere", "member-elsewhere"}
SHARES = [
    *(pytest.param(role, 9 if role in ALIKE else 3, id=role) for role in ("visitor", *ROLES)),
    *(pytest.param(role, 1, marks=pytest.mark.slow, id=f"{role}-all") for role in ("visitor", *ROLES)),
]


@pytest.mark.parametrize(("role", "share"), SHARES)
def test_a_hidden_thing_answers_like_one_that_never_was(
    role: str, share: int, shelf: Shelf, as_role: AsRole
) -> None:
    client, place = as_role(role), ("visitor", *ROLES).index(role)
    always = SOME_HIDDEN[: 2 if share <= 3 else 1]
    # What never was answers alike however often it is asked for; what is hidden is asked for one by one.
    never = {
        (method, pattern): told(ask_for_nothing(client, method, pattern)) for _, method, pattern in ROUTES
    }
    for turn, (name, item_id) in enumerate(shelf.hidden.items()):
        if not is_hidden_from(role, name):
            continue
        for number, (endpoint, method, pattern) in enumerate(ROUTES):
            if name not in always and (number + turn + place) % share:
                continue
            if role in SEES_ALL and endpoint.split(".")[0] in FOR_STAFF:
                continue
            # Who is no staff is sent away before anything is looked up: the same for every hidden thing.
            if role in OUTSIDERS and pattern.startswith("/desk") and name not in SOME_HIDDEN:
                continue
            copies = shelf.copies[name] if "{copy}" in pattern else shelf.copies[name][:1]
            for copy_id in copies:
                real = ask(client, method, pattern, item=item_id, file=shelf.files[name, 0], copy=copy_id)
                assert told(real) == never[method, pattern], (role, name, endpoint)
                assert SECRET not in real.text


@pytest.mark.parametrize(
    "role", [pytest.param(one, marks=[pytest.mark.slow] * (one in ALIKE)) for one in KEPT_OUT]
)
def test_what_was_taken_back_leaves_the_day_and_its_givers_words_and_nothing_else(
    role: str, shelf: Shelf, as_role: AsRole
) -> None:
    client, item_id, file_id = as_role(role), shelf.items["taken-back"], shelf.files["taken-back", 0]
    for address in (
        f"/items/{item_id}",
        f"/fr/items/{item_id}",
        f"/items/{item_id}/text/{file_id}",
        f"/items/{item_id}/cite.ris",
        f"/fr/items/{item_id}/cite.bib",
        f"/items/{item_id}/cite.json",
        f"/items/{item_id}/record.jsonld",
        f"/items/{item_id}/ask",
    ):
        answer = client.get(address)
        assert answer.status_code == 410
        assert answer.headers["Cache-Control"] == "no-store"
        assert "At my own wish." in answer.text
        assert SECRET not in answer.text + str(answer.headers)
    for name, method, pattern in ROUTES:
        if name not in TOLD:
            copy_id = shelf.copies["taken-back"][0]
            real = ask(client, method, pattern, item=item_id, file=file_id, copy=copy_id)
            never = ask_for_nothing(client, method, pattern)
            if real.status_code == 410:
                # Somebody who looks after another collection is told at the desk what everyone is told.
                assert role in ELSEWHERE and SECRET not in real.text
            else:
                assert told(real) == told(never), (role, name)


@pytest.mark.parametrize("role", sorted(OUTSIDERS))
def test_pages_of_ones_own_show_nothing_to_those_who_gave_none_of_it(
    role: str, app: Flask, as_role: AsRole
) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] in OWN]
    for rule in rules:
        if "GET" in (rule.methods or ()) and not rule.arguments - {"lang"}:
            assert SECRET not in as_role(role).get(rule.rule.replace("<lang>", "en")).text


def test_staff_see_what_is_hidden(shelf: Shelf, as_role: AsRole) -> None:
    for item_id in (item_id for name, item_id in shelf.hidden.items() if name != DRAFT):
        for role in SEES_ALL:
            assert SECRET in as_role(role).get(f"/items/{item_id}").text
    member = as_role("member").get(f"/items/{shelf.items['hidden-for-members']}")
    assert SECRET in member.text
