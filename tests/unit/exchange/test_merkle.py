"""The tree of the ledger is the tree of RFC 6962, and each of its proofs proves what it should and nothing else."""

from __future__ import annotations

import hashlib

import pytest

from archive.exchange.merkle import EMPTY, Tree, is_consistent, is_included, leaf_hash

LARGEST = 130
# The vectors of the reference implementation of Certificate Transparency.
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
CONSISTENCY = {
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
LEAVES = [leaf_hash(str(one).encode()) for one in range(LARGEST)]
TREE = Tree(LEAVES)


def plain_root(leaves: list[bytes]) -> bytes:
    """The root as the standard defines it, word for word (RFC 6962, 2.1)."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


def plain_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """The audit path as the standard defines it (RFC 6962, 2.1.1)."""
    if len(leaves) < 2:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*plain_path(index, leaves[:split]), plain_root(leaves[split:])]
    return [*plain_path(index - split, leaves[split:]), plain_root(leaves[:split])]


PLAIN = [plain_root(LEAVES[:size]) for size in range(LARGEST + 1)]


def test_the_roots_and_proofs_are_those_of_the_reference_implementation() -> None:
    tree = Tree([leaf_hash(bytes.fromhex(one)) for one in INPUTS])
    assert [tree.root(size).hex() for size in range(9)] == list(ROOTS)
    for (first, second), path in CONSISTENCY.items():
        assert [one.hex() for one in tree.consistency(first, second)] == list(path)


def test_the_root_over_any_number_of_entries_is_the_plain_one() -> None:
    assert [TREE.root(size) for size in range(LARGEST + 1)] == PLAIN
    assert [Tree(LEAVES[:size]).root() for size in range(LARGEST + 1)] == PLAIN
    assert PLAIN[0] == EMPTY


@pytest.mark.parametrize("size", [*range(1, 34), 63, 64, 65, 100, 127, 128, 129, 130])
def test_every_entry_is_proven_to_be_in_and_no_other(size: int) -> None:
    for index in range(size):
        path = TREE.inclusion(index, size)
        assert list(path) == plain_path(index, LEAVES[:size])
        assert is_included(LEAVES[index], index, size, path, PLAIN[size])
        assert not is_included(LEAVES[index], (index + 1) % size, size, path, PLAIN[size]) or size == 1
        assert not is_included(LEAVES[index - 1], index, size, path, PLAIN[size]) or size == 1
        assert not is_included(LEAVES[index], index, size, (*path, EMPTY), PLAIN[size])
        assert not is_included(LEAVES[index], index, size, path[:-1], PLAIN[size]) or size == 1
        assert not is_included(LEAVES[index], index, size, path, PLAIN[size - 1])


def test_every_tree_is_proven_to_go_on_where_every_smaller_one_ended() -> None:
    for second in range(LARGEST + 1):
        for first in range(second + 1):
            path = TREE.consistency(first, second)
            assert is_consistent(first, second, path, PLAIN[first], PLAIN[second])


@pytest.mark.parametrize("second", [2, 3, 7, 8, 9, 64, 65, 130])
def test_no_tree_is_taken_for_one_that_begins_otherwise(second: int) -> None:
    other = leaf_hash(b"another")
    for first in range(1, second):
        path = TREE.consistency(first, second)
        begun_otherwise = Tree([other, *LEAVES[1:first]]).root()
        assert not is_consistent(first, second, path, begun_otherwise, PLAIN[second])
        assert not is_consistent(first, second, path, PLAIN[first], PLAIN[second - 1])
        assert not is_consistent(first, second, path[:-1], PLAIN[first], PLAIN[second])
        assert not is_consistent(first, second, (*path, EMPTY), PLAIN[first], PLAIN[second])
        rewritten = Tree([other, *LEAVES[1:second]])
        assert not is_consistent(
            first, second, rewritten.consistency(first, second), PLAIN[first], rewritten.root()
        )
    assert not is_consistent(3, 2, (), PLAIN[3], PLAIN[2])
