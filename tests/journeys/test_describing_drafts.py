"""What a curator has begun to write is theirs alone until they save it, and can be looked at as everybody would see it."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select, text

from archive.access import OPERATOR
from archive.models import DeskDraft, ItemState, Role, User
from archive.services import erasing, withdrawing
from archive.services.record import records
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of
from tests.fixtures.reviewing import another, describe, form, item_id, opened, sign_in
from tests.fixtures.shelf import Shelf

__all__ = ["client", "item_id", "master", "shelf"]

BEGUN = "Begun & not <finished>\nSecond line"


def second_curator(shelf: Shelf) -> str:
    with shelf.archive.db.write() as session:
        first = session.scalars(select(User).where(User.username == "curator")).one()
        user = User(username="colleague", password_hash=first.password_hash)
        user.roles = [Role(name="curator", collection="")]
        session.add(user)
    return "colleague"


def drafts(shelf: Shelf) -> list[DeskDraft]:
    with shelf.archive.db.read() as session:
        return list(session.scalars(select(DeskDraft)))


def fields_on(page: str, ending: str = "/describe") -> dict[str, str]:
    return dict(
        next(one for one in Forms(page).forms if one["action"].partition("?")[0].endswith(ending))["fields"]
    )


def test_what_was_begun_is_there_again_and_nobody_else_sees_it(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    answer = describe(client, item_id, fields | {"about-description": BEGUN, "do": "keep"})
    assert answer.status_code == 303
    page = opened(client, f"/desk/items/{item_id}/describe")
    assert "This is your draft of" in page
    assert fields_on(page)["about-description"] == BEGUN
    colleague = another(client, second_curator(shelf))
    assert "Begun" not in opened(colleague, f"/desk/items/{item_id}/describe")
    for address in (f"/desk/items/{item_id}", f"/desk/items/{item_id}/history", f"/items/{item_id}"):
        assert "Begun" not in client.get(address).text + colleague.get(address).text
    with shelf.archive.db.read() as session:
        assert "Begun" not in str(records(session, [item_id]))


def test_a_script_that_keeps_what_is_typed_is_answered_without_a_page(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    for words in ("One", "One more"):
        answer = describe(client, item_id, fields | {"about-title": words, "do": "keep", "quietly": "yes"})
        assert (answer.status_code, answer.data) == (204, b"")
    assert [one.typed["title"] for one in drafts(shelf)] == ["One more"]


def test_saving_ends_a_draft_and_so_does_throwing_it_away(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    address = f"/desk/items/{item_id}/describe"
    for ending in ("save", "throw away"):
        describe(client, item_id, form(client, address, "/describe") | {"about-title": ending, "do": "keep"})
        assert len(drafts(shelf)) == 1
        if ending == "save":
            saved = form(client, address, "/describe")
            assert describe(client, item_id, saved).status_code == 303
            # A script may have sent the same a moment before.
            assert describe(client, item_id, saved | {"do": "keep", "quietly": "yes"}).status_code == 204
        else:
            begun = form(client, address, "/describe")
            assert describe(client, item_id, begun | {"do": "forget"}).status_code == 303
        assert drafts(shelf) == []
        assert "This is your draft" not in client.get(address).text
    assert item_of(shelf.archive, item_id).title == "save"


def test_a_draft_of_what_somebody_else_has_changed_meets_what_they_wrote(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    address = f"/desk/items/{item_id}/describe"
    describe(client, item_id, form(client, address, "/describe") | {"about-title": "Mine", "do": "keep"})
    colleague = another(client, second_curator(shelf))
    describe(colleague, item_id, form(colleague, address, "/describe") | {"about-title": "Theirs"})
    answer = describe(client, item_id, form(client, address, "/describe"))
    assert answer.status_code == 409 and "Theirs" in answer.text
    assert item_of(shelf.archive, item_id).title == "Theirs"
    assert describe(client, item_id, fields_on(answer.text)).status_code == 303
    assert item_of(shelf.archive, item_id).title == "Mine" and drafts(shelf) == []


def test_drafts_go_with_the_item_and_with_their_writer(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    colleague = another(client, second_curator(shelf))
    address = f"/desk/items/{item_id}/describe"
    for one in (sign_in(client, "curator"), colleague):
        describe(one, item_id, form(one, address, "/describe") | {"about-title": BEGUN, "do": "keep"})
    with shelf.archive.db.write() as session:
        session.execute(text("DELETE FROM user_account WHERE username = 'colleague'"))
    assert len(drafts(shelf)) == 1
    withdrawing.withdraw_item(shelf.archive, OPERATOR, item_id, destroy=True)
    erasing.clear(shelf.archive)
    assert drafts(shelf) == []


def test_a_preview_is_the_public_page_and_saves_nothing(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    typed = {
        "about-title": "As it would be <called>",
        "about-date": "about 1852",
        "about-description": BEGUN,
        "about-creators": "Norwood, Hermond (interviewer)",
        "about-subjects": "Freedom seekers",
    }
    answer = describe(client, item_id, fields | typed | {"do": "preview"})
    assert answer.status_code == 200 and "This is how everybody would see it" in answer.text
    assert "As it would be &lt;called&gt;</h1>" in answer.text and "Norwood, Hermond" in answer.text
    # A visitor sees no way to the desk, and no name of a file.
    assert "See it at the desk" not in answer.text and "letter.txt" not in answer.text
    assert item_of(shelf.archive, item_id).title != typed["about-title"] and drafts(shelf) == []
    back = client.post(f"/desk/items/{item_id}/describe", data=fields_on(answer.text) | {"do": "edit"})
    again = fields_on(back.text)
    assert {name: again[name] for name in typed} == typed and again["seen"] == fields["seen"]
    saved = describe(client, item_id, fields_on(answer.text) | {"do": "save"})
    assert saved.status_code == 303
    assert item_of(shelf.archive, item_id).title == typed["about-title"]


def test_a_preview_shows_places_no_more_exactly_than_their_consent_allows(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    with shelf.archive.db.write() as session:
        consent = session.get_one(type(item_of(shelf.archive, item_id)), item_id).consent
        consent.place_precision, consent.places_shown = "town", {"The old house": "Norfolk"}
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    typed = {"about-place": "The old house [36.850812, -76.285912]", "do": "preview"}
    page = describe(client, item_id, fields | typed).text
    public = page.partition('class="about-item"')[2]
    assert "Norfolk" in public and "The old house" not in public and "36.850812" not in public


def test_only_who_may_describe_it_previews_or_keeps(client: FlaskClient, shelf: Shelf, item_id: str) -> None:
    sign_in(client, "archivist")
    token = form(client, "/desk", "/sign-out")
    for do in ("preview", "keep", "edit"):
        answer = describe(client, item_id, token | {"do": do, "about-title": "x"})
        assert answer.status_code == 403, do
    assert drafts(shelf) == []
    assert item_of(shelf.archive, item_id).state == ItemState.IN_REVIEW


def test_one_more_word_is_added_to_what_is_typed_without_a_script(client: FlaskClient, item_id: str) -> None:
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    more = {
        "about-subjects": "Letters",
        "add-subjects": "Song",
        "add-place": "Norfolk, Virginia",
        "add-place-where": "36.85, -76.29",
        "add-place-precision": "town",
        "about-place": "",
    }
    page = describe(client, item_id, fields | more | {"do": "edit"}).text
    again = fields_on(page)
    assert again["about-subjects"] == "Letters\nSong"
    assert again["about-place"] == "Norfolk, Virginia [36.85, -76.29, town]"
    assert "<datalist" in page


def test_pictures_beside_the_form_are_veiled_and_asking_for_them_keeps_what_is_typed(
    client: FlaskClient, shelf: Shelf
) -> None:
    sign_in(client, "curator")
    photo = shelf.items["photo"]
    fields = form(client, f"/desk/items/{photo}/describe", "/describe")
    assert "viewer veil" in client.get(f"/desk/items/{photo}/describe").text
    asked = {"about-description": BEGUN, "do": "edit"}
    page = client.post(f"/desk/items/{photo}/describe?show=1", data=fields | asked).text
    assert "veil" not in page
    assert fields_on(page)["about-description"] == BEGUN
    assert item_of(shelf.archive, photo).description != BEGUN


def test_what_was_begun_stays_when_an_earlier_revision_is_brought_back(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    address = f"/desk/items/{item_id}/describe"
    fields = form(client, address, "/describe")
    assert describe(client, item_id, fields | {"about-title": "Another title"}).status_code == 303
    fields = form(client, address, "/describe")
    describe(client, item_id, fields | {"about-description": BEGUN, "do": "keep"})
    history = f"/desk/items/{item_id}/history"
    assert client.post(f"{history}/1", data=form(client, history, "/history/1")).status_code == 303
    assert item_of(shelf.archive, item_id).title != "Another title"
    assert fields_on(opened(client, address))["about-description"] == BEGUN
    # It was begun before that, so saving it asks first.
    answer = describe(client, item_id, fields_on(opened(client, address)))
    assert answer.status_code == 409 and "Begun &amp; not" in answer.text


def test_what_cannot_be_saved_as_it_is_is_there_again_when_one_comes_back(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    address = f"/desk/items/{item_id}/describe"
    # What is asked, the page after it is left without a button.
    for do in ("save", "preview"):
        fields = form(client, address, "/describe")
        typed = {"about-title": "", "about-description": f"Before {do}", "do": do}
        assert describe(client, item_id, fields | typed).status_code == 400
        page = opened(client, address)
        assert "This is your draft of" in page and f"Before {do}" in page
    # Somebody else was first: what was typed over theirs is kept just so.
    describe(client, item_id, form(client, address, "/describe") | {"do": "forget"})
    fields = form(client, address, "/describe")
    colleague = another(client, second_curator(shelf))
    describe(colleague, item_id, form(colleague, address, "/describe") | {"about-title": "Theirs"})
    assert describe(client, item_id, fields | {"about-title": "Mine"}).status_code == 409
    assert form(client, address, "/describe")["about-title"] == "Mine"
    assert item_of(shelf.archive, item_id).title == "Theirs"
    # It is saved over nobody unseen, now as little as before.
    assert describe(client, item_id, form(client, address, "/describe")).status_code == 409


def test_what_is_too_long_to_be_kept_is_told_in_the_form_with_all_of_it(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    fields = form(client, f"/desk/items/{item_id}/describe", "/describe")
    answer = describe(client, item_id, fields | {"about-description": "word " * 25_000})
    assert answer.status_code == 400
    assert fields_on(answer.text)["about-description"].count("word ") >= 24_999
    assert drafts(shelf) == []
