"""ZIPs of gifts are unpacked where nothing stays, and no ZIP can do harm."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.profiles import CollectionProfile
from archive.services.opening import Archive
from ingest.bulk import Plan, opened_zips, plan_opened

TABLE = "file,title\na.txt,A letter\n"


def zipped(path: Path, *entries: tuple[str, bytes | str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return path


@pytest.fixture
def planned(archive: Archive, profile: CollectionProfile) -> Callable[..., Plan]:
    """Plans what is given, and proves that nothing stays in the scratch folder."""

    def made(*paths: Path) -> Plan:
        before = sorted(archive.settings.run.iterdir())
        with opened_zips(archive.settings, paths) as opened:
            found = plan_opened(opened, profile)
            for one in found.submissions:
                assert all(file.path.is_file() for item in one.items for file in item.files)
        assert sorted(archive.settings.run.iterdir()) == before
        return found

    return made


def titles(found: Plan) -> list[tuple[str, list[str]]]:
    return [(one.folder.name, [item.description.title for item in one.items]) for one in found.submissions]


def test_a_zip_of_a_folder_is_that_folder(planned: Callable[..., Plan], tmp_path: Path) -> None:
    given = zipped(tmp_path / "renamed (1).zip", ("gift-7k/metadata.csv", TABLE), ("gift-7k/a.txt", "words"))
    assert titles(planned(given)) == [("gift-7k", ["A letter"])]


def test_a_zip_without_a_folder_has_its_own_name(planned: Callable[..., Plan], tmp_path: Path) -> None:
    given = zipped(
        tmp_path / "gift.zip", ("metadata.csv", TABLE), ("a.txt", "words"), ("__MACOSX/._a.txt", "x")
    )
    assert titles(planned(given)) == [("gift", ["A letter"])]


def test_a_folder_of_gifts_in_zips_is_many_submissions(planned: Callable[..., Plan], tmp_path: Path) -> None:
    for name in ("one", "two"):
        zipped(tmp_path / f"stick/{name}.zip", (f"{name}/metadata.csv", TABLE), (f"{name}/a.txt", name))
    assert titles(planned(tmp_path / "stick")) == [("one", ["A letter"]), ("two", ["A letter"])]


def test_a_zip_among_other_things_is_given_as_it_is(planned: Callable[..., Plan], tmp_path: Path) -> None:
    zipped(tmp_path / "gift/lesson.zip", ("slides.txt", "words"))
    (tmp_path / "gift/letter.txt").write_text("words")
    found = planned(tmp_path / "gift")
    assert [file.given_name for item in found.submissions[0].items for file in item.files] == [
        "lesson.zip",
        "letter.txt",
    ]


def test_paths_are_told_as_they_were_given(archive: Archive, tmp_path: Path) -> None:
    given = zipped(tmp_path / "gift.zip", ("g/metadata.csv", TABLE), ("g/a.txt", "words"))
    with opened_zips(archive.settings, [given]) as opened:
        (folder,) = opened.paths
        assert opened.shown(folder / "a.txt") == given / "g" / "a.txt"
        assert opened.shown(tmp_path) == tmp_path


def _link(path: Path) -> Path:
    entry = zipfile.ZipInfo("g/a.txt")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(entry, "/etc/passwd")
    return path


def _encrypted(path: Path) -> Path:
    data = bytearray(zipped(path, ("g/a.txt", "words")).read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    return path


def _damaged(path: Path) -> Path:
    data = bytearray(zipped(path, ("g/a.txt", os.urandom(4096))).read_bytes())
    data[200] ^= 0xFF
    path.write_bytes(data)
    return path


HOSTILE: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "leads upwards": ("archive-escape", lambda path: zipped(path, ("../../outside.txt", "x"))),
    "leads upwards within": ("archive-escape", lambda path: zipped(path, ("g/../../outside.txt", "x"))),
    "begins at the root": ("archive-absolute", lambda path: zipped(path, ("/tmp/outside.txt", "x"))),
    "begins at a drive": ("archive-absolute", lambda path: zipped(path, ("C:\\outside.txt", "x"))),
    "holds a control character": ("archive-name", lambda path: zipped(path, ("g/a\x1b[2J.txt", "x"))),
    "names one file twice": ("archive-alike", lambda path: zipped(path, ("g/a.txt", "x"), ("g/A.txt", "y"))),
    "a link": ("archive-link", _link),
    "encrypted": ("archive-encrypted", _encrypted),
    "damaged": ("archive-unreadable", _damaged),
    "a bomb": ("archive-ratio", lambda path: zipped(path, ("g/a.txt", bytes(32 << 20)))),
    "no zip": ("archive-kind", lambda path: (path.write_bytes(b"PK no"), path)[1]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_zip_that_could_do_harm_is_refused_in_words(
    planned: Callable[..., Plan], tmp_path: Path, name: str
) -> None:
    code, make = HOSTILE[name]
    (tmp_path / "given").mkdir()
    good = zipped(tmp_path / "good.zip", ("good/metadata.csv", TABLE), ("good/a.txt", "words"))
    found = planned(make(tmp_path / "given" / "bad.zip"), good)
    assert [(one.path.name, one.code) for one in found.refusals] == [("bad.zip", code)]
    assert found.refusals[0].reason.endswith(".")
    assert titles(found) == [("good", ["A letter"])]
    assert not list(tmp_path.rglob("outside.txt"))


def test_too_many_entries_are_refused(
    planned: Callable[..., Plan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = zipped(tmp_path / "many.zip", *((f"g/{number}.txt", "x") for number in range(20)))
    monkeypatch.setattr("ingest.bulk.unzip.MOST_FILES", 10)
    assert [one.code for one in planned(given).refusals] == ["archive-entries"]
