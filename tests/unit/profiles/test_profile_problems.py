"""Whatever is wrong with a collection is told at once: file, key, reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.models.errors import BadInputError
from archive.profiles import ProfileError, find_collections_root, load_profiles
from ingest.importing.mapping import READY as MAPPINGS
from ingest.importing.mapping import read_mapping

Edit = Callable[[str, str, str], None]
STORY = '+++\ntitle = "A"\nlanguage = "en"\nwritten_on = 2026-03-25\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copy = tmp_path / "collections"
    shutil.copytree(find_collections_root() / "convenings", copy / "convenings")
    return copy


@pytest.fixture
def edit(root: Path) -> Edit:
    def change(name: str, old: str, new: str) -> None:
        file = root / "convenings" / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def problems_of(root: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(ProfileError) as caught:
        load_profiles(root)
    assert isinstance(caught.value, BadInputError)
    for problem in caught.value.problems:
        assert str(problem) in str(caught.value)
    return [(problem.file, problem.key, problem.reason) for problem in caught.value.problems]


def test_a_whole_collection_loads(root: Path) -> None:
    assert list(load_profiles(root)) == ["convenings"]


def test_files_that_notepad_saved_with_a_mark_before_the_text_say_the_same(
    root: Path, tmp_path: Path
) -> None:
    before = load_profiles(root)
    ready = MAPPINGS / "omeka-classic.toml"
    shutil.copy(ready, root)
    files = [*root.rglob("*.toml"), *root.rglob("*.md")]
    assert {one.suffix for one in files} == {".toml", ".md"} and len(files) > 5
    for file in files:
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    # The fingerprint of the agreement too, by which a consent knows it.
    assert load_profiles(root) == before
    assert read_mapping(str(root / ready.name)) == read_mapping(ready.stem)


def test_every_problem_of_every_file_is_told_at_once(root: Path, edit: Edit) -> None:
    edit("collection.toml", 'kind = "date"', 'kind = "day"')
    edit("collection.toml", 'dc = "isPartOf"', 'dc = "belongs"')
    edit("vocabularies/stages.toml", 'id = "keeping"', 'id = "beginning"')
    edit("agreement/fr.md", "{#reuse}", "")
    (root / "convenings" / "agreement" / "pt.md").unlink()
    (root / "second").mkdir()
    told = problems_of(root)
    assert [(file, key) for file, key, _ in told] == [
        ("convenings/agreement/fr.md", "reuse"),
        ("convenings/agreement/pt.md", ""),
        ("convenings/collection.toml", "fields[convening].dc"),
        ("convenings/collection.toml", "fields[date].kind"),
        ("convenings/vocabularies/stages.toml", "terms[beginning].id"),
        *[one[:2] for one in told if one[0].startswith("second/")],
    ]
    assert ("second/collection.toml", "", "is missing") in told


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "reason"),
    [
        ("collection.toml", "languages = [", "colour = 1\nlanguages = [", "colour", "misspelt"),
        ("collection.toml", ', pt = "Título" }', " }", "fields[title].label.pt", "is missing"),
        ("collection.toml", 'en = "Title"', 'en = " "', "fields[title].label.en", "must not be empty"),
        ("collection.toml", 'en = "Title"', 'en = "Title", de = "T"', "fields[title].label.de", "not a language"),
        ("collection.toml", "required = true", 'required = "yes"', "fields[title].required", "true or false"),
        ("collection.toml", "required = true", "needed = true", "fields[title].needed", "misspelt"),
        ("collection.toml", "required = true", "", "fields", "a required field named title"),
        ("collection.toml", 'name = "lesson"', 'name = "The lesson"', "fields[The lesson].name", "small letters"),
        ("collection.toml", 'name = "lesson"', 'name = "place"', "fields[place].name", "more than one field"),
        ("collection.toml", 'name = "date"', 'name = "copied"', "fields[copied].kind", "named date alone"),
        ("collection.toml", 'column = "stage"', 'column = "date"', "fields[date].column", "more than one field"),
        ("collection.toml", 'vocabulary = "stages"', 'vocabulary = "steps"', "fields[stage].vocabulary", "steps"),
        ("collection.toml", 'vocabulary = "stages"', "", "fields[stage].vocabulary", "names the vocabulary"),
        ("collection.toml", 'version = "1"', "version = 1", "agreement.version", "quotation marks"),
        ("collection.toml", 'languages = ["en",', 'languages = ["English",', "languages", "English"),
        ("vocabularies/stages.toml", 'id = "keeping"', 'id = "Keeping!"', "terms[Keeping!].id", "small letters"),
        ("vocabularies/stages.toml", 'id = "keeping"', 'id = "keeping"\nlatitude = 91', "terms[keeping].latitude", "90"),
        ("vocabularies/stages.toml", 'id = "keeping"', 'id = "keeping"\nlatitude = 9', "terms[keeping].longitude", "both"),
        ("vocabularies/stages.toml", 'id = "keeping"', 'id = "keeping"\nuri = "www"', "terms[keeping].uri", "https://"),
        ("vocabularies/stages.toml", 'id = "keeping"', 'id = "keeping"\nuse = "held"', "terms[keeping].use", "held"),
        ("vocabularies/stages.toml", 'en = "Teaching"', 'en = "Beginning"', "terms[teaching].label.en", "beginning"),
        ("agreement/es.md", "{#undone}", "{#final}", "undone", "not in this one"),
        ("agreement/es.md", "{#undone}", "{#show}", "show", "two parts"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_file_its_key_and_the_reason(
    root: Path, edit: Edit, name: str, old: str, new: str, key: str, reason: str
) -> None:
    edit(name, old, new)
    told = problems_of(root)
    assert any(one == (f"convenings/{name}", key, one[2]) and reason in one[2] for one in told), told


def test_broader_terms_may_not_go_round(root: Path, edit: Edit) -> None:
    edit("vocabularies/stages.toml", 'id = "keeping"', 'id = "keeping"\nbroader = "teaching"')
    edit("vocabularies/stages.toml", 'id = "teaching"', 'id = "teaching"\nbroader = "keeping"')
    assert {key for _, key, _ in problems_of(root)} == {"terms[keeping].broader", "terms[teaching].broader"}


def test_an_observance_on_a_day_that_no_month_has_is_told(root: Path) -> None:
    shutil.copy(find_collections_root() / "march-25" / "observances.toml", root / "convenings")
    file = root / "convenings" / "observances.toml"
    file.write_text(file.read_text().replace("month = 3\nday = 25", "month = 2\nday = 30"))
    assert problems_of(root) == [
        ("convenings/observances.toml", "observances[day-of-remembrance].day", "must be between 1 and 29")
    ]


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("day = 10", "day = 11", "", "is kept on another date in convenings (month 12, day 10)"),
        ("month = 12", "month = 1", "", "is kept on another date in convenings (month 12, day 10)"),
        # What is wrong by itself is told as that, and as nothing more.
        ("month = 12", "month = 13", ".month", "must be between 1 and 12"),
    ],
)
def test_a_day_that_two_collections_keep_on_two_dates_is_told(
    root: Path, old: str, new: str, key: str, reason: str
) -> None:
    march = root / "march-25"
    shutil.copytree(find_collections_root() / "march-25", march)
    shutil.copy(march / "observances.toml", root / "convenings")
    assert list(load_profiles(root)) == ["convenings", "march-25"]
    file = march / "observances.toml"
    before, human_rights = file.read_text(encoding="utf-8").split('id = "human-rights-day"')
    assert old in human_rights
    file.write_text(f'{before}id = "human-rights-day"{human_rights.replace(old, new)}', encoding="utf-8")
    ((name, where, why),) = problems_of(root)
    assert (name, where) == ("march-25/observances.toml", f"observances[human-rights-day]{key}")
    assert why.startswith(reason)


@pytest.mark.parametrize(
    ("key", "wrong", "reason"),
    [
        ("id", "Fête/du pont", "small letters, digits and single hyphens"),
        ("id", "day of the bridge", "small letters, digits and single hyphens"),
        ("uri", "javascript:alert(1)", "http:// or https://"),
        ("uri", "www.example.org", "http:// or https://"),
        ("uri", "https://", "http:// or https://"),
        ("uri", "https:///day", "http:// or https://"),
        ("uri", "http://[", "http:// or https://"),
    ],
)
def test_an_observance_that_no_address_can_lead_to_is_told(
    root: Path, key: str, wrong: str, reason: str
) -> None:
    said = {"id": "day-of-remembrance", "uri": "https://example.org/day"} | {key: wrong}
    texts = 'en = "A", es = "A", fr = "A", pt = "A"'
    lines = [f'{name} = "{value}"' for name, value in said.items()]
    lines += ["month = 3", "day = 25", f"name = {{ {texts} }}", f"welcome = {{ {texts} }}"]
    (root / "convenings" / "observances.toml").write_text("\n".join(["[[observances]]", *lines]), "utf-8")
    ((file, where, why),) = problems_of(root)
    assert (file, where) == ("convenings/observances.toml", f"observances[{said['id']}].{key}")
    assert reason in why


@pytest.mark.parametrize(
    ("name", "content", "key", "reason"),
    [
        ("collection.toml", b"languages = [", "", "is not valid TOML"),
        ("collection.toml", b"\xff\xfe", "", "is not UTF-8 text"),
        ("collection.toml", b"", "languages", "is missing"),
        ("collection.toml", b"languages = []", "languages", "must not be empty"),
        ("collection.toml", b'languages = "en"', "languages", "must be a list"),
        ("collection.toml", b'languages = ["En", "es", "fr", "pt"]', "languages", "“En” is not a language code"),
        ("observances.toml", b"[[observances", "", "is not valid TOML"),
        ("vocabularies/stages.toml", b"\xff\xfe", "", "is not UTF-8 text"),
        ("stories/one.md", b"+++\ntitle =\n+++\nWords.", "", "its head is not valid TOML"),
    ],
)  # fmt: skip
def test_of_a_collection_of_which_a_file_cannot_be_read_that_alone_is_told_and_of_others_all(
    root: Path, name: str, content: bytes, key: str, reason: str
) -> None:
    shutil.copytree(root / "convenings", root / "another")
    (root / "another" / "vocabularies" / "stages.toml").write_text("title = 3")
    stories = root / "convenings" / "stories"
    stories.mkdir(exist_ok=True)
    (stories / "two.md").write_text(f"{STORY}translation_of = 'one'\n+++\nWords.")
    (stories / "one.md").write_text(f"{STORY}+++\nWords.")
    (root / "convenings" / name).write_bytes(content)
    told = problems_of(root)
    (one,) = [one for one in told if one[0].startswith("convenings/")]
    assert one[:2] == (f"convenings/{name}", key) and reason in one[2]
    assert ("another/vocabularies/stages.toml", "terms", "is missing") in told


def test_every_file_of_a_collection_that_cannot_be_read_is_told(root: Path) -> None:
    names = ["collection.toml", "observances.toml", "vocabularies/stages.toml"]
    for name in names:
        (root / "convenings" / name).write_text("= ")
    assert [(file, key) for file, key, _ in problems_of(root)] == [
        (f"convenings/{name}", "") for name in names
    ]


def test_an_empty_list_of_words_is_told(root: Path) -> None:
    (root / "convenings" / "vocabularies" / "stages.toml").write_bytes(b"")
    assert [(file, key) for file, key, _ in problems_of(root)] == [
        ("convenings/vocabularies/stages.toml", key) for key in ("terms", "title")
    ]


def test_a_folder_without_collections_is_told(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "nothing") == [("nothing", "", "there is no collection in this folder")]


def test_a_folder_name_that_cannot_stand_in_an_address_is_told(root: Path) -> None:
    (root / "convenings").rename(root / "Our Convenings")
    assert [file for file, _, _ in problems_of(root)] == ["Our Convenings"]


def test_new_words_in_an_agreement_change_its_fingerprint(root: Path, edit: Edit) -> None:
    before = load_profiles(root)["convenings"].agreement
    edit("agreement/es.md", "comprobados", "revisados")
    after = load_profiles(root)["convenings"].agreement
    assert before.version == after.version
    assert before.fingerprint != after.fingerprint


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("# No head\n", [("", "begins with a line +++")]),
        (
            '+++\ntitle = "A"\nlanguage = "xx"\nwritten_on = 2026-03-25\n+++\nWords.',
            [("language", "not one of")],
        ),
        (
            '+++\ntitle = "A"\nlanguage = "en"\nwritten_on = "soon"\n+++\nWords.',
            [("written_on", "must be a day")],
        ),
        ('+++\ntitle = "A"\nlanguage = "en"\nwritten_on = 2026-03-25\n+++\n', [("", "has no text")]),
        (
            '+++\ntitle = "A"\nlanguage = "en"\nwritten_on = 2026-03-25\ntranslation_of = "b"\n+++\nWords.',
            [("translation_of", "names no story")],
        ),
        ("+++\ntitle = \n+++\nWords.", [("", "is not valid TOML")]),
        *(
            (
                '+++\ntitle = "A"\nlanguage = "en"\nwritten_on = 2026-03-25\n'
                f'[picture]\nfile = "{file}"\nwidth = 0\nheight = 9\n+++\nWords.',
                [
                    ("picture.file", "no file beside"),
                    ("picture.words", "missing"),
                    ("picture.width", "between 1"),
                ],
            )
            for file in ("a-story.md", "../elsewhere.jpg", "nothing.png")
        ),
    ],
)
def test_a_story_that_cannot_be_shown_is_told(
    root: Path, content: str, problems: list[tuple[str, str]]
) -> None:
    (root / "convenings" / "stories").mkdir(exist_ok=True)
    (root / "convenings" / "elsewhere.jpg").touch()
    (root / "convenings" / "stories" / "a-story.md").write_text(content, encoding="utf-8")
    told = [one for one in problems_of(root) if one[0] == "convenings/stories/a-story.md"]
    for key, reason in problems:
        assert any(one[1] == key and reason in one[2] for one in told), told


def test_a_collection_that_says_nothing_of_places_nobody_was_asked_about_shows_none(
    root: Path, edit: Edit
) -> None:
    assert load_profiles(root)["convenings"].unasked_places == "none"
    edit("collection.toml", "[title]", 'unasked_places = "named"\n\n[title]')
    assert load_profiles(root)["convenings"].unasked_places == "named"
    edit("collection.toml", '"named"', '"exactly"')
    ((file, key, _reason),) = problems_of(root)
    assert (file, key) == ("convenings/collection.toml", "unasked_places")
