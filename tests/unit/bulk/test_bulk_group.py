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


def test_an_item_is_no_folder_of_that_name(write: Write, tmp_path: Path, profile: CollectionProfile) -> None:
    for name in ("a.txt", "item/1.txt"):
        write(f"gift/{name}")
    write("gift/metadata.csv", "file,item,title\na.txt,1,A letter\n")
    assert names(tmp_path / "gift", profile) == [["a.txt"], ["item/1.txt"]]
