"""What is hidden answers exactly like what never was: every route, every role, every state."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.access import OPERATOR
from archive.models import Passage, PublicNote, Request, new_id, today
from archive.services import indexing, upkeep, withdrawing
from archive.services.describe import Description
from archive.services.desk_flags import FLAGS
from archive.web.app import create_app
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import ROLES, SECRET, fill
from tests.fixtures.walking import ask, sign_in, told

# Who may see which of the hidden things; everybody else must not.
SEES_ALL = {"archivist", "curator", "administrator"}
SEES = {"member": {"hidden-for-members"}}
# Nobody but its contributor sees a draft.
DRAFT = "hidden-draft"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = fill(tmp_path_factory.mktemp("hidden") / "home")
    take_back_something(shelf)
    ask_about_everything(shelf)
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


def ask_about_everything(shelf: Shelf) -> None:
    """A request about each hidden thing, and a note beside it, under the same id."""
    with shelf.archive.db.write() as session:
        for item_id in (*shelf.hidden.values(), shelf.items["taken-back"]):
            more = dict.fromkeys(("id", "item_id", "once", "lookup", "hash"), item_id)
            said = {name: f"{SECRET} {name}" for name in ("words", "name", "reason")}
            session.add(Request(kind="take-down", due_on=today(), **more, **said))
            session.add(PublicNote(id=item_id, item_id=item_id, words=f"{SECRET} note", name=SECRET))


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
    "asking.ask": "/items/{item}/ask",
    "requests.one": "/desk/requests/{item}",
    "requests.about": "/desk/items/{item}/requests",
    "item_files.files": "/desk/items/{item}/files",
    "item_files.transcript": "/desk/items/{item}/files/{file}/transcript",
    "redact.item": "/desk/items/{item}/redact",
    "redact.file": "/desk/items/{item}/redact/{file}",
    "redact.unredacted": "/desk/items/{item}/redact/{file}/sealed/text.txt",
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
    "queue.take": "/desk/items/{item}/take",
    "queue.put_back": "/desk/items/{item}/put-back",
    "queue.not_today": "/desk/items/{item}/not-today",
    "days.publish_later": "/desk/items/{item}/publish-later",
    "days.cancel": "/desk/items/{item}/publish-later/cancel",
    "days.keep_back": "/desk/items/{item}/embargo",
    "review.throw_away": "/desk/items/{item}/describe/draft",
    "item_files.arrange": "/desk/items/{item}/files",
    "item_files.write": "/desk/items/{item}/files/{file}/transcript",
    "item_files.restore": "/desk/items/{item}/files/{file}/transcript/1",
    "redact.mark": "/desk/items/{item}/redact/{file}",
    "redact.look_for_faces": "/desk/items/{item}/redact/{file}/faces",
    "redact.remove": "/desk/items/{item}/redact/marks/{file}/remove",
    "arrange.split": "/desk/items/{item}/arrange/split",
    "arrange.merge": "/desk/items/{item}/arrange/merge",
    "arrange.move": "/desk/items/{item}/arrange/move",
    "batch.plan": "/desk/batch?item={item}",
    "batch.look": "/desk/batches/{item}",
    "batch.ask": "/desk/batches/{item}/do",
    "batch.drop": "/desk/batches/{item}/drop",
    "batch.undo": "/desk/batches/{item}/undo",
    "spreadsheet.bring": "/desk/spreadsheet?item={item}",
    "correspondence.write": "/desk/items/{item}/messages",
    "correspondence.contact": "/desk/items/{item}/contact",
    "asking.send": "/items/{item}/ask",
    "requests.hide": "/desk/requests/{item}/hide",
    "requests.decide": "/desk/requests/{item}/decide",
    "requests.contact": "/desk/requests/{item}/contact",
    "requests.remove_note": "/desk/items/{item}/notes/{item}/remove",
    "mine.put_right": "/mine/items/{item}",
    "contribute.answer_apart": "/give/about/{file}",
    "uploads.move": "/give/files/{file}/earlier",
    "uploads.remove": "/give/files/{file}/remove",
}
# What contributors see of their own; nobody here gave anything.
OWN = frozenset(
    {"contribute", "mine", "more", "allow", "uploads", "tus", "leaving", "own", "factor", "passkeys"}
)
# Only administrators are told who there is: `test_people_page.py` walks these.
ABOUT_PEOPLE = "people"
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
    "preserve.desk": (
        "/desk",
        "/desk?state=withdrawn",
        "/desk?state=all",
        *(f"/desk?state=all&flag={name}" for name in FLAGS),
    ),
    "correspondence.waiting": ("/desk/messages",),
    "requests.waiting": ("/desk/requests", "/desk/requests?state=decided"),
    "audit.events": ("/desk/audit", "/desk/audit?collection=march-25", "/desk/audit?kind=withdraw"),
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
    "queue.care_form",
    "queue.choose_care",
    "account.code_form",
    "account.show_code",
    "passkeys.sign_in",
    # Good for whoever has them, and not there for anybody else.
    "entering.look",
    "entering.enter",
    "receipts.ask",
    "receipts.check",
    "asking.come_back",
    "asking.read",
}
# Its rows are those of the list, of which a test of its own says what they hold.
TAKEN_OUT = {"audit.export"}
# Where everyone is told that something was taken back.
TOLD = {"public.item", "public.text", "asking.ask", "asking.send"}


def test_every_route_of_the_site_is_walked_here(app: Flask) -> None:
    walked = set(ITEM_ROUTES) | set(CHANGING_ROUTES) | set(LISTS) | ABOUT_NOTHING | TAKEN_OUT
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {name for name in routes if name.split(".")[0] not in {*OWN, ABOUT_PEOPLE}} <= walked
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
SOME_HIDDEN = ("hidden-in_review", "hidden-not-yet")


@pytest.mark.parametrize("role", ["visitor", "contributor", "elsewhere"])
def test_however_it_is_asked_for_a_hidden_thing_answers_like_one_that_never_was(
    role: str, shelf: Shelf, as_role: Callable[[str], FlaskClient]
) -> None:
    client, staff = as_role(role), as_role("curator")
    for name in SOME_HIDDEN:
        real = {"item": shelf.hidden[name], "file": shelf.files[name, 0], "copy": shelf.copies[name][0]}
        never = dict.fromkeys(real, new_id())
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
