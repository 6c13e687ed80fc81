"""What is to be destroyed is said to be destroyed once it is, and no sooner; of what is gone nothing more is offered."""

from __future__ import annotations

import pytest
from flask import Flask

from archive.services import upkeep
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.coming_back import keep, two_letters
from tests.fixtures.contributor import Contributor
from tests.fixtures.withdrawn import settle

OFFERED = ("A receipt", "Change what you allow", "Add something to it", "Take back everything")
DESTROYED = "It was destroyed, as you asked."
BEING_DESTROYED = "It is hidden. It is being destroyed; look again."


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    """Somebody whose two letters are kept, back at another browser."""
    app: Flask = create_app(archive.settings, archive)
    back = Contributor(app.test_client())
    back.come_back(two_letters(app))
    keep(archive)
    return back


def destroy(giver: Contributor, of: str = "") -> None:
    giver.open(f"/mine/take-back{of}")
    giver.fill("/mine/take-back", {"how": "destroy", "sure": "yes"})
    assert giver.path == "/mine", giver.text


def test_while_a_store_refuses_to_remove_it_nobody_is_told_that_it_is_gone(
    giver: Contributor, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object, prefix: str) -> None:
        raise PermissionError(prefix)

    with monkeypatch.context() as patched:
        patched.setattr(type(archive.store), "delete_prefix", refuse)
        destroy(giver)
        assert upkeep.catch_up(archive) is False
        giver.open("/mine")
        assert giver.text.count(BEING_DESTROYED) == 2 and DESTROYED not in giver.text
        assert not [one for one in OFFERED if one in giver.text]
        refused = giver.client.get("/mine/receipt")
        assert refused.status_code == 409 and "All of it is being destroyed" in refused.text
    settle(archive)
    giver.open("/mine")
    assert giver.text.count(DESTROYED) == 2 and BEING_DESTROYED not in giver.text


def test_of_what_was_destroyed_nothing_is_offered_that_could_only_be_refused(
    giver: Contributor, archive: Archive
) -> None:
    giver.open("/mine/allow")
    allowing = giver.at
    assert allowing.status_code == 200
    destroy(giver)
    settle(archive)
    giver.open("/mine")
    assert not [one for one in OFFERED if one in giver.text]
    # Whoever has the page open still, or its address, is told what is true.
    for address in ("/mine/receipt", "/mine/receipt.txt"):
        refused = giver.client.get(address)
        assert refused.status_code == 409 and "All of it was destroyed" in refused.text
        assert "Nothing was given yet" not in refused.text
    giver.open("/mine/allow")
    assert giver.path == "/mine"
    giver.at = allowing
    giver.fill("/mine/allow", {"audience": "staff", "naming": "own-name", "name_shown": "Rosa"})
    assert giver.at.status_code == 409 and "All of it was destroyed" in giver.text


def test_of_two_things_one_stays_in_its_givers_hands(giver: Contributor, archive: Archive) -> None:
    giver.open("/mine")
    first, second = (one.split('"')[0] for one in giver.text.split("take-back/")[1:3])
    destroy(giver, f"?item={first}")
    settle(archive)
    giver.open("/mine")
    assert giver.text.count(DESTROYED) == 1
    assert [one for one in OFFERED if one in giver.text] == list(OFFERED)
    receipt = giver.client.get("/mine/receipt.txt").text
    assert second in receipt and first not in receipt
