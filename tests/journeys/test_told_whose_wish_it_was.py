"""Where things stand, whoever gave them is told what is so, and nothing as their own act that others did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from archive.access import OPERATOR, Actor, contributor
from archive.models import Item
from archive.services import consents, embargo, withdrawing
from archive.services.opening import Archive
from archive.services.withdrawal_ledger import Act, Entry
from tests.fixtures.coming_back import SAID, gave, items, keep
from tests.fixtures.contributor import Contributor
from tests.fixtures.items import actor
from tests.fixtures.withdrawn import settle

SHOWN = "It is shown, to those whom you allow."
YOU, THEY, SOMEBODY = (
    "You took it back. Nobody is shown it.",
    "Those who look after the archive hid it. Nobody is shown it.",
    "It was taken back. Nobody is shown it.",
)
YOU_DESTROYED, THEY_DESTROYED, DESTROYED = (
    "It was destroyed, as you asked.",
    "Those who look after the archive had it destroyed.",
    "It was destroyed.",
)
ALL = (SHOWN, YOU, THEY, SOMEBODY, YOU_DESTROYED, THEY_DESTROYED, DESTROYED)


@pytest.fixture
def giver(app: Flask, archive: Archive) -> Contributor:
    """Somebody whose letter everybody is shown, back at another browser."""
    back = Contributor(app.test_client())
    back.come_back(gave(app, {"letter.txt": b"Dear sister."}, SAID))
    keep(archive, publish=True)
    return back


def whose(item: Item) -> Actor:
    return contributor([item.submission_id])


def hide(archive: Archive, item: Item, who: Actor) -> None:
    withdrawing.withdraw_item(archive, who, item.id)


def destroy(archive: Archive, item: Item, who: Actor) -> None:
    withdrawing.withdraw_item(archive, who, item.id, destroy=True)


def hide_and_destroy(archive: Archive, item: Item) -> None:
    hide(archive, item, whose(item))
    destroy(archive, item, OPERATOR)


def by_ledger(archive: Archive, item: Item, act: Act) -> None:
    """As when a backup of before was restored: who it was is not known."""
    archive.withdrawals.append([Entry(act, item.id, item.submission_id)])
    withdrawing.reapply(archive)


ACTS: dict[str, tuple[Callable[[Archive, Item], object], str]] = {
    "staff hide": (lambda a, one: hide(a, one, actor("curator")), THEY),
    "its giver hides": (lambda a, one: hide(a, one, whose(one)), YOU),
    "the ledger hides": (lambda a, one: by_ledger(a, one, Act.HIDE), SOMEBODY),
    "staff destroy": (lambda a, one: destroy(a, one, OPERATOR), THEY_DESTROYED),
    "its giver destroys": (lambda a, one: destroy(a, one, whose(one)), YOU_DESTROYED),
    "its giver hides and staff destroy": (
        hide_and_destroy,
        THEY_DESTROYED,
    ),
    "the ledger destroys": (lambda a, one: by_ledger(a, one, Act.DESTROY), DESTROYED),
}


@pytest.mark.parametrize("done", ACTS)
def test_whoever_gave_it_is_told_who_took_it_back(giver: Contributor, archive: Archive, done: str) -> None:
    (item,) = items(archive)
    giver.open("/mine")
    assert SHOWN in giver.text
    act, told = ACTS[done]
    act(archive, item)
    settle(archive)
    giver.open("/mine")
    assert [one for one in ALL if f"<p>{one}</p>" in giver.text] == [told]


def test_what_is_put_off_is_not_said_to_be_shown(app: Flask, giver: Contributor, archive: Archive) -> None:
    (item,) = items(archive)
    embargo.keep_back(archive, OPERATOR, item.id, date(2051, 3, 25))
    assert app.test_client().get(f"/items/{item.id}").status_code == 404
    giver.open("/mine")
    assert "It is not shown before March 25, 2051." in giver.text and SHOWN not in giver.text


def test_what_is_over_is_not_said_to_be_shown(app: Flask, giver: Contributor, archive: Archive) -> None:
    (item,) = items(archive)
    over = {"not_after": date(2020, 3, 25)}
    consents.revise(archive, whose(item), item.submission_id, over)
    assert app.test_client().get(f"/items/{item.id}").status_code == 404
    giver.open("/mine")
    assert "It is not shown after March 25, 2020." in giver.text and SHOWN not in giver.text
