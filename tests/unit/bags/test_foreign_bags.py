"""Bags that others made are read as they make them, and refused with everything that is wrong with them."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.bags import FOREIGN_REFUSALS, REFUSALS, ForeignBagError, prove, read_foreign
from archive.bags import foreign as reading
from tests.fixtures.foreign import FILES, foreign_bag

SHA512 = {f"data/{name}": hashlib.sha512(data).hexdigest() for name, data in FILES.items()}


def proved(root: Path) -> dict[str, str]:
    return prove(read_foreign(root, most_files=100))


def refusals(root: Path, most_files: int = 100) -> list[str]:
    with pytest.raises(ForeignBagError) as refused:
        prove(read_foreign(root, most_files=most_files))
    assert str(refused.value).endswith(".")
    return [fault.code for fault in refused.value.faults]


@pytest.mark.parametrize("version", ["0.93", "0.97", "1.0"])
@pytest.mark.parametrize(
    "algorithms", [("md5",), ("sha1",), ("sha256",), ("sha512",), ("md5", "sha256", "sha3256", "blake2b")]
)
def test_every_algorithm_proves_every_byte(tmp_path: Path, version: str, algorithms: tuple[str, ...]) -> None:
    names = {"sha3256": "sha3_256"}
    root = foreign_bag(
        tmp_path / "bag", version=version, algorithms=[names.get(one, one) for one in algorithms]
    )
    assert proved(root) == SHA512
    (root / "data/letter.txt").write_bytes(b"Dear Sister")
    assert refusals(root) == ["bag-file-changed"]


def test_a_bag_without_tag_manifests_and_with_strange_info_is_read(tmp_path: Path) -> None:
    info = "Contact-Name: Jane\nExternal-Description: Two\n  lines\nNote: a\nNote: b\nno label at all\n"
    bag = read_foreign(foreign_bag(tmp_path / "bag", info=info, tag_manifests=False), most_files=9)
    assert bag.said("External-Description") == "Two lines"
    assert bag.info["note"] == ("a", "b")


@pytest.mark.parametrize(
    ("version", "is_read"), [("0.93", True), ("0.95", True), ("0.96", False), ("1.0", False)]
)
def test_what_a_bag_says_of_itself_is_read_where_its_version_has_it(
    tmp_path: Path, version: str, is_read: bool
) -> None:
    root = foreign_bag(tmp_path / "bag", version=version, info="Contact-Name: Jane\n", tag_manifests=False)
    (root / "bag-info.txt").rename(root / "package-info.txt")
    bag = read_foreign(root, most_files=9)
    assert bag.said("Contact-Name") == ("Jane" if is_read else "")


@pytest.mark.parametrize("name", ["100%.txt", "100%25.txt", "a%0Ab.txt", "Zoë.txt", "* star.txt"])
@pytest.mark.parametrize("version", ["0.97", "1.0"])
def test_a_path_is_found_however_it_was_written(tmp_path: Path, name: str, version: str) -> None:
    """As the file is called, or decomposed as a Mac has it: programs disagree about what is to be encoded."""
    root = foreign_bag(tmp_path / "bag", {name: b"x"}, version=version)
    assert list(proved(root)) == [f"data/{name}"]
    there = root / "data" / name
    there.rename(root / "data" / unicodedata.normalize("NFD", name))
    assert len(proved(root)) == 1


def test_a_star_of_md5sum_and_dots_are_no_part_of_a_path(tmp_path: Path) -> None:
    root = foreign_bag(tmp_path / "bag", {"a.txt": b"x"}, tag_manifests=False)
    manifest = root / "manifest-md5.txt"
    manifest.write_text(manifest.read_text().replace("  data/", " *./data/"))
    assert list(proved(root)) == ["data/a.txt"]


def test_an_encoding_that_is_named_is_used(tmp_path: Path) -> None:
    root = foreign_bag(tmp_path / "bag", {"é.txt": b"x"}, tag_manifests=False)
    (root / "bagit.txt").write_text("BagIt-Version: 0.97\nTag-File-Character-Encoding: ISO-8859-1\n")
    manifest = root / "manifest-md5.txt"
    manifest.write_bytes(manifest.read_text("utf-8").encode("latin-1"))
    assert list(proved(root)) == ["data/é.txt"]


def _append(name: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text((root / name).read_text() + text)


def _replace(name: str, old: str, new: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text((root / name).read_text().replace(old, new))


def _device(root: Path) -> None:
    # Sockets are made by anybody; what cannot be told from a device is one.
    import socket

    here = Path.cwd()
    os.chdir(root)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("s")
    finally:
        os.chdir(here)


MD5 = "0" * 32
HOSTILE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a link to a file": ("bag-link", lambda root: (root / "data/x").symlink_to("/etc/passwd")),
    "a link to a folder": ("bag-link", lambda root: (root / "data/x").symlink_to("/etc")),
    "a pipe": ("bag-fifo", lambda root: os.mkfifo(root / "data/x")),
    "what is no file at all": ("bag-device", _device),
    "bytes from elsewhere": ("bag-fetch", lambda root: (root / "fetch.txt").write_text("http://a 1 data/x\n")),
    "bytes from elsewhere, spelled otherwise": ("bag-fetch", lambda root: (root / "Fetch.TXT").write_text("x")),
    "names that differ by case": (
        "bag-name-collision",
        lambda root: (root / "data/LETTER.txt").write_text("x"),
    ),
    "names that differ by accents": (
        "bag-name-collision",
        lambda root: [
            (root / "data" / unicodedata.normalize(form, "é")).write_text("x") for form in ("NFC", "NFD")
        ],
    ),
    "a control character": ("bag-name-hostile", lambda root: (root / "data/a\x07").write_text("x")),
    "a backslash": ("bag-name-hostile", lambda root: (root / "data/..\\a").write_text("x")),
    "bytes that are no text": ("bag-name-hostile", lambda root: (root / "data/a\udcff").write_text("x")),
    "no declaration": ("bag-version", lambda root: (root / "bagit.txt").unlink()),
    "a version to come": ("bag-version", _replace("bagit.txt", "0.97", "2.0")),
    "an encoding that hides": ("bag-version", _replace("bagit.txt", "UTF-8", "utf-7")),
    "no manifest": ("bag-manifest-absent", lambda root: (root / "manifest-md5.txt").unlink()),
    "a manifest of its own kind": (
        "bag-manifest-unknown",
        lambda root: (root / "manifest-crc32.txt").write_text("x"),
    ),
    "a checksum cut short": ("bag-manifest-entry", _append("manifest-md5.txt", "abc  data/letter.txt\n")),
    "a path upwards": ("bag-path-escape", _append("manifest-md5.txt", f"{MD5}  data/../../a\n")),
    "a path from the root": ("bag-path-escape", _append("manifest-md5.txt", f"{MD5}  /etc/passwd\n")),
    "a path from home": ("bag-path-escape", _append("manifest-md5.txt", f"{MD5}  ~/a\n")),
    "a path encoded to lead upwards": (
        "bag-path-escape",
        _append("tagmanifest-md5.txt", f"{MD5}  ../../etc/passwd\n"),
    ),
    "a payload path among the tags": (
        "bag-path-escape",
        _append("tagmanifest-md5.txt", f"{MD5}  data/letter.txt\n"),
    ),
    "two checksums of one path": ("bag-manifest-twice", _append("manifest-md5.txt", f"{MD5}  data/letter.txt\n")),
    "a second manifest of one kind that says otherwise": (
        "bag-manifest-twice",
        lambda root: (root / "manifest-md-5.txt").write_text(
            "".join(f"{MD5}  {line.split()[1]}\n" for line in (root / "manifest-md5.txt").read_text().splitlines())
        ),
    ),
    "a file that is gone": ("bag-payload-missing", lambda root: (root / "data/letter.txt").unlink()),
    "a file that nobody listed": ("bag-payload-untracked", lambda root: (root / "data/x").write_text("x")),
    "a tag file that is gone": ("bag-tag-missing", lambda root: (root / "bag-info.txt").unlink()),
    "a tag file that was changed": ("bag-file-changed", _append("bag-info.txt", "Note: changed\n")),
    "a tag file that is no text": (
        "bag-tag-text",
        lambda root: (root / "bag-info.txt").write_bytes(b"Note: \xff\xfe\n"),
    ),
    "a sum that does not match": ("bag-oxum-differs", _append("bag-info.txt", "Payload-Oxum: 7.1\n")),
    "no payload folder": (
        "bag-data-missing",
        lambda root: (root / "data").rename(root / "elsewhere"),
    ),
    "too deep": ("bag-too-deep", lambda root: (root / ("data" + "/a" * 40)).mkdir(parents=True)),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_wrong_is_named(tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code, harm = HOSTILE[what]
    root = foreign_bag(tmp_path / "bag")
    harm(root)
    if code not in ("bag-file-changed",):
        # The structure alone says it: no byte of the payload has to be read.
        monkeypatch.setattr(reading, "_sums_of", lambda *_: pytest.fail("the payload was read"))
    assert code in refusals(root)


def test_a_file_in_one_manifest_alone_is_refused_where_the_version_asks_for_all(tmp_path: Path) -> None:
    for version, whole in (("0.97", True), ("1.0", False)):
        root = foreign_bag(
            tmp_path / version, version=version, algorithms=("md5", "sha256"), tag_manifests=False
        )
        lines = (root / "manifest-sha256.txt").read_text().splitlines(keepends=True)
        (root / "manifest-sha256.txt").write_text(lines[0])
        if whole:
            assert len(proved(root)) == 2
        else:
            assert refusals(root) == ["bag-manifest-partial"]


def test_two_manifests_of_one_kind_that_say_the_same_are_taken(tmp_path: Path) -> None:
    root = foreign_bag(tmp_path / "bag")
    lines = (root / "manifest-md5.txt").read_text().splitlines()
    again = [f"{checksum.upper()}  {path}" for checksum, path in (line.split(maxsplit=1) for line in lines)]
    (root / "manifest-MD-5.txt").write_text("\n".join(again))
    assert len(proved(root)) == 2


def test_no_bag_and_an_empty_one_and_one_with_too_much_are_refused(tmp_path: Path) -> None:
    assert refusals(tmp_path / "nothing") == ["bag-absent"]
    assert refusals(foreign_bag(tmp_path / "empty", {})) == ["bag-without-files"]
    assert refusals(foreign_bag(tmp_path / "many"), most_files=3) == ["bag-too-many-files"]


def test_manifests_too_large_to_be_any_are_not_read(tmp_path: Path) -> None:
    root = foreign_bag(tmp_path / "bag")
    with (root / "manifest-md5.txt").open("r+b") as file:
        file.truncate(reading.LARGEST_TAG + 1)
    assert refusals(root) == ["bag-tag-too-large"]


def test_an_unreadable_file_is_told_and_every_other_fault_too(tmp_path: Path) -> None:
    root = foreign_bag(tmp_path / "bag")
    for name in FILES:
        (root / "data" / name).write_bytes(b"changed")
    assert refusals(root) == ["bag-file-changed", "bag-file-changed"]


def test_every_refusal_of_a_bag_from_elsewhere_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs/bring-in.md").read_text("utf-8")
    rows = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `bag-")]
    assert set(re.findall("`(bag-[a-z-]+)`", " ".join(rows))) == set(FOREIGN_REFUSALS)


def test_codes_of_both_tables_have_sentences_that_do_not_collide() -> None:
    assert not FOREIGN_REFUSALS.keys() & REFUSALS.keys()
    assert {code for code, _ in HOSTILE.values()} <= FOREIGN_REFUSALS.keys() | REFUSALS.keys()
