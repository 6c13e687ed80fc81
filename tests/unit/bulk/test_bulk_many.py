"""Which folders are a submission each, whatever a computer left beside them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.models import Audience
from archive.profiles import CollectionProfile
from archive.services.opening import Archive
from ingest.bulk import Plan, plan
from ingest.bulk.send import send

Write = Callable[..., Path]


def names(planned: Plan) -> list[list[list[str]]]:
    """Given names by submission and item."""
    return [[[file.given_name for file in item.files] for item in one.items] for one in planned.submissions]


def refused(planned: Plan) -> dict[str, str]:
    every = [*planned.refusals, *(one for each in planned.submissions for one in each.refusals)]
    return {one.path.name: one.code for one in every}


LEFT = [".DS_Store", "Thumbs.db", "desktop.ini", "._ana", ".hidden"]


@pytest.mark.parametrize("left", [*LEFT, "link", "pipe"])
def test_what_a_computer_leaves_beside_folders_does_not_make_one_submission_of_them(
    write: Write, tmp_path: Path, profile: CollectionProfile, left: str
) -> None:
    write("all/ana/a.txt")
    write("all/ben/b.txt")
    if left == "link":
        (tmp_path / "all" / left).symlink_to("/etc/hosts")
    elif left == "pipe":
        os.mkfifo(tmp_path / "all" / left)
    else:
        write(f"all/{left}")
    planned = plan([tmp_path / "all"], profile)
    assert names(planned) == [[["a.txt"]], [["b.txt"]]]
    assert list(refused(planned)) == [left]
    assert refused(planned)[left] != "beside-submissions"


def test_a_file_beside_folders_makes_one_submission_of_them_and_the_plan_says_so(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("all/ana/a.txt")
    write("all/README.txt")
    (one,) = plan([tmp_path / "all"], profile).submissions
    assert one.problems == ()
    write("all/ben/b.txt")
    (one,) = plan([tmp_path / "all"], profile).submissions
    (problem,) = one.problems
    assert (problem.row, problem.column, problem.note) == (0, "README.txt", True)
    assert "beside 2 folders" in problem.reason
    # Whoever describes all of it in one table means one.
    write("all/metadata.csv", "file,title\nana/a.txt,A\nben/b.txt,B\nREADME.txt,About\n")
    (one,) = plan([tmp_path / "all"], profile).submissions
    assert one.problems == ()


def test_what_lies_in_a_hidden_folder_was_not_given(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("stick/.Trash-1000/files/private.jpg")
    write("stick/ana/a.txt")
    write("stick/ana/.old/b.txt")
    planned = plan([tmp_path / "stick"], profile)
    assert names(planned) == [[["a.txt"]]]
    assert refused(planned) == {"private.jpg": "hidden", "b.txt": "hidden"}


def test_what_a_computer_left_since_doubles_nothing(
    archive: Archive, write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    write("all/ana/a.txt")
    write("all/ben/b.txt")

    def sent() -> list[tuple[str | None, bool]]:
        planned = plan([tmp_path / "all"], profile).submissions
        every = (done for one in planned for done in send(archive, one, profile.slug, Audience.PUBLIC))
        return [(one.submission_id, one.already) for one in every]

    first = sent()
    write("all/.DS_Store")
    assert sent() == [(submission_id, True) for submission_id, _ in first]
