"""Another house harvests the archive by OAI-PMH 2.0: what is public, and that some is not public any more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from archive.access import OPERATOR
from archive.models import Audience, Consent, Item, ItemState, PublicRecord, today
from archive.services import indexing, lifecycle, withdrawing
from archive.web import oai
from tests.fixtures.desk import client, shelf
from tests.fixtures.schemas import faults
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import SECRET

__all__ = ["client", "shelf"]

SCHEMA = "OAI-PMH.xsd"
ALL = "verb=ListRecords&metadataPrefix=oai_dc"
HEADERS = "verb=ListIdentifiers&metadataPrefix=oai_dc"


@pytest.fixture
def harvester(gallery_app: Flask) -> FlaskClient:
    return gallery_app.test_client()


def ask(client: FlaskClient, query: str) -> str:
    answer = client.get(f"/oai?{query}")
    assert answer.status_code == 200 and answer.mimetype == "text/xml"
    # One public thing is about this word on purpose.
    assert SECRET not in answer.text.replace(f"title:{SECRET} -all", "")
    return answer.text


def ids(told: str) -> list[str]:
    return re.findall(r"<identifier>oai:localhost:(\w+)</identifier>", told)


def token(told: str) -> str:
    found = re.search(r"<resumptionToken[^>]*>([^<]+)</resumptionToken>", told)
    return found[1] if found else ""


def public(shelf: Shelf) -> set[str]:
    hidden = {*shelf.hidden.values(), shelf.items.get("unseen", "")}
    return set(shelf.items.values()) - hidden


def one(shelf: Shelf, name: str) -> str:
    return f"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:{shelf.items[name]}"


@contextmanager
def counted(shelf: Shelf) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    event.listen(shelf.archive.db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(shelf.archive.db.engine, "before_cursor_execute", note)


def test_every_verb_is_answered_as_the_schema_has_it(harvester: FlaskClient, gallery: Shelf) -> None:
    identifier = f"identifier=oai:localhost:{gallery.items['letter']}"
    told = {
        query: ask(harvester, query)
        for query in (
            "verb=Identify",
            "verb=ListMetadataFormats",
            f"verb=ListMetadataFormats&{identifier}",
            "verb=ListSets",
            one(gallery, "letter"),
            ALL,
            HEADERS,
        )
    }
    assert "<deletedRecord>persistent</deletedRecord>" in told["verb=Identify"]
    assert "<granularity>YYYY-MM-DD</granularity>" in told["verb=Identify"]
    assert "<setSpec>march-25</setSpec>" in told["verb=ListSets"]
    assert "<dc:title>Letter to a friend (demonstration)</dc:title>" in told[one(gallery, "letter")]
    assert f"<dc:identifier>http://localhost/items/{gallery.items['letter']}</dc:identifier>" in told[ALL]
    assert set(ids(told[ALL])) == set(ids(told[HEADERS])) == public(gallery)
    assert [faults(one.encode(), SCHEMA) for one in told.values()] == [[]] * len(told)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Everything", "badVerb"),
        ("verb=ListRecords", "badArgument"),
        (f"{ALL}&from=2026-13-01", "badArgument"),
        (f"{ALL}&set=%3Cscript%3E", "badArgument"),
        ("verb=ListRecords&metadataPrefix=mods", "cannotDisseminateFormat"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:0123456789abcdef", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=0123456789abcdef", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=oai:localhost:0123456789abcdef", "idDoesNotExist"),
        (f"{ALL}&until=1999-12-31", "noRecordsMatch"),
        (f"{ALL}&set=no-such-collection", "noRecordsMatch"),
        ("verb=ListRecords&resumptionToken=%00%22%3E", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=more", "badResumptionToken"),
    ],
)
def test_whatever_cannot_be_answered_is_told_in_xml_and_kept_by_nobody(
    query: str, code: str, harvester: FlaskClient
) -> None:
    answer = harvester.get(f"/oai?{query}")
    assert answer.status_code == 200 and f'<error code="{code}">' in answer.text
    assert answer.headers["Cache-Control"] == "no-store" and "ETag" not in answer.headers
    assert faults(answer.data, SCHEMA) == []


def test_a_list_is_told_page_by_page_each_record_once_and_its_end_is_said(
    harvester: FlaskClient, gallery: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oai, "A_PAGE", 4)
    for verb in ("ListRecords", "ListIdentifiers"):
        told = ask(harvester, f"verb={verb}&metadataPrefix=oai_dc&set=march-25&from=2000-01-01")
        found = ids(told)
        while more := token(told):
            assert faults(told.encode(), SCHEMA) == []
            told = ask(harvester, f"verb={verb}&resumptionToken={more}")
            found += ids(told)
        assert re.search(r'<resumptionToken cursor="\d+"/>', told)
        assert sorted(found) == sorted(public(gallery))


def test_a_page_of_records_takes_few_statements_however_many_there_are(
    harvester: FlaskClient, gallery: Shelf
) -> None:
    with counted(gallery) as statements:
        assert len(ids(ask(harvester, ALL))) > 10
    assert len(statements) <= 8


def test_it_may_be_asked_by_a_form_and_again_with_the_mark_of_before(harvester: FlaskClient) -> None:
    posted = harvester.post("/oai", data={"verb": "ListRecords", "metadataPrefix": "oai_dc"})
    assert set(ids(posted.text)) == set(ids(ask(harvester, ALL)))
    first = harvester.get(f"/oai?{ALL}")
    assert first.headers["Cache-Control"] == "no-cache"
    again = harvester.get(f"/oai?{ALL}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_what_was_never_public_is_mentioned_nowhere(harvester: FlaskClient, gallery: Shelf) -> None:
    told = ask(harvester, ALL) + ask(harvester, HEADERS)
    for name, item_id in gallery.hidden.items():
        assert item_id not in told
        assert 'code="idDoesNotExist"' in ask(harvester, one(gallery, name))


def days_ago(shelf: Shelf, days: int) -> date:
    """Have every record be of that day."""
    then = today() - timedelta(days=days)
    with shelf.archive.db.write() as session:
        session.execute(update(PublicRecord).values(changed_on=then))
    return then


def test_what_is_not_public_any_more_is_told_as_deleted_at_once_and_nothing_else_of_it(
    client: FlaskClient, shelf: Shelf
) -> None:
    then = days_ago(shelf, 9)
    withdrawing.withdraw_item(shelf.archive, OPERATOR, shelf.items["letter"], words="At my own wish.")
    with shelf.archive.db.write() as session:
        consent_id = session.get_one(Item, shelf.items["papers"]).consent_id
        session.get_one(Consent, consent_id).audience = Audience.STAFF
        session.get_one(Item, shelf.items["talk"]).state = ItemState.ACCEPTED
        for name in ("papers", "talk"):
            session.get_one(Item, shelf.items[name]).index_pending = True
    gone = ("letter", "papers", "talk")
    # Before any worker has heard of it.
    for day in (then, today()):
        for name in gone:
            told = ask(client, one(shelf, name))
            header = "".join(told.partition("<GetRecord>")[2].split())
            assert header == (
                f'<record><headerstatus="deleted"><identifier>oai:localhost:{shelf.items[name]}</identifier>'
                f"<datestamp>{day}</datestamp><setSpec>march-25</setSpec></header></record></GetRecord></OAI-PMH>"
            )
            assert faults(told.encode(), SCHEMA) == []
            about = f"verb=ListMetadataFormats&identifier=oai:localhost:{shelf.items[name]}"
            assert 'code="noMetadataFormats"' in ask(client, about)
        told = ask(client, ALL)
        assert told.count('<header status="deleted">') == 3 and set(ids(told)) == public(shelf)
        assert "demonstration" in told and "Letter to a friend" not in told and "At my own" not in told
        indexing.drain(shelf.archive)
    # Whoever asks what changed since hears of those alone.
    assert set(ids(ask(client, f"{HEADERS}&from={today()}"))) == {shelf.items[one] for one in gone}


def test_a_record_bears_the_day_of_its_last_change_and_one_that_is_public_again_is_told_again(
    client: FlaskClient, shelf: Shelf
) -> None:
    days_ago(shelf, 9)
    # Reading anew what has not changed is no change.
    indexing.rebuild(shelf.archive)
    assert 'code="noRecordsMatch"' in ask(client, f"{ALL}&from={today()}")
    with lifecycle.changing(shelf.archive, shelf.items["photo"]) as (_session, item):
        item.title = "A photo with a title"
        lifecycle.touch(item)
    lifecycle.change_state(shelf.archive, OPERATOR, shelf.items["hidden-accepted"], lifecycle.Action.PUBLISH)
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items["hidden-accepted"]).title = "Shown"
        session.get_one(Item, shelf.items["hidden-accepted"]).index_pending = True
    indexing.drain(shelf.archive)
    told = client.get(f"/oai?{ALL}&from={today()}").text
    assert set(ids(told)) == {shelf.items["photo"], shelf.items["hidden-accepted"]}
    assert "A photo with a title" in told


def test_what_changes_between_two_pages_is_told_again_and_nothing_is_left_out(
    client: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oai, "A_PAGE", 2)
    days_ago(shelf, 9)
    told = ask(client, ALL)
    first, known = ids(told), public(shelf)
    rest = sorted(known - set(first))
    for item_id in (first[0], rest[0]):
        with lifecycle.changing(shelf.archive, item_id) as (_session, item):
            lifecycle.touch(item)
    withdrawing.withdraw_item(shelf.archive, OPERATOR, rest[1])
    indexing.drain(shelf.archive)
    found = list(first)
    while more := token(told):
        told = ask(client, f"verb=ListRecords&resumptionToken={more}")
        found += ids(told)
    assert sorted(found) == sorted([*known, first[0]])
