"""What is hidden answers exactly like what never was: every route, every role, every state."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.models import new_id
from archive.web.app import create_app
from tests.fixtures.hidden import (
    DRAFT,
    NEVER,
    PLANTED,
    ask_about_everything,
    take_back_something,
    tell_stories,
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
from tests.fixtures.things import ROLES, SECRET, fill
from tests.fixtures.walking import ask, sign_in, told

# Who may see which of the hidden things; everybody else must not.
SEES_ALL = {"archivist", "curator", "administrator"}
SEES = {"member": {"hidden-for-members"}}
OUTSIDERS = {"visitor", "member", "contributor"}
SOME_HIDDEN = ("hidden-in_review", "hidden-not-yet")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = fill(tmp_path_factory.mktemp("hidden") / "home")
    take_back_something(shelf)
    ask_about_everything(shelf)
    tell_stories(shelf)
    yield shelf
    shelf.archive.close()


@pytest.fixture(scope="module")
def app(shelf: Shelf) -> Flask:
    return create_app(shelf.archive.settings, shelf.archive)


@pytest.fixture(scope="module")
def as_role(app: Flask) -> Callable[[str], FlaskClient]:
    """A signed-in browser for a role, or a visitor's; signing in is slow by design, so each does it once."""
    clients: dict[str, FlaskClient] = {}

    def client(role: str) -> FlaskClient:
        if role not in clients:
            clients[role] = app.test_client()
            if role != "visitor":
                sign_in(clients[role], role)
        return clients[role]

    return client


def test_every_route_of_the_site_is_walked_here(app: Flask) -> None:
    walked = set(ITEM_ROUTES) | set(CHANGING_ROUTES) | set(LISTS) | ABOUT_NOTHING | TAKEN_OUT
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {name for name in routes if name.split(".")[0] not in {*OWN, ABOUT_PEOPLE}} <= walked
    assert walked <= routes


def ask_for_nothing(client: FlaskClient, method: str, pattern: str) -> TestResponse:
    """The same of ids that nobody ever gave."""
    return ask(client, method, pattern, **NEVER, item=new_id(), file=new_id(), copy=new_id())


# In every run each route is asked about two hidden things and a third of the others, another third from route to route, so
# that all of both have their turn; in the thorough run, each about all of them.
SHARES = [pytest.param(3, id=""), pytest.param(1, marks=pytest.mark.slow, id="all")]


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("role", ["visitor", *ROLES])
def test_a_hidden_thing_answers_like_one_that_never_was(
    role: str, share: int, shelf: Shelf, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role(role)
    # What never was answers alike however often it is asked for; what is hidden is asked for one by one.
    never = {
        (method, pattern): told(ask_for_nothing(client, method, pattern)) for _, method, pattern in ROUTES
    }
    for turn, (name, item_id) in enumerate(shelf.hidden.items()):
        if name != DRAFT and (role in SEES_ALL or name in SEES.get(role, ())):
            continue
        for number, (endpoint, method, pattern) in enumerate(ROUTES):
            if name not in SOME_HIDDEN and (number + turn) % share:
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


# What a browser, a player or a program may ask besides the thing itself; any of it could tell that something is there.
OTHERWISE: dict[str, tuple[str, dict[str, str]]] = {
    "only the head": ("HEAD", {}),
    "what may be asked": ("OPTIONS", {}),
    "its first bytes": ("GET", {"Range": "bytes=0-3"}),
    "bytes that it has not": ("GET", {"Range": "bytes=99999999-"}),
    "whether it is another": ("GET", {"If-None-Match": "*"}),
    "whether it is newer": ("GET", {"If-Modified-Since": "Wed, 01 Jan 2031 00:00:00 GMT"}),
    "nothing that is known": ("DELETE", {}),
}


@pytest.mark.parametrize("some", [pytest.param(1, id=""), pytest.param(2, marks=pytest.mark.slow, id="both")])
@pytest.mark.parametrize("role", ["visitor", "elsewhere"])
def test_however_it_is_asked_for_a_hidden_thing_answers_like_one_that_never_was(
    role: str, some: int, shelf: Shelf, as_role: Callable[[str], FlaskClient]
) -> None:
    client, staff = as_role(role), as_role("curator")
    for name in SOME_HIDDEN[:some]:
        real = {"item": shelf.hidden[name], "file": shelf.files[name, 0], "copy": shelf.copies[name][0]}
        real, never = PLANTED | real, NEVER | dict.fromkeys(real, new_id())
        for endpoint, pattern in ITEM_ROUTES.items():
            # Whoever once saw it may hold its mark still.
            mark = staff.get(pattern.format(**real)).headers.get("ETag", '"none"')
            assert mark != '"none"' or endpoint != "media.access_copy"
            asked = {**OTHERWISE, "whether it is what it was": ("GET", {"If-None-Match": mark})}
            for what, (method, headers) in asked.items():
                answers = [
                    client.open(pattern.format(**ids), method=method, headers=headers)
                    for ids in (real, never)
                ]
                assert told(answers[0]) == told(answers[1]), (role, name, endpoint, what)
                assert SECRET not in answers[0].text + str(answers[0].headers)


@pytest.mark.parametrize("role", ["visitor", "contributor", "elsewhere"])
def test_no_list_search_or_facet_tells_of_what_is_hidden(
    role: str, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role(role)
    for addresses in LISTS.values():
        for address in addresses:
            text = client.get(address).text
            assert SECRET not in text, (role, address)
            if "1770" in address or "haw" in address:
                assert "0 items found" in text
            elif "1777" not in address:
                # Neither do the values that only hidden things have: a decade, a language.
                assert "1770s" not in text and "Hawaiian" not in text, (role, address)


def test_searching_for_a_word_that_only_hidden_things_hold_finds_nothing_and_suggests_nothing(
    as_role: Callable[[str], FlaskClient],
) -> None:
    answer = as_role("visitor").get(f"/search?q={SECRET}").text
    assert "0 items found" in answer
    # It stands there as what was typed: in the title, the box, and the addresses of the other languages.
    assert "zibbleforth title" not in answer and "Did you mean" not in answer


@pytest.mark.parametrize("role", ["visitor", "member", "contributor", "elsewhere"])
def test_what_was_taken_back_leaves_the_day_and_its_givers_words_and_nothing_else(
    role: str, shelf: Shelf, as_role: Callable[[str], FlaskClient]
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
                assert role == "elsewhere" and SECRET not in real.text
            else:
                assert told(real) == told(never), (role, name)


@pytest.mark.parametrize("role", ["visitor", "member", "contributor"])
def test_pages_of_ones_own_show_nothing_to_those_who_gave_nothing(
    role: str, app: Flask, as_role: Callable[[str], FlaskClient]
) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] in OWN]
    for rule in rules:
        if "GET" in (rule.methods or ()) and not rule.arguments - {"lang"}:
            assert SECRET not in as_role(role).get(rule.rule.replace("<lang>", "en")).text


def test_staff_see_what_is_hidden(shelf: Shelf, as_role: Callable[[str], FlaskClient]) -> None:
    for item_id in (item_id for name, item_id in shelf.hidden.items() if name != DRAFT):
        for role in SEES_ALL:
            assert SECRET in as_role(role).get(f"/items/{item_id}").text
    member = as_role("member").get(f"/items/{shelf.items['hidden-for-members']}")
    assert SECRET in member.text
