"""Pages of a document are turned while parts are marked: what was typed on each stays, and goes together."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.models import Redaction
from tests.fixtures.contributor import Forms
from tests.fixtures.redacting import Place, master, place

__all__ = ["master", "place"]


def form_of(page: str) -> dict[str, str]:
    return next(dict(one["fields"]) for one in Forms(page).forms if "x-1" in dict(one["fields"]))


def test_what_is_typed_on_one_page_stays_while_others_are_turned_to_and_all_of_it_is_taken_out(
    place: Place,
) -> None:
    address, first = place.page("letter"), place.form("letter")
    assert 'name="turn" value="2"' in place.curator.get(address).text
    sent = first | {"x-2": "10", "y-2": "20", "width-2": "30", "height-2": "4,5", "reason": "A <child>"}
    second = place.curator.post(address, data=sent | {"turn": "2"})
    assert second.status_code == 200 and "&lt;child&gt;" in second.text
    on_second = form_of(second.text)
    assert on_second["page"] == "2" and on_second["x-2"] == "" and on_second["height-2@1"] == "4,5"
    assert "taken out with what you mark here: 1" in second.text
    # Nothing is taken out by turning, and what was typed stands in its rows again.
    back = form_of(place.curator.post(address, data=on_second | {"x-1": "50", "turn": "1"}).text)
    assert (back["x-2"], back["height-2"], back["x-1"], back["x-1@2"]) == ("10", "4,5", "", "50")
    with place.archive.db.read() as session:
        assert session.scalars(select(Redaction)).all() == []
    # What is wrong on another page is told on that page, and nothing is lost.
    wrong = place.curator.post(address, data=back)
    again = form_of(wrong.text)
    assert wrong.status_code == 400 and "are no region" in wrong.text
    assert (again["page"], again["x-1"], again["x-2@1"]) == ("2", "50", "10")
    right = again | {"y-1": "50", "width-1": "5", "height-1": "5"}
    assert place.curator.post(address, data=right).status_code == 303
    with place.archive.db.read() as session:
        marks = session.scalars(select(Redaction).order_by(Redaction.page)).all()
    assert [one.page for one in marks] == [1, 2] and {one.reason for one in marks} == {"A <child>"}
    assert marks[0].extent["height"] == pytest.approx(0.045)


def test_pixels_typed_on_one_page_are_of_the_picture_of_that_page(place: Place) -> None:
    address, first = place.page("letter"), place.form("letter")
    numbers = {"unit": "pixels", "x-1": "10", "y-1": "10", "width-1": "50", "height-1": "50"}
    width = int(first["shown-width"])
    second = form_of(place.curator.post(address, data=first | numbers | {"turn": "2"}).text)
    assert second["unit"] == "pixels" and second["shown-width@1"] == str(width)
    assert place.curator.post(address, data=second | {"shown-width": "7"}).status_code == 303
    with place.archive.db.read() as session:
        (mark,) = session.scalars(select(Redaction)).all()
    assert mark.page == 1 and mark.extent["width"] == pytest.approx(50 / width)


def test_faces_ticked_on_one_page_are_covered_with_what_is_marked_on_another(place: Place) -> None:
    address, first = place.page("letter"), place.form("letter")
    ticked = {"suggested": "1.00,2.00,3.00,4.00", "face": "1.00,2.00,3.00,4.00"}
    second = place.curator.post(address, data=first | ticked | {"turn": "2"}).text
    assert 'name="face@1" value="1.00,2.00,3.00,4.00"' in second and 'name="face" ' not in second
    back = place.curator.post(address, data=form_of(second) | {"turn": "1"}).text
    assert 'name="face" value="1.00,2.00,3.00,4.00" checked' in back
    assert place.curator.post(address, data=form_of(second)).status_code == 303
    with place.archive.db.read() as session:
        assert [one.page for one in session.scalars(select(Redaction))] == [1]
