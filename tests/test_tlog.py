"""The tree is RFC 6962's, and notes are C2SP's, whoever reads them."""

from __future__ import annotations

from hashlib import sha256

import pytest

from articles.tlog import (
    EMPTY,
    Key,
    Tree,
    checkpoint,
    inclusion_proof,
    leaf_hash,
    node_hash,
    range_hash,
)

#: The entries and roots with which the authors of Certificate Transparency test their trees.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_roots_are_those_of_certificate_transparency() -> None:
    tree = Tree()
    assert tree.root == EMPTY == sha256().digest()
    for entry, root in zip(ENTRIES, ROOTS, strict=True):
        tree.add(leaf_hash(entry))
        assert tree.root.hex() == root


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_a_proof_from_tiles_leads_from_each_leaf_to_the_root(size: int) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]

    def tiles(level: int, number: int, width: int) -> list[bytes]:
        hashes = leaves
        for _ in range(level):
            full = len(hashes) // 256 * 256
            hashes = [_root(hashes[first : first + 256]) for first in range(0, full, 256)]
        found = hashes[number * 256 : number * 256 + width]
        assert len(found) == width, "a tile that no tree of this size has"
        return found

    root = _root(leaves)
    assert range_hash(0, size, size, tiles) == root
    for index in {0, 1, size // 2, size - 2, size - 1} & set(range(size)):
        assert _reached(leaves[index], index, size, inclusion_proof(index, size, tiles)) == root


def _root(leaves: list[bytes]) -> bytes:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root


def _reached(found: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2: written from its text, not from ours."""
    fn, sn = index, size - 1
    for one in proof:
        assert sn
        if fn & 1 or fn == sn:
            found = node_hash(one, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, one)
        fn, sn = fn >> 1, sn >> 1
    assert not sn
    return found


def test_the_key_of_go_s_documentation_is_read_as_go_reads_it() -> None:
    text = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    key = Key.read(text)
    assert key.public == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    signed = key.sign(
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    assert signed == (
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
        "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )


@pytest.mark.parametrize("text", ["", "x", "PRIVATE+KEY+a b+00000000+AAAA", "PRIVATE+KEY+a+b+?"])
def test_what_is_no_key_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"manage\.py log_key"):
        Key.read(text)


def test_a_key_knows_what_it_signed_and_what_it_did_not() -> None:
    key, other = (Key.read(Key.new("news.example/log")[0]) for _ in range(2))
    note = checkpoint([key], 1, EMPTY)
    assert key.has_signed(note)
    assert key.has_signed(note.replace("\n1\n", "\n2\n")) is False
    assert other.has_signed(note) is None, "an older checkpoint, before the key was changed"
