"""What every store of objects promises of swaps, on which it rests that one writer at a time holds it."""

from __future__ import annotations

import threading

from archive.storage import ObjectStore
from tests.contract.test_object_store_contract import content, store, url

__all__ = ["store", "url"]


def test_a_swap_is_made_only_of_what_is_there(store: ObjectStore) -> None:
    assert not store.swap_bytes("turn", b"never", b"x")
    assert store.swap_bytes("turn", None, b"first")
    assert not store.swap_bytes("turn", None, b"x")
    assert not store.swap_bytes("turn", b"other", b"x")
    assert store.swap_bytes("turn", b"first", b"second")
    assert content(store, "turn") == b"second"


def test_of_many_who_swap_the_same_at_once_one_does(store: ObjectStore) -> None:
    store.put_bytes("turn", b"free")
    won: list[bytes] = []

    def swap(mine: bytes) -> None:
        if store.swap_bytes("turn", b"free", mine):
            won.append(mine)

    threads = [threading.Thread(target=swap, args=(bytes([number]),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [content(store, "turn")]


def test_what_is_removed_while_something_is_held_is_removed_only_then(store: ObjectStore) -> None:
    for key in ("bags/one/a", "bags/one/b", "bags/two/a"):
        store.put_bytes(key, b"x")
    assert not store.delete_while("turn", b"mine", "bags/one")
    store.put_bytes("turn", b"mine")
    assert not store.delete_while("turn", None, "bags/one")
    assert not store.delete_while("turn", b"another's", "bags/one")
    assert store.exists("bags/one/a")
    is_removed = store.delete_while("turn", b"mine", "bags/one")
    left = [] if is_removed else ["bags/one/a", "bags/one/b"]
    assert sorted(store.list("bags")) == [*left, "bags/two/a"]
    assert is_removed or store.local_path("bags") is None, "only a bucket cannot promise it"
