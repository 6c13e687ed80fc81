"""Nobody is taken for somebody else by their name, and no link outlives the right of whoever made it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.access import OPERATOR, Actor
from archive.models.errors import BadInputError, NotFoundError
from archive.services import accounts, invitations, people, signing_in
from archive.services.opening import Archive
from tests.fixtures.people import PASSWORD, administrator, somebody


def demote(archive: Archive, boss: Actor, user_id: str) -> None:
    people.change_roles(archive, boss, user_id, {"curator": []}, people.one(archive, boss, user_id).mark)


def deactivate(archive: Archive, boss: Actor, user_id: str) -> None:
    people.set_active(archive, boss, user_id, active=False)


@pytest.mark.parametrize("end", [demote, deactivate])
def test_links_of_somebody_who_administers_no_more_are_worth_nothing(
    archive: Archive, end: Callable[[Archive, Actor, str], None]
) -> None:
    boss, other, (_, user_id) = administrator(archive), administrator(archive), somebody(archive)
    theirs = [
        invitations.invite(archive, other, {"administrator": []}),
        invitations.make_reset(archive, other, user_id, second_factor_too=True),
    ]
    mine = invitations.invite(archive, boss, {"curator": []})
    end(archive, boss, other.id)
    for token in theirs:
        with pytest.raises(NotFoundError):
            invitations.look(archive, token)
    assert invitations.look(archive, mine).roles
    # Let in again later, they are as they were: the links of before are not.
    people.set_active(archive, boss, other.id, active=True)
    with pytest.raises(NotFoundError):
        invitations.look(archive, theirs[0])


def test_links_stay_good_while_their_maker_administers(archive: Archive) -> None:
    boss, other = administrator(archive), administrator(archive)
    token = invitations.invite(archive, other, {"member": []})
    mark = people.one(archive, boss, other.id).mark
    people.change_roles(archive, boss, other.id, {"administrator": [], "curator": []}, mark)
    assert invitations.look(archive, token).roles


@pytest.mark.parametrize("name", ["operator", "Pipeline", "contributor", "рublic", "ÓPERATOR"])
def test_nobody_is_called_as_the_archive_itself_is(archive: Archive, name: str) -> None:
    with pytest.raises(BadInputError) as refused:
        accounts.create_user(archive, name, PASSWORD, {"member": ""})
    assert refused.value.code == "user-exists"


def test_nobody_is_called_nearly_as_somebody_else(archive: Archive) -> None:
    accounts.create_user(archive, "Cora Ruiz", PASSWORD, {"member": ""})
    for name in ("cora ruiz", "Cora Ruíz", "Соrа Ruiz", "Cora Rui\u0301z"):
        with pytest.raises(BadInputError) as refused:
            accounts.create_user(archive, name, PASSWORD, {"member": ""})
        assert refused.value.code == "user-exists"
    assert accounts.create_user(archive, "Cora Ruiz 2", PASSWORD, {"member": ""})


def test_a_name_is_the_same_however_its_accents_are_typed(archive: Archive) -> None:
    accounts.create_user(archive, "Iñe\u0301s", PASSWORD, {"member": ""})
    assert signing_in.sign_in(archive, "In\u0303és", PASSWORD)
    assert accounts.id_of(archive, "Iñés")
    assert OPERATOR.id in accounts.NOBODYS
