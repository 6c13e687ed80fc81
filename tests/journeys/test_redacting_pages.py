"""Pages of a document are turned while parts are marked: what was typed on each stays, and goes together."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from archive.models import Redaction
from archive.services import faces
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


def test_whoever_has_faces_looked_for_loses_nothing_of_what_they_typed_here_or_on_other_pages(
    place: Place,
) -> None:
    address, first = place.page("letter"), place.form("letter")
    numbers = {"x-1": "10", "y-1": "20", "width-1": "30", "height-1": "40", "reason": "A <child>"}
    second = form_of(place.curator.post(address, data=first | numbers | {"turn": "2"}).text)
    waiting = place.curator.post(address, data=second | {"x-2": "50", "words": "Ada", "do": "faces"})
    assert waiting.status_code == 200 and "A machine is looking" in waiting.text
    assert "taken out with what you mark here: 1" in waiting.text
    kept = form_of(waiting.text)
    assert (kept["page"], kept["x-2"], kept["x-1@1"], kept["reason"]) == ("2", "50", "10", "A <child>")
    # By its buttons alone one comes to what was found: no link of this page leads to it without what was typed.
    assert f'href="{address}?' not in waiting.text
    note = faces.note_of(place.archive, place.files["letter"], 2)
    note.write_text(json.dumps({"is_installed": True, "faces": [[0.1, 0.2, 0.1, 0.1]]}))
    found = place.curator.post(address, data=kept | {"do": "look"}).text
    assert 'name="face" value="10.00,20.00,10.00,10.00"' in found and ">Ada</textarea>" in found
    kept = form_of(found) | {"face": "10.00,20.00,10.00,10.00"}
    assert (kept["x-2"], kept["height-1@1"]) == ("50", "40")
    # Looked for once more, what was ticked stays ticked, whatever is found then.
    kept = form_of(place.curator.post(address, data=kept | {"do": "faces"}).text) | {"face": kept["face"]}
    note.write_text(json.dumps({"is_installed": True, "faces": [[0.5, 0.5, 0.1, 0.1]]}))
    found = place.curator.post(address, data=kept | {"do": "look"}).text
    assert 'name="face" value="10.00,20.00,10.00,10.00" checked' in found
    assert 'name="face" value="50.00,50.00,10.00,10.00">' in found
    assert found.count('name="face"') == 2
    right = form_of(found) | {"face": kept["face"], "x-2": "", "words": ""}
    assert place.curator.post(address, data=right).status_code == 303
    with place.archive.db.read() as session:
        marks = session.scalars(select(Redaction).order_by(Redaction.page)).all()
    assert [(one.page, one.extent["x"]) for one in marks] == [(1, 0.1), (2, 0.1)]


def test_whoever_looks_again_while_it_is_made_anew_keeps_what_they_typed(place: Place) -> None:
    place.mark("letter", words="Ada")
    page = place.curator.get(place.page("letter")).text
    assert "being made anew" in page
    button = page.partition("being made anew.")[2].partition("</p>")[0]
    assert 'form="marks-form" name="do" value="edit"' in button
    sent = place.form("letter") | {"reason": "A <child>", "do": "edit"}
    assert "A &lt;child&gt;" in place.curator.post(place.page("letter"), data=sent).text


def test_pages_are_turned_above_the_page_which_may_be_higher_than_the_window(place: Place) -> None:
    page = place.curator.get(place.page("letter")).text
    assert 0 < page.index('class="turner"') < page.index('class="marking"')
