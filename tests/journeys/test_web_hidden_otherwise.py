"""However a hidden thing is asked for, by method, by range or by a mark that somebody holds, it answers like one that never was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from archive.models import Place, new_id
from tests.fixtures.hidden import NEVER, PLANTED
from tests.fixtures.hidden_site import (
    ELSEWHERE,
    KEPT_OUT,
    OUTSIDERS,
    SOME_HIDDEN,
    AsRole,
    app,
    as_role,
    is_hidden_from,
    shelf,
)
from tests.fixtures.partly_shown import BYNAME, EXACT, GIVER, PARTLY, PARTS, PLACE, READ, SHOWN
from tests.fixtures.routes import ITEM_ROUTES
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import SECRET
from tests.fixtures.walking import OTHERWISE, told

__all__ = ["app", "as_role", "shelf"]

# In every run a visitor and somebody of the staff ask everything about one thing, and each of the others about another a
# fifth of it; in the thorough run everybody asks everything about all.
WHOLE = ("visitor", "elsewhere")
ASKING = [
    *(pytest.param(role, 1 if role in WHOLE else 5, id=role) for role in KEPT_OUT),
    *(pytest.param(role, 0, marks=pytest.mark.slow, id=f"{role}-all") for role in KEPT_OUT),
]


def asked_about(role: str, share: int, shelf: Shelf) -> Iterator[tuple[str, str, str]]:
    """The things that a role asks about, each with the routes that are asked."""
    hidden = [name for name in shelf.hidden if is_hidden_from(role, name)]
    turn = KEPT_OUT.index(role)
    names = hidden if not share else SOME_HIDDEN[:1] if share == 1 else [hidden[turn % len(hidden)]]
    for name in names:
        for number, (endpoint, pattern) in enumerate(ITEM_ROUTES.items()):
            # Who is no staff is sent away from the desk before anything is looked up.
            if role in OUTSIDERS and pattern.startswith("/desk") and name not in SOME_HIDDEN:
                continue
            if share < 2 or (number + turn) % share == 0:
                yield name, endpoint, pattern


@pytest.mark.parametrize(("role", "share"), ASKING)
def test_however_it_is_asked_for_a_hidden_thing_answers_like_one_that_never_was(
    role: str, share: int, shelf: Shelf, as_role: AsRole
) -> None:
    client, staff = as_role(role), as_role("curator")
    # What never was answers alike however often it is asked for; what is hidden is asked for one by one.
    never: dict[tuple[str, str, str], tuple[int, str, dict[str, str]]] = {}
    for name, endpoint, pattern in asked_about(role, share, shelf):
        real = {"item": shelf.hidden[name], "file": shelf.files[name, 0], "copy": shelf.copies[name][0]}
        address = pattern.format(**PLANTED | real)
        nowhere = pattern.format(**NEVER | dict.fromkeys(real, new_id()))
        # Whoever once saw it may hold its mark still.
        mark = staff.get(address).headers.get("ETag", '"none"')
        assert mark != '"none"' or endpoint != "media.access_copy" or name == "hidden-draft"
        asked = {**OTHERWISE, "whether it is what it was": ("GET", {"If-None-Match": mark})}
        for what, (method, headers) in asked.items():
            key = (pattern, method, str(headers))
            if key not in never:
                never[key] = told(client.open(nowhere, method=method, headers=headers))
            answer = client.open(address, method=method, headers=headers)
            assert told(answer) == never[key], (role, name, endpoint, what)
            assert SECRET not in answer.text + str(answer.headers)
    assert never


# What is shown is looked at whole by those who differ most; otherwise than by looking, a sixth of it in every run.
LOOKING = [
    *(pytest.param(role, 6, id=role) for role in ("visitor", "contributor", "member", "elsewhere")),
    *(pytest.param(role, 1, marks=pytest.mark.slow, id=f"{role}-all") for role in KEPT_OUT),
]


def addresses(shelf: Shelf) -> list[str]:
    """Everything that a route tells of what is shown in part."""
    ids = {"item": shelf.items[PARTLY], "file": shelf.files[PARTLY, 0], "copy": shelf.copies[PARTLY][0]}
    with shelf.archive.db.read() as session:
        place = session.scalars(select(Place.id).where(Place.name == PLACE)).one()
    found = [pattern.format(**PLANTED | ids) for pattern in ITEM_ROUTES.values()]
    found += [f"/desk/words/places/{place}", f"/search?q={SHOWN.split()[2]}", "/search?q=Speaker"]
    return found


@pytest.mark.parametrize(("role", "share"), LOOKING)
def test_of_what_is_shown_nobody_is_told_what_is_hidden_in_it_however_they_ask(
    role: str, share: int, shelf: Shelf, as_role: AsRole
) -> None:
    client, staff = as_role(role), as_role("curator")
    assert "Newport" in client.get(f"/items/{shelf.items[PARTLY]}").text
    for number, address in enumerate(addresses(shelf), KEPT_OUT.index(role)):
        asked: dict[str, tuple[str, dict[str, str]]] = {"it": ("GET", {})}
        if number % share == 0:
            mark = staff.get(address).headers.get("ETag", '"none"')
            asked |= OTHERWISE | {"whether it is what it was": ("GET", {"If-None-Match": mark})}
        for what, (method, headers) in asked.items():
            answer = client.open(address, method=method, headers=headers)
            rest = answer.text + str(answer.headers)
            assert SECRET not in rest and EXACT[:-2] not in rest, (role, address, what)


@pytest.mark.parametrize(("role", "share"), LOOKING)
def test_nothing_that_is_hidden_in_what_is_shown_is_found_or_suggested(
    role: str, share: int, as_role: AsRole
) -> None:
    client = as_role(role)
    # Whoever has no account asks for all of it.
    is_some = share > 1 and role != "visitor"
    some = (*PARTS, EXACT)[KEPT_OUT.index(role) % 3 :: 3] if is_some else (*PARTS, EXACT)
    for word in some:
        answer = client.get("/search", query_string={"q": word}).text
        assert ">0 items found<" in answer and "Did you mean" not in answer, (role, word)
    for typed in ({"place": PLACE}, {"place": BYNAME}, {"name": GIVER}, {"q": f'place:"{PLACE}"'}):
        assert ">0 items found<" in client.get("/search", query_string=typed).text, (role, typed)


def test_those_who_look_after_it_read_all_of_it(shelf: Shelf, as_role: AsRole) -> None:
    client = as_role("curator")
    read = "".join(client.get(address).text for address in addresses(shelf))
    assert [one for one in (*READ, EXACT) if one not in read] == []


def test_everybody_to_whom_something_is_hidden_asks() -> None:
    assert {*OUTSIDERS, *ELSEWHERE} == set(KEPT_OUT)
