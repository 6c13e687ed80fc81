"""What may be asked of a picture by IIIF, and what is refused: by the tables of the specification."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.exchange.iiif_image import LONGEST, cut, information
from archive.models.errors import BadInputError

WIDE, HIGH = 3000, 2000


def asked(region: str, size: str, rotation: str = "0", name: str = "default.jpg") -> str:
    return str(cut(region, size, rotation, name, width=WIDE, height=HIGH))


@pytest.mark.parametrize(
    ("region", "size", "canonical"),
    [
        ("full", "max", "0,0,3000,2000/2048,1365"),
        ("square", "max", "500,0,2000,2000/2000,2000"),
        ("0,0,512,512", "512,512", "0,0,512,512/512,512"),
        ("0,0,1024,1024", "512,", "0,0,1024,1024/512,512"),
        ("2560,1536,512,512", "440,", "2560,1536,440,464/440,464"),
        ("2999,1999,1,1", "1,1", "2999,1999,1,1/1,1"),
        ("pct:50,50,25,25", "max", "1500,1000,750,500/750,500"),
        ("pct:33.3333,0,0.1,100", "max", "1000,0,3,2000/3,2000"),
        ("full", "300,", "0,0,3000,2000/300,200"),
        ("full", ",200", "0,0,3000,2000/300,200"),
        ("full", "300,300", "0,0,3000,2000/300,300"),
        ("full", "!300,300", "0,0,3000,2000/300,200"),
        ("100,100,10,10", "!300,300", "100,100,10,10/10,10"),
        ("full", "pct:10", "0,0,3000,2000/300,200"),
        ("0,0,3000,1", "1,", "0,0,3000,1/1,1"),
    ],
)
def test_a_request_means_what_the_specification_says(region: str, size: str, canonical: str) -> None:
    assert asked(region, size) == canonical


@pytest.mark.parametrize(
    "region",
    [
        *("", "FULL", "full ", "0,0,0,10", "0,0,10,0", "3000,0,10,10", "0,2000,10,10", "-1,0,10,10", "1,2,3"),
        *(
            "1,2,3,4,5",
            "1.5,0,10,10",
            "+1,0,10,10",
            "1e3,0,10,10",
            "0x1,0,1,1",
            "²,0,1,1",
            "٣,0,1,1",
            "0,0,10, 10",
        ),
        *(
            "pct:",
            "pct:0,0,0,0",
            "pct:100,0,10,10",
            "pct:nan,0,1,1",
            "pct:inf,0,1,1",
            "pct:-1,0,1,1",
            "pct:1.,0,1,1",
        ),
        *("0,0,99999999,1", "pct:0,0,1000,1", "../etc", "square,", "0,0,10,10\n", "9" * 5000),
    ],
)
def test_a_region_that_is_none_is_refused(region: str) -> None:
    with pytest.raises(BadInputError) as refused:
        asked(region, "max")
    assert refused.value.code == "iiif-request"


@pytest.mark.parametrize(
    "size",
    [
        *(
            "",
            ",",
            "0,",
            ",0",
            "0,0",
            "!0,0",
            "!10,",
            "!,10",
            "3001,",
            ",2001",
            "3000,2001",
            "^max",
            "^300,",
            "^!9,9",
        ),
        *(
            "full",
            "pct:0",
            "pct:101",
            "pct:100",
            "pct:1e1",
            "pct:nan",
            "-1,",
            "10,10,10",
            "10",
            "10, 10",
            "١٠,",
        ),
        *("99999999,", "pct:" + "9" * 5000, "!99999999,1"),
    ],
)
def test_a_size_that_is_none_or_larger_than_the_picture_is_refused(size: str) -> None:
    with pytest.raises(BadInputError):
        asked("full", size)


@pytest.mark.parametrize(
    ("rotation", "name"),
    [
        *(("90", "default.jpg"), ("!0", "default.jpg"), ("0.0", "default.jpg"), ("", "default.jpg")),
        *(("0", "default.png"), ("0", "gray.jpg"), ("0", "default.jpg.exe"), ("0", "default"), ("0", "")),
    ],
)
def test_nothing_is_turned_and_there_is_one_quality_and_one_format(rotation: str, name: str) -> None:
    with pytest.raises(BadInputError):
        asked("full", "max", rotation, name)


@given(
    st.text(alphabet="0123456789,.:!^pctfulsqarexm- ", max_size=24),
    st.text(alphabet="0123456789,.:!^pctmax- ", max_size=16),
    st.integers(1, 70_000),
    st.integers(1, 70_000),
)
def test_whatever_is_asked_the_answer_lies_in_the_picture_and_is_never_larger(
    region: str, size: str, width: int, height: int
) -> None:
    try:
        got = cut(region, size, "0", "default.jpg", width=width, height=height)
    except BadInputError:
        return
    assert 0 <= got.left < got.left + got.width <= width
    assert 0 <= got.top < got.top + got.height <= height
    assert 1 <= got.out_width <= min(got.width, LONGEST)
    assert 1 <= got.out_height <= min(got.height, LONGEST)


def test_what_may_be_asked_is_told_and_can_be_asked() -> None:
    told = information("https://archive.example/iiif/abc", WIDE, HIGH)
    assert (told["type"], told["profile"], told["id"]) == (
        "ImageService3",
        "level1",
        "https://archive.example/iiif/abc",
    )
    assert told["tiles"] == [{"width": 512, "height": 512, "scaleFactors": [1, 2, 4, 8]}]
    assert told["sizes"] == [
        {"width": 375, "height": 250},
        {"width": 750, "height": 500},
        {"width": 1500, "height": 1000},
    ]
    for size in told["sizes"]:
        assert asked("full", f"{size['width']},{size['height']}")
    for factor in (1, 2, 4, 8):
        side = 512 * factor
        for left in range(0, WIDE, side):
            for top in range(0, HIGH, side):
                wide, high = min(side, WIDE - left), min(side, HIGH - top)
                assert asked(f"{left},{top},{wide},{high}", f"{-(-wide // factor)},{-(-high // factor)}")
