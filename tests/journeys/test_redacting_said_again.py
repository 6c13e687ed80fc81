"""Words that were taken out of a file do not come back by what is said of it, unless somebody means it."""

from __future__ import annotations

from html import unescape

from flask.testing import FlaskClient

from archive.access import OPERATOR
from archive.services import bringing_back, revisions
from archive.services.answers import Trouble
from archive.services.opening import Archive
from tests.fixtures.contributor import Forms
from tests.fixtures.items import item_of
from tests.fixtures.redacting import DISGUISED, NAME, Place, mark_words, master, place
from tests.fixtures.withdrawn import settle

__all__ = ["master", "place"]


def change(archive: Archive, item_id: str, *, anyway: bool = False, **typed: str) -> dict[str, Trouble]:
    spoken = revisions.spoken(archive, OPERATOR, item_id)
    wanted = {**spoken.said, **typed}
    return revisions.change(
        archive, OPERATOR, item_id, wanted, spoken.meant, "en", spoken.mark, anyway=anyway
    )


def form_of(client: FlaskClient, address: str, action: str = "") -> dict[str, str]:
    forms = Forms(client.get(address).text).forms
    return dict(next(one for one in forms if one["action"].endswith(action or address))["fields"])


def public(place: Place, name: str) -> str:
    settle(place.archive)
    return place.visitor.get(f"/items/{place.items[name]}").text


def test_an_earlier_title_that_holds_a_name_that_was_taken_out_is_brought_back_by_who_means_it_alone(
    place: Place,
) -> None:
    item_id = place.items["note"]
    assert not change(place.archive, item_id, title=f"A note of {NAME}")
    place.mark("note", words=NAME)
    place.work()
    assert not change(place.archive, item_id, title="A note")
    assert NAME not in public(place, "note")
    address = f"/desk/items/{item_id}/history"
    form = form_of(place.curator, address, "/history/2")
    assert "anyway" not in form
    answer = place.curator.post(f"{address}/2", data=form)
    assert answer.status_code == 400
    told = unescape(answer.text)
    assert f"This was taken out of a file: “{NAME}”" in told and "Revision 2 was not brought back" in told
    assert 'name="anyway"' in told
    assert item_of(place.archive, item_id).title == "A note" and NAME not in public(place, "note")
    answer = place.curator.post(f"{address}/2", data=form | {"anyway": "yes"})
    assert answer.status_code == 303
    assert NAME in item_of(place.archive, item_id).title
    # From then on the item's own page says so.
    desk = unescape(place.curator.get(f"/desk/items/{item_id}").text)
    assert "still said in: the title." in desk


def test_what_is_typed_again_stays_in_the_form_until_it_is_ticked_or_written_without(place: Place) -> None:
    place.mark("note", words=NAME)
    place.work()
    item_id = place.items["note"]
    address = f"/desk/items/{item_id}/describe"
    assert 'name="anyway"' not in place.curator.get(address).text
    form = form_of(place.curator, address) | {"do": "save", "about-title": f"By {DISGUISED}"}
    answer = place.curator.post(address, data=form)
    assert answer.status_code == 400 and 'name="anyway"' in answer.text
    assert DISGUISED in answer.text and f"“{NAME}”" in unescape(answer.text)
    assert "still said" not in place.curator.get(f"/desk/items/{item_id}").text
    preview = place.curator.post(address, data=form | {"do": "preview", "anyway": "yes"})
    assert 'name="anyway"' in preview.text
    assert place.curator.post(address, data=form | {"anyway": "yes"}).status_code == 303
    assert item_of(place.archive, item_id).title == f"By {DISGUISED}"
    # What is said already is not asked about with every other change.
    assert not change(place.archive, item_id, description="Something else")
    assert change(place.archive, item_id, title=f"Of {NAME}") == {
        "title": Trouble("taken-out", words=(NAME,))
    }


def test_a_name_that_is_shown_again_may_be_said_again(place: Place) -> None:
    item_id = place.items["note"]
    place.mark("note", words=NAME)
    address = f"/desk/items/{item_id}/redact"
    forms = [one for one in Forms(place.curator.get(address).text).forms if one["action"].endswith("/remove")]
    assert place.curator.post(forms[0]["action"], data=dict(forms[0]["fields"])).status_code == 303
    assert not change(place.archive, item_id, title=f"A note of {NAME}")


def test_whoever_brings_a_revision_back_is_told_in_which_fields_the_words_stand(place: Place) -> None:
    item_id = place.items["note"]
    assert not change(place.archive, item_id, title=f"A note of {NAME}")
    assert not change(place.archive, item_id, title="A note")
    mark_words(place.archive, item_id, NAME)
    mark = revisions.spoken(place.archive, OPERATOR, item_id).mark
    troubles = bringing_back.restore(place.archive, OPERATOR, item_id, 2, mark, "en")
    assert troubles == {"title": Trouble("taken-out", words=(NAME,))}
    assert not bringing_back.restore(place.archive, OPERATOR, item_id, 2, mark, "en", anyway=True)
    assert NAME in item_of(place.archive, item_id).title
