"""What is hidden answers exactly like what never was: every route, every role, every state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.access import OPERATOR
from archive.models import Passage, new_id
from archive.services import indexing, upkeep, withdrawing
from archive.services.describe import Description
from archive.web.app import create_app
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD, ROLES, SECRET, fill

# Who may see which of the hidden things; everybody else must not.
SEES_ALL = {"archivist", "curator"}
SEES = {"member": {"hidden-for-members"}}
# Nobody but its contributor sees a draft.
DRAFT = "hidden-draft"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = fill(tmp_path_factory.mktemp("hidden") / "home")
    take_back_something(shelf)
    yield shelf
    shelf.archive.close()


def take_back_something(shelf: Shelf) -> None:
    """Something that everyone could see until it was taken back."""
    with shelf.archive.db.write() as session:
        what = Description(title=f"{SECRET} title", description=f"{SECRET} description", languages=["haw"])
        item = shelf.item(session, "taken-back", what)
        file = shelf.file(
            session, item, SECRET.encode(), f"{SECRET}.txt", "text/plain", title=f"{SECRET} file"
        )
        session.add(Passage(file_id=file.id, position=0, text=f"{SECRET} text"))
        shelf.copy(session, file, "text", SECRET.encode(), "text/plain")
    indexing.rebuild(shelf.archive)
    withdrawing.withdraw_item(shelf.archive, OPERATOR, shelf.items["taken-back"], words="At my own wish.")
    upkeep.catch_up(shelf.archive)


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


@cache
def form_token(client: FlaskClient) -> str:
    parts = client.get("/about").text.split('name="csrf_token" value="')
    return parts[1].split('"')[0] if len(parts) > 1 else ""


# Every route that names a thing, with the thing's id (item, file or copy) in it; those that change something are posted to.
ITEM_ROUTES = {
    "public.item": "/items/{item}",
    "public.text": "/items/{item}/text/{file}",
    "media.access_copy": "/media/{copy}/x.txt",
    "preserve.item": "/desk/items/{item}",
    "preserve.bag": "/desk/items/{item}/bag.zip",
    "correspondence.thread": "/desk/items/{item}/messages",
    "review.describe": "/desk/items/{item}/describe",
    "review.history": "/desk/items/{item}/history",
    "arrange.look": "/desk/items/{item}/arrange",
    "mine.correct": "/mine/items/{item}",
    "allow.take_back": "/mine/take-back?item={item}",
    "contribute.apart": "/give/about/{file}",
}
CHANGING_ROUTES = {
    "preserve.bag": "/desk/items/{item}/bag.zip",
    "preserve.publish": "/desk/items/{item}/publish",
    "preserve.withdraw": "/desk/items/{item}/withdraw",
    "preserve.reinstate": "/desk/items/{item}/reinstate",
    "review.save": "/desk/items/{item}/describe",
    "review.decide": "/desk/items/{item}/decide",
    "review.restore": "/desk/items/{item}/history/1",
    "arrange.split": "/desk/items/{item}/arrange/split",
    "arrange.merge": "/desk/items/{item}/arrange/merge",
    "arrange.move": "/desk/items/{item}/arrange/move",
    "batch.plan": "/desk/batch",
    "batch.look": "/desk/batches/{item}",
    "batch.ask": "/desk/batches/{item}/do",
    "batch.drop": "/desk/batches/{item}/drop",
    "batch.undo": "/desk/batches/{item}/undo",
    "spreadsheet.bring": "/desk/spreadsheet",
    "correspondence.write": "/desk/items/{item}/messages",
    "correspondence.contact": "/desk/items/{item}/contact",
    "mine.put_right": "/mine/items/{item}",
    "contribute.answer_apart": "/give/about/{file}",
    "uploads.move": "/give/files/{file}/earlier",
    "uploads.remove": "/give/files/{file}/remove",
}
# What contributors see of their own; nobody here gave anything.
OWN = frozenset({"contribute", "mine", "more", "allow", "uploads", "tus", "leaving"})
ROUTES = [
    *((name, "GET", pattern) for name, pattern in ITEM_ROUTES.items()),
    *((name, "POST", pattern) for name, pattern in CHANGING_ROUTES.items()),
]
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
    "correspondence.waiting": ("/desk/messages",),
    "batch.choose": ("/desk/batch", "/desk/batch?state=in_review", "/desk/batch?words=" + SECRET),
    "batch.all_batches": ("/desk/batches",),
    "spreadsheet.both_ways": ("/desk/spreadsheet",),
    "spreadsheet.take_out": ("/desk/spreadsheet/items.csv?collection=march-25",),
    "health.check": ("/health",),
}
ABOUT_NOTHING = {
    "public.about",
    "public.safety",
    "public.giving_safely",
    "public.help",
    "public.robots",
    "static",
    "account.sign_in",
    "account.sign_in_form",
    "account.sign_out",
    "account.new",
    "account.make",
    "receipts.ask",
    "receipts.check",
}


def test_every_route_of_the_site_is_walked_here(app: Flask) -> None:
    walked = set(ITEM_ROUTES) | set(CHANGING_ROUTES) | set(LISTS) | ABOUT_NOTHING
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {name for name in routes if name.split(".")[0] not in OWN} <= walked
    assert walked <= routes


@pytest.mark.parametrize("role", ["visitor", *ROLES])
def test_a_hidden_thing_answers_like_one_that_never_was(
    role: str, shelf: Shelf, as_role: Callable[[str], FlaskClient]
) -> None:
    client = as_role(role)
    for name, item_id in shelf.hidden.items():
        if name != DRAFT and (role in SEES_ALL or name in SEES.get(role, ())):
            continue
        for endpoint, method, pattern in ROUTES:
            copies = shelf.copies[name] if "{copy}" in pattern else shelf.copies[name][:1]
            for copy_id in copies:
                real = ask(client, method, pattern, item=item_id, file=shelf.files[name, 0], copy=copy_id)
                never = ask(client, method, pattern, item=new_id(), file=new_id(), copy=new_id())
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


@pytest.mark.parametrize("role", ["visitor", "member", "contributor", "elsewhere"])
def test_what_was_taken_back_leaves_the_day_and_its_givers_words_and_nothing_else(
    role: str, shelf: Shelf, as_role: Callable[[str], FlaskClient]
) -> None:
    client, item_id, file_id = as_role(role), shelf.items["taken-back"], shelf.files["taken-back", 0]
    for address in (f"/items/{item_id}", f"/fr/items/{item_id}", f"/items/{item_id}/text/{file_id}"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert answer.headers["Cache-Control"] == "no-store"
        assert "At my own wish." in answer.text
        assert SECRET not in answer.text + str(answer.headers)
    for name, method, pattern in ROUTES:
        if name not in ("public.item", "public.text"):
            copy_id = shelf.copies["taken-back"][0]
            real = ask(client, method, pattern, item=item_id, file=file_id, copy=copy_id)
            never = ask(client, method, pattern, item=new_id(), file=new_id(), copy=new_id())
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


def ask(client: FlaskClient, method: str, pattern: str, **ids: str) -> TestResponse:
    address = pattern.format(**ids)
    if method == "POST":
        return client.post(address, data={"csrf_token": form_token(client)})
    return client.get(address)


def told(answer: TestResponse) -> tuple[int, str, dict[str, str]]:
    """Everything an answer says, except the moment it was given and the form's token, which holds a moment too."""
    headers = {name: value for name, value in answer.headers if name not in ("Date", "Content-Length")}
    text = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)
    return answer.status_code, text, headers
