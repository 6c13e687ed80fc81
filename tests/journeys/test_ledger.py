"""The public ledger as visitors and their programs meet it: numbers in plain words, files to keep, a feed, receipts."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
from flask.testing import FlaskClient

from archive.access import OPERATOR, contributor
from archive.exchange import atom
from archive.services import checkpoint_anew, checkpoint_entries, checkpoint_sources, receipts, withdrawing
from archive.services.gap_text import read_gap, read_json
from archive.web.app import create_app
from archive.web.pages_ledger import KIND_WORDS
from archive.web.words import day
from tests.fixtures.gone_back import GoneBack, go_back, gone_back
from tests.fixtures.ledgers import Ledger, ledger
from tests.fixtures.people import somebody
from tests.fixtures.reviewing import form, sign_in
from tests.fixtures.things import PASSWORD

__all__ = ["gone_back", "ledger"]

ATOM = {"a": atom.NAMESPACE}
PUBLISHED = (
    "/ledger",
    "/es/ledger",
    "/fr/ledger",
    "/pt/ledger",
    "/ledger.atom",
    "/ledger/checkpoints.jsonl",
    "/ledger/keys",
)


@pytest.fixture
def client(ledger: Ledger) -> FlaskClient:
    """Somebody's browser, which runs no script."""
    return create_app(ledger.archive.settings, ledger.archive).test_client()


def test_before_anything_was_signed_the_page_says_so_and_there_is_nothing_to_fetch(
    client: FlaskClient,
) -> None:
    assert "Nothing was signed yet" in client.get("/ledger").text
    assert client.get("/ledger/checkpoints.jsonl").data == b""
    assert client.get("/ledger.atom").status_code == 200
    for path in ("/ledger/keys", "/ledger/2026-03-25.json", "/ledger/yesterday.txt", "/ledger/keys.json"):
        assert client.get(path).status_code == 404, path


def test_a_ledger_that_was_begun_anew_says_so_to_everybody_and_why(
    client: FlaskClient, ledger: Ledger
) -> None:
    ledger.grown()
    assert "Begun anew" not in client.get("/ledger").text
    shutil.rmtree(ledger.folder)
    checkpoint_anew.begin_anew(ledger.archive, OPERATOR, "The disk <failed>, and no backup was kept.")
    with client.application.test_request_context():
        lost = f"All that was signed before {day(ledger.on)} is lost."
    for signed in (False, True):
        page = client.get("/ledger").text
        assert ("Nothing was signed yet" in page) is not signed
        assert lost in page and "The disk &lt;failed&gt;, and no backup was kept." in page
        ledger.a_day_passes()
    assert "Begun anew" not in client.get("/es/ledger").text
    assert "Comenzado de nuevo" in client.get("/es/ledger").text


def test_what_is_published_counts_and_can_be_checked_and_names_nothing(
    client: FlaskClient, ledger: Ledger
) -> None:
    ledger.come("Grandmother Zibbleforth's letter")
    made = ledger.grown()
    page = client.get("/ledger").text
    assert made[-1].root.hex() in page and "remembrance verify-ledger" in page
    for words, count in (("Taken in", 4), ("Published", 2), ("Taken back", 0), ("All together", 6)):
        assert f'<th scope="row">{words}</th><td>{count}</td>' in page
    day = made[-1].day.isoformat()
    paths = [*PUBLISHED, f"/ledger/{day}.json", f"/ledger/{day}.txt"]
    answers = {path: client.get(path) for path in paths}
    for path, answer in answers.items():
        assert answer.status_code == 200, path
        for word in ("Zibbleforth", "note.txt", *ledger.items, *map(ledger.submission_of, ledger.items)):
            assert word not in answer.text, path
    texts = [
        answers[path].text for path in ("/ledger/keys", "/ledger/checkpoints.jsonl", f"/ledger/{day}.json")
    ]
    given = checkpoint_sources.read_sources([*texts, answers[f"/ledger/{day}.txt"].text])
    assert checkpoint_sources.check(given) == [] and len(given.found) == 3
    assert client.get("/about/proof").text.count('href="/ledger"') == 2
    assert "/ledger<" in client.get("/sitemap-pages.xml").text


def test_whoever_follows_the_feed_keeps_what_was_signed(client: FlaskClient, ledger: Ledger) -> None:
    made = ledger.grown()
    root = Tree.fromstring(client.get("/ledger.atom").data)
    notes = [one.findtext("a:content", "", ATOM) for one in root.findall("a:entry", ATOM)]
    assert notes == [one.note for one in made[::-1]]
    link = root.find("a:entry/a:link", ATOM)
    assert link is not None and link.attrib["href"].endswith(f"/ledger/{made[-1].day}.txt")
    assert client.get("/ledger").text.count("application/atom+xml") == 1


def test_the_page_where_a_receipt_is_checked_says_what_the_ledger_proves(
    client: FlaskClient, ledger: Ledger
) -> None:
    ledger.grown()
    submission_id = ledger.submission_of(ledger.items[0])
    text = receipts.receipt(ledger.archive, contributor([submission_id]), submission_id)
    assert "The public ledger proves it" in client.post("/receipt", data={"text": text}).text
    nonce = text[text.index("\nentry ") :].split(" ")[3]
    wrong = client.post("/receipt", data={"text": text.replace(nonce, "0" * 64)})
    assert wrong.status_code == 200 and "not one that we published" in wrong.text
    old = client.post("/receipt", data={"text": text[: text.index("remembrance-proof/1")]})
    assert "Everything on this receipt is kept here" in old.text and "proves it" not in old.text
    cut = client.post("/receipt", data={"text": text.replace("end-proof", "")})
    assert cut.status_code == 400 and "not a whole receipt" in cut.text


def test_what_a_restore_lost_is_said_at_the_desk_and_seen_by_everybody_for_ever(gone_back: GoneBack) -> None:
    archive = gone_back.ledger.archive
    app = create_app(archive.settings, archive)
    visitor, staff = app.test_client(), app.test_client()
    assert visitor.get("/ledger/gaps.jsonl").text == ""
    assert visitor.get("/ledger/gap-1.txt").status_code == 404
    sign_in(staff, somebody(archive, "archivist", PASSWORD)[0])
    look = f"/desk/ledger?backup={gone_back.backup}"
    page = staff.get(look).text
    assert "6-8" in page and "can never be taken back" in page
    # One can judge what one signs; what everybody is shown names no item.
    lost = [one for one in checkpoint_entries.read_all(archive.settings) if one.number > 5]
    for one in lost:
        row = page.split(f'<th scope="row">{one.number}</th>')[1].split("</tr>")[0]
        assert (
            f"<code>{one.subject}</code>" in row
            and str(KIND_WORDS[one.kind]) in row
            and str(date.fromisoformat(one.day).day) in row
        )
    assert staff.get("/desk/ledger?backup=yesterday").status_code == 400
    given = {**form(staff, look, "/desk/ledger"), "reason": "The disk failed, <b>alas</b>."}
    answer = staff.post("/desk/ledger", data=given)
    assert answer.status_code == 400 and "The disk failed" in answer.text, "what was typed is still there"
    answer = staff.post("/desk/ledger", data={**given, "sure": "yes", "mark": "another"})
    assert answer.status_code == 409 and "The disk failed" in answer.text
    assert visitor.get("/ledger/gaps.jsonl").text == ""
    assert staff.post("/desk/ledger", data={**given, "sure": "yes"}).status_code == 303
    for _ in range(2):
        page = visitor.get("/ledger").text
        assert "6-8" in page and "Said by: Archivist" in page and "&lt;b&gt;alas" in page
        assert "no line after 8 was lost in it" in page
        assert not any(one.subject in page for one in lost)
        note = visitor.get("/ledger/gap-1.txt").text
        assert read_gap(note).entries == ((6, 8),)
        entries = Tree.fromstring(visitor.get("/ledger.atom").data).findall("a:entry", ATOM)
        told = {one.findtext("a:content", "", ATOM): one.findtext("a:id", "", ATOM) for one in entries}
        assert told[note] == "https://archive.example/ledger/gap-1.txt"
        assert read_json(visitor.get("/ledger/gaps.jsonl").text).gap.note == note
        # Even where more days have passed than the feed tells of.
        gone_back.ledger.monkeypatch.setattr("archive.web.ledger.SHOWN", 1)
        gone_back.ledger.a_day_passes()
    checked = visitor.post("/receipt", data={"text": gone_back.receipt}).text
    assert "lost what came in between" in checked and "Nobody took it back" in checked
    assert "6-8" in staff.get("/desk/ledger").text
    assert "Nothing that was signed is missing" in staff.get(look).text


def test_at_the_desk_only_those_who_answer_for_all_find_it(gone_back: GoneBack) -> None:
    archive = gone_back.ledger.archive
    app = create_app(archive.settings, archive)
    for role, expected in (("curator", 403), ("archivist", 200)):
        staff = app.test_client()
        sign_in(staff, somebody(archive, role, PASSWORD)[0])
        assert staff.get("/desk/ledger").status_code == expected
        assert ('href="/desk/ledger"' in staff.get("/desk").text) is (expected == 200)
    assert app.test_client().get("/desk/ledger").status_code == 303


def test_the_desk_names_what_was_taken_back_and_stands_here_and_says_where_no_restore_is_known(
    ledger: Ledger, tmp_path: Path
) -> None:
    def take_back() -> None:
        withdrawing.withdraw_item(ledger.archive, OPERATOR, ledger.items[0])

    found = go_back(ledger, tmp_path, newest_ledger=True, meanwhile=take_back)
    archive, look = found.ledger.archive, f"/desk/ledger?backup={found.backup}"
    staff = create_app(archive.settings, archive).test_client()
    sign_in(staff, somebody(archive, "archivist", PASSWORD)[0])
    page = staff.get(look).text
    assert "Take these back first" in page and f"<code>{ledger.items[0]}</code>" in page
    given = {**form(staff, look, "/desk/ledger"), "reason": "The disk failed.", "sure": "yes"}
    answer = staff.post("/desk/ledger", data=given)
    assert answer.status_code == 409 and "Take back first what is named below" in answer.text
    (archive.settings.home / "restores.jsonl").unlink()
    assert "No restore from a backup of that day is on record" in staff.get(look).text
    archive.close()


def test_the_feed_and_the_command_to_check_it_name_the_public_address(
    client: FlaskClient, ledger: Ledger
) -> None:
    ledger.grown()
    public = "https://archive.example"
    root = Tree.fromstring(client.get("/ledger.atom").data)
    said = [one.text or "" for one in root.iterfind(".//a:id", ATOM)]
    said += [one.attrib["href"] for one in root.iterfind(".//a:link", ATOM)]
    assert len(said) > 4 and all(one.startswith(f"{public}/ledger") for one in said)
    assert f"remembrance verify-ledger {public}/<" in client.get("/ledger").text
