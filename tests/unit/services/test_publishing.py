"""A command publishes nothing that somebody decided against, until somebody decides otherwise at the desk; on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.access import OPERATOR, PUBLIC
from archive.models import Action, ItemState, new_id
from archive.models.errors import ConflictError, NotFoundError
from archive.services import asking, lifecycle, publishing, requests, withdrawing
from archive.services.asking import Asking
from archive.services.opening import Archive
from ingest.bulk import ingest
from tests.fixtures.curators import curator
from tests.fixtures.items import actor, give, item_of, put


def refused(archive: Archive, item_id: str, *, again: bool = True) -> str:
    before = item_of(archive, item_id)
    with pytest.raises(ConflictError) as caught:
        publishing.publish(archive, OPERATOR, item_id, again=again)
    after = item_of(archive, item_id)
    assert (after.state, after.version) == (before.state, before.version)
    assert str(caught.value).endswith(".") and "desk" in caught.value.remedy
    return caught.value.code


def asked_about(archive: Archive) -> tuple[str, str]:
    """Something that is shown, and a request that it be taken down."""
    item_id = give(archive, state=ItemState.PUBLISHED)
    asking.ask(archive, PUBLIC, item_id, Asking("take-down", words="It shows my grandmother."), "en")
    (found,) = requests.about(archive, OPERATOR, item_id)
    return item_id, found.id


def test_what_was_taken_down_because_somebody_asked_is_published_at_the_desk_alone(archive: Archive) -> None:
    item_id, request_id = asked_about(archive)
    requests.decide(archive, OPERATOR, request_id, "taken-down", "Of course.")
    assert refused(archive, item_id) == "taken-down"
    # To look at it anew is not to have decided otherwise.
    lifecycle.change_state(archive, OPERATOR, item_id, Action.REOPEN)
    assert refused(archive, item_id) == "taken-down"
    lifecycle.publish(archive, curator(archive), item_id)
    lifecycle.change_state(archive, OPERATOR, item_id, Action.UNPUBLISH)
    publishing.publish(archive, OPERATOR, item_id)
    assert item_of(archive, item_id).state == ItemState.PUBLISHED


def test_what_is_hidden_while_one_thinks_is_not_published_until_whoever_asked_is_answered(
    archive: Archive,
) -> None:
    item_id, request_id = asked_about(archive)
    requests.hide(archive, OPERATOR, request_id)
    assert refused(archive, item_id) == "request-waits"
    requests.decide(archive, OPERATOR, request_id, "kept", "They agreed.")
    publishing.publish(archive, OPERATOR, item_id)
    assert item_of(archive, item_id).state == ItemState.PUBLISHED


def test_what_was_taken_back_or_declined_is_published_once_somebody_brought_it_back(archive: Archive) -> None:
    taken, declined = give(archive, state=ItemState.PUBLISHED), give(archive, state=ItemState.IN_REVIEW)
    withdrawing.withdraw_item(archive, OPERATOR, taken)
    lifecycle.change_state(archive, OPERATOR, declined, Action.DECLINE)
    for item_id, way in ((taken, Action.REINSTATE), (declined, Action.REOPEN)):
        assert refused(archive, item_id) == "sealed"
        lifecycle.change_state(archive, OPERATOR, item_id, way)
        publishing.publish(archive, OPERATOR, item_id)
        publishing.publish(archive, OPERATOR, item_id)
        assert item_of(archive, item_id).state == ItemState.PUBLISHED


def test_why_it_is_not_published_is_told_to_nobody_who_may_not_publish_it(archive: Archive) -> None:
    answers = set()
    for item_id in (new_id(), give(archive, state=ItemState.WITHDRAWN)):
        with pytest.raises(NotFoundError) as caught:
            publishing.publish(archive, actor("member"), item_id)
        answers.add((caught.value.code, str(caught.value)))
    assert len(answers) == 1


def test_taking_in_the_same_folder_again_shows_nothing_that_was_taken_off_since(
    archive: Archive, tmp_path: Path
) -> None:
    folder = tmp_path / new_id()
    folder.mkdir()
    (folder / "note.txt").write_text(f"A note of our own {folder.name}.", encoding="utf-8")

    def again() -> str:
        report = ingest(archive, [folder], "march-25", publish=True)
        return report.submissions[0].items[0].id

    item_id = again()
    assert item_of(archive, item_id).state == ItemState.PUBLISHED
    # Where it stopped before anything was published it goes on.
    with archive.db.write() as session:
        session.get_one(type(item_of(archive, item_id)), item_id).published_on = None
    put(archive, item_id, ItemState.ACCEPTED)
    assert again() == item_id and item_of(archive, item_id).state == ItemState.PUBLISHED
    lifecycle.change_state(archive, OPERATOR, item_id, Action.UNPUBLISH)
    assert refused(archive, item_id, again=False) == "taken-off"
    assert again() == item_id and item_of(archive, item_id).state == ItemState.ACCEPTED
