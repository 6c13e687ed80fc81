"""What a web page hides by its style is not among its words: as a browser weighs its rules, and within bounds."""

from __future__ import annotations

import pytest

from ingest.failures import ReadFailure
from ingest.readers import html_sheets
from ingest.readers.html_text import visible

SECRET = "hidden words"
HIDING = ".x{display:none}"


def page(sheet: str, style: str) -> str:
    return f"<style>{sheet}</style><p>Plain words<p class=x style='{style}'>{SECRET}"


@pytest.mark.parametrize(
    ("sheet", "style"),
    [
        (HIDING, ""),
        (HIDING, "color:red"),
        (".x{visibility:hidden}", "display:block"),
        (".x{visibility:collapse}", "display:block"),
        (HIDING, "visibility:visible"),
        (".x{display:none!important}", "display:block"),
        (".x{display:none !important} p{display:block}", "display:block"),
        (".x{visibility:hidden!important}", "visibility:visible"),
        (".x{display:none!important}", "display:block!important; visibility:hidden"),
        # What is no declaration, or none that a browser knows, changes nothing.
        (HIDING, "display:"),
        (HIDING, "display:shown"),
        (HIDING, "display:revert-layer"),
        (HIDING, "/*;display:block;*/"),
        (HIDING, 'font-family:";display:block;"'),
        (HIDING, "background:url(;display:block;)"),
        (HIDING, "display:\\62lock"),
        (".x{display:none} .x{display:shown}", ""),
        (".x{visibility:hidden} .x{visibility:block}", ""),
    ],
)
def test_what_a_sheet_hides_stays_hidden(sheet: str, style: str) -> None:
    assert visible(page(sheet, style)) == "Plain words"


@pytest.mark.parametrize(
    ("sheet", "style"),
    [
        (HIDING, "display:block"),
        (HIDING, "Display : Block"),
        (HIDING, 'font-family:"Some Serif";background:url(a/*b.png);display:block'),
        (".x{visibility:hidden}", "visibility:visible"),
        (".x{display:none!important}", "display:inline-block !important"),
        (".x{display:none} p.x{display:block}", ""),
        (".x{display:none} .x{display:table-cell}", ""),
    ],
)
def test_what_the_page_shows_after_all_is_shown(sheet: str, style: str) -> None:
    assert SECRET in visible(page(sheet, style))


@pytest.mark.parametrize(
    "style",
    [
        "color:white;background:white",
        "color:#fff;background-color:#FFFFFF",
        "color:rgb(255, 255, 255);background:#fff",
        "color:#000;background:black",
        "color:#123456;background:#123456",
        "color:white;background:black;background-color:white",
    ],
)
def test_letters_of_the_colour_on_which_they_stand_are_hidden(style: str) -> None:
    assert visible(page("", style)) == "Plain words"


@pytest.mark.parametrize(
    "style",
    [
        "color:white;position:absolute",
        "background:white",
        "color:white;background:black",
        "color:#fff;background:#000",
    ],
)
def test_letters_of_another_colour_are_shown(style: str) -> None:
    assert SECRET in visible(page("", style))


def sheet_of(letters: int) -> str:
    return HIDING + " " * (letters - len(HIDING))


def rules_of(count: int) -> str:
    return "".join(f".r{number}{{display:none}}" for number in range(count))


def test_the_words_of_a_page_with_a_sheet_of_a_size_that_pages_have_are_read() -> None:
    assert visible(page(sheet_of(html_sheets.LONGEST_SHEET), "")) == "Plain words"
    assert visible(page(rules_of(html_sheets.MOST_RULES), "")) == f"Plain words\n{SECRET}"


@pytest.mark.parametrize(
    "sheet",
    [sheet_of(html_sheets.LONGEST_SHEET + 1), rules_of(html_sheets.MOST_RULES + 1)],
    ids=["too long", "too many rules"],
)
def test_a_page_of_which_nobody_knows_what_it_hides_gives_no_words(sheet: str) -> None:
    with pytest.raises(ReadFailure) as refused:
        visible(page(sheet, ""))
    assert refused.value.code == "too-many-parts"


def test_many_rules_for_many_elements_are_given_up() -> None:
    sheet = "".join(f"b .r{number} p{{display:none}}" for number in range(html_sheets.MOST_RULES))
    with pytest.raises(ReadFailure) as refused:
        visible(f"<style>{sheet}</style><b>{'<p>a' * 3_000}")
    assert refused.value.code == "too-many-parts"
