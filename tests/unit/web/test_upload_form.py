"""Files by a plain form: streamed to where they stay, one bad one never takes another with it."""

from __future__ import annotations

import base64
import io
from urllib.parse import unquote_to_bytes

import pytest

from archive.services import drafts
from archive.services.arrival import Arrival
from archive.services.opening import Archive
from archive.web.app import create_app
from tests.fixtures.upload_forms import BOUNDARY, TYPE, browser, limited, send, troubles
from tests.fixtures.uploading import Giver, form_token, given, multipart

__all__ = ["given"]

HUGE = {"CONTENT_LENGTH": str(10**10)}


def test_many_files_at_once_arrive_byte_for_byte(archive: Archive, given: Giver) -> None:
    files = [
        ("song.mp3", bytes(range(256)) * 5000),
        ("letter.txt", b"Dear sister,\r\n--cut-here\r\n----cut-her\r\n"),
        ("empty.txt", b""),
        ("Großmutter 1963.jpg", b"\r\n" * 300_000),
    ]
    answer = send(browser(archive, given), files)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/give/files")
    assert given.contents == dict(files)
    assert troubles(given) == []


def test_a_name_that_is_cleaned_is_kept_as_it_was_sent_too(archive: Archive, given: Giver) -> None:
    long = "é" * 300 + ".txt"
    sent = ["plain.txt", " blanks .txt ", "album/new\u2028line.txt", long, "e\u0301te\u0301.txt"]
    assert send(browser(archive, given), [(name, b"1") for name in sent]).status_code == 303
    assert [(one.given_name, unquote_to_bytes(one.given_bytes).decode()) for one in given.files] == [
        ("plain.txt", ""),
        ("blanks .txt", " blanks .txt "),
        ("newline.txt", "album/new\u2028line.txt"),
        ("é" * 255, long),
        ("e\u0301te\u0301.txt", ""),
    ]


def test_a_name_whose_bytes_are_no_utf_8_is_kept_byte_for_byte(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    latin = "Caf\xe9 da Ilha.txt".encode("latin-1")
    body = multipart(form_token(client.get("/give/files").text), [("@@", b"1")])
    assert client.post("/give/files", data=body.replace(b"@@", latin), content_type=TYPE).status_code == 303
    told = {"Tus-Resumable": "1.0.0", "Upload-Length": "0"}
    told["Upload-Metadata"] = f"filename {base64.b64encode(latin).decode()}"
    assert client.post("/give/tus", headers=given.headers | told).status_code == 201
    kept = [(one.given_name, unquote_to_bytes(one.given_bytes)) for one in given.files]
    assert kept == 2 * [("Caf\ufffd da Ilha.txt", latin)]


def test_no_file_chosen_is_no_file(archive: Archive, given: Giver) -> None:
    assert send(browser(archive, given), [("", b"")]).status_code == 303
    assert given.contents == {}


def test_a_field_without_a_body_is_an_empty_one(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    # As some programs write it (RFC 2046, section 5.1.1): the head's own line end is the delimiter's.
    bare = b'------cut-here\r\nContent-Disposition: form-data; name="caption-x"\r\n\r\n'
    body = multipart(form_token(client.get("/give/files").text), [("one.txt", b"1")])
    assert client.post("/give/files", data=bare + body, content_type=TYPE).status_code == 303
    assert given.contents == {"one.txt": b"1"}


def test_who_may_send_no_more_can_still_go_on_with_what_is_there(archive: Archive, given: Giver) -> None:
    assert send(browser(archive, given), [("one.txt", b"1")]).status_code == 303
    client = browser(limited(archive, total_quota_bytes=1, max_hourly_bytes=1), given)
    token = form_token(client.get("/give/files").text)
    answer = client.post("/give/files", data=multipart(token, [], on="yes"), content_type=TYPE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/give/about")


def test_files_chosen_but_not_added_are_taken_in_by_going_on(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    token = form_token(client.get("/give/files").text)
    body = multipart(token, [("one.txt", b"1")], on="yes")
    answer = client.post("/give/files", data=body, content_type=TYPE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/give/about")
    assert given.contents == {"one.txt": b"1"}


def test_who_has_added_nothing_is_told_so_when_going_on(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    token = form_token(client.get("/give/files").text)
    answer = client.post("/give/files", data=multipart(token, [], on="yes"), content_type=TYPE)
    assert answer.headers["Location"] == "/give/files?told=1"
    assert 'role="alert"' in client.get("/give/files?told=1").text


def test_one_file_that_is_too_large_is_told_and_the_others_are_kept(archive: Archive, given: Giver) -> None:
    tight = limited(archive, max_file_bytes=1_000_000)
    files = [("one.txt", b"1"), ("film.mp4", b"x" * 3_000_000), ("two.txt", b"2")]
    assert send(browser(tight, given), files).status_code == 303
    assert given.contents == {"one.txt": b"1", "two.txt": b"2"}
    (trouble,) = troubles(given)
    assert (trouble["name"], trouble["code"]) == ("film.mp4", "too-large")
    assert "larger than the archive takes" in trouble["sentence"]
    assert given.arriving == ()


def test_more_files_than_a_submission_holds_are_told_one_by_one(archive: Archive, given: Giver) -> None:
    tight = limited(archive, max_submission_files=2)
    files = [(f"{number}.txt", b"x") for number in range(4)]
    send(browser(tight, given), files)
    assert list(given.contents) == ["0.txt", "1.txt"]
    assert [one["code"] for one in troubles(given)] == ["too-many-files"] * 2


@pytest.mark.parametrize(
    ("limits", "status"),
    [
        ({"max_submission_bytes": 1_000}, 413),
        ({"total_quota_bytes": 1_000}, 507),
        ({"max_hourly_bytes": 1_000}, 429),
    ],
)
def test_what_cannot_fit_is_refused_before_it_is_read(
    archive: Archive, given: Giver, limits: dict[str, int], status: int
) -> None:
    tight = limited(archive, **limits)
    answer = browser(tight, given).post("/give/files", content_type=TYPE, environ_overrides=HUGE)
    assert answer.status_code == status
    assert "kept" in answer.text or "Send this one" in answer.text


def test_files_of_a_form_that_says_no_length_are_held_to_the_hour_while_they_arrive(
    archive: Archive, given: Giver, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = Arrival.write

    def counted(arrival: Arrival, block: bytes | memoryview) -> None:
        written.append(len(block))
        write(arrival, block)

    monkeypatch.setattr(Arrival, "write", counted)
    client = browser(limited(archive, max_hourly_bytes=1_000_000), given)
    token = form_token(client.get("/give/files").text)
    body = multipart(token, [("one.txt", b"1"), ("film.mp4", bytes(4_000_000)), ("two.txt", b"2")])
    chunked = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = client.post(
        "/give/files",
        input_stream=io.BytesIO(body),
        content_type=TYPE,
        environ_overrides=chunked,
    )
    assert answer.status_code == 303
    assert "film.mp4" not in given.contents and given.arriving == ()
    assert {"name": "film.mp4", "code": "too-often"}.items() <= troubles(given)[0].items()
    assert given.contents["one.txt"] == b"1"
    assert sum(written) <= 1_000_000


def test_forms_that_are_sent_at_once_share_one_hour(
    archive: Archive, given: Giver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another form comes while the first is being read, and is refused before a byte of its file is."""
    client = browser(limited(archive, max_hourly_bytes=5_000_000), given)
    token = form_token(client.get("/give/files").text)
    body = multipart(token, [("film.mp4", bytes(4_000_000))])
    meanwhile: list[int] = []
    write = Arrival.write

    def write_and_send_another(arrival: Arrival, block: bytes | memoryview) -> None:
        if not meanwhile:
            meanwhile.append(0)
            meanwhile[0] = client.post("/give/files", data=body, content_type=TYPE).status_code
        write(arrival, block)

    monkeypatch.setattr(Arrival, "write", write_and_send_another)
    assert client.post("/give/files", data=body, content_type=TYPE).status_code == 303
    assert meanwhile == [429]
    assert list(given.contents) == ["film.mp4"]
    # What was refused is not counted: there is room for what fits.
    send(client, [("small.txt", b"x" * 900_000)])
    assert list(given.contents) == ["film.mp4", "small.txt"]


def test_what_was_typed_beside_files_is_kept_when_the_files_are_refused_unread(
    archive: Archive, given: Giver
) -> None:
    send(browser(archive, given), [("one.txt", b"1"), ("two.txt", b"2")])
    client = browser(limited(archive, max_submission_bytes=1_000), given)
    one, two = (file.id for file in given.files)
    page = client.get("/give/files").text
    # As browsers send a form: in the order of the page.
    assert page.index(f'name="caption-{two}"') < page.index('name="together"') < page.index('name="files"')
    typed = {f"caption-{one}": "My mother.", f"caption-{two}": "The river.", "together": "apart"}
    body = multipart(form_token(page), [("film.mp4", b"x" * 100_000)], **typed)
    answer = client.post("/give/files", data=body, content_type=TYPE, environ_overrides=HUGE)
    assert answer.status_code == 413
    known = drafts.view(archive, given.actor, given.submission_id)
    assert [file.caption for file in known.files] == ["My mother.", "The river."]
    assert known.answers.together == "apart"
    assert list(given.contents) == ["one.txt", "two.txt"]


def test_without_the_form_s_token_not_one_file_is_taken(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    client.get("/give/files")
    for token in (None, "", "forged"):
        body = multipart(token, [("a.txt", b"a")])
        assert client.post("/give/files", data=body, content_type=TYPE).status_code == 400
    late = multipart(None, [("a.txt", b"a")])[: -len(BOUNDARY) - 6]
    late += multipart(form_token(client.get("/give/files").text), [])
    assert client.post("/give/files", data=late, content_type=TYPE).status_code == 400
    assert given.contents == {}


def test_what_is_no_form_is_refused(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    for content_type in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded"):
        assert client.post("/give/files", data=b"x", content_type=content_type).status_code == 400
    for body in (b"", b"nonsense", b"------cut-here\r\n\r\n", b"------cut-here\r\n" + b"x: y\r\n" * 10_000):
        assert client.post("/give/files", data=body, content_type=TYPE).status_code == 303
    # Of a form that was ours up to where it broke off, that is told.
    body = multipart(form_token(client.get("/give/files").text), [], together="apart")
    assert client.post("/give/files", data=body[:-20], content_type=TYPE).status_code == 303
    assert "The connection broke before everything was here" in client.get("/give/files").text
    assert given.contents == {}


def test_without_a_draft_one_is_led_to_the_beginning(archive: Archive) -> None:
    client = create_app(archive.settings, archive).test_client()
    answer = client.post("/give/files", data=multipart("x", [("a", b"a")]), content_type=TYPE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/give")


def test_of_a_form_that_breaks_off_the_whole_files_are_kept(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    token = form_token(client.get("/give/files").text)
    body = multipart(token, [("whole.txt", b"whole"), ("cut.bin", b"x" * 2_000_000)])
    client.post("/give/files", data=body[:1_000_000], content_type=TYPE)
    assert given.contents == {"whole.txt": b"whole"}
    assert given.arriving == ()
    assert len([path for path in archive.settings.staging.iterdir() if path.is_file()]) == 1


def test_buttons_work_without_a_script_and_keep_what_is_typed(archive: Archive, given: Giver) -> None:
    client = browser(archive, given)
    send(client, [("one.txt", b"1"), ("two.txt", b"2"), ("three.txt", b"3")])
    one, two, three = (file.id for file in given.files)

    def press(where: str, **typed: str) -> None:
        form = {"csrf_token": form_token(client.get("/give/files").text)} | typed
        answer = client.post(f"/give/files/{where}", data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/give/files")

    press(f"{three}/earlier", **{f"caption-{one}": "My mother."})
    press(f"{one}/later")
    press(f"{two}/remove")
    press(f"{two}/remove")
    press("captions", **{f"caption-{three}": "The river."})
    known = drafts.view(archive, given.actor, given.submission_id).files
    assert [(file.id, file.caption) for file in known] == [(three, "The river."), (one, "My mother.")]
    assert client.post("/give/files/captions", data={f"caption-{one}": "forged"}).status_code == 400


def test_the_form_is_told_in_the_page_s_language(archive: Archive, given: Giver) -> None:
    client = browser(limited(archive, max_submission_bytes=1_000), given)
    answer = client.post("/es/give/files", content_type=TYPE, environ_overrides=HUGE)
    assert "Una entrega no puede" in answer.text
