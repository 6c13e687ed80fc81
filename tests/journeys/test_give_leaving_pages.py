"""Whatever way leads off a page of giving, what was typed and chosen there is not lost."""

from __future__ import annotations

import re

import pytest

from archive.services.opening import Archive
from archive.web.app import create_app
from archive.web.saving_first import SITE
from tests.fixtures.contributor import Contributor, Forms


@pytest.fixture
def giver(archive: Archive) -> Contributor:
    return Contributor(create_app(archive.settings, archive).test_client())


WAYS_OFF = {
    "/give/about": ("about-description", "They came by the river.", "people"),
    "/give/people": ("people_words", "My cousins agreed.", "about"),
    "/give/name": ("name_shown", "Rosa", "later"),
}
SAVING = ["", "/files", "/write", "/about", "/people", "/show", "/name"]


@pytest.mark.parametrize("path", WAYS_OFF)
def test_what_was_typed_is_kept_whatever_way_leads_off_the_page(giver: Contributor, path: str) -> None:
    name, text, to = WAYS_OFF[path]
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    giver.open(path)
    # The step before, one that is to come, the code for later: each is a button of the form.
    assert 'name="to" value="later"' in giver.text and f'value="{to}"' in giver.text
    giver.fill(path, {name: text, "to": to})
    assert giver.at.status_code == 200 and giver.path == ("/mine/code" if to == "later" else f"/give/{to}")
    giver.open(path)
    assert text in giver.text


def test_what_was_written_of_all_is_kept_when_one_thing_is_opened(giver: Contributor) -> None:
    giver.begin()
    giver.add(one__txt=b"1", two__txt=b"2")
    giver.open("/give/about")
    alone = re.search(r'value="(alone/\w+)"', giver.text)
    assert alone is not None
    giver.fill("/give/about", {"about-title": "The march", "to": alone[1]})
    assert giver.path.startswith("/give/about/") and "The march" in giver.text
    giver.fill(giver.path, {"about-title": "The choir", "to": "about"})
    assert giver.path == "/give/about" and "The march" in giver.text and "different" in giver.text


@pytest.mark.parametrize(
    "to",
    ["https://elsewhere.example", "//elsewhere.example", "send", "alone/", "alone", "site/account.sign_out"],
)
def test_no_form_leads_to_another_place_than_its_pages(giver: Contributor, to: str) -> None:
    giver.begin()
    giver.open("/give/people")
    giver.fill("/give/people", {"people": "none", "to": to})
    assert giver.path == "/give/show"


def test_files_that_were_chosen_and_not_added_are_named_whatever_button_is_pressed(
    giver: Contributor,
) -> None:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    # A form without its files tells their names, as browsers do.
    (save,) = re.findall(r'formaction="(/give/files/captions)"', giver.text)
    form = next(one["fields"] for one in Forms(giver.text).forms if one["action"] == "/give/files")
    giver.at = giver.client.post(save, data={**form, "files": "song.mp3"}, follow_redirects=True)
    assert "song.mp3" in giver.text and "chosen, but not added" in giver.text


def test_an_empty_file_is_told_to_be_empty(giver: Contributor) -> None:
    giver.begin()
    giver.add(nothing__jpg=b"")
    assert "This file is empty" in giver.text


def test_a_button_that_stands_before_the_form_of_files_is_heard(giver: Contributor) -> None:
    giver.begin()
    giver.add(letter__txt=b"Dear sister.")
    form = next(one["fields"] for one in Forms(giver.text).forms if one["action"] == "/give/files")
    for button, there in ({"to": "people"}, "/give/people"), ({"on": "yes"}, "/give/about"):
        # As browsers do: what is pressed is sent where it stands.
        answer = giver.client.post("/give/files", data=button | form, content_type="multipart/form-data")
        assert answer.headers["Location"] == there


@pytest.mark.parametrize("path", [*WAYS_OFF, "/give/about/one"])
def test_what_was_typed_is_kept_when_the_page_is_asked_for_in_another_language(
    giver: Contributor, path: str
) -> None:
    name, text, _ = WAYS_OFF.get(path, ("about-description", "One came late.", ""))
    giver.begin()
    giver.add(one__txt=b"1", two__txt=b"2")
    giver.open("/give/about")
    path = path.replace("one", re.findall(r'value="alone/(\w+)"', giver.text)[0])
    giver.open(path)
    assert 'href="/fr/give' not in giver.text and re.search(r'lang="fr"[^>]* value="in/fr"', giver.text)
    giver.fill(path, {name: text, "to": "in/fr"})
    assert giver.at.request.path == f"/fr{path}" and text in giver.text
    # And from there to yet another, and back.
    giver.fill(path, {name: f"{text} Ja.", "to": "in/pt"})
    assert giver.at.request.path == f"/pt{path}"
    giver.fill(path, {"to": "in/en"})
    assert giver.at.request.path == path and f"{text} Ja." in giver.text


def test_what_was_written_is_a_file_when_the_page_is_asked_for_in_another_language(
    giver: Contributor,
) -> None:
    giver.begin()
    giver.open("/give/write")
    giver.fill("/give/write", {"written": "We sang.", "to": "in/es"})
    assert giver.at.request.path == "/es/give/files" and "written here.txt" in giver.text


def test_words_under_files_are_kept_when_their_page_is_asked_for_in_another_language(
    giver: Contributor,
) -> None:
    giver.begin()
    giver.add(one__txt=b"1")
    (caption,) = re.findall(r'name="(caption-\w+)"', giver.text)
    giver.add_named([], **{caption: "My grandmother", "to": "in/fr"})
    assert giver.at.request.path == "/fr/give/files" and "My grandmother" in giver.text


def test_what_was_typed_is_kept_by_whoever_reads_how_to_give_safely(giver: Contributor) -> None:
    giver.begin()
    giver.open("/give/people")
    assert 'href="/giving-safely"' not in giver.text
    giver.fill("/give/people", {"people_words": "My cousins agreed.", "to": "safely"})
    assert giver.path == "/giving-safely"
    giver.open("/give/people")
    assert "My cousins agreed." in giver.text


@pytest.mark.parametrize("step", SAVING)
def test_the_first_button_of_every_page_goes_on(giver: Contributor, step: str) -> None:
    giver.begin()
    giver.add(one__txt=b"1")
    giver.open(f"/give{step}")
    # Enter presses the first one of the form, wherever on the page it stands.
    first = re.findall(r'<button[^>]* form="step"[^>]*>', giver.text)[0]
    assert "unseen" in first and 'name="to"' not in first
    assert 'value="in/es"' in giver.text


def test_a_language_that_there_is_none_of_leads_nowhere(giver: Contributor) -> None:
    giver.begin()
    giver.open("/give/people")
    giver.fill("/give/people", {"people": "none", "to": "in/xx"})
    assert giver.path == "/give/show"


def test_pages_that_save_nothing_have_links_to_their_languages(giver: Contributor) -> None:
    giver.open("/give")
    assert 'href="/fr/give"' in giver.text
    giver.begin()
    giver.open("/give/check")
    assert 'href="/fr/give/check"' in giver.text and 'href="/giving-safely"' in giver.text


@pytest.mark.parametrize("step", SAVING)
def test_no_link_leads_off_a_page_that_saves_but_the_quick_one(giver: Contributor, step: str) -> None:
    giver.begin()
    giver.add(one__txt=b"1")
    giver.open(f"/give{step}")
    links = [one for one in re.findall(r'<a [^>]*href="([^"]*)"', giver.text) if not one.startswith("#")]
    assert len(links) == 1 and links[0].startswith("/leave/")


def test_what_was_typed_is_kept_whichever_page_of_the_site_is_opened(giver: Contributor) -> None:
    giver.begin()
    giver.open("/give/people")
    ways = set(re.findall(r'name="to" value="(site/[^"]+)"', giver.text))
    assert {"site/public.home", "site/public.search", "site/about.privacy"} <= ways
    for number, way in enumerate(sorted(ways)):
        giver.open("/give/people")
        giver.fill("/give/people", {"people_words": f"My {number} cousins agreed.", "to": way})
        assert giver.at.status_code == 200 and not giver.path.startswith("/give/"), way
        giver.open("/give/people")
        assert f"My {number} cousins agreed." in giver.text, way


def test_every_page_of_the_head_and_the_foot_can_be_reached_by_a_button(giver: Contributor) -> None:
    giver.open("/")
    there = {re.sub(r"^http://[^/]*", "", one) for one in re.findall(r'<a [^>]*href="(/[^"]*)"', giver.text)}
    giver.begin()
    giver.open("/give/people")
    ways = re.findall(r'name="to" value="site/([^"]+)"', giver.text)
    assert set(ways) <= SITE
    for way in ways:
        answer = giver.client.post(
            "/give/people", data=Forms(giver.text).forms[0]["fields"] | {"to": f"site/{way}"}
        )
        assert answer.headers["Location"] in there | {"/mine/come-back"}, way


def test_what_was_written_is_a_file_when_another_page_of_the_site_is_opened(giver: Contributor) -> None:
    giver.begin()
    giver.open("/give/write")
    giver.fill("/give/write", {"written": "We sang.", "to": "site/public.search"})
    assert giver.path == "/search"
    giver.open("/give/files")
    assert "written here.txt" in giver.text


def test_pages_where_nothing_is_typed_lead_away_by_links(giver: Contributor) -> None:
    giver.begin()
    for path in ("/give/check", "/giving-safely", "/search"):
        giver.open(path)
        assert 'href="/about"' in giver.text and "site/" not in giver.text
