"""Members of the community find all that is for them alone on one page; for everybody else there is no such page."""

from __future__ import annotations

import pytest
from flask import Flask

from archive.models import Audience, ItemState, new_id
from archive.services import accounts, for_members
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.items import actor, give
from tests.fixtures.reviewing import sign_in
from tests.fixtures.things import PASSWORD, ROLES

WORD = f"word{new_id()}"


@pytest.fixture
def app(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(for_members, "PER_PAGE", 2)
    for role in ("member", "member-elsewhere", "contributor"):
        accounts.create_user(archive, f"some-{role}", PASSWORD, ROLES[role])
    return create_app(archive.settings, archive)


def test_whoever_belongs_to_the_community_finds_all_that_is_for_it_and_nobody_else_does(
    app: Flask, archive: Archive
) -> None:
    state = ItemState.PUBLISHED
    inside = {
        give(archive, title=f"{WORD} {number}", state=state, audience=Audience.COMMUNITY)
        for number in range(3)
    }
    elsewhere = give(archive, title=WORD, state=state, audience=Audience.COMMUNITY, collection="convenings")
    hidden = [
        give(archive, title=WORD, state=state),
        give(archive, title=WORD, state=state, audience=Audience.STAFF),
        give(archive, title=WORD, state=ItemState.ACCEPTED, audience=Audience.COMMUNITY),
    ]

    def pages(name: str) -> str:
        client = app.test_client()
        sign_in(client, name)
        assert "For members" in client.get("/").text
        first = client.get("/members")
        assert first.headers["Cache-Control"] == "no-store"
        leaves, address = [first.text], 2
        while f'href="/members?page={address}"' in leaves[-1]:
            leaves.append(client.get(f"/members?page={address}").text)
            address += 1
        assert client.get("/members?page=9999").text.count("<h1") == 1
        return "".join(leaves)

    told = pages("some-member")
    assert all(f"/items/{one}" in told for one in (*inside, elsewhere))
    assert not any(f"/items/{one}" in told for one in hidden)
    # A role in one collection shows what is for members of that one.
    told = pages("some-member-elsewhere")
    assert f"/items/{elsewhere}" in told and not any(f"/items/{one}" in told for one in inside)
    # Whoever sees more besides is not told of it here.
    leaves = [for_members.leaf(archive, actor("curator"), page) for page in (1, 2)]
    assert {card.id for leaf in leaves for card in leaf.cards} == {*inside, elsewhere}
    for name in ("", "some-contributor"):
        client = app.test_client()
        if name:
            sign_in(client, name)
        assert client.get("/members").status_code == 404 and "For members" not in client.get("/").text
