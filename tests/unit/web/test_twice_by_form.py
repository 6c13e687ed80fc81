"""What a form sends twice is there once, and nothing that was typed beside it is lost."""

from __future__ import annotations

import threading

from archive.services import drafts, uploads
from archive.services.arrival import arrive
from archive.services.arriving import Memory
from archive.services.opening import Archive
from tests.fixtures.contributor import Forms
from tests.fixtures.drafts import begin
from tests.fixtures.upload_forms import TYPE, browser, limited, send, troubles
from tests.fixtures.uploading import Giver, form_token, given, multipart, upload

__all__ = ["given"]

SONG = [("song.txt", b"The river.")]
SAME = "The same is here already: "


def names(given: Giver) -> list[str]:
    return [one.given_name for one in given.files]


def test_a_form_that_was_sent_twice_adds_each_of_its_files_once(archive: Archive, given: Giver) -> None:
    client, files = browser(archive, given), [*SONG, ("empty.txt", b""), ("image.jpg", b"x" * 70_000)]
    for _ in range(2):
        answer = send(client, files)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/give/files")
        assert troubles(given) == []
    assert names(given) == ["song.txt", "empty.txt", "image.jpg"] and given.contents == dict(files)
    # Nothing of the second time waits or takes room.
    assert given.arriving == ()
    assert len([path for path in archive.settings.staging.iterdir() if path.is_file()]) == 3


def test_two_that_come_at_once_are_one_too(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    body = multipart(form_token(client.get("/give/files").text), SONG)
    start, codes = threading.Barrier(4), []

    def press() -> None:
        opened = browser(archive, given)
        start.wait()
        codes.append(opened.post("/give/files", data=body, content_type=TYPE).status_code)

    pressing = [threading.Thread(target=press) for _ in range(4)]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert codes == 4 * [303] and names(given) == ["song.txt"] and given.contents == dict(SONG)


def test_what_was_typed_the_first_and_the_second_time_stays(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    send(client, SONG)
    (file,) = given.files
    for words in ("My mother sang it.", "My mother sang it, in 1963."):
        fields = Forms(client.get("/give/files").text).sent_to("/give/files")[0]["fields"]
        body = multipart(None, SONG, **fields | {f"caption-{file.id}": words})
        assert client.post("/give/files", data=body, content_type=TYPE).status_code == 303
        (kept,) = given.files
        assert (kept.id, kept.title) == (file.id, words)


def test_what_came_twice_takes_no_place_of_another_file(archive: Archive, given: Giver) -> None:
    client = browser(limited(archive, max_submission_files=3), given)
    for _ in range(3):
        send(client, SONG)
    send(client, [("letter.txt", b"Dear sister.")])
    assert names(given) == ["song.txt", "letter.txt"] and troubles(given) == []


def test_the_same_under_two_names_stays_two_and_the_page_says_so_beside_the_second(
    archive: Archive, given: Giver
) -> None:
    client = browser(archive, given)
    send(client, [*SONG, ("copy of song.txt", b"The river."), ("song 2.txt", b"The sea."), ("none", b"")])
    send(client, [("also none", b"")])
    assert len(given.files) == 5
    page = client.get("/give/files").text
    assert page.count(SAME) == 1
    before, _, after = page.partition(f"{SAME}song.txt.")
    assert "copy of song.txt" in before and "song 2.txt" in after and "song 2.txt" not in before


def test_another_file_of_the_same_name_is_added(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    send(client, SONG)
    send(client, [("song.txt", b"The sea.")])
    assert names(given) == ["song.txt", "song.txt"]
    assert SAME not in client.get("/give/files").text


def test_the_same_in_another_draft_is_no_reason_to_leave_it_out(archive: Archive, given: Giver) -> None:
    submission, actor = begin(archive)
    upload(archive, actor, submission, SONG[0][1], SONG[0][0])
    send(browser(archive, given), SONG)
    assert given.contents == dict(SONG)
    assert len(drafts.view(archive, actor, submission).files) == 1


def test_what_a_script_sends_twice_is_told_and_can_be_taken_out(archive: Archive, given: Giver) -> None:
    for _ in range(2):
        upload(archive, given.actor, given.submission_id, SONG[0][1], SONG[0][0])
    assert f"{SAME}song.txt." in browser(archive, given).get("/give/files").text


def test_what_is_written_here_and_sent_twice_is_one_file(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    form = Forms(client.get("/give/write").text).sent_to("/give/write")[0]["fields"]
    for _ in range(2):
        assert client.post("/give/write", data=form | {"written": "The river was high."}).status_code == 303
    assert len(given.files) == 1 and [*given.contents.values()] == [b"The river was high."]


def test_what_had_come_in_part_of_it_is_not_waited_for(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    send(client, SONG)
    part = uploads.begin(archive, given.actor, given.submission_id, SONG[0][0], len(SONG[0][1]))
    with arrive(archive, Memory(), part) as arrival:
        arrival.write(SONG[0][1][:5])
        arrival.flush()
    send(client, SONG)
    assert names(given) == ["song.txt"] and given.arriving == ()
