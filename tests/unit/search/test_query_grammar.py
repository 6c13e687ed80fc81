"""What a person types is understood as the grammar says, and nothing a person types breaks it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.models.errors import BadInputError
from archive.search import IndexDocument, Query, open_indexes, parse_query, query_text
from archive.search.parse import LONGEST_QUERY
from archive.search.query import And, Dates, Decade, Not, Or, Phrase, Prefix, Undated, Value, Word

BEGINNINGS = [
    "con",
    "com",
    "pre",
    "pro",
    "dis",
    "mar",
    "car",
    "par",
    "tra",
    "int",
    "sta",
    "for",
    "str",
    "sto",
    "was",
    "the",
    "whe",
    "sla",
    "fre",
    "lib",
    "hum",
    "rig",
]
COMMON_PHRASES = [
    f'"{one} {other}"' for one in ("of", "the", "in", "and") for other in ("of", "the", "in", "to", "a")
]
HOSTILE = {
    "10,000 ORs": " OR ".join(["a"] * 10_000),
    "an asterisk": "*",
    "asterisks around": "*a*",
    "1,000 brackets": "(" * 1_000,
    "500 brackets": "(" * 250 + ")" * 250,
    "1 MB": "a" * 1_000_000,
    "NULs": "a\0b\0\0c",
    "quotes": '"' * 499,
    "ORs alone": "OR " * 150,
    "minuses": "-" * 500,
    "fields": "title:" * 80,
    "many words": "ab " * 160,
    "signs": "~^[]{}\\&&||!+?:/'",
    "half a letter": "\ud800 a",
    "prefixes": "aaa* " * 60,
    "different prefixes": " OR ".join(f"{one}*" for one in BEGINNINGS),
    "prefixes that are not meant": " ".join(f"-{one}*" for one in BEGINNINGS),
    "phrases, any of them": " OR ".join(COMMON_PHRASES),
    "phrases, all of them": " ".join(COMMON_PHRASES),
    "dates": "date:" + "9" * 400,
}


ANTI_SLAV = Or((And((Word("anti"), Prefix("slav"))), Prefix("antislav")))


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("", And()),
        ("   ", And()),
        ("!!!", Or()),
        ("Freedom", Word("freedom")),
        ("two words", And((Word("two"), Word("words")))),
        ('"two words"', Phrase(("two", "words"))),
        ("“two words”", Phrase(("two", "words"))),
        ("«two words»", Phrase(("two", "words"))),
        ("« two words »", Phrase(("two", "words"))),
        ("„two words“", Phrase(("two", "words"))),
        ("»two words«", Phrase(("two", "words"))),
        ('"unfinished phrase', Phrase(("unfinished", "phrase"))),
        ('title:"five candles', Phrase(("five", "candles"), "title")),
        ("title:«five candles»", Phrase(("five", "candles"), "title")),
        ('title: "five candles"', Phrase(("five", "candles"), "title")),
        ("title: candles", Word("candles", "title")),
        ("a -Title: candles", And((Word("a"), Not(Word("candles", "title"))))),
        ("date: 1863", Dates(18630101, 18631231)),
        ('"the title: candles"', Phrase(("the", "title", "candles"))),
        ("subtitle: candles", And((Word("subtitle"), Word("candles")))),
        ("title: OR a", And((Or((Word("title"), Word("a"))),)).nodes[0]),
        ("title: -a", And((Word("title"), Not(Word("a"))))),
        ("anti-slav*", ANTI_SLAV),
        ("an anti-slav*", And((Word("an"), ANTI_SLAV))),
        ("-anti-slav*", Not(ANTI_SLAV)),
        (
            "title:mother-in-law*",
            Or(
                (
                    And((Phrase(("mother", "in"), "title"), Prefix("law", "title"))),
                    Prefix("motherinlaw", "title"),
                )
            ),
        ),
        ("anti/slav*", And((Word("anti"), Prefix("slav")))),
        ("act-62-abo*", And((Phrase(("act", "62")), Prefix("abo")))),
        ("l'abo*", Prefix("abo")),
        ("62/12*", Phrase(("62", "12"))),
        ("anti-slavery", Phrase(("anti", "slavery"), None, "anti-slavery")),
        ("anti‑slavery", Phrase(("anti", "slavery"), None, "anti-slavery")),
        (
            '"The Anti-Slavery Society"',
            Phrase(("the", "anti", "slavery", "society"), None, "the anti-slavery society"),
        ),
        ("freedmen’s-bureau", Phrase(("freedmen", "bureau"), None, "freedmen's-bureau")),
        ("1861-64", Phrase(("1861", "64"))),
        ("anti/slavery", Phrase(("anti", "slavery"))),
        ("-not", Not(Word("not"))),
        ("a -b", And((Word("a"), Not(Word("b"))))),
        ("a OR b", Or((Word("a"), Word("b")))),
        ("a b OR c d", And((Word("a"), Or((Word("b"), Word("c"))), Word("d")))),
        ("OR a OR", Word("a")),
        ("a or b", And((Word("a"), Word("or"), Word("b")))),
        ("fre*", Prefix("fre")),
        ("fr*", Word("fr")),
        ("a*b", Phrase(("a", "b"))),
        ("Rail Road: * * *", And((Word("rail"), Word("road")))),
        ('"fre*"', Word("fre")),
        ("title:fre*", Prefix("fre", "title")),
        ("Creator:Still", Word("still", "creator")),
        ('subject:"slave trade"', Phrase(("slave", "trade"), "subject")),
        ("-place:Lisbon", Not(Word("lisbon", "place"))),
        ('kind:"Oral history"', Value("kind", ("oral", "history"))),
        ("language:pt", Value("language", ("pt",))),
        ("language:por", Value("language", ("pt",))),
        ('language:"Haitian Creole"', Value("language", ("ht",))),
        ("language:gul", Value("language", ("gul",))),
        ("language:ga", Value("language", ("ga",))),
        ('language:"Old English"', Value("language", ("ang",))),
        ("http://example", Phrase(("http", "example"))),
        ("date:1863", Dates(18630101, 18631231)),
        ("date:1863-02", Dates(18630201, 18630228)),
        ("date:1864-02-29", Dates(18640229, 18640229)),
        ("date:1863-02-29", Phrase(("date", "1863", "02", "29"))),
        ("date:186X", Dates(18600101, 18691231)),
        ("date:18XX", Dates(18000101, 18991231)),
        ("date:1865..1863", Dates(18630101, 18651231)),
        ("date:1863..186X", Dates(18630101, 18691231)),
        ("date:..1863", Dates(10101, 18631231)),
        ("date:1863..", Dates(18630101, 99991231)),
        ("date:1863?", Dates(18630101, 18631231)),
        ("date:1863~", Dates(18610101, 18651231)),
        ("date:1863%", Dates(18610101, 18651231)),
        ("date:[1852-11-17,1852-11-19]", Dates(18521117, 18521119)),
        ("date:1863/1865", Dates(18630101, 18651231)),
        ("date:1863/..", Dates(18630101, 99991231)),
        ("date:../1863", Dates(10101, 18631231)),
        ("date:1863..1865~", Dates(18630101, 18671231)),
        ("date:1860s", Dates(18600101, 18691231)),
        ("date:1863-5", Dates(18630101, 18651231)),
        ("date:1821-25", Dates(18210101, 18251231)),
        ('date:"17 de mayo de 1852"', Dates(18520517, 18520517)),
        ("date:..", Word("date")),
        ("date:someday", Phrase(("date", "someday"))),
        ("decade:1860", Decade(1860)),
        ("decade:1860s", Decade(1860)),
        ("decade:1863", Phrase(("decade", "1863"))),
        ("undated:yes", Undated()),
        ("undated:no", Phrase(("undated", "no"))),
        ("l’esclavage", Word("esclavage")),
        ("奴隶", Phrase(("奴", "隶"))),
    ],
)
def test_a_query_is_understood(text: str, root: object) -> None:
    assert parse_query(text).root == root


def test_what_was_asked_for_as_a_date_and_is_none_is_told() -> None:
    asked = parse_query(
        'date:someday -date:1863-02-29 OR date:"one evening" date:1863? date:1860s title:date'
    )
    assert asked.no_dates == ("someday", "1863-02-29", "one evening")
    assert parse_query("date:unknown").no_dates == ("unknown",)
    assert parse_query("someday").no_dates == ()


def test_what_is_too_short_for_a_beginning_is_told() -> None:
    asked = parse_query("co* -62/12* l'ab* OR title:d'es* rem* \"co*\" * 奴* anti-slav* kind:a* co*")
    assert asked.no_beginnings == ("co*", "62/12*", "l'ab*", "d'es*")
    assert parse_query("abo*").no_beginnings == parse_query("co").no_beginnings == ()


@pytest.mark.parametrize(
    "text",
    [
        "-anti-slav* a", "a OR title:mother-in-law*", "anti-slav*", "x anti-slav*", "a anti/slav*", "act-62-abo* OR a",
        "freedmen's-bur*", "anti-slavery", 'creator:"American Anti-Slavery Society"', "-freedmen’s-bureau a", "l'anti-esclavagisme",
    ],
)  # fmt: skip
def test_what_hangs_together_by_a_hyphen_can_be_typed_again(text: str) -> None:
    query = parse_query(text)
    assert parse_query(query_text(query)) == query


def test_what_hangs_together_by_a_hyphen_is_shown_as_it_was_typed() -> None:
    assert query_text(parse_query("anti-slav* x")) == "anti-slav* x"
    assert query_text(parse_query("Anti-Slavery x")) == '"anti-slavery" x'


@given(st.text("0123456789XYSTZ?~%/.,[]{}: -", max_size=60))
@settings(max_examples=300, deadline=None)
def test_a_date_is_a_stretch_of_days_or_told_to_be_none(value: str) -> None:
    asked = parse_query(f'date:"{value}"')
    assert isinstance(asked.root, Dates) != bool(asked.no_dates) or not value.strip()
    if isinstance(asked.root, Dates):
        assert 10101 <= asked.root.first <= asked.root.last <= 99991231


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_query_is_refused_in_words_or_taken_as_words(text: str, tmp_path: Path) -> None:
    index = open_indexes(tmp_path).public
    index.update([IndexDocument("a", "a b c")])
    start = time.process_time()
    try:
        index.search(parse_query(text))
        index.suggest(text)
    except BadInputError as refused:
        assert refused.code in {"query-too-long", "query-too-many-words", "query-star"}
        assert refused.remedy
    assert time.process_time() - start < 1


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_what_was_understood_can_be_typed_again(text: str) -> None:
    try:
        query = parse_query(text)
    except BadInputError:
        return
    if query.root != Or():
        assert parse_query(query_text(query)) == query


@pytest.mark.parametrize("text", ["*", "**", "* *", "*a*", "letter *a", "-*a", "title:*a"])
def test_a_star_before_a_word_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(BadInputError, match="behind the beginning") as refused:
        parse_query(text)
    assert refused.value.code == "query-star" and "remem*" in refused.value.remedy


def test_the_limits_name_what_to_do() -> None:
    with pytest.raises(BadInputError, match="500 characters") as refused:
        parse_query("a" * 501)
    assert refused.value.code == "query-too-long"
    with pytest.raises(BadInputError, match="64 words") as refused:
        parse_query('"' + "a " * 65 + '"')
    assert refused.value.code == "query-too-many-words"


@pytest.mark.parametrize("name", [one for one in HOSTILE if "different prefix" in one or "phrases," in one])
def test_what_would_take_long_is_refused_before_it_is_looked_for(name: str) -> None:
    assert len(HOSTILE[name]) <= LONGEST_QUERY
    with pytest.raises(BadInputError) as refused:
        parse_query(HOSTILE[name])
    assert refused.value.code == "query-too-many-words" and "count for several" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "emancip* OR abolit* OR manumi* OR enslav* OR plantat* OR fugitiv* OR contraband* OR freedm*",
        "neg* OR col* OR afro* OR slav*",
        '"bill of sale" "peter still" OR "william still" "underground railroad" -"new york"',
        '"we hold these truths to be self-evident that all men are created equal that they are endowed by their'
        ' creator with certain unalienable rights that among these are life liberty and the pursuit of happiness"',
        "Anti-Slavery Reporter and Aborigines’ Friend: letters of a free-born seamstress to her sister-in-law in"
        " Stoke-on-Trent, with notes by the transatlantic anti-slavery society, 1840-1848",
        "title:ann* creator:douglass subject:abolit* place:lisb* kind:letter language:pt date:1860..1870",
        "奴隶制度 废除 自由 人权 历史",
    ],
)
def test_what_people_ask_is_never_too_much(text: str) -> None:
    assert parse_query(text).root


def test_a_query_without_a_text_asks_for_everything() -> None:
    assert Query().asks_for_everything
    assert parse_query("").asks_for_everything
    assert not parse_query("...").asks_for_everything
