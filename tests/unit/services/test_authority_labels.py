"""What the form for describing offers: the words to prefer, and no name that somebody may not see."""

from __future__ import annotations

from sqlalchemy import select

from archive.models import ItemState, Term
from archive.services import authorities
from archive.services.authority_changes import add, change
from archive.services.opening import Archive
from tests.fixtures.items import actor, give

CURATOR = actor("curator")


def offered(archive: Archive, name: str, who: str = "", language: str = "en") -> tuple[str, ...]:
    profile = archive.profiles["march-25"]
    asking = actor("curator", who) if who else CURATOR
    (field,) = [one for one in profile.fields if one.name == name]
    return authorities.labels_for(archive, asking, profile, field, language).words


def test_a_word_that_another_replaces_is_offered_as_the_one_to_prefer(empty_archive: Archive) -> None:
    archive = empty_archive
    give(archive, subjects=["Freedmen", "Oldword", "Rivers of home"])
    with archive.db.read() as session:
        old = session.scalars(select(Term.id).where(Term.label == "Oldword")).one()
    add(archive, CURATOR, "terms", {"name": "Newword"})
    mark = authorities.one(archive, CURATOR, "terms", old).wording.mark
    typed = {"name": "Oldword", "standing": "harmful", "preferred": "Newword"}
    assert not change(archive, CURATOR, "terms", old, typed, mark)
    words = offered(archive, "subjects")
    assert {"Newword", "Rivers of home", "Formerly enslaved people"} <= set(words)
    assert not {"Oldword", "Freedmen"} & set(words)
    assert "Personas que fueron esclavizadas" in offered(archive, "subjects", language="es")


def test_names_are_offered_to_those_who_may_see_where_they_stand(empty_archive: Archive) -> None:
    archive = empty_archive
    give(archive, state=ItemState.IN_REVIEW, names=[("Here", "creator")])
    others = [(one, "creator") for one in ("Nzinga", "Elsewhere", "Ñuflo", "Élan")]
    give(archive, state=ItemState.IN_REVIEW, names=others, collection="convenings")
    give(archive, state=ItemState.DRAFT, names=[("In a draft", "creator")])
    # Left behind where it was written down: of no collection, so nobody who is bound to one learns of it.
    add(archive, CURATOR, "agents", {"name": "Nowhere yet"})
    # In the order of a dictionary of the language that is spoken.
    first = ("Élan", "Elsewhere", "Here", "Nowhere yet")
    assert offered(archive, "creators") == (*first, "Ñuflo", "Nzinga")
    assert offered(archive, "creators", language="es") == (*first, "Nzinga", "Ñuflo")
    assert offered(archive, "creators", "march-25") == ("Here",)
    assert offered(archive, "title") == ()
