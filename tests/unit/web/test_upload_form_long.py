"""What is typed under a file may be long: it is kept, or told, and takes no file with it."""

from __future__ import annotations

import pytest

from archive.services import drafts
from archive.services.opening import Archive
from archive.web.limits import LARGEST_HEARD
from tests.fixtures.upload_forms import TYPE, browser, limited, send, troubles
from tests.fixtures.uploading import Giver, form_token, given, multipart

__all__ = ["given"]


# Whichever button is pressed; what counts is bytes, of which a letter may be several.
@pytest.mark.parametrize(
    ("text", "button"),
    [("x" * 70_000, {"on": "yes"}), ("é" * 33_000, {}), ("é" * 2_000_000, {})],
    ids=["letters", "letters of two bytes", "nearly all that is heard"],
)
def test_a_long_text_under_a_file_is_kept_with_every_file_chosen_beside_it(
    archive: Archive, given: Giver, text: str, button: dict[str, str]
) -> None:
    send(browser(archive, given), [("one.txt", b"1")])
    client = browser(archive, given)
    typed = {f"caption-{given.files[0].id}": text, **button}
    body = multipart(form_token(client.get("/give/files").text), [("two.txt", b"2")], **typed)
    answer = client.post("/give/files", data=body, content_type=TYPE)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/give/files")
    assert [file.title for file in given.files] == [text, ""]
    assert given.contents == {"one.txt": b"1", "two.txt": b"2"}
    page = client.get("/give/files?told=1").text
    assert f"it may have 1,000 characters and has {len(text):,}" in page and text in page


def test_a_text_past_all_that_is_heard_is_told_and_takes_nothing_else_with_it(
    archive: Archive, given: Giver
) -> None:
    send(browser(archive, given), [("one.txt", b"1"), ("two.txt", b"2")])
    client = browser(archive, given)
    one, two = (file.id for file in given.files)
    typed = {f"caption-{one}": "x" * (LARGEST_HEARD - 100), f"caption-{two}": "x" * 1000, "together": "apart"}
    body = multipart(form_token(client.get("/give/files").text), [("three.txt", b"3")], on="yes", **typed)
    answer = client.post("/give/files", data=body, content_type=TYPE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/give/files")
    told = [(trouble["name"], trouble["code"]) for trouble in troubles(given)]
    # One budget holds for all fields together.
    assert told == [("one.txt", "form-too-long")]
    page = client.get("/give/files").text
    assert "more was typed on this page than 4.2 MB" in page
    known = drafts.view(archive, given.actor, given.submission_id)
    assert [file.caption for file in known.files] == ["", "x" * 1000, ""]
    assert known.answers.together == "apart"
    assert list(given.contents) == ["one.txt", "two.txt", "three.txt"]


def test_of_a_form_of_more_parts_than_are_read_it_is_told_where_that_began(
    archive: Archive, given: Giver
) -> None:
    tight = limited(archive, max_submission_files=1)
    send(browser(tight, given), [(f"{number}.txt", b"x") for number in range(105)])
    assert list(given.contents) == ["0.txt"]
    assert {"name": "101.txt", "code": "form-too-long"}.items() <= troubles(given)[-1].items()
    assert "101.txt</strong>: More came at once than is read" in browser(tight, given).get("/give/files").text
