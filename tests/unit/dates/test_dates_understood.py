"""What people write about a time is understood, asked back, or refused with a reason; never guessed."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.dates import Ambiguous, UnderstoodDate, reach, read_edtf, understand
from archive.models.errors import BadInputError

SINCE_1850 = tuple(range(1850, date.today().year + 1, 10))
SHARED = Path(__file__).resolve().parents[4] / "shared"


def understood(text: str, language: str = "en") -> UnderstoodDate:
    found = understand(text, language=language)
    assert isinstance(found, UnderstoodDate), found
    return found


@pytest.mark.parametrize(
    ("written", "start", "end", "decades"),
    [
        ("1852", 18520101, 18521231, (1850,)),
        ("1852-02", 18520201, 18520229, (1850,)),
        ("1852-11-17", 18521117, 18521117, (1850,)),
        ("1852?", 18520101, 18521231, (1850,)),
        ("1855-12-30?", 18551230, 18551230, (1850,)),
        ("1879~", 18790101, 18791231, (1870,)),
        ("1852%", 18520101, 18521231, (1850,)),
        ("1852-?11-17", 18521117, 18521117, (1850,)),
        ("185X", 18500101, 18591231, (1850,)),
        ("18XX", 18000101, 18991231, tuple(range(1800, 1900, 10))),
        ("1852-XX", 18520101, 18521231, (1850,)),
        ("1852-05-XX", 18520501, 18520531, (1850,)),
        ("1852-1X", 18521001, 18521231, (1850,)),
        ("1950S2", 19000101, 19991231, tuple(range(1900, 2000, 10))),
        ("[1852-11-17,1852-11-19]", 18521117, 18521119, (1850,)),
        ("[1852, 1905]", 18520101, 19051231, (1850, 1900)),
        ("{1864-01-11,1864-01-14}", 18640111, 18640114, (1860,)),
        ("[1852..1865]", 18520101, 18651231, (1850, 1860)),
        ("[..1852]", None, 18521231, tuple(range(1750, 1860, 10))),
        ("{1852..}", 18520101, None, SINCE_1850),
        ("1936/1938", 19360101, 19381231, (1930,)),
        ("1803~/1810~", 18030101, 18101231, (1800, 1810)),
        ("../1863", None, 18631231, tuple(range(1760, 1870, 10))),
        ("../0055", None, 551231, tuple(range(0, 60, 10))),
        ("1863/..", 18630101, None, SINCE_1850[1:]),
        ("9990/..", 99900101, None, (9990,)),
        ("1XXX", 10000101, 19991231, tuple(range(1000, 2000, 10))),
        ("1863/", 18630101, None, SINCE_1850[1:]),
        ("1963-22", 19630601, 19630831, (1960,)),
        ("1969-24", 19690101, 19700228, (1960, 1970)),
        ("1963-41", 19630701, 19631231, (1960,)),
        ("2004-06-11T10:00:00Z", 20040611, 20040611, (2000,)),
        ("XXXX", None, None, ()),
        ("XXXX-12-25", None, None, ()),
    ],
)
def test_edtf_of_every_level_has_its_first_and_last_day_and_its_decades(
    written: str, start: int | None, end: int | None, decades: tuple[int, ...]
) -> None:
    found = understood(written)
    assert (found.start, found.end, found.decades) == (start, end, decades)


@pytest.mark.parametrize(
    ("edtf", "start", "end", "decades"),
    [
        ("1879~", 18770101, 18811231, (1870, 1880)),
        ("1860%", 18580101, 18621231, (1850, 1860)),
        ("1879?", 18790101, 18791231, (1870,)),
        ("1879", 18790101, 18791231, (1870,)),
        ("1852-12~", 18521001, 18530228, (1850,)),
        ("1852-02-29~", 18520227, 18520302, (1850,)),
        ("2004-06~-11", 20040411, 20040811, (2000,)),
        ("1852-~11-17", 18520917, 18530117, (1850,)),
        ("1852~-02-29", 18500228, 18540228, (1850,)),
        ("1963-24~", 19621101, 19640430, (1960,)),
        ("185X~", 18500101, 18591231, (1850,)),
        ("1860~/1863~", 18600101, 18631231, (1860,)),
        ("1860~/1863", 18580101, 18631231, (1850, 1860)),
        ("1830~/..", 18280101, None, tuple(range(1820, date.today().year + 1, 10))),
        ("[1852~,1905]", 18500101, 19051231, (1850, 1900)),
        ("1000/2025", 10000101, 20251231, tuple(range(1000, 2030, 10))),
        ("0001~", 10101, 31231, (0,)),
        ("0001-01-01~", 10101, 10103, (0,)),
        ("9999-12-31~", 99991229, 99991231, (9990,)),
        ("9999~", 99970101, 99991231, (9990,)),
        ("XXXX~", None, None, ()),
        ("../1863~", None, 18651231, tuple(range(1760, 1870, 10))),
    ],
)
def test_what_is_about_right_is_looked_for_a_little_wider(
    edtf: str, start: int | None, end: int | None, decades: tuple[int, ...]
) -> None:
    found = reach(edtf)
    assert (found.start, found.end, found.decades) == (start, end, decades)


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("17 May 1852", "1852-05-17"),
        ("May 17th, 1852", "1852-05-17"),
        ("Friday, Nov. 17, 1852", "1852-11-17"),
        ("the 17th of November, 1852", "1852-11-17"),
        ("17 de noviembre de 1852", "1852-11-17"),
        ("1er mars 1807", "1807-03-01"),
        ("1º de março de 1807", "1807-03-01"),
        ("25/3/1807", "1807-03-25"),
        ("3/25/1807", "1807-03-25"),
        ("25.3.1807", "1807-03-25"),
        ("1807/3/25", "1807-03-25"),
        ("20071217", "2007-12-17"),
        ("5/1852", "1852-05"),
        ("Sept. 1850", "1850-09"),
        ("summer 1963", "1963-22"),
        ("verano de 1963", "1963-22"),
        ("été 1963", "1963-22"),
        ("verão de 1963", "1963-22"),
        ("about 1920", "1920~"),
        ("ca. 1879", "1879~"),
        ("c1852", "1852~"),
        ("hacia 1920", "1920~"),
        ("vers 1920", "1920~"),
        ("por volta de 1920", "1920~"),
        ("1863 (?)", "1863?"),
        ("[1863?]", "1863?"),
        ("probably about 1863", "1863%"),
        ("1860s", "186X"),
        ("the 1860's", "186X"),
        ("década de 1860", "186X"),
        ("les années 1860", "186X"),
        ("185-", "185X"),
        ("18--", "18XX"),
        ("19th century", "18XX"),
        ("siglo XIX", "18XX"),
        ("XIXe siècle", "18XX"),
        ("século XIX", "18XX"),
        ("early 1860s", "1860~/1863~"),
        ("late 1863", "1863-39"),
        ("about summer 1963", "1963-06~/1963-08~"),
        ("between 1936 and 1938", "1936/1938"),
        ("entre 1936 y 1938", "1936/1938"),
        ("entre 1936 et 1938", "1936/1938"),
        ("entre 1936 e 1938", "1936/1938"),
        ("de mayo de 1852 a julio de 1853", "1852-05/1853-07"),
        ("1936-1938", "1936/1938"),
        ("1858–64", "1858/1864"),
        ("1901–02", "1901/1902"),
        ("1843–4", "1843/1844"),
        ("c.1801–10", "1801~/1810~"),
        ("17-19 November 1852", "1852-11-17/1852-11-19"),
        ("May-July 1852", "1852-05/1852-07"),
        ("1860 or 63", "[1860,1863]"),
        ("January 11 and 14, 1864", "{1864-01-11,1864-01-14}"),
        ("before 1863", "../1863"),
        ("antes de 1863", "../1863"),
        ("after c.1830", "1830~/.."),
        ("unknown", "XXXX"),
        ("n.d.", "XXXX"),
        ("sin fecha", "XXXX"),
        ("date inconnue", "XXXX"),
        ("sem data", "XXXX"),
        ("sometime in 1920", "1920"),
        ("some time around 1920", "1920~"),
        ("perhaps sometime in 1920", "1920?"),
        ("en algún momento de 1920", "1920"),
        ("more or less 1920", "1920~"),
        ("más o menos 1920", "1920~"),
        ("mais ou menos 1920", "1920~"),
        ("plus ou moins 1920", "1920~"),
        ("1920, más o menos", "1920~"),
        ("l’été 1963", "1963-22"),
        ("l'automne de 1963", "1963-23"),
        ("mid-summer 1852", "1852-22"),
        ("winter 1962/63", "1962-12/1963-02"),
        ("winter of 1962-63", "1962-12/1963-02"),
        ("hiver 1962–1963", "1962-12/1963-02"),
        ("winter 1899/1900", "1899-12/1900-02"),
        ("winter 1962-65", "1962-24/1965"),
        ("Christmas 1944", "1944-12-25"),
        ("Navidad de 1944", "1944-12-25"),
        ("à Noël 1944", "1944-12-25"),
        ("no Natal de 1944", "1944-12-25"),
        ("Christmas Eve 1944", "1944-12-24"),
        ("New Year’s Eve, 1899", "1899-12-31"),
        ("Juneteenth 1905", "1905-06-19"),
        ("the nineteen-sixties", "196X"),
        ("the 1850s and 60s", "{185X,186X}"),
        ("the 1950s-60s", "195X/196X"),
        ("the 1950s/60s", "195X/196X"),
        ("1950’s / 1960’s", "195X/196X"),
        ("antes del 1863", "../1863"),
        ("1963-3-4", "1963-03-04"),
        ("between 1962 and ’65", "1962/1965"),
        ("mediados de los 1860", "1864~/1866~"),
    ],
)
def test_what_people_write_becomes_edtf(written: str, edtf: str) -> None:
    assert understood(written).edtf == edtf


@pytest.mark.parametrize(
    ("written", "choices"),
    [
        ("3/4/1807", ["1807-03-04", "1807-04-03"]),
        ("12.03.1974", ["1974-12-03", "1974-03-12"]),
        ("1800s", ["180X", "18XX"]),
        ("late 1800s", ["1807~/1809~", "1867~/1899~"]),
        ("early 1900s", ["1900~/1903~", "1900~/1933~"]),
        ("mid-1800s", ["1804~/1806~", "1834~/1866~"]),
        ("finales de los 1800", ["1807~/1809~", "1867~/1899~"]),
        ("début des années 1900", ["1900~/1903~", "1900~/1933~"]),
        ("late 1800s to early 1900s", ["1807~/1903~", "1807~/1933~", "1867~/1903~", "1867~/1933~"]),
        ("1821-25", ["1821/1825", "1821-25"]),
        ("c. 1801-10", ["1801~/1810~", "1801-10~"]),
    ],
)
def test_two_readings_are_asked_back(written: str, choices: list[str]) -> None:
    found = understand(written)
    assert isinstance(found, Ambiguous)
    assert [choice.edtf for choice in found.choices] == choices
    assert written in found.question("es")


def test_the_likelier_order_of_day_and_month_comes_first_in_each_language() -> None:
    for language, first in (("en", "1807-03-04"), ("fr", "1807-04-03")):
        found = understand("3/4/1807", language=language)
        assert isinstance(found, Ambiguous)
        assert found.choices[0].edtf == first


@pytest.mark.parametrize(
    "written",
    ["", "   ", "yesterday", "during the war", "12", "noviembre", "1852-02-30", "1851-02-29", "31 February 1852", "31/2/1852",
     "1852-13", "31/2/63", "1938/1936", "between 1938 and 1936", "0000", "-0500", "Y17000", "1852-11-17/x", "9" * 201,
     "1978, printed 2005", "13/13/1900", "[1852", "1852]"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(BadInputError) as caught:
        understand(written)
    assert str(caught.value).endswith((".", "known."))
    assert "about 1852" in caught.value.remedy


def test_an_impossible_day_is_named() -> None:
    with pytest.raises(BadInputError, match="There is no day 30 in month 2 of 1852") as caught:
        understand("1852-02-30")
    assert caught.value.code == "date-impossible"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789X?~%/.,-[]{} abcdeéfghilmnoprstuvxyç–'", max_size=40))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        found = understand(text)
    except BadInputError:
        return
    for one in found.choices if isinstance(found, Ambiguous) else (found,):
        assert read_edtf(one.edtf) == one
        assert all(one.words(language) for language in ("en", "es", "fr", "pt"))
        assert one.start is None or one.end is None or one.start <= one.end


@pytest.mark.sample
def test_every_date_of_the_sample_collection_is_understood() -> None:
    tables = sorted((SHARED / "sample").glob("*/metadata.csv"))
    if not tables:
        pytest.skip("the shared sample collection is not beside this checkout")
    written = {
        row["date"]
        for table in tables
        for row in csv.DictReader(table.open(encoding="utf-8-sig", newline=""))
        if row["date"]
    }
    assert len(written) > 40
    for text in written:
        date = understood(text)
        assert date.edtf == text
        assert date.decades


@pytest.mark.sample
def test_every_date_of_five_thousand_records_on_the_theme_is_understood() -> None:
    bulk = SHARED / "bulk" / "theme-5k.jsonl.gz"
    if not bulk.exists():
        pytest.skip("the shared records are not beside this checkout")
    with gzip.open(bulk, "rt", encoding="utf-8") as lines:
        written = {json.loads(line).get("date") for line in lines} - {None, ""}
    assert len(written) > 500
    assert [text for text in written if not understood(text).decades] == []
