"""Pictures that are nearly the same find each other, whichever of their bits differ."""

from __future__ import annotations

import random

from sqlalchemy import select

from archive.models import File, ItemState, Likeness
from archive.services import likeness, reviewing
from archive.services.opening import Archive
from tests.fixtures.curators import curator
from tests.fixtures.items import give, item_of


def file_of(archive: Archive, item_id: str) -> str:
    with archive.db.read() as session:
        return session.scalars(select(File.id).where(File.item_id == item_id)).one()


def remember(archive: Archive, item_id: str, looks: int | None) -> None:
    with archive.db.write() as session:
        likeness.remember(archive, session, file_of(archive, item_id), looks)


def near(archive: Archive, item_id: str) -> dict[str, int]:
    with archive.db.read() as session:
        query = select(Likeness.other_id, Likeness.distance).where(
            Likeness.file_id == file_of(archive, item_id)
        )
        return {other_id: distance for other_id, distance in session.execute(query)}  # noqa: C416


def flipped(looks: int, bits: list[int]) -> int:
    for bit in bits:
        looks ^= 1 << bit
    return looks


def test_up_to_six_bits_anywhere_are_near_and_seven_are_not(archive: Archive) -> None:
    chance = random.Random(0)
    looks = chance.getrandbits(64)
    item_id = give(archive)
    remember(archive, item_id, looks)
    spread = [0, 15, 16, 31, 32, 63]
    for bits in ([], [40], [0, 1, 2, 3, 4, 5], spread, *(chance.sample(range(64), 6) for _ in range(20))):
        other = give(archive)
        remember(archive, other, flipped(looks, bits))
        assert near(archive, item_id)[file_of(archive, other)] == len(bits)
        assert near(archive, other)[file_of(archive, item_id)] == len(bits)
        remember(archive, other, None)
    far = give(archive)
    remember(archive, far, flipped(looks, [*spread, 47]))
    assert near(archive, item_id) == near(archive, far) == {}


def test_what_is_examined_again_is_compared_again(archive: Archive) -> None:
    looks = random.Random(1).getrandbits(64)
    one, other = give(archive), give(archive)
    remember(archive, one, looks)
    remember(archive, other, looks)
    remember(archive, other, looks)
    assert len(near(archive, one)) == 1
    remember(archive, other, flipped(looks, list(range(20))))
    assert near(archive, one) == {}


def test_a_likeness_is_told_only_to_who_may_see_the_other(archive: Archive) -> None:
    looks = random.Random(2).getrandbits(64)
    here = give(archive, state=ItemState.IN_REVIEW)
    there = give(archive, state=ItemState.IN_REVIEW, collection="convenings")
    draft = give(archive, state=ItemState.DRAFT)
    for item_id in (here, there, draft):
        remember(archive, item_id, looks)
    found = reviewing.opened(archive, curator(archive), here)[1].likewise
    assert [one.item_id for one in found] == [there]
    assert reviewing.opened(archive, curator(archive, "march-25"), here)[1].likewise == ()
    assert item_of(archive, draft).state == ItemState.DRAFT
