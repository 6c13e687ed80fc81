"""Our reading of EDTF agrees with the edtf library wherever that one is right."""

from __future__ import annotations

import contextlib
import io

import pytest
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException

from archive.dates import reach, read_edtf
from archive.models.errors import BadInputError


@pytest.mark.parametrize(
    "edtf",
    ["1852", "1852-02", "1852-02-29", "1852?", "1852~", "1852%", "1855-12-30?", "185X", "18XX", "1852-XX", "1852-05-XX",
     "1852-XX-XX", "1852-XX-17", "185X-11", "[1852-11-17,1852-11-19]", "{1864-01-11,1864-01-14}", "[1852..1855]",
     "1936/1938", "1852-05/1853-07-01", "1803~/1810~", "1984-06-02?/2004-08-08~", "1963-21", "1963-22", "1963-23",
     "1963-33", "1963-36", "1963-38", "1963-41", "?1852", "1852-?11", "1852-~11-17", "2004-06~-11", "~1800/1810"],
)  # fmt: skip
def test_first_and_last_day_agree_with_the_library(edtf: str) -> None:
    theirs = parse_edtf(edtf)
    ours = read_edtf(edtf)
    as_number = [
        int(f"{day[0]:04}{day[1]:02}{day[2]:02}") for day in (theirs.lower_strict(), theirs.upper_strict())
    ]
    assert [ours.start, ours.end] == as_number


@pytest.mark.parametrize(
    "edtf", ["1879~", "1852-05~", "1852-11-17~", "1852?", "1879%", "~1800/1810", "[1852~,1905]"]
)
def test_a_search_looks_as_far_as_the_library_or_farther_and_never_for_perhaps(edtf: str) -> None:
    strict, wide = read_edtf(edtf), reach(edtf)
    assert wide.start is not None and wide.end is not None and strict.start and strict.end
    is_wider = wide.start < strict.start or wide.end > strict.end
    assert wide.start <= strict.start and strict.end <= wide.end and is_wider == (edtf != "1852?")


@pytest.mark.parametrize(
    "text",
    ["1852-02-30", "1852-13", "1852-00", "1852-11-00", "1852-20", "1852-42", "185?", "[1863", "[1863]", "1852-11-17/19",
     "1852-1", "852", "1852--11", "[]", "/", "1852/1853/1854", "1852-05-17-01", "about 1852", "18 52", "X852?-"],
)  # fmt: skip
def test_what_the_library_refuses_is_refused(text: str) -> None:
    with pytest.raises(EDTFParseException), contextlib.redirect_stdout(io.StringIO()):
        parse_edtf(text)
    with pytest.raises(BadInputError):
        read_edtf(text)
