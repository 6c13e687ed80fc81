"""Two windows of one draft: whichever is saved last, nothing that was saved in the other is lost without a word."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.contributor import Contributor, Forms

BOTH = "You wrote here in another window too."
LONG = "She kept it in a drawer. " * 900 + "And this is the end."


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    app: Flask = create_app(archive.settings, archive)
    found = Contributor(app.test_client())
    found.begin()
    found.add(letter__txt=b"Dear sister.", song__txt=b"We sang.")
    found.go_on(together="apart")
    return found


def windows(giver: Contributor, path: str) -> tuple[Contributor, Contributor]:
    """The same page twice, opened by the same browser before anything is saved."""
    one, other = Contributor(giver.client), Contributor(giver.client)
    for window in (one, other):
        window.open(path)
    return one, other


def things(giver: Contributor) -> list[str]:
    giver.open("/give/about")
    return re.findall(r'value="alone/([^"]+)"', giver.text)


def test_what_is_only_left_as_it_stood_writes_over_nothing(giver: Contributor) -> None:
    one, other = windows(giver, "/give/about")
    one.fill("/give/about", {"about-title": "The choir"})
    other.fill("/give/about", {"about-description": "They sang by the river."})
    assert other.path == "/give/people"
    giver.open("/give/about")
    assert 'value="The choir"' in giver.text and "They sang by the river." in giver.text


def test_where_both_wrote_both_are_shown_and_kept_until_somebody_chooses(giver: Contributor) -> None:
    one, other = windows(giver, "/give/about")
    one.fill("/give/about", {"about-title": "The choir", "about-place": "Richmond"})
    other.fill("/give/about", {"about-title": "Two letters", "about-description": "By the river."})
    assert other.at.status_code == 409 and BOTH in other.text
    assert 'value="Two letters"' in other.text and '<dd class="as-typed">The choir</dd>' in other.text
    # What did not cross is saved: here and there.
    assert ">Richmond</textarea>" in other.text and "By the river." in other.text
    # Whoever goes away now, or sends, loses neither.
    giver.open("/give/about")
    assert BOTH in giver.text and 'value="Two letters"' in giver.text and "The choir" in giver.text
    giver.open("/give/check")
    assert "You wrote something else here in another window too" in giver.text
    assert not [one for one in Forms(giver.text).forms if one["action"].endswith("/send")]
    # Seen by its writer, it takes the place of the other.
    giver.open("/give/about")
    giver.fill("/give/about")
    assert giver.path == "/give/people"
    giver.open("/give/about")
    assert BOTH not in giver.text and 'value="Two letters"' in giver.text and "The choir" not in giver.text


def test_going_elsewhere_by_the_form_says_so_too(giver: Contributor) -> None:
    one, other = windows(giver, "/give/about")
    one.fill("/give/about", {"about-title": "The choir"})
    other.fill("/give/about", {"about-title": "Two letters", "to": "files"})
    assert other.at.status_code == 409 and BOTH in other.text


def test_things_told_apart_in_two_windows_are_both_kept(giver: Contributor) -> None:
    first, second = things(giver)
    one, _ = windows(giver, f"/give/about/{first}")
    other, same = windows(giver, f"/give/about/{second}")
    one.fill(f"/give/about/{first}", {"about-title": "The letter", "about-date": "3/4/1807"})
    other.fill(f"/give/about/{second}", {"about-title": "The song"})
    same.fill(f"/give/about/{second}", {"about-title": "The hymn"})
    assert same.at.status_code == 409 and "The song" in same.text and 'value="The hymn"' in same.text
    giver.open(f"/give/about/{first}")
    assert 'value="The letter"' in giver.text and BOTH not in giver.text


def test_what_is_said_of_all_meanwhile_is_no_difference_of_one_thing(giver: Contributor) -> None:
    (first, _) = things(giver)
    one, _ = windows(giver, f"/give/about/{first}")
    giver.open("/give/about")
    giver.fill("/give/about", {"about-title": "The choir"})
    one.fill(f"/give/about/{first}", {"about-place": "Richmond"})
    giver.open(f"/give/about/{first}")
    assert 'value="The choir"' in giver.text and ">Richmond</textarea>" in giver.text


@pytest.mark.parametrize(
    ("path", "first", "then", "stands"),
    [
        ("people", {"people": "refused"}, {"people_words": "Ask Rosa."}, 'value="refused" checked'),
        ("people", {"about-people": "Rosa"}, {"people": "none"}, "Rosa</textarea>"),
        ("show", {"audience": "staff"}, {"keep": "yes"}, 'value="staff" checked'),
        ("show", {"not_before": "25 March 2030"}, {"keep": "yes"}, "25 March 2030"),
        ("name", {"naming": "no-name"}, {"name_shown": "Rosa"}, 'value="no-name" checked'),
    ],
)
def test_so_it_is_on_every_page(
    giver: Contributor, path: str, first: dict[str, str], then: dict[str, str], stands: str
) -> None:
    one, other = windows(giver, f"/give/{path}")
    one.fill(f"/{path}", first)
    other.fill(f"/{path}", then)
    giver.open(f"/give/{path}")
    assert stands in giver.text and BOTH not in giver.text


def test_a_narrower_choice_is_not_opened_by_an_older_window(giver: Contributor) -> None:
    giver.open("/give/show")
    giver.fill("/show", {"keep": "yes", "audience": "public"})
    one, other = windows(giver, "/give/show")
    one.fill("/show", {"audience": "staff"})
    other.fill("/show")
    giver.open("/give/show")
    assert 'value="staff" checked' in giver.text
    one, other = windows(giver, "/give/show")
    one.fill("/show", {"audience": "public"})
    other.fill("/show", {"audience": "community"})
    assert other.at.status_code == 409
    assert '<dd class="as-typed">Everyone</dd>' in other.text and 'value="community" checked' in other.text


def test_the_town_of_a_place_stays_with_its_place(giver: Contributor) -> None:
    giver.open("/give/about")
    giver.fill("/give/about", {"about-place": "Oak Street 3, Richmond"})
    one, _ = windows(giver, "/give/show")
    giver.open("/give/about")
    giver.fill("/give/about", {"about-place": "Mill Lane 7, Bristol\nOak Street 3, Richmond"})
    field = re.search(r'name="(town-[^"]+)"', one.text)
    assert field is not None
    one.fill("/show", {"keep": "yes", "audience": "public", "place_precision": "town", field[1]: "Richmond"})
    assert one.at.status_code == 400 and "Write which town is shown instead." in one.text
    labels = re.findall(r'<label for="town-[^"]+">[^“]+“([^”]+)”', one.text)
    towns = re.findall(r'name="town-[^"]+" value="([^"]*)"', one.text)
    assert dict(zip(labels, towns, strict=True)) == {
        "Mill Lane 7, Bristol": "",
        "Oak Street 3, Richmond": "Richmond",
    }


def test_captions_and_how_files_belong_together_are_not_written_over(giver: Contributor) -> None:
    first, second = things(giver)
    one, other = windows(giver, "/give/files")
    one.add_named([], **{f"caption-{first}": "My mother.", f"caption-{second}": "", "together": "together"})
    other.add_named([], **{f"caption-{first}": "In the hall.", f"caption-{second}": "The song."})
    assert "You wrote about it in another window too" in other.text and "letter.txt" in other.text
    giver.open("/give/files")
    assert 'value="My mother. · In the hall."' in giver.text and 'value="The song."' in giver.text
    assert 'value="together" checked' in giver.text


def test_a_caption_that_is_too_long_is_kept_whole_and_told_how_long_it_may_be(giver: Contributor) -> None:
    first, _ = things(giver)
    giver.open("/give/files")
    giver.add_named([], on="yes", **{f"caption-{first}": LONG})
    assert giver.path == "/give/files" and LONG in giver.text
    assert f"it may have 1,000 characters and has {len(LONG):,}" in giver.text
    assert f'id="caption-{first}-trouble"' in giver.text
    giver.open("/give/check")
    assert "it may have 1,000 characters" in giver.text
    assert not [one for one in Forms(giver.text).forms if one["action"].endswith("/send")]
    giver.open("/give/files")
    giver.add_named([], on="yes", **{f"caption-{first}": "x" * 1000})
    assert giver.path == "/give/about"


@pytest.mark.parametrize("path", ["files", "write", "about", "people", "show", "name"])
def test_no_browser_is_told_to_cut_what_is_pasted(giver: Contributor, path: str) -> None:
    giver.open(f"/give/{path}")
    assert giver.path == f"/give/{path}" and "maxlength" not in giver.text


def test_what_is_left_as_it_stood_on_the_first_page_takes_nothing_back(giver: Contributor) -> None:
    one, other = windows(giver, "/give")
    one.fill("/give", {"collection": "convenings"})
    other.fill("/give", {"what": "voices"})
    assert other.path == "/give/files"
    giver.open("/give")
    assert 'value="convenings" checked' in giver.text and 'value="voices" checked' in giver.text


def test_two_choices_on_the_first_page_are_both_shown_until_somebody_chooses(giver: Contributor) -> None:
    one, other = windows(giver, "/give")
    one.fill("/give", {"what": "papers", "collection": "convenings"})
    other.fill("/give", {"what": "voices", "collection": "march-25"})
    # The collection was only left as it stood there.
    assert other.at.status_code == 409 and BOTH in other.text
    assert 'value="voices" checked' in other.text and 'value="convenings" checked' in other.text
    assert '<dd class="as-typed">Letters or other papers</dd>' in other.text
    giver.open("/give/check")
    assert "You wrote something else here in another window too" in giver.text
    # Seen by its giver, it takes the place of the other.
    giver.open("/give")
    giver.fill("/give", {"what": "words"})
    assert giver.path == "/give/write"
    # What a script keeps quietly takes the place of nothing either.
    one, other = windows(giver, "/give")
    one.fill("/give", {"what": "papers"})
    quiet = Forms(other.text).sent_to("/give")[0]["fields"] | {"to": "quietly", "what": "other"}
    answer = giver.client.post("/give", data=quiet)
    assert (answer.status_code, answer.data) == (204, b"") and "Seen" not in answer.headers
    giver.open("/give")
    assert BOTH in giver.text and "Letters or other papers" in giver.text
    giver.fill("/give")
    giver.open("/give")
    assert BOTH not in giver.text and 'value="other" checked' in giver.text


def test_two_collections_chosen_in_two_windows_are_both_shown(giver: Contributor) -> None:
    giver.open("/give")
    giver.fill("/give", {"collection": "convenings"})
    one, other = windows(giver, "/give")
    one.fill("/give", {"collection": "march-25"})
    stale = Forms(other.text).sent_to("/give")[0]["fields"]
    # Of another choice than either: there are two collections here, so the mark says it was another one.
    other.at = giver.client.post("/give", data=stale | {"seen": "collection=another what=another"})
    assert other.at.status_code == 409 and BOTH in other.text and 'value="convenings" checked' in other.text
    giver.open("/give")
    giver.fill("/give")
    giver.open("/give")
    assert BOTH not in giver.text and 'value="convenings" checked' in giver.text
