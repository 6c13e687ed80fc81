"""The dots of the map stand where their places are, far enough from each other, and lead to all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.services.browse import Counted
from archive.services.browse_kept import Listed
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web import projections
from archive.web.app import create_app
from archive.web.pages_box import box_in
from archive.web.pages_browse import At, places_page
from archive.web.pages_map import NARROW, WIDE, Dot, Map, maps, percent
from archive.web.pages_search import MOST_CHOSEN

STYLES = Path(projections.__file__).parent / "static" / "css" / "browse.css"
# What d3-geo, whose projection the drawn states have, says of these (its own test of geoAlbersUsa, scale 1070).
D3 = {
    (37.7749, -122.4194): (107.4, 214.1),
    (40.7128, -74.0059): (794.6, 176.5),
    (36.1540, -95.9928): (488.8, 298.0),
    (61.2181, -149.9003): (171.2, 446.9),
    (21.3069, -157.8583): (298.5, 451.0),
}
BOSTON = Counted("Boston", 30, (), 42.36, -71.06)
CARRBORO = Counted("Carrboro", 2, (), 35.91, -79.08)
CHAPEL_HILL = Counted("Chapel Hill", 4, (), 35.91, -79.06)
SALVADOR = Counted("Salvador", 1, (), -12.97, -38.5)
NOWHERE = Counted("Nowhere", 1)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    opened = open_archive(Settings(home=tmp_path_factory.mktemp("map")))
    yield create_app(opened.settings, opened)
    opened.close()


@pytest.fixture
def in_a_page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/places"):
        yield


@pytest.mark.parametrize(("place", "there"), D3.items())
def test_a_place_of_the_states_stands_where_the_drawing_has_it(
    place: tuple[float, float], there: tuple[float, float]
) -> None:
    found = projections.states(*place)
    assert found is not None
    at = (
        (there[0] - 480) / 1070 * projections.STATES_SCALE + projections.STATES_WIDTH / 2,
        (there[1] - 250) / 1070 * projections.STATES_SCALE + projections.STATES_HEIGHT / 2,
    )
    assert found[0] * projections.STATES_WIDTH == pytest.approx(at[0], abs=0.2)
    assert found[1] * projections.STATES_HEIGHT == pytest.approx(at[1], abs=0.2)


def test_the_world_is_whole_and_the_right_way_round() -> None:
    assert projections.world(0, 0)[0] == 0.5
    assert [projections.world(0, longitude)[0] for longitude in (-180, 180)] == pytest.approx([0, 1])
    assert projections.world(projections.WORLD_NORTH, 0)[1] == 0
    assert projections.world(projections.WORLD_SOUTH, 0)[1] == pytest.approx(1)
    assert projections.states(48.85, 2.35) is None


def test_the_states_are_shown_where_most_places_are_theirs_and_the_world_where_some_are_not(
    in_a_page: None,
) -> None:
    assert [one.picture for one in maps([BOSTON, CARRBORO, NOWHERE])] == ["vendor/map-states.png"]
    both = maps([BOSTON, CARRBORO, SALVADOR])
    assert [one.picture for one in both] == ["vendor/map-states.png", "vendor/map-world.png"]
    assert [one.picture for one in maps([SALVADOR, NOWHERE])] == ["vendor/map-world.png"]
    assert maps([NOWHERE]) == ()


def test_places_too_near_each_other_have_one_dot_that_leads_to_all_of_them(in_a_page: None) -> None:
    (found,) = maps([CARRBORO, BOSTON, CHAPEL_HILL])
    near, boston = found.wide
    assert near.names == "Chapel Hill; Carrboro" and near.count == 6 and "larger" in near.classes.split()
    assert near.href == "/search?q=&place=Chapel+Hill&place=Carrboro"
    assert boston.names == "Boston" and "largest" in boston.classes.split()


def test_what_is_from_two_places_behind_one_dot_is_counted_once(in_a_page: None) -> None:
    three = [CARRBORO, CHAPEL_HILL, Counted("Hillsborough", 3, (), 35.92, -79.07), BOSTON]
    together = {
        ("Carrboro", "Chapel Hill"): 1,
        ("Carrboro", "Chapel Hill", "Hillsborough"): 1,
        ("Boston", "Hillsborough"): 2,
    }
    (found,) = maps(three, together)
    near, boston = found.wide
    assert near.count == 2 + 4 + 3 - 1 - 2 and boston.count == 30
    # Six were five at most: the dot is as large as what it leads to.
    (found,) = maps([CARRBORO, CHAPEL_HILL], {("Carrboro", "Chapel Hill"): 2})
    assert found.wide[0].count == 4 and "small" in found.wide[0].classes.split()


def test_a_dot_for_more_places_than_a_search_takes_counts_all_and_leads_to_a_table_of_them(
    app: Flask,
) -> None:
    crowd = [
        Counted(f"Street {number:02}", 2, (), 42.36 + number / 1e3, -71.06)
        for number in range(MOST_CHOSEN + 5)
    ]
    listed = Listed((*crowd, CARRBORO, NOWHERE))
    with app.test_request_context("/places"):
        full, most = (maps(some)[0].wide[0] for some in (crowd, crowd[:MOST_CHOSEN]))
    assert most.href.count("place=") == MOST_CHOSEN and most.count == 2 * MOST_CHOSEN
    assert full.count == 2 * len(crowd)
    with app.test_request_context(full.href):
        page = places_page(listed, At(near=box_in(request.args["near"])))
    names = [entry.name for letter in page.shown for entry in letter.entries]
    assert names == [one.name for one in crowd] and page.all_href == "/places"


def test_a_table_of_places_near_each_other_keeps_to_them_from_letter_to_letter(app: Flask) -> None:
    crowd = [Counted(f"{'AB'[number % 2]}{number:03}", 1, (), 42.36, -71.06) for number in range(300)]
    with app.test_request_context("/places"):
        (dot,) = maps(crowd)[0].wide
    with app.test_request_context(dot.href):
        near = request.args["near"]
        page = places_page(Listed((*crowd, CARRBORO)), At(near=box_in(near)))
    assert [one.letter for one in page.letters] == ["A", "B"]
    for one in page.letters:
        with app.test_request_context(one.href):
            assert request.args["near"] == near


@pytest.mark.parametrize("typed", ["", "1,2,3", "a,b,c,d", "nan,nan,nan,nan", "80,0,81,1", "inf,0,0,0"])
def test_an_address_that_holds_no_place_shows_all_places(app: Flask, typed: str) -> None:
    with app.test_request_context("/places"):
        page = places_page(Listed((BOSTON, CARRBORO)), At(near=box_in(typed)))
    assert page.total == 2 and page.maps and not page.all_href


def percents(classes: str, axis: str) -> float:
    """The part that the style sheet makes of these classes."""
    rules = dict(re.findall(r"\.([xy][abc]\d)\{--[xy][abc]:([\d.]+)%\}", STYLES.read_text(encoding="utf-8")))
    mine = [one for one in classes.split() if re.fullmatch(axis + r"[abc]\d", one)]
    assert len(mine) == 3
    return sum(float(rules.get(one, 0)) for one in mine)


def test_every_part_of_the_whole_is_said_by_the_style_sheet() -> None:
    for thousandth in range(0, 1000, 37):
        for axis in "xy":
            assert percents(percent(axis, thousandth / 1000), axis) == pytest.approx(thousandth / 10)
    assert percents(percent("x", 1), "x") == pytest.approx(99.9)


POINTS = st.tuples(st.floats(-55, 80), st.floats(-180, 180))


@given(st.lists(POINTS, min_size=1, max_size=MOST_CHOSEN + 10))
@settings(max_examples=15, deadline=None)
def test_no_two_dots_are_nearer_than_a_finger_and_every_place_is_behind_one(
    app: Flask, points: list[tuple[float, float]]
) -> None:
    places = [Counted(f"Place {number}", 1, (), *at) for number, at in enumerate(points)]
    with app.test_request_context("/places"):
        for one in maps(places):
            for dots, apart in ((one.wide, WIDE), (one.narrow, NARROW)):
                if one.picture.endswith("world.png"):
                    assert sum(dot.count for dot in dots) == len(places)
                _far_enough(one, dots, apart)


def _far_enough(shown: Map, dots: tuple[Dot, ...], apart: float) -> None:
    at = [tuple(percents(dot.classes, axis) / 100 for axis in "xy") for dot in dots]
    shape = shown.width / shown.height
    for number, (x, y) in enumerate(at):
        for other_x, other_y in at[:number]:
            # They are placed to the thousandth.
            assert max(abs(x - other_x), abs(y - other_y) / shape) > apart - 0.0025
