"""What is hidden answers exactly like what never was: every route, every role, every state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.models import new_id
from archive.web.app import create_app
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD, ROLES, SECRET, fill

# Who may see which of the hidden things; everybody else must not.
SEES_ALL = {"archivist", "curator"}
SEES = {"member": {"hidden-for-members"}}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = fill(tmp_path_factory.mktemp("hidden") / "home")
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


def sign_in(client: FlaskClient, name: str) -> None:
    token = client.get("/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"username": name, "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=form).status_code == 303


def form_token(client: FlaskClient) -> str:
    parts = client.get("/about").text.split('name="csrf_token" value="')
    return parts[1].split('"')[0] if len(parts) > 1 else ""


# Every route that names a thing, with the thing's id (item, file or copy) in it.
ITEM_ROUTES = {
    "public.item": "/items/{item}",
    "public.text": "/items/{item}/text/{file}",
    "media.access_copy": "/media/{copy}/x.txt",
    "preserve.item": "/desk/items/{item}",
    "preserve.bag": "/desk/items/{item}/bag.zip",
    "preserve.publish": "/desk/items/{item}/publish",
    "preserve.withdraw": "/desk/items/{item}/withdraw",
}
LISTS = {
    "public.home": ("/", "/es/", "/fr/", "/pt/"),
    "public.search": (
        "/search",
        "/search?q=" + SECRET[:5] + "*",
        "/search?q=text",
        "/search?q=date:1777",
        "/search?decade=1770",
        "/search?language=haw",
        "/search?q=undated:yes",
        "/search?sort=newest",
        "/search?q=zibbelforth",
        "/search?collection=march-25&sort=date",
    ),
    "public.collection": ("/collections/march-25", "/collections/convenings"),
    "preserve.desk": ("/desk", "/desk?state=withdrawn"),
    "health.check": ("/health",),
}
ABOUT_NOTHING = {
    "public.about",
    "public.safety",
    "public.help",
    "public.robots",
    "static",
    "account.sign_in",
    "account.sign_in_form",
    "account.sign_out",
}


def test_every_route_of_the_site_is_walked_here(app: Flask) -> None:
    walked = set(ITEM_ROUTES) | set(LISTS) | ABOUT_NOTHING
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == walked


@pytest.mark.parametrize("role", ["visitor", *ROLES])
def test_a_hidden_thing_answers_like_one_that_never_was(
    role: str, shelf: Shelf, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role(role)
    for name, item_id in shelf.hidden.items():
        if role in SEES_ALL or name in SEES.get(role, ()):
            continue
        for endpoint, pattern in ITEM_ROUTES.items():
            copies = shelf.copies[name] if "{copy}" in pattern else shelf.copies[name][:1]
            for copy_id in copies:
                real = ask(client, endpoint, pattern, item=item_id, file=shelf.files[name, 0], copy=copy_id)
                never = ask(client, endpoint, pattern, item=new_id(), file=new_id(), copy=new_id())
                assert told(real) == told(never), (role, name, endpoint)
                assert SECRET not in real.text


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


def test_staff_see_what_is_hidden(shelf: Shelf, as_role: Callable[[str], FlaskClient]) -> None:
    for item_id in shelf.hidden.values():
        for role in SEES_ALL:
            assert SECRET in as_role(role).get(f"/items/{item_id}").text
    member = as_role("member").get(f"/items/{shelf.items['hidden-for-members']}")
    assert SECRET in member.text


def ask(client: FlaskClient, endpoint: str, pattern: str, **ids: str) -> TestResponse:
    address = pattern.format(**ids)
    if endpoint in ("preserve.publish", "preserve.withdraw"):
        return client.post(address, data={"csrf_token": form_token(client)})
    return client.get(address)


def told(answer: TestResponse) -> tuple[int, str, dict[str, str]]:
    """Everything an answer says, except the moment it was given and the form's token, which holds a moment too."""
    headers = {name: value for name, value in answer.headers if name not in ("Date", "Content-Length")}
    text = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)
    return answer.status_code, text, headers
