"""What is one item: what its rows say, and what is called like it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from archive.profiles import CollectionProfile
from ingest.bulk import plan

Write = Callable[..., Path]


def names(folder: Path, profile: CollectionProfile) -> list[list[str]]:
    (planned,) = plan([folder], profile).submissions
    return [[file.given_name for file in item.files] for item in planned.items]


def test_pictures_of_two_people_are_two_items(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for name in ("mr.kim.jpg", "mr.lee.jpg", "page.one.jpg", "page.two.jpg"):
        write(f"gift/{name}")
    assert names(tmp_path / "gift", profile) == [
        ["mr.kim.jpg"],
        ["mr.lee.jpg"],
        ["page.one.jpg"],
        ["page.two.jpg"],
    ]


def test_what_no_row_describes_goes_with_what_is_called_like_it(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for name in ("r.mp3", "r.en.vtt", "s.mp3", "s.txt", "sub/r.txt"):
        write(f"gift/{name}")
    write("gift/metadata.csv", "file,item,title\nr.mp3,talk,A talk\ns.mp3,,A song\n")
    assert names(tmp_path / "gift", profile) == [["r.mp3", "r.en.vtt"], ["s.mp3", "s.txt"], ["sub/r.txt"]]


def test_a_row_that_names_no_item_leaves_its_file_with_what_is_called_like_it(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    files = ["x.en.vtt", "y.mp3", "x.mp3", "x.machine-transcript.txt"]
    for name in files:
        write(f"gift/{name}")
    # Also where its row is before that of the recording.
    rows = ("x.en.vtt,,Captions,Ours", "y.mp3,,,Theirs", "x.mp3,1,A talk,A reel")
    rows += ("x.machine-transcript.txt,,,A machine",)
    write("gift/metadata.csv", "\n".join(("file,item,title,source", *rows)) + "\n")
    (planned,) = plan([tmp_path / "gift"], profile).submissions
    talk, other = planned.items
    assert [(file.given_name, file.role, file.title) for file in talk.files] == [
        ("x.mp3", "original", "A talk"),
        ("x.en.vtt", "captions", "Captions"),
        ("x.machine-transcript.txt", "transcript", ""),
    ]
    assert (talk.description.title, talk.description.source) == ("A talk", "A reel")
    assert talk.description.extra == {
        "source (of x.en.vtt)": "Ours",
        "source (of x.machine-transcript.txt)": "A machine",
    }
    assert (other.files[0].given_name, other.description.source) == ("y.mp3", "Theirs")


def test_an_item_written_in_two_forms_of_its_accents_is_one(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for name in ("a.txt", "b.txt"):
        write(f"gift/{name}")
    write("gift/metadata.csv", "file,item\na.txt,caf\u00e9\nb.txt,cafe\u0301\n")
    assert names(tmp_path / "gift", profile) == [["a.txt", "b.txt"]]


def test_the_row_that_counts_is_named_also_where_it_is_not_the_first(
    write: Write, tmp_path: Path, profile: CollectionProfile
) -> None:
    for name in ("r.txt", "r.mp3"):
        write(f"gift/{name}")
    write(
        "gift/metadata.csv",
        "file,item,role,source,latitude,longitude\nr.txt,talk,transcript,A drawer,1,1\nr.mp3,talk,original,A reel,2,1\n",
    )
    (planned,) = plan([tmp_path / "gift"], profile).submissions
    assert planned.items[0].description.source == "A reel"
    told = [
        (one.row, one.column) for one in planned.problems if "differs from row 3, which counts" in one.reason
    ]
    assert told == [(2, "source"), (2, "latitude")]


def test_an_item_is_no_folder_of_that_name(write: Write, tmp_path: Path, profile: CollectionProfile) -> None:
    for name in ("a.txt", "item/1.txt"):
        write(f"gift/{name}")
    write("gift/metadata.csv", "file,item,title\na.txt,1,A letter\n")
    assert names(tmp_path / "gift", profile) == [["a.txt"], ["item/1.txt"]]
