"""What is hidden for somebody's sake is shown again neither with others nor by the answer to somebody else."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from archive.access import OPERATOR, PUBLIC
from archive.models import Action, Answer, Asked, ItemState
from archive.models.errors import ConflictError
from archive.services import asking, batch_views, batches, lifecycle, publishing, requests
from archive.services.asking import Asking
from archive.services.opening import Archive
from archive.services.weighing import Wish
from tests.fixtures.curators import curator
from tests.fixtures.items import give, item_of

PLEASE = Asking("take-down", words="It shows my grandmother.", why="family")
WRONG = Asking("correction", words="It is another street.")
KNOWN = Asking("note", words="The woman on the left is Rosa.", name="Ada")


@dataclass(frozen=True)
class Thing:
    """An item on the pages about which people ask."""

    archive: Archive
    id: str

    def ask(self, what: Asking) -> str:
        """Ask, and return the id of the request."""
        before = {one.id for one in requests.about(self.archive, OPERATOR, self.id)}
        asking.ask(self.archive, PUBLIC, self.id, what, "en")
        (new,) = {one.id for one in requests.about(self.archive, OPERATOR, self.id)} - before
        return new

    def decide(self, request_id: str, decision: str, *, show_again: bool = False) -> None:
        """Answer a request."""
        who = curator(self.archive)
        requests.decide(self.archive, who, request_id, decision, "A word.", show_again=show_again)

    def against(self, request_id: str) -> str:
        """Why the answer to a request cannot show it again."""
        return requests.one(self.archive, OPERATOR, request_id).against

    def with_others(self, act: str) -> str:
        """What hinders a batch, or nothing once it has done it."""
        who = curator(self.archive)
        made = batches.plan(self.archive, who, act, {self.id: Wish(act)})
        batches.ask(self.archive, who, made)
        batches.carry_out(self.archive, made)
        (row,) = batch_views.batch(self.archive, who, made).rows
        return row.trouble

    @property
    def state(self) -> str:
        """Where it stands."""
        return item_of(self.archive, self.id).state


@pytest.fixture
def thing(archive: Archive) -> Thing:
    return Thing(archive, give(archive, state=ItemState.PUBLISHED))


def refused(thing: Thing, request_id: str, decision: str) -> str:
    with pytest.raises(ConflictError) as told:
        thing.decide(request_id, decision, show_again=True)
    # Nothing of the decision is kept either: whoever decides is to know what becomes of the item.
    assert requests.one(thing.archive, OPERATOR, request_id).decision == ""
    assert thing.state == ItemState.ACCEPTED
    return told.value.code


def test_what_is_hidden_until_somebody_is_answered_no_batch_and_no_command_publishes(thing: Thing) -> None:
    asked = thing.ask(PLEASE)
    requests.hide(thing.archive, curator(thing.archive), asked)
    assert thing.with_others(Action.PUBLISH) == "request-waits"
    with pytest.raises(ConflictError) as told:
        publishing.publish(thing.archive, OPERATOR, thing.id)
    assert (told.value.code, thing.state) == ("request-waits", ItemState.ACCEPTED)
    thing.decide(asked, Answer.KEPT)
    assert thing.with_others(Action.PUBLISH) == ""
    assert thing.state == ItemState.PUBLISHED


@pytest.mark.parametrize("what", [PLEASE, WRONG])
def test_what_a_curator_took_off_while_somebody_waits_no_batch_and_no_command_shows_again(
    thing: Thing, what: Asking
) -> None:
    asked = thing.ask(what)
    assert thing.with_others(Action.UNPUBLISH) == "" and thing.state == ItemState.ACCEPTED
    assert thing.with_others(Action.PUBLISH) == "request-waits"
    with pytest.raises(ConflictError) as told:
        publishing.publish(thing.archive, OPERATOR, thing.id)
    assert (told.value.code, thing.state) == ("request-waits", ItemState.ACCEPTED)
    # The way out is the answer, which may show it again at once.
    assert thing.against(asked) == ""
    thing.decide(asked, Answer.KEPT, show_again=True)
    assert thing.state == ItemState.PUBLISHED


def test_what_was_taken_off_while_a_note_waits_a_batch_publishes_again(thing: Thing) -> None:
    thing.ask(KNOWN)
    assert thing.with_others(Action.UNPUBLISH) == "" and thing.state == ItemState.ACCEPTED
    assert thing.with_others(Action.PUBLISH) == "" and thing.state == ItemState.PUBLISHED


@pytest.mark.parametrize("first", [PLEASE, WRONG])
def test_the_answer_to_a_note_shows_nothing_that_was_taken_down_for_somebody(
    thing: Thing, first: Asking
) -> None:
    gone, note = thing.ask(first), thing.ask(KNOWN)
    thing.decide(gone, Answer.TAKEN_DOWN)
    assert thing.against(note) == refused(thing, note, Answer.SHOWN) == "taken-down"
    thing.decide(note, Answer.SHOWN)
    assert thing.state == ItemState.ACCEPTED


@pytest.mark.parametrize("other", [PLEASE, WRONG])
def test_one_answer_shows_nothing_while_somebody_else_waits_for_theirs(thing: Thing, other: Asking) -> None:
    first, second = thing.ask(PLEASE), thing.ask(other)
    requests.hide(thing.archive, curator(thing.archive), first)
    for asked in (first, second):
        assert thing.against(asked) == refused(thing, asked, Answer.KEPT) == "request-waits"
    thing.decide(second, Answer.KEPT)
    assert thing.against(first) == ""
    thing.decide(first, Answer.KEPT, show_again=True)
    assert thing.state == ItemState.PUBLISHED


def test_a_note_that_waits_keeps_nothing_hidden_but_what_was_hidden_for_it(thing: Thing) -> None:
    asked, note = thing.ask(PLEASE), thing.ask(KNOWN)
    requests.hide(thing.archive, curator(thing.archive), note)
    assert thing.against(asked) == "request-waits"
    lifecycle.publish(thing.archive, OPERATOR, thing.id)
    requests.hide(thing.archive, curator(thing.archive), asked)
    assert thing.against(asked) == ""
    thing.decide(asked, Answer.KEPT, show_again=True)
    assert thing.state == ItemState.PUBLISHED


def test_nothing_is_told_against_showing_what_is_shown_or_decided(thing: Thing) -> None:
    first, second = thing.ask(PLEASE), thing.ask(PLEASE)
    assert thing.against(first) == ""
    thing.decide(first, Answer.TAKEN_DOWN)
    assert (thing.against(first), thing.against(second)) == ("", "taken-down")
    assert {one.kind for one in requests.about(thing.archive, OPERATOR, thing.id)} == {Asked.TAKE_DOWN}
