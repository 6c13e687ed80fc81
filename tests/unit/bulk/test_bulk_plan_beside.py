"""Files that are given one by one, as a shell gives `FOLDER/*`, are what their folder's table says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from archive.profiles import CollectionProfile
from ingest.bulk import Plan, plan

Write = Callable[..., Path]


def names(planned: Plan) -> list[list[list[str]]]:
    """Given names by submission and item."""
    return [[[file.given_name for file in item.files] for item in one.items] for one in planned.submissions]


def refused(planned: Plan) -> dict[str, str]:
    return {one.path.name: one.code for one in planned.refusals}


def test_what_a_shell_makes_of_a_folder_with_a_star_is_one_submission_as_its_table_says(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for name in ("page1.jpg", "page2.jpg", "more/page3.jpg", "of its own/x.jpg"):
        write(f"gift/{name}")
    write("gift/of its own/metadata.csv", "file,title\nx.jpg,Another\n")
    write(
        "gift/metadata.csv",
        "file,item,title,consent_audience,donor_phone\n"
        + "".join(
            f"{name},one,A letter,staff,0612\n" for name in ("page1.jpg", "page2.jpg", "more/page3.jpg")
        ),
    )
    planned = plan(sorted((tmp_path / "gift").iterdir()), profile)
    assert names(planned) == [[["page1.jpg", "page2.jpg", "more/page3.jpg"]], [["x.jpg"]]]
    one = planned.submissions[0]
    assert one.table == tmp_path / "gift" / "metadata.csv"
    assert one.consent is not None and one.consent.audience == "staff"
    assert refused(planned) == {"metadata.csv": "table"}
    assert not [problem for problem in one.problems if not problem.note]


def test_files_of_several_folders_are_a_submission_of_each(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    given = [write(name) for name in ("one/a.mp3", "two/b.txt", "one/a.en.vtt")]
    assert names(plan(given, profile)) == [[["a.mp3", "a.en.vtt"]], [["b.txt"]]]


def test_a_table_alone_is_no_gift(write: Write, profile: CollectionProfile) -> None:
    planned = plan([write("gift/Metadata.CSV", "file,title\na.txt,A letter\n")], profile)
    assert not planned.submissions
    assert refused(planned) == {"Metadata.CSV": "table"}
