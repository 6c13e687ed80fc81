"""What only something sealed bears is found by no list, count, filter or form of the desk; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.access import Actor
from archive.models import Agent, Authority, Item, ItemState, Place, Term
from archive.models.errors import ConflictError, NotFoundError
from archive.services import authorities, desk_queue, rewording, word_revisions
from archive.services.authority_changes import add, change, remove
from archive.services.authority_merges import merge
from archive.services.describe import PlaceGiven
from archive.services.desk_queue import ALL, Asked
from archive.services.opening import Archive
from tests.fixtures.curators import curator
from tests.fixtures.items import actor, give, item_of

CURATOR = actor("curator")
STATES = (ItemState.WITHDRAWN, ItemState.DECLINED)
BORNE = {"agents": (Agent, "Hidden Ada"), "places": (Place, "Hidden Landing"), "terms": (Term, "Hidden rite")}


def seal(archive: Archive, state: ItemState) -> str:
    given = {"names": [("Hidden Ada", "creator"), ("Open Ben", "speaker")], "subjects": ["Hidden rite"]}
    return give(archive, state=state, places=(PlaceGiven("Hidden Landing"),), kind="sound", **given)  # type: ignore[arg-type]


def id_of(archive: Archive, room: str) -> str:
    model, name = BORNE[room]
    label = Term.label if model is Term else model.name  # type: ignore[attr-defined]
    with archive.db.read() as session:
        return str(session.scalars(select(model.id).where(label == name)).one())  # type: ignore[attr-defined]


def names(archive: Archive, room: str, text: str = "", who: Actor = CURATOR) -> dict[str, int]:
    return {one.name: one.uses for one in authorities.listed(archive, who, room, text)[1]}


def giver_of(archive: Archive, item_id: str) -> Actor:
    return Actor("giver", {"curator": frozenset()}, frozenset({item_of(archive, item_id).submission_id}))


@pytest.mark.parametrize("state", STATES)
def test_a_name_or_word_that_only_something_sealed_bears_is_in_no_list_and_answers_like_one_that_never_was(
    empty_archive: Archive, state: ItemState
) -> None:
    archive = empty_archive
    sealed = seal(archive, state)
    open_ = give(archive, state=ItemState.IN_REVIEW, names=[("Open Ben", "creator")])
    for room in BORNE:
        assert not any("Hidden" in name for name in names(archive, room)), room
        assert authorities.listed(archive, CURATOR, room, "hidden") == (0, ())
        for look in (
            lambda room=room: authorities.one(archive, CURATOR, room, id_of(archive, room)),
            lambda room=room: word_revisions.history(archive, CURATOR, room, id_of(archive, room)),
        ):
            with pytest.raises(NotFoundError):
                look()  # type: ignore[no-untyped-call]
    # Of a name that others bear too, it is counted with the others alone.
    assert names(archive, "agents") == {"Open Ben": 1}
    (ben,) = authorities.listed(archive, CURATOR, "agents")[1]
    view = authorities.one(archive, CURATOR, "agents", ben.id)
    assert (view.uses, [one.id for one in view.items]) == (1, [open_])
    assert authorities.names_like(archive, CURATOR, view).words == ()
    # Who gave it knows what they gave.
    assert names(archive, "agents", who=giver_of(archive, sealed)) == {"Hidden Ada": 1, "Open Ben": 2}
    with archive.db.write() as session:
        session.get_one(Item, sealed).state = ItemState.IN_REVIEW
    assert names(archive, "agents") == {"Hidden Ada": 1, "Open Ben": 2}


@pytest.mark.parametrize("room", list(BORNE))
@pytest.mark.parametrize("state", [*STATES, ItemState.DRAFT])
def test_whoever_adds_or_removes_what_something_hidden_bears_is_answered_as_if_nothing_did(
    empty_archive: Archive, state: ItemState, room: str
) -> None:
    archive = empty_archive
    item, was = seal(archive, state), id_of(archive, room)
    name = BORNE[room][1]
    word_id, troubles = add(archive, CURATOR, room, {"name": name, "note": "What the desk says."})
    assert (word_id, troubles) == (was, {})
    assert names(archive, room)[name] == 0
    # What bears it hears of what is said of it now.
    assert len(rewording.waiting(archive)) == 1
    assert not add(archive, CURATOR, room, {"name": name})[0], "now the desk has it"
    mark = authorities.one(archive, CURATOR, room, word_id).wording.mark
    remove(archive, CURATOR, room, word_id, mark)
    assert name not in names(archive, room)
    with archive.db.read() as session:
        assert session.get(Authority, word_id) is None
        kept = session.get_one(Item, item)
        links = {"agents": kept.agents, "places": kept.places, "terms": kept.terms}[room]
        assert was in {
            getattr(one, {"agents": "agent_id", "places": "place_id", "terms": "term_id"}[room])
            for one in links
        }
    # And once more: its history has no break.
    assert add(archive, CURATOR, room, {"name": name}) == (was, {})


def test_what_something_sealed_bears_cannot_be_preferred_changed_or_merged(empty_archive: Archive) -> None:
    archive = empty_archive
    seal(archive, ItemState.WITHDRAWN)
    hidden = id_of(archive, "agents")
    word_id, _ = add(archive, CURATOR, "agents", {"name": "Somebody"})
    mark = authorities.one(archive, CURATOR, "agents", word_id).wording.mark
    answers = []
    for preferred in ("Hidden Ada", "Nobody at all"):
        typed = {"name": "Somebody", "standing": "historic", "preferred": preferred}
        answers.append(change(archive, CURATOR, "agents", word_id, typed, mark))
    assert answers == [{"preferred": "preferred-unknown"}] * 2
    for act in (
        lambda: change(archive, CURATOR, "agents", hidden, {"name": "Other"}, ""),
        lambda: remove(archive, CURATOR, "agents", hidden, ""),
        lambda: merge(archive, CURATOR, "agents", word_id, hidden, (mark, "")),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_what_something_open_bears_is_in_use_as_ever(empty_archive: Archive) -> None:
    archive = empty_archive
    give(archive, names=[("Open Ben", "creator")])
    assert add(archive, CURATOR, "agents", {"name": "Open Ben"}) == ("", {"name": "name-taken"})
    (ben,) = authorities.listed(archive, CURATOR, "agents")[1]
    with pytest.raises(ConflictError) as caught:
        remove(
            archive,
            CURATOR,
            "agents",
            ben.id,
            authorities.one(archive, CURATOR, "agents", ben.id).wording.mark,
        )
    assert caught.value.code == "word-in-use"


@pytest.mark.parametrize("state", STATES)
def test_no_filter_of_the_queue_tells_what_something_sealed_holds(archive: Archive, state: ItemState) -> None:
    somebody = curator(archive)
    sealed = give(archive, state=state, kind="sound", content_note="A whipping is told of.")
    giver = giver_of(archive, sealed)

    def found(who: Actor, **asked: str) -> bool:
        first = desk_queue.queue(archive, who, Asked(state, **asked))
        pages = range(1, -(-first.total // desk_queue.PER_PAGE) + 1)
        queues = (desk_queue.queue(archive, who, Asked(state, page=page, **asked)) for page in pages)  # type: ignore[arg-type]
        return sealed in {one.card.id for queue in queues for one in queue.items}

    assert found(somebody) and found(somebody, collection="march-25")
    for asked in ({"kind": "sound"}, {"flag": "note"}, {"flag": "no-copy"}):
        assert not found(somebody, **asked), asked
        if state == ItemState.DECLINED or "no-copy" not in asked.values():
            assert found(giver, **asked), asked
    assert desk_queue.queue(archive, somebody, Asked(ALL, kind="sound")).total == sum(
        1 for one in _sounds(archive) if one not in STATES
    )


def _sounds(archive: Archive) -> list[str]:
    with archive.db.read() as session:
        query = select(Item.state).where(Item.kind == "sound", Item.state != ItemState.DRAFT)
        return list(session.scalars(query))
