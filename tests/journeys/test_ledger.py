"""The public ledger as visitors and their programs meet it: numbers in plain words, files to keep, a feed, receipts."""

from __future__ import annotations

from xml.etree import ElementTree as Tree

import pytest
from flask.testing import FlaskClient

from archive.access import contributor
from archive.exchange import atom
from archive.services import checkpoint_sources, receipts
from archive.web.app import create_app
from tests.fixtures.ledgers import Ledger, ledger

__all__ = ["ledger"]

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
