"""Whoever may see or do more than members looks after the archive, and needs a second factor."""

from __future__ import annotations

from archive.access import INTERNAL_ROLES, ROLES, STAFF, Actor
from archive.models import Right
from archive.web import labels

HARMLESS = frozenset({Right.SEND, Right.SEE_COMMUNITY})


def test_every_role_that_may_do_more_than_give_and_look_is_staff() -> None:
    assert {name for name, rights in ROLES.items() if rights - HARMLESS} - INTERNAL_ROLES == STAFF


def test_one_role_in_one_collection_is_enough_to_be_staff() -> None:
    for name in STAFF:
        assert Actor("x", {"member": frozenset(), name: frozenset({"march-25"})}).is_staff
    assert not Actor("x", {"member": frozenset(), "contributor": frozenset()}).is_staff


def test_only_who_administers_everywhere_administers() -> None:
    assert Actor("x", {"administrator": frozenset()}).administers
    assert not Actor("x", {"administrator": frozenset({"march-25"}), "curator": frozenset()}).administers


def test_every_role_that_people_have_is_said_in_words() -> None:
    assert labels.ROLES.keys() == ROLES.keys() - INTERNAL_ROLES
