"""Writing: a bag is made of the bytes that arrived, by renaming them, and every reader accepts it."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.bags import PayloadFile, StockValidator, add_revision, bag_key, read_bag, safe_name, write_bag
from archive.bags.info import clean_value, format_info, parse_info
from archive.bags.manifest import decode_path, encode_path, format_manifest, parse_manifest
from archive.models.errors import ArchiveError, BadInputError
from archive.storage import FolderStore

Arrive = Callable[[Path, Mapping[str, bytes]], list[PayloadFile]]
ITEM = "7k3m9qx2v0t4hsbd"
RECORD = {"record.json": b"{}"}


def test_a_written_bag_is_accepted_by_the_stock_library_and_by_sha512sum(
    bag: Path, is_sound: Callable[[Path], None]
) -> None:
    is_sound(bag)
    for manifest in ("manifest-sha512.txt", "tagmanifest-sha512.txt"):
        subprocess.run(["sha512sum", "--quiet", "--strict", "-c", manifest], cwd=bag, check=True)


def test_what_was_written_is_what_is_read(bag: Path) -> None:
    read = read_bag(bag)
    assert read.id == ITEM
    assert [(entry.path, entry.name, entry.size) for entry in read.payload] == [
        ("data/letter.txt", "letter.txt", 9),
        ("data/photo.jpg", "photo.jpg", 5003),
    ]
    assert read.payload[0].sha512 == hashlib.sha512(b"Dear all\n").hexdigest()
    assert read.info["Payload-Oxum"] == "5012.2"
    assert read.info["Bagging-Date"] == "2025-03-25"
    assert read.info["Source-Organization"] == "Demonstration archive"
    assert read.info["Bag-Software-Agent"].startswith("Remembrance ")
    assert read.revisions == (1,)
    assert read.record_names() == ["README.txt", "record.json"]
    assert read.record("record.json") == b'{"title": "A letter"}'
    assert read.pending == ()


def test_the_bag_declares_version_1_0(bag: Path) -> None:
    assert (bag / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def test_a_page_in_plain_words_lies_in_the_bag(bag: Path) -> None:
    words = read_bag(bag).record("README.txt").decode()
    for needed in ("A letter", ITEM, "data/", "sha512sum -c manifest-sha512.txt", "rfc8493"):
        assert needed in words


def test_payload_is_renamed_and_never_copied(tmp_path: Path, arriving: Arrive) -> None:
    files = arriving(tmp_path / "in", {"a.txt": b"one"})
    number = files[0].source.stat().st_ino
    write_bag(tmp_path / "bag", item_id=ITEM, payload=files, info={}, revision=RECORD)
    assert (tmp_path / "bag/data/a.txt").stat().st_ino == number
    assert not files[0].source.exists()


def test_a_file_that_must_stay_is_copied_and_compared(
    tmp_path: Path, arriving: Arrive, is_sound: Callable[[Path], None]
) -> None:
    kept = [PayloadFile(file.source, file.name, file.sha512, file.size, move=False) for file in arriving(tmp_path / "in", {"a.txt": b"one"})]  # fmt: skip
    write_bag(tmp_path / "bag", item_id=ITEM, payload=kept, info={}, revision=RECORD)
    assert kept[0].source.read_bytes() == b"one"
    is_sound(tmp_path / "bag")
    kept[0].source.write_bytes(b"two")
    with pytest.raises(ArchiveError) as refused:
        write_bag(tmp_path / "other", item_id=ITEM, payload=kept, info={}, revision=RECORD)
    assert refused.value.code == "bag-payload-changed"


def test_the_same_call_again_makes_the_same_bag(
    tmp_path: Path, arriving: Arrive, is_sound: Callable[[Path], None]
) -> None:
    files = arriving(tmp_path / "in", {"a.txt": b"one", "b.txt": b"two"})
    info = {"Bagging-Date": "2025-03-25"}
    write_bag(tmp_path / "bag", item_id=ITEM, payload=files, info=info, revision=RECORD)
    before = {path: path.read_bytes() for path in (tmp_path / "bag").rglob("*") if path.is_file()}
    write_bag(tmp_path / "bag", item_id=ITEM, payload=files, info=info, revision=RECORD)
    assert before == {path: path.read_bytes() for path in (tmp_path / "bag").rglob("*") if path.is_file()}
    is_sound(tmp_path / "bag")


def test_a_bag_goes_into_the_store_whole(tmp_path: Path, bag: Path, is_sound: Callable[[Path], None]) -> None:
    store = FolderStore(tmp_path / "objects")
    store.publish_folder(bag, bag_key(ITEM))
    is_sound(store.local_path(bag_key(ITEM)))
    assert read_bag(store.local_path(bag_key(ITEM))).id == ITEM


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"item_id": "../x"}, "bag-item-id"),
        ({"payload": []}, "bag-empty"),
        ({"revision": {}}, "bag-record"),
        ({"revision": {"../record.json": b""}}, "bag-record"),
        ({"revision": {"a": b"", "A": b""}}, "bag-record"),
        ({"info": {"Two\nLines": "x"}}, "bag-label"),
    ],
)
def test_what_cannot_become_a_bag_is_refused(
    tmp_path: Path, arriving: Arrive, change: dict[str, object], code: str
) -> None:
    good = {
        "item_id": ITEM,
        "payload": arriving(tmp_path / "in", {"a": b"1"}),
        "info": {},
        "revision": RECORD,
    }
    with pytest.raises(BadInputError) as refused:
        write_bag(tmp_path / "bag", **{**good, **change})
    assert refused.value.code == code


@pytest.mark.parametrize("names", [["a", "A"], ["../a"], ["a/b"], [".a"], ["con"], [""], ["~a"], ["a\u2028"]])
def test_payload_names_must_be_safe_and_unlike(tmp_path: Path, names: list[str]) -> None:
    files = [PayloadFile(tmp_path / "x", name, "0" * 128, 1) for name in names]
    with pytest.raises(BadInputError) as refused:
        write_bag(tmp_path / "bag", item_id=ITEM, payload=files, info={}, revision=RECORD)
    assert refused.value.code == "bag-name"


def test_bytes_that_are_lost_or_cut_are_noticed(tmp_path: Path, arriving: Arrive) -> None:
    (file,) = arriving(tmp_path / "in", {"a": b"12345"})
    for damage, code in (
        (lambda: os.truncate(file.source, 3), "bag-payload-size"),
        (file.source.unlink, "bag-payload-lost"),
    ):
        damage()
        with pytest.raises(ArchiveError) as refused:
            write_bag(tmp_path / "bag", item_id=ITEM, payload=[file], info={}, revision=RECORD)
        assert refused.value.code == code


@pytest.mark.parametrize("stranger", ["diary.txt", "data/other.jpg"])
def test_nothing_that_may_be_an_original_is_ever_cleared_away(
    tmp_path: Path, arriving: Arrive, stranger: str
) -> None:
    (tmp_path / "bag/data").mkdir(parents=True)
    (tmp_path / "bag" / stranger).write_bytes(b"only copy")
    with pytest.raises(BadInputError) as refused:
        write_bag(
            tmp_path / "bag",
            item_id=ITEM,
            payload=arriving(tmp_path / "in", {"a": b"1"}),
            info={},
            revision=RECORD,
        )
    assert refused.value.code == "bag-staged-stranger"
    assert (tmp_path / "bag" / stranger).read_bytes() == b"only copy"


separators = st.sampled_from("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\t %:\u00a0\u3000\ufeff")
values = st.text(separators | st.characters(codec="utf-8"), max_size=60)


@given(st.dictionaries(st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}[a-z]", fullmatch=True), values, max_size=4))
def test_any_value_fits_on_one_line_of_bag_info(info: dict[str, str]) -> None:
    parsed, problems = parse_info(format_info(info))
    assert problems == []
    assert parsed == {label: clean_value(value) for label, value in info.items() if clean_value(value)}


@given(st.dictionaries(st.text(st.sampled_from("%0AaDd25\n\rx/"), min_size=1), st.just("a" * 128)))
def test_percent_cr_and_lf_survive_a_manifest(paths: dict[str, str]) -> None:
    for path in paths:
        encoded = encode_path(path)
        assert "\n" not in encoded
        assert "\r" not in encoded
        assert decode_path(encoded) == path


def test_a_manifest_is_read_as_it_was_written() -> None:
    hashes = {"data/100%.txt": "a" * 128, "data/história.pdf": "b" * 128}
    assert parse_manifest(format_manifest(hashes), "manifest-sha512.txt") == (hashes, [])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.text(st.characters(codec=None), max_size=40), min_size=1, max_size=5),
    values=st.lists(values, max_size=3),
)
def test_whatever_is_given_becomes_a_bag_that_the_stock_library_accepts(
    tmp_path_factory: pytest.TempPathFactory,
    arriving: Arrive,
    is_sound: Callable[[Path], None],
    names: list[str],
    values: list[str],
) -> None:
    folder = tmp_path_factory.mktemp("bag")
    taken: dict[str, bytes] = {}
    for name in names:
        taken[safe_name(name, taken)] = name.encode("utf-8", "surrogatepass")
    info = {f"Note-{number}": value for number, value in enumerate(values)}
    write_bag(
        folder / "bag", item_id=ITEM, payload=arriving(folder / "in", taken), info=info, revision=RECORD
    )
    is_sound(folder / "bag")
    assert [entry.name for entry in read_bag(folder / "bag").payload] == sorted(taken)


def test_two_stock_validators_do_not_share_anything(bag: Path, stock: StockValidator) -> None:
    with StockValidator() as other:
        assert other.validate(bag, 30).valid
    assert stock.validate(bag, 30).valid


def test_a_bag_tells_the_day_on_which_it_was_made_and_revised_and_no_more(bag: Path) -> None:
    add_revision(bag, {"record.json": b"{}", "README.txt": b"More."})
    moments = {path: path.stat().st_mtime_ns for path in (bag, *bag.rglob("*"))}
    assert len(moments) > 8
    assert {path: when for path, when in moments.items() if when % (86_400 * 10**9)} == {}
