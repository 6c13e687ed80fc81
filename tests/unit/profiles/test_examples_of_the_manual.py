"""What the pages for people show as an example can be copied as it is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from archive.profiles import find_collections_root, load_profiles
from archive.settings import FILE_NAME, Settings
from ingest.bulk.describing import describe_rows
from ingest.bulk.table import Row

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of collections of somebody's own."""
    copy = tmp_path / "collections"
    shutil.copytree(find_collections_root() / "march-25", copy / "march-25")
    return copy


def blocks(page: str) -> list[str]:
    """Every piece of TOML that a page shows."""
    return re.findall(
        r"^```toml\n(.*?)^```$", (DOCS / page).read_text("utf-8"), flags=re.MULTILINE | re.DOTALL
    )


def add(file: Path, text: str) -> None:
    file.write_text(f"{file.read_text('utf-8')}\n{text}", encoding="utf-8")


def without_field(text: str, name: str) -> str:
    """A collection without the field of that name, if it has it."""
    head, *others = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    is_it = re.compile(rf'^\[\[fields\]\]\s.*?^name = "{name}"$', flags=re.MULTILINE | re.DOTALL)
    return "".join([head, *(one for one in others if not is_it.match(one))])


@pytest.mark.parametrize("is_there", [False, True])
def test_the_field_of_the_manual_is_a_field_whether_or_not_it_is_there_already(
    root: Path, is_there: bool
) -> None:
    field, _ = blocks("add-a-field.md")
    file = root / "march-25" / "collection.toml"
    if is_there:
        add(file, field)
    # Whoever did as the page says has it already.
    file.write_text(without_field(file.read_text("utf-8"), "occasion"), encoding="utf-8")
    add(file, field)
    profile = load_profiles(root)["march-25"]
    found = profile.field("occasion")
    assert found is not None
    assert profile.fields[-1] == found == profile.field_for_column("occasion")
    assert (found.dc, found.kind) == ("coverage", "text")
    assert set(found.label) == set(found.help) == set(profile.languages)


def test_a_table_fills_the_field_of_the_manual_beside_all_others(root: Path) -> None:
    field, _ = blocks("add-a-field.md")
    file = root / "march-25" / "collection.toml"
    file.write_text(without_field(file.read_text("utf-8"), "occasion"), encoding="utf-8")
    add(file, field)
    row = Row(2, "a.txt", {"title": "A song", "occasion": "A feast", "subjects": "Music"})
    described, problems = describe_rows([row], load_profiles(root)["march-25"], fallback_title="a")
    assert problems == []
    assert described.extra["occasion"] == "A feast"
    assert (described.title, described.subjects) == ("A song", ("Music",))


def test_the_list_of_the_manual_is_a_vocabulary_that_leads_to_the_word_to_prefer(root: Path) -> None:
    _, vocabulary = blocks("add-a-field.md")
    (root / "march-25" / "vocabularies" / "own-words.toml").write_text(vocabulary, encoding="utf-8")
    words = load_profiles(root)["march-25"].vocabularies["own-words"]
    assert [term.id for term in words.terms] == ["freedom-seekers", "fugitive-slaves"]
    found = words.find("Self-liberators")
    assert found is not None
    assert found.id == "freedom-seekers"
    assert words.terms[1].use == "freedom-seekers"


def test_the_version_of_the_manual_is_one_that_a_collection_can_have(root: Path) -> None:
    (version,) = blocks("change-the-words-of-the-agreement.md")
    file = root / "march-25" / "collection.toml"
    text = file.read_text("utf-8")
    assert len(re.findall(r'^\[agreement\]\nversion = ".*"$', text, flags=re.MULTILINE)) == 1
    file.write_text(re.sub(r'\[agreement\]\nversion = ".*"\n', version, text), encoding="utf-8")
    assert load_profiles(root)["march-25"].agreement.version == "3"


def test_the_setting_that_the_manual_names_leads_to_collections_of_ones_own(
    root: Path, tmp_path: Path
) -> None:
    (setting,) = [block for block in blocks("add-a-collection.md") if "collections_dir" in block]
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / FILE_NAME).write_text(
        setting.replace("/srv/remembrance/collections", str(root)), encoding="utf-8"
    )
    settings = Settings.load({"REMEMBRANCE_HOME": str(tmp_path / "home")})
    assert list(load_profiles(Path(settings.collections_dir))) == ["march-25"]
    for page in ("add-a-field.md", "change-the-words-of-the-agreement.md"):
        assert "add-a-collection.md#collections-of-your-own" in (DOCS / page).read_text("utf-8")
