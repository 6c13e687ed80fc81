"""The pages for people lead somewhere: every link is whole, and every page can be found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, files, links

DECISIONS = ROOT / "docs" / "decisions"
PAGES = [
    *files("docs", suffix=".md"),
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
]


def anchors(page: Path) -> set[str]:
    """What can be linked to within a page: its headings, as the forges spell them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        there = (page.parent / target).resolve() if target else page
        whole = there.exists() and there.is_relative_to(ROOT)
        if not whole or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_a_page_names_in_code_is_there(page: Path) -> None:
    """`archive/access.py` in a page is a place that a reader will look for."""
    named = re.findall(
        r"`((?:archive|ingest|templates|collections|tests|docs|bench)/[\w./-]+\.\w+)`", page.read_text()
    )
    examples = re.compile(r"river-stories|family_tree")
    assert [name for name in named if not (ROOT / name).exists() and not examples.search(name)] == []


def test_every_page_is_listed_where_readers_begin() -> None:
    begin = ROOT / "docs" / "README.md"
    listed = {(begin.parent / link.partition("#")[0]).resolve() for link in links(begin)}
    unlisted = [
        page.name for page in files("docs", suffix=".md") if page.parent != DECISIONS and page not in listed
    ]
    assert unlisted in ([], ["README.md"])


def test_every_decision_is_listed_with_the_decisions() -> None:
    begin = DECISIONS / "README.md"
    listed = {(DECISIONS / link).resolve() for link in links(begin)}
    assert [
        page.name for page in sorted(DECISIONS.glob("*.md")) if page != begin and page not in listed
    ] == []


def test_every_decision_is_one_short_page() -> None:
    long = {page.name: len(page.read_text().split()) for page in DECISIONS.glob("*.md")}
    assert {name: words for name, words in long.items() if words > 700 and name != "dependencies.md"} == {}


def test_the_readme_shows_the_archive() -> None:
    pictures = [link for link in links(ROOT / "README.md") if link.endswith(".png")]
    assert pictures
