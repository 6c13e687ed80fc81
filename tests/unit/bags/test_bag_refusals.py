"""Each refusal of the strict reader, proved by a bag with that damage and no other."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.bags import PROFILE_ID, PROFILE_LABEL, REFUSALS, BagRefusedError, add_revision, read_bag, verify

DOCUMENT = Path(__file__).parents[3] / "docs/bag.md"
TAGS = "tagmanifest-sha512.txt"
MANIFEST = "manifest-sha512.txt"


def append(path: str, data: bytes) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        with (root / path).open("ab") as stream:
            stream.write(data)

    return damage


def write(path: str, data: bytes) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)

    return damage


def drop(path: str) -> Callable[[Path], None]:
    return lambda root: (root / path).unlink()


def unlist(manifest: str, path: str) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        lines = (root / manifest).read_text().splitlines(keepends=True)
        (root / manifest).write_text("".join(line for line in lines if line[130:].strip() != path))

    return damage


def replace(path: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        data = (root / path).read_bytes()
        assert old in data
        (root / path).write_bytes(data.replace(old, new))

    return damage


def payload(name: str | bytes, listed: str) -> Callable[[Path], None]:
    """Add an empty payload file and a line for it."""

    def damage(root: Path) -> None:
        path = os.fsencode(root / "data") + b"/" + os.fsencode(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        with open(path, "wb"):  # noqa: PTH123
            pass
        line(listed, hashlib.sha512(b"").hexdigest())(root)
        replace("bag-info.txt", b"5012.2", b"5012.3")(root)

    return damage


def line(path: str, sha512: str = "0" * 128) -> Callable[[Path], None]:
    return append(MANIFEST, f"{sha512}  {path}\n".encode("utf-8", "surrogateescape"))


def special(path: str, make: Callable[[Path], object]) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        (root / path).unlink(missing_ok=True)
        make(root / path)

    return damage


def all_of(*steps: Callable[[Path], None]) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        for step in steps:
            step(root)

    return damage


def payload_elsewhere(root: Path) -> None:
    (root / "data").rename(root.parent / "elsewhere")
    (root / "data").symlink_to(root.parent / "elsewhere")


def listening(path: Path) -> None:
    os.mknod(path, 0o140644) if hasattr(os, "mknod") else socket.socket(socket.AF_UNIX).bind(str(path))


def deep(root: Path) -> None:
    folder = root / "data"
    for _ in range(40):
        folder = folder / "x"
    folder.mkdir(parents=True)


def renumbered(root: Path) -> None:
    add_revision(root, {"record.json": b"{}"})
    (root / "metadata/2").rename(root / "metadata/3")
    replace(TAGS, b"metadata/2/", b"metadata/3/")(root)


DAMAGES: list[tuple[str, str, Callable[[Path], None]]] = [
    ("bag-absent", "the folder is not there", lambda root: shutil.rmtree(root)),
    ("bag-absent", "it is a file", lambda root: (shutil.rmtree(root), root.write_bytes(b"x"))),
    ("bag-absent", "it is a link to a bag", lambda root: (root.rename(f"{root}-real"), root.symlink_to(f"{root}-real"))),
    ("bag-special-file", "a link to a file of the host", special("data/letter.txt", lambda path: path.symlink_to("/etc/hostname"))),
    ("bag-special-file", "a link that leads nowhere", special("data/new", lambda path: path.symlink_to("nowhere"))),
    ("bag-special-file", "the whole payload lies behind a link", payload_elsewhere),
    ("bag-special-file", "a pipe, on which a reader would wait for ever", special("data/letter.txt", os.mkfifo)),
    ("bag-special-file", "a socket", special("data/letter.txt", listening)),
    ("bag-special-file", "a link among the record", special("metadata/1/extra", lambda path: path.symlink_to("/etc/passwd"))),
    ("bag-unreadable", "a folder where the manifest should be", special(MANIFEST, lambda path: path.mkdir())),
    ("bag-unreadable", "a pipe where the tag manifest should be", special(TAGS, os.mkfifo)),
    ("bag-too-deep", "folders without end", deep),
    ("bag-declaration", "another version", replace("bagit.txt", b"1.0", b"0.97")),
    ("bag-declaration", "another encoding", replace("bagit.txt", b"UTF-8", b"UTF-16")),
    ("bag-declaration", "a byte order mark", write("bagit.txt", b"\xef\xbb\xbfBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")),
    ("bag-data-missing", "no payload folder", lambda root: shutil.rmtree(root / "data")),
    ("bag-tag-missing", "no declaration", drop("bagit.txt")),
    ("bag-tag-missing", "no bag-info.txt", drop("bag-info.txt")),
    ("bag-tag-missing", "no manifest", drop(MANIFEST)),
    ("bag-tag-missing", "no tag manifest", drop(TAGS)),
    ("bag-tag-missing", "a part of the record is gone", drop("metadata/1/record.json")),
    ("bag-tag-untracked", "a stranger beside the manifests", write("notes.txt", b"x")),
    ("bag-tag-untracked", "a stranger in a revision that counts", write("metadata/1/late.json", b"x")),
    ("bag-tag-untracked", "a stranger among the revisions", write("metadata/x/record.json", b"x")),
    ("bag-tag-untracked", "the manifest is not listed", unlist(TAGS, MANIFEST)),
    ("bag-tag-changed", "bag-info.txt says something else", append("bag-info.txt", b"Contact-Name: Somebody\n")),
    ("bag-tag-changed", "the manifest was rewritten", replace(MANIFEST, b"a", b"b")),
    ("bag-tag-too-large", "a bag-info.txt of two megabytes", lambda root: os.truncate(root / "bag-info.txt", 2 << 20)),
    ("bag-payload-missing", "an original is gone", drop("data/photo.jpg")),
    ("bag-payload-untracked", "a stranger in the payload", write("data/sub/stranger.exe", b"x")),
    ("bag-payload-untracked", "an original is not listed", unlist(MANIFEST, "data/photo.jpg")),
    ("bag-algorithm", "a second manifest with a weak sum", write("manifest-md5.txt", b"")),
    ("bag-algorithm", "a manifest of an unknown kind", write("manifest-rot13.txt", b"garbage")),
    ("bag-algorithm", "a second tag manifest", write("tagmanifest-sha256.txt", b"")),
    ("bag-fetch", "bytes from elsewhere", write("fetch.txt", b"file:///etc/passwd 1 data/letter.txt\n")),
    ("bag-manifest-line", "garbage", append(MANIFEST, b"garbage\n")),
    ("bag-manifest-line", "a sum that is too short", append(MANIFEST, b"abc  data/photo.jpg\n")),
    ("bag-manifest-line", "a sum without a path", append(MANIFEST, b"0" * 128 + b"\n")),
    ("bag-manifest-line", "an empty line", append(MANIFEST, b"\n\n")),
    ("bag-manifest-line", "not UTF-8", append(MANIFEST, b"\xff\n")),
    ("bag-manifest-line", "garbage in the tag manifest", append(TAGS, b"garbage\n")),
    ("bag-manifest-percent", "a percent sign that encodes nothing", line("data/100%.txt")),
    ("bag-manifest-percent", "more encoded than may be", line("data/%41.txt")),
    ("bag-manifest-twice", "the same path twice", lambda root: append(MANIFEST, (root / MANIFEST).read_bytes())(root)),
    ("bag-path-escape", "a path to a neighbour", line("data/../../sibling/secret")),
    ("bag-path-escape", "an absolute path", line("/etc/passwd")),
    ("bag-path-escape", "a path in the home folder", line("~/.bashrc")),
    ("bag-path-escape", "a backslash", line("data\\letter.txt")),
    ("bag-path-escape", "a dot part", line("./data/letter.txt")),
    ("bag-path-escape", "an empty part", line("data//letter.txt")),
    ("bag-path-escape", "a tag file in the payload manifest", line("bag-info.txt")),
    ("bag-path-escape", "payload in the tag manifest", append(TAGS, b"0" * 128 + b"  data/letter.txt\n")),
    ("bag-path-escape", "the tag manifest lists itself", append(TAGS, b"0" * 128 + b"  tagmanifest-sha512.txt\n")),
    ("bag-name-unsafe", "a line feed, properly encoded", payload("two\nlines", "data/two%0Alines")),
    ("bag-name-unsafe", "a line separator", payload("two\u2028lines", "data/two\u2028lines")),
    ("bag-name-unsafe", "next line", payload("two\x85lines", "data/two\x85lines")),
    ("bag-name-unsafe", "a blank at the end", payload("letter ", "data/letter ")),
    ("bag-name-unsafe", "a name that Windows reserves", payload("aux.txt", "data/aux.txt")),
    ("bag-name-unsafe", "a folder with an unsafe name", payload("con/x", "data/con/x")),
    ("bag-path-escape", "a star before the path", line("*data/letter.txt")),
    ("bag-name-unsafe", "not UTF-8", all_of(unlist(MANIFEST, "nothing"), lambda root: os.close(os.open(os.fsencode(root) + b"/data/caf\xe9", os.O_CREAT)))),
    ("bag-name-collision", "alike but for case", payload("LETTER.txt", "data/LETTER.txt")),
    ("bag-name-collision", "alike but for the form of an accent", all_of(payload("e\u0301", "data/e\u0301"), write("data/\u00e9", b""))),
    ("bag-name-collision", "folders alike but for case", all_of(payload("a/1", "data/a/1"), write("data/A/2", b""))),
    ("bag-info-line", "a line without a label", append("bag-info.txt", b"garbage\n")),
    ("bag-info-line", "a label that comes twice", append("bag-info.txt", b"Payload-Oxum: 5012.2\n")),
    ("bag-info-line", "a hidden line separator", append("bag-info.txt", "Note: a\u2028b\n".encode())),
    ("bag-info-line", "not UTF-8", append("bag-info.txt", b"Note: \xff\n")),
    ("bag-info-id", "no identifier", replace("bag-info.txt", b"External-Identifier", b"Other-Identifier")),
    ("bag-info-id", "an identifier that is a path", replace("bag-info.txt", b"External-Identifier: ", b"External-Identifier: ../")),
    ("bag-info-oxum", "another number of bytes", replace("bag-info.txt", b"5012.2", b"5013.2")),
    ("bag-info-oxum", "another number of files", replace("bag-info.txt", b"5012.2", b"5012.3")),
    ("bag-info-oxum", "no number", replace("bag-info.txt", b"5012.2", b"many")),
    ("bag-profile", "it names our profile and lacks its documents", append("bag-info.txt", f"{PROFILE_LABEL}: {PROFILE_ID}\n".encode())),
    ("bag-revision-gap", "a revision between others is missing", renumbered),
    ("bag-revision-gap", "no revision at all", all_of(unlist(TAGS, "metadata/1/record.json"), unlist(TAGS, "metadata/1/README.txt"))),
]  # fmt: skip

SHOWS_BY_ITSELF = {"bag-tag-changed", "bag-absent", "bag-tag-missing", "bag-tag-too-large"}


@pytest.mark.parametrize(
    ("code", "what", "damage"), DAMAGES, ids=[f"{code}: {what}" for code, what, _ in DAMAGES]
)
def test_a_damaged_bag_is_refused_with_its_code(
    bag: Path, relist: Callable[[Path], None], code: str, what: str, damage: Callable[[Path], None]
) -> None:
    read_bag(bag)
    damage(bag)
    if code not in SHOWS_BY_ITSELF and (bag / TAGS).is_file() and b"garbage" not in (bag / TAGS).read_bytes():
        relist(bag)
    with pytest.raises(BagRefusedError) as refused:
        read_bag(bag)
    assert refused.value.code == code
    assert str(refused.value).isprintable()
    assert str(refused.value).endswith(".")
    assert refused.value.remedy
    assert not verify(bag).ok


def test_every_refusal_has_a_damaged_bag_that_proves_it() -> None:
    assert {code for code, _, _ in DAMAGES} == set(REFUSALS)


def test_every_refusal_is_documented() -> None:
    documented = {
        row.split("`")[1] for row in DOCUMENT.read_text("utf-8").splitlines() if row.startswith("| `bag-")
    }
    assert set(REFUSALS) <= documented


def test_a_percent_sign_that_is_encoded_is_read(bag: Path, relist: Callable[[Path], None]) -> None:
    payload("100%.txt", "data/100%25.txt")(bag)
    relist(bag)
    assert "data/100%.txt" in [entry.path for entry in read_bag(bag).payload]
    assert verify(bag).ok


def test_line_ends_of_another_system_are_read(bag: Path, relist: Callable[[Path], None]) -> None:
    replace(MANIFEST, b"\n", b"\r\n")(bag)
    relist(bag)
    assert len(read_bag(bag).payload) == 2


def test_a_record_that_was_changed_is_not_handed_out(bag: Path) -> None:
    read = read_bag(bag)
    write("metadata/1/record.json", b"forged")(bag)
    with pytest.raises(BagRefusedError) as refused:
        read.record("record.json")
    assert refused.value.code == "bag-tag-changed"
