"""Merkle trees (RFC 6962, 2.1) over tiles, and signed notes (C2SP signed-note, tlog-checkpoint).

Pure: nothing here reads the database.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

#: A full tile has so many hashes.
WIDTH = 256
#: The type of an Ed25519 signature in a signed note.
ED25519 = b"\x01"
EMPTY = sha256().digest()

#: Returns the hashes of a tile: its level, its number, and how many hashes it has.
type Tiles = Callable[[int, int, int], list[bytes]]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf that holds ``entry``."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node over ``left`` and ``right``."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows by a leaf: the hashes of its full subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.subtrees: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        size, self.size = self.size, self.size + 1
        while size & 1:
            leaf = node_hash(self.subtrees.pop(), leaf)
            size >>= 1
        self.subtrees.append(leaf)

    @property
    def root(self) -> bytes:
        """The hash of the tree."""
        return root_of(self.subtrees)


def root_of(subtrees: Iterable[bytes]) -> bytes:
    """The hash of a tree of full ``subtrees``, the largest first."""
    root = b""
    for subtree in reversed(list(subtrees)):
        root = node_hash(subtree, root) if root else subtree
    return root or EMPTY


def full_root(hashes: Iterable[bytes]) -> bytes:
    """The hash of the tree over ``hashes``, which are leaves or full subtrees of one size."""
    tree = Tree()
    for one in hashes:
        tree.add(one)
    return tree.root


def range_hash(first: int, end: int, size: int, tiles: Tiles) -> bytes:
    """The hash of the leaves from ``first`` to before ``end``, a node of a tree of ``size``."""
    many = end - first
    if many & (many - 1) == 0:
        level, height = divmod(many.bit_length() - 1, 8)
        number, place = divmod(first >> 8 * level, WIDTH)
        tile = tiles(level, number, min(WIDTH, (size >> 8 * level) - number * WIDTH))
        return full_root(tile[place : place + (1 << height)])
    middle = first + split(many)
    return node_hash(range_hash(first, middle, size, tiles), range_hash(middle, end, size, tiles))


def split(many: int) -> int:
    """The largest power of two smaller than ``many``, which is 2 or more."""
    return 1 << (many - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, tiles: Tiles) -> list[bytes]:
    """The hashes beside the way from the leaf ``index`` to the root, the leaf's sibling first."""
    first, end, proof = 0, size, list[bytes]()
    while end - first > 1:
        middle = first + split(end - first)
        if index < middle:
            proof.append(range_hash(middle, end, size, tiles))
            end = middle
        else:
            proof.append(range_hash(first, middle, size, tiles))
            first = middle
    return proof[::-1]


# Signed notes -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A key that signs notes, under a ``name`` that is the origin of the log."""

    name: str
    private: Ed25519PrivateKey

    @classmethod
    def new(cls, name: str) -> tuple[str, Key]:
        """A new key, as text for a setting and as a key. Raises ValueError for a bad name."""
        seed = ED25519 + secrets.token_bytes(32)
        key = cls(name, Ed25519PrivateKey.from_private_bytes(seed[1:]))
        text = f"PRIVATE+KEY+{name}+{key.id.hex()}+{base64.b64encode(seed).decode()}"
        return text, cls.read(text)

    @classmethod
    def read(cls, text: str) -> Key:
        """The key that ``text`` says: ``PRIVATE+KEY+name+id+base64``. Raises ValueError."""
        parts = text.split("+", 4)
        wrong = ValueError("LOG_KEYS is no key of signed notes; make one with manage.py log_key.")
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"] or not parts[2]:
            raise wrong
        try:
            seed = base64.b64decode(parts[4], validate=True)
        except binascii.Error as error:
            raise wrong from error
        if len(seed) != 33 or seed[:1] != ED25519 or any(c.isspace() for c in parts[2]):
            raise wrong
        key = cls(parts[2], Ed25519PrivateKey.from_private_bytes(seed[1:]))
        if key.id.hex() != parts[3]:
            raise wrong
        return key

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        public = self.private.public_key().public_bytes_raw()
        return sha256(self.name.encode() + b"\n" + ED25519 + public).digest()[:4]

    @property
    def public(self) -> str:
        """What a reader of notes needs: ``name+id+base64``."""
        public = ED25519 + self.private.public_key().public_bytes_raw()
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(public).decode()}"

    def has_signed(self, note: str) -> bool | None:
        """Whether this key signed ``note``; None where no signature has its name and id."""
        text, _, signatures = note.rpartition("\n\n")
        for line in signatures.splitlines():
            mark, _, rest = line.partition(" ")
            name, _, signature = rest.rpartition(" ")
            if (mark, name) != ("—", self.name):
                continue
            try:
                given = base64.b64decode(signature, validate=True)
            except binascii.Error:
                return False
            if given[:4] == self.id:
                try:
                    self.private.public_key().verify(given[4:], f"{text}\n".encode())
                except InvalidSignature:
                    return False
                return True
        return None

    def sign(self, text: str) -> str:
        """The line of this key's signature of ``text``."""
        signature = base64.b64encode(self.id + self.private.sign(text.encode())).decode()
        return f"— {self.name} {signature}\n"


def checkpoint(keys: list[Key], size: int, root: bytes) -> str:
    """The checkpoint of a tree as a note that all ``keys``, of one name, have signed."""
    text = f"{keys[0].name}\n{size}\n{base64.b64encode(root).decode()}\n"
    return text + "\n" + "".join(key.sign(text) for key in keys)


def proof_file(index: int, proof: list[bytes], note: str, extra: bytes) -> str:
    """A C2SP tlog-proof. ``extra`` is the record whose SHA-256 is the entry."""
    lines = ["c2sp.org/tlog-proof@v1", f"extra {base64.b64encode(extra).decode()}"]
    lines += [f"index {index}", *(base64.b64encode(one).decode() for one in proof), "", note]
    return "\n".join(lines)
