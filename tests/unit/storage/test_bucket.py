"""Objects in a bucket: names that addresses would change, what is too large for one request, keys that are not said again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.models.errors import BadInputError, ConflictError
from archive.storage import StoreAwayError, bucket, open_store, read_address
from archive.storage.credentials import keys_for

NewBucket = Callable[[], str]
NAMES = ["a b.jpg", "100%.jpg", "a#b?c=d&e.jpg", "ĉapelo.jpg", "a+b.jpg", "it's (1) [2] {3}~*.jpg", "%2e%2E.jpg", "a:b|c.jpg"]  # fmt: skip


def test_no_name_is_changed_on_its_way(new_bucket: NewBucket) -> None:
    store = open_store(new_bucket())
    for name in NAMES:
        store.put_bytes(f"bags/one/data/{name}", name.encode())
    assert sorted(store.list("bags/one")) == sorted(f"bags/one/data/{name}" for name in NAMES)
    for name in NAMES:
        with store.open(f"bags/one/data/{name}") as stream:
            assert stream.read() == name.encode()


def test_what_goes_in_parts_is_whole_and_never_overwrites(
    new_bucket: NewBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "WHOLE", 1 << 20)
    monkeypatch.setattr(bucket, "PART", 5 << 20)
    store = open_store(new_bucket())
    source = tmp_path / "large"
    source.write_bytes(bytes(range(256)) * (6 << 12))
    store.put_file("large", source)
    with store.open("large") as stream:
        assert stream.read() == source.read_bytes()
    store.put_file("large", source)
    source.write_bytes(source.read_bytes()[::-1])
    with pytest.raises(ConflictError):
        store.put_file("large", source)


def test_an_upload_that_was_broken_off_is_gone_on_with(new_bucket: NewBucket, tmp_path: Path) -> None:
    store = open_store(new_bucket())
    store.put_bytes("bags/item/data/a", b"a")
    staged = tmp_path / "staged"
    (staged / "data").mkdir(parents=True)
    for name in ("data/a", "data/b", "bagit.txt", "tagmanifest-sha512.txt"):
        (staged / name).write_bytes(name[-1:].encode())
    store.publish_folder(staged, "bags/item")
    assert len(list(store.list("bags/item"))) == 4


def test_a_server_that_is_not_there_is_away(monkeypatch: pytest.MonkeyPatch, new_bucket: NewBucket) -> None:
    monkeypatch.setattr(bucket, "RETRY", {"max_retries": 0})
    address = new_bucket()
    with pytest.raises(StoreAwayError) as refused:
        open_store("s3://somewhere/x?endpoint=http://127.0.0.1:9").size("key")
    assert refused.value.code == "store-away"
    assert "127.0.0.1" not in str(refused.value)
    missing = address.replace("s3://bucket-", "s3://nobody-")
    with pytest.raises(StoreAwayError):
        open_store(missing).put_bytes("key", b"x")


@pytest.mark.parametrize(
    "url",
    ["s3://key:planted@bucket/x", "s3://", "s3://b?secret=planted", "s3://bucket/../x", "s3://bucket?endpoint=planted",
     "s3://bucket?endpoint=https://user:planted@host"],
)  # fmt: skip
def test_an_address_that_is_not_one_is_refused_and_not_said_again(url: str) -> None:
    with pytest.raises(BadInputError) as refused:
        read_address(url)
    assert refused.value.code in ("storage-url", "storage-key")
    assert "planted" not in f"{refused.value} {refused.value.remedy}"


def test_keys_come_from_a_file_that_nobody_else_can_read(tmp_path: Path) -> None:
    file = tmp_path / "copies.toml"
    file.write_text('[mine]\naccess_key_id = "a"\nsecret_access_key = "planted"\n', encoding="utf-8-sig")
    file.chmod(0o644)
    with pytest.raises(BadInputError) as refused:
        keys_for("mine", file, {})
    assert refused.value.code == "store-keys"
    file.chmod(0o600)
    assert keys_for("mine", file, {}) == {"access_key_id": "a", "secret_access_key": "planted"}
    assert keys_for("other", file, {"AWS_ACCESS_KEY_ID": "b"}) == {}
    with pytest.raises(BadInputError):
        keys_for("other", file, {})
    for wrong in ("planted", '[mine]\nsecret = "planted"\n', "mine = 'planted'\n"):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(BadInputError) as refused:
            keys_for("mine", file, {})
        assert "planted" not in str(refused.value)
