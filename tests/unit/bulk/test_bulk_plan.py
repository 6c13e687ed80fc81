"""A plan names everything that would be taken in or not, and touches nothing."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.models.errors import BadInputError
from archive.profiles import CollectionProfile
from ingest.bulk import FilePlan, Plan, plan

Write = Callable[..., Path]


def names(planned: Plan) -> list[list[list[str]]]:
    """Given names by submission and item."""
    return [[[file.given_name for file in item.files] for item in one.items] for one in planned.submissions]


def files(planned: Plan) -> list[FilePlan]:
    return [file for one in planned.submissions for item in one.items for file in item.files]


def refused(planned: Plan) -> dict[str, str]:
    every = [*planned.refusals, *(one for each in planned.submissions for one in each.refusals)]
    assert all(one.reason.endswith(".") for one in every)
    return {one.path.name: one.code for one in every}


def test_a_folder_of_files_is_one_submission(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for name in ("a.jpg", "a.txt", "b.mp3", "b.en.vtt", "sub/c.pdf"):
        write(f"gift/{name}")
    planned = plan([tmp_path / "gift"], profile)
    assert names(planned) == [[["a.jpg", "a.txt"], ["b.mp3", "b.en.vtt"], ["sub/c.pdf"]]]
    assert [item.description.title for item in planned.submissions[0].items] == ["a", "b", "c"]
    assert [(one.role, one.accompanies, one.language) for one in files(planned)] == [
        ("original", None, ""),
        ("transcript", 0, ""),
        ("original", None, ""),
        ("captions", 0, "en"),
        ("original", None, ""),
    ]


def test_a_folder_of_folders_is_many_submissions(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("all/one/a.txt")
    write("all/two/b.txt")
    planned = plan([tmp_path / "all"], profile)
    assert [one.folder.name for one in planned.submissions] == ["one", "two"]


def test_folders_without_a_table_beside_described_ones_are_refused_file_by_file(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("all/one/a.txt")
    write("all/one/metadata.csv", "file,title\na.txt,A\n")
    write("all/working/material/b.txt")
    write("all/notes.txt")
    write("all/.DS_Store")
    planned = plan([tmp_path / "all"], profile)
    assert names(planned) == [[["a.txt"]]]
    assert refused(planned) == {
        "b.txt": "folder-without-metadata",
        "notes.txt": "beside-submissions",
        ".DS_Store": "litter",
    }


def test_the_title_of_a_file_is_one_line(write: Write, tmp_path: Path, profile: CollectionProfile) -> None:
    write("gift/a.txt")
    write("gift/metadata.csv", 'file,title\na.txt,"A letter\nhome"\n')
    (file,) = files(plan([tmp_path / "gift"], profile))
    assert file.title == "A letter home"


def test_a_word_that_is_no_role_is_told_and_the_name_decides(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for name in ("a.jpg", "a.txt"):
        write(f"gift/{name}")
    write("gift/metadata.csv", "file,role\na.jpg,Original\na.txt,transcription\n")
    planned = plan([tmp_path / "gift"], profile)
    (problem,) = planned.submissions[0].problems
    assert (problem.row, problem.column, problem.note) == (3, "role", False)
    assert "“transcription” is none of: original, transcript, captions" in problem.reason
    assert [one.role for one in files(planned)] == ["original", "transcript"]


def test_a_file_with_blanks_at_the_edge_of_its_name_is_described_by_that_name(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for name in (" a.txt", "a.txt", "b.txt ", "c.txt"):
        write(f"gift/{name}")
    rows = [
        "file,title",
        " a.txt,Blank before",
        "a.txt,None",
        "b.txt ,Blank behind",
        " c.txt ,Blanks in the cell",
    ]
    write("gift/metadata.csv", "\n".join(rows))
    (one,) = plan([tmp_path / "gift"], profile).submissions
    assert one.problems == ()
    titles = {file.given_name: item.description.title for item in one.items for file in item.files}
    assert titles["b.txt "] == "Blank behind"
    assert titles["c.txt"] == "Blanks in the cell"
    assert {file.given_name: file.title for item in one.items for file in item.files} == {
        " a.txt": "Blank before",
        "a.txt": "None",
        "b.txt ": "Blank behind",
        "c.txt": "Blanks in the cell",
    }
    (alone,) = plan([tmp_path / "gift" / "a.txt"], profile).submissions
    assert alone.items[0].description.title == "None"


def test_rows_that_share_an_item_value_are_one_item(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for name in ("front.jpg", "back.jpg", "said.txt"):
        write(f"gift/{name}")
    write(
        "gift/metadata.csv",
        "file,item,role,title,creator\nback.jpg,1,verso,,B\nfront.jpg,1,,A card,A\nsaid.txt,2,,Said,\n",
    )
    planned = plan([tmp_path / "gift"], profile)
    assert names(planned) == [[["front.jpg", "back.jpg"], ["said.txt"]]]
    card = planned.submissions[0].items[0].description
    assert card.title == "A card"
    assert card.names == (("A", "creator"), ("B", "creator"))


def test_one_file_is_a_submission_by_itself_and_takes_its_row_along(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    path = write("gift/a.txt")
    write("gift/b.txt")
    write("gift/metadata.csv", "file,title\na.txt,A\nb.txt,B\n")
    planned = plan([path], profile)
    assert names(planned) == [[["a.txt"]]]
    assert planned.submissions[0].items[0].description.title == "A"
    assert planned.submissions[0].problems == ()


def test_what_is_no_file_is_refused_with_a_reason_each_and_never_followed(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("gift/a.txt")
    write("gift/.secret")
    write("gift/Thumbs.db")
    write("elsewhere/private.txt")
    os.mkfifo(tmp_path / "gift" / "pipe")
    (tmp_path / "gift" / "link.txt").symlink_to(tmp_path / "elsewhere" / "private.txt")
    (tmp_path / "gift" / "folder").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "gift" / "broken").symlink_to(tmp_path / "nowhere")
    planned = plan([tmp_path / "gift"], profile)
    assert names(planned) == [[["a.txt"]]]
    assert refused(planned) == {
        ".secret": "hidden",
        "Thumbs.db": "litter",
        "pipe": "not-a-file",
        "link.txt": "link",
        "folder": "link",
        "broken": "link",
    }


def test_a_table_that_is_a_link_a_pipe_or_a_folder_is_not_read_and_what_it_may_close_is_not_taken_in(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for name in ("one/a.txt", "two/b.txt", "three/c.txt", "three/metadata.csv/d.txt", "four/sub/e.txt"):
        write(name)
    for name in ("one", "four"):
        (tmp_path / name / "metadata.csv").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "two" / "Metadata.csv")
    planned = plan([tmp_path / name for name in ("one", "two", "three", "four")], profile)
    assert not files(planned)
    held = dict.fromkeys(("a.txt", "b.txt", "c.txt", "d.txt", "e.txt"), "table-misnamed")
    assert refused(planned).items() >= held.items()
    assert all(one.problems for one in planned.submissions)
    # However the files are named.
    assert not files(plan(list((tmp_path / "four").iterdir()), profile))


def test_a_table_that_is_a_link_further_down_closes_what_lies_there(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("gift/a.txt")
    write("gift/sub/b.txt")
    (tmp_path / "gift" / "sub" / "metadata.csv").symlink_to("/etc/passwd")
    planned = plan([tmp_path / "gift"], profile)
    assert names(planned) == [[["a.txt"]]]
    assert refused(planned)["b.txt"] == "table-inside"


def test_a_bad_table_stops_only_its_own_folder(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for name in ("one", "two"):
        write(f"all/{name}/{name}.txt")
    write("all/one/metadata.csv", 'file,title\none.txt,"never closed')
    write("all/two/metadata.csv", "file,title\ntwo.txt,Two\n")
    planned = plan([tmp_path / "all"], profile)
    assert names(planned) == [[], [["two.txt"]]]
    assert refused(planned) == {"one.txt": "bad-table"}
    (problem,) = planned.submissions[0].problems
    assert "line 2" in problem.reason


def test_a_row_without_its_file_is_told_by_row_and_column(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("gift/a.txt")
    (tmp_path / "gift" / "link.txt").symlink_to("/etc/hosts")
    write("gift/metadata.csv", "file,title\na.txt,A\ngone.txt,Gone\nlink.txt,Refused for another reason\n")
    (problem,) = plan([tmp_path / "gift"], profile).submissions[0].problems
    assert (problem.row, problem.column) == (3, "file")
    assert "gone.txt" in problem.reason


def test_every_kind_of_name_can_be_written_down_and_none_is_lost(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    given = [
        unicodedata.normalize("NFC", "été.txt").encode(),
        unicodedata.normalize("NFD", "été.txt").encode(),
        b"latin\xe9.txt",
        b"latin\\xe9.txt",
        b"new\nline.txt",
        "\u202egnp.txt".encode(),
        b"x" * 240 + b".txt",
    ]
    for name in given:
        write(b"gift/" + name)
    planned = plan([tmp_path / "gift"], profile)
    assert sorted(os.fsencode(one.path.name) for one in files(planned)) == sorted(given)
    told = [one.given_name for one in files(planned)]
    assert len(set(told)) == len(given)
    assert {"été.txt", "latin\\xe9.txt", "new\nline.txt"} <= set(told)
    assert all(name.encode("utf-8") for name in told)


def test_what_is_given_twice_is_planned_once(
    write: Write, tmp_path: Path, profile: CollectionProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("all/one/a.txt")
    write("all/two/b.txt")
    os.mkfifo(tmp_path / "all" / "two" / "pipe")
    monkeypatch.chdir(tmp_path / "all" / "one")
    again = [
        tmp_path / "all",
        tmp_path / "all" / "two",
        path,
        Path(),
        Path("a.txt"),
        tmp_path / "all" / "two" / "pipe",
    ]
    assert names(plan(again, profile)) == [[["a.txt"]], [["b.txt"]]]
    assert len(refused(plan(again, profile))) == 1


@pytest.mark.parametrize("name", ["gone", "empty", "all"])
def test_what_is_not_there_or_holds_nothing_cannot_be_used(
    tmp_path: Path, profile: CollectionProfile, name: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "all" / "inside").mkdir(parents=True)
    with pytest.raises(BadInputError) as caught:
        plan([tmp_path / name], profile)
    assert caught.value.code == ("no-such-path" if name == "gone" else "nothing-to-ingest")


def test_planning_changes_nothing_on_the_disk(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("gift/a.txt")
    write("gift/metadata.csv", "file,title\na.txt,A\n")
    (tmp_path / "gift").chmod(0o500)

    def state() -> list[tuple[str, int, int]]:
        return [(str(one), one.stat().st_mtime_ns, one.stat().st_mode) for one in sorted(tmp_path.rglob("*"))]

    before = state()
    plan([tmp_path / "gift"], profile)
    assert state() == before
    (tmp_path / "gift").chmod(0o700)
