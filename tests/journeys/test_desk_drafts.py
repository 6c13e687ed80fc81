"""What somebody at the desk types of a file, of a story or of an item is never lost: not with the page, nor to another window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.access import OPERATOR
from archive.models import DeskDraft
from archive.services import erasing, stories, transcribing, withdrawing
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import item_of
from tests.fixtures.reviewing import another, form, item_id, opened, sign_in
from tests.fixtures.shelf import Shelf
from tests.journeys.test_describing_drafts import second_curator

__all__ = ["client", "item_id", "master", "shelf"]

MINE, OTHER = "She sang & <wept>.\nEvery evening.", "He rowed across."
OWN, ELSEWHERE = "This is your draft of", "In another window you have typed something else"


class Writing:
    """A long form of the desk: where it is, the field in which one writes, and what is saved there."""

    def __init__(self, address: str, field: str, saved: Callable[[], str], **more: str) -> None:
        self.address, self.field, self.saved, self.more = address, field, saved, more

    def window(self, client: FlaskClient, draft: str = "") -> dict[str, str]:
        """The form as it stands when it is opened."""
        ending = f"?show=1&draft={draft}" if draft else ""
        page = client.get(self.address + ending).text if draft else opened(client, self.address)
        assert f'action="{self.address}' in page
        return form_on(page, self.address)

    def send(
        self, client: FlaskClient, fields: dict[str, str], words: str | None, **more: str
    ) -> TestResponse:
        typed = {} if words is None else {self.field: words, **self.more}
        return client.post(self.address, data=fields | typed | more)

    def keep(self, client: FlaskClient, fields: dict[str, str], words: str) -> None:
        """As the script does while somebody types."""
        answer = self.send(client, fields, words, do="keep", quietly="yes")
        assert (answer.status_code, answer.data) == (204, b"")


def form_on(page: str, address: str) -> dict[str, str]:
    found = next(one for one in Forms(page).forms if one["action"].partition("?")[0] == address)
    return dict(found["fields"])


def kept(shelf: Shelf) -> list[DeskDraft]:
    with shelf.archive.db.read() as session:
        return list(session.scalars(select(DeskDraft).order_by(DeskDraft.number)))


@pytest.fixture(params=["transcript", "story", "new story", "description"])
def writing(request: pytest.FixtureRequest, client: FlaskClient, shelf: Shelf, item_id: str) -> Writing:
    archive, file_id = shelf.archive, shelf.files["letter", 0]
    sign_in(client, "curator")
    if request.param == "transcript":
        return Writing(
            f"/desk/items/{item_id}/files/{file_id}/transcript",
            "text",
            lambda: transcribing.written(archive, OPERATOR, item_id, file_id).text,
        )
    if request.param == "description":
        return Writing(
            f"/desk/items/{item_id}/describe",
            "about-description",
            lambda: item_of(archive, item_id).description,
        )
    fields = form(client, "/desk/stories/new", "/desk/stories/new")
    typed = {"title": "Rivers", "collection": "march-25", "body": "They sang."}
    address = "/desk/stories/new"
    if request.param == "story":
        address = client.post("/desk/stories/new", data=fields | typed | {"do": "save"}).headers["Location"]

    def saved() -> str:
        lines = [one for one in stories.at_desk(archive, OPERATOR) if one.title == "Rivers"]
        return "".join(stories.one(archive, OPERATOR, one.id).said.body for one in lines)

    return Writing(address, "body", saved, title="Rivers", collection="march-25")


def test_what_was_typed_stands_there_again_for_its_writer_alone(
    client: FlaskClient, shelf: Shelf, writing: Writing
) -> None:
    before = writing.saved()
    writing.keep(client, writing.window(client), MINE)
    page = opened(client, writing.address)
    assert OWN in page and ELSEWHERE not in page
    assert form_on(page, writing.address)[writing.field] == MINE
    assert writing.saved() == before
    colleague = another(client, second_curator(shelf))
    page = opened(colleague, writing.address)
    assert OWN not in page and "wept" not in page
    # Without a script a button does the same.
    answer = writing.send(client, writing.window(client), OTHER, do="keep")
    assert answer.status_code == 303
    assert writing.window(client)[writing.field] == OTHER
    assert len(kept(shelf)) == 1


def test_what_is_saved_or_thrown_away_is_no_draft_any_more(
    client: FlaskClient, shelf: Shelf, writing: Writing
) -> None:
    before = writing.saved()
    fields = writing.window(client)
    writing.keep(client, fields, MINE)
    assert writing.send(client, fields, MINE, do="forget").status_code == 303
    assert kept(shelf) == [] and writing.saved() == before
    writing.keep(client, writing.window(client), MINE)
    # Begun in one window, and saved from the next.
    again = writing.window(client)
    assert writing.send(client, again, None, do="save").status_code == 303
    assert kept(shelf) == [] and writing.saved() == MINE
    assert OWN not in opened(client, writing.address)


def test_two_windows_keep_what_was_typed_in_each(client: FlaskClient, shelf: Shelf, writing: Writing) -> None:
    one, other = writing.window(client), writing.window(client)
    writing.keep(client, one, MINE)
    writing.keep(client, other, OTHER)
    writing.keep(client, one, f"{MINE} More.")
    assert [row.number for row in kept(shelf)] == [2, 3]
    page = opened(client, writing.address)
    assert OWN in page and ELSEWHERE in page and OTHER in page
    assert form_on(page, writing.address)[writing.field] == f"{MINE} More."
    # The other one can be written on.
    assert writing.window(client, other["window"])[writing.field] == OTHER
    # Saving one leaves the other.
    assert writing.send(client, one, f"{MINE} More.", do="save").status_code == 303
    assert [row.window_id for row in kept(shelf)] == [other["window"]]
    page = opened(client, writing.address)
    assert OWN in page and OTHER in page


def test_two_windows_that_begin_with_one_draft_part(
    client: FlaskClient, shelf: Shelf, writing: Writing
) -> None:
    writing.keep(client, writing.window(client), MINE)
    one, other = writing.window(client), writing.window(client)
    writing.keep(client, one, f"{MINE} One.")
    assert len(kept(shelf)) == 1
    writing.keep(client, other, f"{MINE} Other.")
    assert len(kept(shelf)) == 2
    # Writing on in the window whose draft others began with: it is not theirs to take.
    late = writing.window(client)
    writing.keep(client, other, f"{MINE} Other, and more.")
    writing.keep(client, late, "Late.")
    assert [row.typed[writing.field.removeprefix("about-")] for row in kept(shelf)] == [
        f"{MINE} One.",
        f"{MINE} Other, and more.",
        "Late.",
    ]


def test_throwing_the_other_away_keeps_what_is_typed_here(
    client: FlaskClient, shelf: Shelf, writing: Writing
) -> None:
    one, other = writing.window(client), writing.window(client)
    writing.keep(client, other, OTHER)
    assert writing.send(client, one, MINE, throw=other["window"]).status_code == 303
    page = opened(client, writing.address)
    assert form_on(page, writing.address)[writing.field] == MINE
    assert OTHER not in page and len(kept(shelf)) == 1


def test_nobody_throws_away_or_reads_what_is_somebody_elses(
    client: FlaskClient, shelf: Shelf, writing: Writing
) -> None:
    fields = writing.window(client)
    writing.keep(client, fields, MINE)
    colleague = another(client, second_curator(shelf))
    theirs = writing.window(colleague)
    writing.send(colleague, theirs, None, do="forget", window=fields["window"])
    writing.send(colleague, theirs, None, throw=fields["window"])
    assert "wept" not in colleague.get(f"{writing.address}?show=1&draft={fields['window']}").text
    assert MINE in [row.typed[writing.field.removeprefix("about-")] for row in kept(shelf)]


def test_what_says_nothing_new_is_no_draft(client: FlaskClient, shelf: Shelf, writing: Writing) -> None:
    fields = writing.window(client)
    assert client.post(writing.address, data=fields | {"do": "keep", "quietly": "yes"}).status_code == 204
    assert kept(shelf) == []


def test_what_somebody_else_saved_meanwhile_is_shown_before_it_is_written_over(
    client: FlaskClient, shelf: Shelf, writing: Writing
) -> None:
    if writing.address.endswith("/new"):
        pytest.skip("nobody else writes a story that is not begun")
    begun = writing.window(client)
    colleague = another(client, second_curator(shelf))
    assert writing.send(colleague, writing.window(colleague), OTHER, do="save").status_code == 303
    answer = writing.send(client, begun, MINE, do="save")
    assert answer.status_code == 409 and OTHER in answer.text and "wept" in answer.text
    # Whoever goes away now finds it again.
    assert writing.window(client)[writing.field] == MINE and writing.saved() == OTHER
    assert writing.send(client, form_on(answer.text, writing.address), None, do="save").status_code == 303
    assert writing.saved() == MINE and kept(shelf) == []


def test_words_with_a_fault_are_kept_too(client: FlaskClient, shelf: Shelf, item_id: str) -> None:
    sign_in(client, "curator")
    address = f"/desk/items/{item_id}/files/{shelf.files['letter', 0]}/transcript"
    captions = "WEBVTT\n\n00:00.000 --> 00:01.000\nShe sang."
    fields = form(client, address, "/transcript")
    assert client.post(address, data=fields | {"text": captions, "do": "save"}).status_code == 400
    assert form(client, address, "/transcript")["text"] == captions
    story = form(client, "/desk/stories/new", "/desk/stories/new") | {"body": MINE, "title": "", "do": "save"}
    assert client.post("/desk/stories/new", data=story).status_code == 400
    assert form(client, "/desk/stories/new", "/desk/stories/new")["body"] == MINE


def test_only_who_may_write_it_keeps_a_draft(client: FlaskClient, shelf: Shelf, writing: Writing) -> None:
    fields = writing.window(client)
    archivist = another(client, "archivist")
    token = form(archivist, "/desk", "/sign-out")
    for button in ({"do": "keep"}, {"do": "forget"}, {"throw": "x"}):
        answer = archivist.post(writing.address, data=fields | token | {writing.field: MINE} | button)
        assert answer.status_code in (303, 403), button
        if answer.status_code == 303:
            # Archivists may write stories, and have drafts of their own.
            assert "/stories" in writing.address
    assert "wept" not in opened(client, writing.address)


def test_a_draft_of_a_transcript_goes_with_what_is_destroyed(
    client: FlaskClient, shelf: Shelf, item_id: str
) -> None:
    sign_in(client, "curator")
    address = f"/desk/items/{item_id}/files/{shelf.files['letter', 0]}/transcript"
    fields = form(client, address, "/transcript")
    assert client.post(address, data=fields | {"text": MINE, "do": "keep"}).status_code == 303
    withdrawing.withdraw_item(shelf.archive, OPERATOR, item_id, destroy=True)
    erasing.clear(shelf.archive)
    assert kept(shelf) == []
