"""Pages work under a strict policy: no style or script inside a template, and nothing from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, files

TEMPLATES = list(files("templates", suffix=".html"))
STYLES = list(files("archive/web/static", suffix=".css"))
ELSEWHERE = re.compile(r"^\s*(?:[a-z]+:)?//", re.IGNORECASE)
LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "background"}
# These <link> elements name something; a browser does not fetch it.
ONLY_NAMES = re.compile(r"^(schema\.\w+|canonical|license|alternate)$")


class Reading(HTMLParser):
    """Collects what a template must not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "style":
            self.wrong.append("<style>")
        if tag == "script" and not given.get("src") and "json" not in given.get("type", ""):
            self.wrong.append("<script> without a file of its own")
        self.wrong += [f"{tag} {name}=" for name in given if name == "style" or name.startswith("on")]
        self.wrong += [
            f"{tag} {name}={given[name]}" for name in LOADING & set(given) if ELSEWHERE.match(given[name])
        ]
        fetched = tag == "link" and not ONLY_NAMES.match(given.get("rel", ""))
        if fetched and ELSEWHERE.match(given.get("href", "")):
            self.wrong.append(f"link {given['href']}")


def without_jinja(path: Path) -> str:
    """The template's HTML: what stands in braces may hold quotes that no HTML parser expects."""
    text = re.sub(r"\{\{.*?\}\}", "value", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\{%.*?%\}|\{#.*?#\}", "", text, flags=re.DOTALL)


def test_there_are_templates_and_styles() -> None:
    assert TEMPLATES
    assert STYLES


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_holds_no_style_no_script_and_nothing_from_elsewhere(path: Path) -> None:
    reading = Reading()
    reading.feed(without_jinja(path))
    assert reading.wrong == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_never_lets_a_value_become_html(path: Path) -> None:
    assert not re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_loads_nothing_from_elsewhere(path: Path) -> None:
    addresses = re.findall(
        r"url\(\s*[\"']?([^)\"']+)|@import\s+[\"']([^\"']+)", path.read_text(encoding="utf-8")
    )
    assert [one for pair in addresses for one in pair if ELSEWHERE.match(one)] == []


def test_every_file_that_a_page_asks_for_is_there() -> None:
    asked = re.compile(r"static_href\('([^']+)'\)")
    static = ROOT / "archive" / "web" / "static"
    missing = {
        (path.name, name)
        for path in TEMPLATES
        for name in asked.findall(path.read_text(encoding="utf-8"))
        # What comes from others is built, and a page asks whether it was.
        if not name.startswith("vendor/") and not (static / name).is_file()
    }
    assert missing == set()
