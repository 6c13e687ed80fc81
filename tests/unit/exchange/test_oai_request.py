"""What a harvester asks by OAI-PMH is read as the specification has it, and refused with its own codes."""

from __future__ import annotations

from datetime import date

import pytest

from archive.exchange.oai_request import RefusedError, Span, read, span

ON = date(2026, 3, 25)
ITEM = "0123456789abcdef"


def asked(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (one.partition("=") for one in query.split("&"))]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=", "badVerb"),
        ("verb=identify", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&metadataPrefix=oai_dc", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=GetRecord&identifier=a", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&page=2", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=yesterday", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-03-25T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-03-25&until=2026-03-24", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=a b", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=mods", "cannotDisseminateFormat"),
    ],
)
def test_what_cannot_be_answered_has_the_protocols_own_code(query: str, code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        span(read(asked(query)), ON)
    assert caught.value.code == code


def test_a_token_says_all_there_is_to_say_and_holds_for_two_days() -> None:
    for begun in (
        Span(after=(ON, ITEM), told=100),
        Span(date(2020, 1, 1), date(2026, 4, 1), "march-25", (ON, ITEM), 200),
    ):
        token = begun.token(ON)
        resumed = read(asked(f"verb=ListRecords&resumptionToken={token}"))
        assert span(resumed, ON) == span(resumed, date(2026, 3, 26)) == begun
        with pytest.raises(RefusedError, match="not good any more"):
            span(resumed, date(2026, 3, 27))


@pytest.mark.parametrize(
    "token",
    [
        "oai_dc:-:-:march-25:100:2026-03-25:0123456789abcdef",
        "mods:-:-:march-25:100:2026-03-25:0123456789abcdef:2026-03-27",
        "oai_dc:-:-:a/b:100:2026-03-25:0123456789abcdef:2026-03-27",
        "oai_dc:-:-:march-25:-1:2026-03-25:0123456789abcdef:2026-03-27",
        "oai_dc:-:-:march-25:many:2026-03-25:0123456789abcdef:2026-03-27",
        "oai_dc:-:-:march-25:100:2026-03-25:'OR 1=1:2026-03-27",
        "oai_dc:-:soon:march-25:100:2026-03-25:0123456789abcdef:2026-03-27",
    ],
)
def test_a_token_that_nobody_gave_out_is_refused(token: str) -> None:
    with pytest.raises(RefusedError) as caught:
        span(read([("verb", "ListRecords"), ("resumptionToken", token)]), ON)
    assert caught.value.code == "badResumptionToken"
