"""No list, feed, facet, count or suggestion tells anybody of what is hidden from them, however they ask for it."""

from __future__ import annotations

import re

import pytest

from tests.fixtures.hidden import OWN_BATCH, PLANNER
from tests.fixtures.hidden_site import KEPT_OUT, AsRole, app, as_role, shelf
from tests.fixtures.partly_shown import EXACT
from tests.fixtures.routes import LISTS
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import INSIDE, SECRET
from tests.fixtures.walking import OTHERWISE, told

__all__ = ["app", "as_role", "shelf"]

ADDRESSES = [address for addresses in LISTS.values() for address in addresses]
# Those who are asked in every run about all lists; the others about a third of them, and about all in the thorough run.
WHOLE = ("visitor", "contributor", "member", "elsewhere")
ASKING = [
    *(pytest.param(role, 1 if role in WHOLE else 3, id=role) for role in KEPT_OUT),
    *(
        pytest.param(role, 1, marks=pytest.mark.slow, id=f"{role}-all")
        for role in KEPT_OUT
        if role not in WHOLE
    ),
]
# The same for what is asked otherwise than by looking, which nearly all of it answers alike.
OTHERWISE_ASKING = [
    *(pytest.param(role, 8, id=role) for role in KEPT_OUT),
    *(pytest.param(role, 1, marks=pytest.mark.slow, id=f"{role}-all") for role in KEPT_OUT),
]
# Nothing that anybody else may see is of this time or in this language.
ONLY_HIDDEN, ONLY_FOR_MEMBERS = ("1770s", "Hawaiian"), ("1760s", "Samoan")


def some(role: str, share: int) -> list[str]:
    """A share of the lists, another for each role."""
    return [one for number, one in enumerate(ADDRESSES, KEPT_OUT.index(role)) if number % share == 0]


def without_what_is_theirs(role: str, text: str) -> str:
    """An answer without what was typed, and without the word of the one hidden thing that members are shown."""
    text = text.replace(f'value="{SECRET}"', "").replace(f"words={SECRET}", "")
    return text.replace(INSIDE, "") if role == "member" else text


@pytest.mark.parametrize(("role", "share"), ASKING)
def test_no_list_search_or_facet_tells_of_what_is_hidden(
    role: str, share: int, shelf: Shelf, as_role: AsRole
) -> None:
    client = as_role(role)
    for address in some(role, share):
        text = without_what_is_theirs(role, client.get(address).text)
        assert SECRET not in text and EXACT[:-2] not in text, (role, address)
        if "1770" in address or "haw" in address:
            assert ">0 items found<" in text
        elif "1777" not in address:
            # Neither do the values that only hidden things have: a decade, a language.
            never = ONLY_HIDDEN if role == "member" else (*ONLY_HIDDEN, *ONLY_FOR_MEMBERS)
            assert not any(one in text for one in never), (role, address)


def test_of_what_somebody_planned_and_may_not_change_any_more_nothing_is_shown_or_counted(
    as_role: AsRole,
) -> None:
    client = as_role(PLANNER)
    page = client.get(f"/desk/batches/{OWN_BATCH}")
    assert page.status_code == 200 and "0 items were changed" in page.text and SECRET not in page.text
    (listed,) = re.findall(
        rf'href="/desk/batches/{OWN_BATCH}".*?</li>', client.get("/desk/batches").text, re.DOTALL
    )
    assert "0 items" in listed
    # Whoever may change them sees them all.
    staff = as_role("curator").get(f"/desk/batches/{OWN_BATCH}").text
    assert f"{SECRET} after" in staff and "0 items were changed" not in staff


@pytest.mark.parametrize(("role", "share"), OTHERWISE_ASKING)
def test_however_a_list_or_a_feed_is_asked_for_it_tells_nothing_more(
    role: str, share: int, shelf: Shelf, as_role: AsRole
) -> None:
    client, staff = as_role(role), as_role("curator")
    for address in some(role, share):
        plain = client.get(address)
        # Whoever sees everything may have handed on the mark of what they see.
        theirs = staff.get(address).headers.get("ETag", '"none"')
        asked = {**OTHERWISE, "whether it is what staff see": ("GET", {"If-None-Match": theirs})}
        for what, (method, headers) in asked.items():
            answer = client.open(address, method=method, headers=headers)
            rest = without_what_is_theirs(role, answer.text)
            assert SECRET not in rest + str(answer.headers), (role, address, what)
            assert EXACT[:-2] not in rest, (role, address, what)
            if what == "only the head":
                assert (answer.status_code, told(answer)[2]) == (plain.status_code, told(plain)[2]), address
                assert answer.content_length in (None, plain.content_length), address
            elif answer.status_code == 304:
                # Unchanged is only what they were given themselves.
                assert what != "whether it is what staff see" or theirs == plain.headers.get("ETag"), address
            elif answer.status_code in (206, 416):
                whole = answer.headers["Content-Range"].rpartition("/")[2]
                assert whole == str(len(plain.data)), (role, address, what)


@pytest.mark.parametrize("role", KEPT_OUT)
def test_searching_for_a_word_that_only_hidden_things_hold_finds_nothing_and_suggests_nothing(
    role: str, as_role: AsRole
) -> None:
    client = as_role(role)
    # The word itself, a slip of the pen in it, its beginning, and where it stands: a name, a place, a subject.
    beginning = f"{SECRET[:6]}*"
    for typed in (
        SECRET,
        f"{SECRET[:-2]}ht",
        beginning,
        f'creator:"{SECRET} person"',
        f"place:{SECRET}",
    ):
        answer = client.get("/search", query_string={"q": typed}).text
        # What members are shown begins alike.
        found = "1 item found" if (role, typed) == ("member", beginning) else "0 items found"
        assert f">{found}<" in answer and "Did you mean" not in answer, (role, typed)
        # It stands there as what was typed: in the title, the box, and the addresses of the other languages.
        assert f"{SECRET} title" not in answer
    for facet, value in {"place": "town", "subject": "subject"}.items():
        found = client.get("/search", query_string={facet: f"{SECRET} {value}"}).text
        assert ">0 items found<" in found, (role, facet)
