"""Words that a web page holds and nobody sees, by any selector and by the looks of their letters, are not among its words."""

from __future__ import annotations

import pytest

from ingest.readers import html_sheets
from ingest.readers.html_text import visible

SECRET = "hidden words"


def words(page: str) -> tuple[str, bool]:
    """What is visible, and whether that is doubted."""
    doubts: list[bool] = []
    return visible(page, lambda: doubts.append(True)), bool(doubts)


@pytest.mark.parametrize(
    ("sheet", "body"),
    [
        ("[data-x]{display:none}", "<p data-x>{}"),
        ("[data-x='1']{display:none}", "<p data-x=1>{}"),
        ("p[lang|=en]{display:none}", "<p lang=en-GB>{}"),
        ("[class*=idde]{display:none}", "<p class=hidden>{}"),
        ("[title^=a][title$=b][rel~=y]{display:none}", "<p title=acb rel='x y'>{}"),
        ("[data-x=A i]{display:none}", "<p data-x=a>{}"),
        ("p[data-a=','],b{display:none}", "<p data-a=','>{}"),
        ("p:first-child{display:none}", "<div><p>{}</div>"),
        ("p:nth-child(2){display:none}", "<div><b>a</b><p>{}</div>"),
        ("p:nth-of-type(odd){display:none}", "<div><b>a</b><p>{}</div>"),
        ("p:nth-child(-n + 3){display:none}", "<div><b>a</b><p>{}</div>"),
        ("p:not(.seen){display:none}", "<p>{}"),
        ("p:not(:hover){display:none}", "<p>{}"),
        (":is(.a,.b) i{visibility:hidden}", "<p class=b><i>{}</i>"),
        ("h1 + p{display:none}", "<h1>a</h1><p>{}"),
        ("h1 ~ p{display:none}", "<h1>a</h1><b>b</b><p>{}"),
        ("div > p{display:none}", "<div><p>{}</div>"),
        ("body .x{display:none}", "<p class=x>{}"),
        ("table > tbody > tr > td{display:none}", "<table><tr><td>{}</table>"),
        (r".md\:hidden{display:none}", "<p class=md:hidden>{}"),
        (r".\68 idden{display:none}", "<p class=hidden>{}"),
        ("@layer a{.x{display:none}}", "<p class=x>{}"),
        (".x{opacity:0}", "<p class=x>{}"),
        (".x{content-visibility:hidden}", "<p class=x>{}"),
        (".x{font-size:0}", "<p class=x>{}"),
        (".x{font-size:1px}", "<p class=x>{}"),
        (".x{font:0/0 serif}", "<p class=x>{}"),
        ("ul{font-size:0} li{font-size:2em}", "<ul><li>{}</ul>"),
        (".x{color:white}", "<p class=x>{}"),
        (".x{color:#fefefe}", "<p class=x>{}"),
        (".x{color:rgb(255 255 255)}", "<p class=x>{}"),
        (".x{color:hsl(0,0%,100%)}", "<p class=x>{}"),
        (".x{color:rgba(0,0,0,0)}", "<p class=x>{}"),
        (".x{color:white}", "<div class=x><p>{}</div>"),
        ("body{background:#000;color:#fff} .x{color:#000}", "<p class=x>{}"),
        ("", "<p style='color:white'>{}"),
        ("", "<p style='color:rgb(255, 255, 255)'>{}"),
        ("", "<p style='font-size:0'>{}"),
        ("", "<p style='font-size:1pt'>{}"),
        ("", "<font color=white>{}</font>"),
        ("", "<font color=FFFFFF>{}</font>"),
        ("", "<body text=white>{}"),
        ("", "<body bgcolor=black text=white><p style='color:#000'>{}"),
        ("", "<a href=x style='color:white'>{}</a>"),
    ],
)
def test_what_nobody_sees_is_left_out_and_nothing_is_doubted(sheet: str, body: str) -> None:
    seen, is_doubted = words(f"<style>{sheet}</style>{body.format(SECRET)}")
    assert "hidden" not in seen
    assert not is_doubted


@pytest.mark.parametrize(
    ("sheet", "body"),
    [
        ("[data-x=2]{display:none}", "<p data-x=1>{}"),
        ("[data-x^='']{display:none}", "<p data-x=1>{}"),
        ("p:nth-child(2n){display:none}", "<div><p>{}</div>"),
        ("p:not(.seen){display:none}", "<p class=seen>{}"),
        ("p:hover{display:none}", "<p>{}"),
        ("p:empty{display:none}", "<p>{}"),
        ("p::before{display:none}", "<p>{}"),
        ("h1 + p{display:none}", "<h1>a</h1><b>b</b><p>{}"),
        ("div > p{display:none}", "<div><b><p>{}</b></div>"),
        ("@media (max-width:600px){p{display:none}}", "<p>{}"),
        ("@media print{p{display:none}}", "<p>{}"),
        ("#a.b{display:block} .b.b.b.b{display:none}", "<p id=a class=b>{}"),
        ("ul{font-size:0} li{font-size:16px}", "<ul><li>{}</ul>"),
        (".x{color:white} .y{background:#003}", "<div class=y><p class=x>{}</div>"),
        (".x{color:white} .x:not(.z){color:red}", "<p class=x>{}"),
        ("body{background:#000;color:#fff}", "<p>{}"),
        ("", "<div style='color:white;background-color:rgb(0,0,120)'><p>{}</div>"),
        ("", "<table bgcolor=#003366><tr><td><font color=white>{}</table>"),
        ("", "<table><tr><td bgcolor=003366><font color=white>{}</table>"),
        ("", "<div style='color:white'><a href=x>{}</a></div>"),
        ("", "<div style='font-size:0'><p style='font-size:12px'>{}</div>"),
    ],
)
def test_what_is_seen_is_kept_and_nothing_is_doubted(sheet: str, body: str) -> None:
    seen, is_doubted = words(f"<style>{sheet}</style>{body.format(SECRET)}")
    assert SECRET in seen
    assert not is_doubted


@pytest.mark.parametrize(
    "sheet",
    [
        "p:last-child{display:none}",
        "p:has(b){display:none}",
        "p:nth-child(1 of .x){display:none}",
        "p:nth-last-child(1){color:white}",
        "@supports (display:grid){p{display:none}}",
        "p:not(div p){display:none}",
    ],
)
def test_what_a_rule_may_hide_that_cannot_be_followed_is_left_out_and_that_is_said(sheet: str) -> None:
    assert words(f"<style>{sheet}</style><div>Plain words<p>{SECRET}</div>") == ("Plain words", True)


@pytest.mark.parametrize(
    "page",
    [
        "<style>p:wibble{display:none}</style><p>%s",
        "<style>body{background:url(x.png)} p{color:white}</style><p>%s",
        "<style>p{color:white;position:absolute}</style><p>%s",
        "<style>p{color:white;text-shadow:0 0 2px #000}</style><p>%s",
        "<table><colgroup><col bgcolor=#003366></colgroup><tr><td><font color=white>%s</table>",
        "<table><tr><td background=x.gif><font color=white>%s</table>",
        "<link rel=stylesheet href=a.css><p style='color:#fff'>%s",
        "<style>@import 'a.css';</style><p>%s",
    ],
)
def test_words_of_which_nobody_knows_on_what_they_stand_are_kept_and_that_is_said(page: str) -> None:
    assert words(page % SECRET) == (SECRET, True)


def test_of_a_page_with_more_looks_than_any_needs_letters_are_not_judged_and_that_is_said() -> None:
    looks = "".join(f".r{number}{{color:red}}" for number in range(html_sheets.MOST_LOOKS_GIVEN))
    page = f"<style>{looks}p{{color:white}} .x{{display:none}}</style><p>{SECRET}<p class=x>more"
    assert words(page) == (SECRET, True)
