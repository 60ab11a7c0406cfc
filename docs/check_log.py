"""Check that a newsroom's log only grew: ``python check_log.py SITE log.sqlite [key [copy]]``.

Run it beside sync.py, each hour or so. It keeps the hashes of what it checked in the file, and ends
with a sentence and exit code 1 when a row was changed or taken away since (record.md). ``key`` is
the public key of the log, whose signature it then demands; "" for none. ``copy`` is the file of
sync.py: then each item in it must be what its row of the log says.
"""

import json
import re
import sqlite3
import sys
import urllib.error
import urllib.request
from base64 import b64decode
from hashlib import sha256


def check_log(site, copy, public_key):
    """Demand that the log has all rows that it had, unchanged, and only new ones after them.

    ``copy`` keeps the leaves of what was checked, and the hashes of its full subtrees. These and
    the leaves that are new must give the hash that is signed now.
    """
    row = copy.execute("SELECT size, subtrees FROM tree").fetchone()
    old, kept = row or (0, b"")
    try:
        note = read(f"{site}/log/checkpoint").decode()
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        sys.exit(f"{site} hands out no signed log; ask the newsroom why.")
    text, _, signatures = note.partition("\n\n")
    if public_key and not is_signed(text + "\n", signatures, public_key):
        sys.exit(f"The log of {site} is not signed by that key; ask the newsroom which it uses.")
    _, size, root = text.split("\n")[:3]
    if (size := int(size)) < old:
        sys.exit(f"The log of {site} had {old} rows and has {size} now; ask the newsroom why.")
    subtrees, tiles = [kept[first : first + 32] for first in range(0, len(kept), 32)], {}
    for number in range(old // 256, -(-size // 256)):
        first = number * 256
        width = min(256, size - first)
        tile = read(f"{site}/log/tile/0/{tile_path(number)}{f'.p/{width}' if width < 256 else ''}")
        tiles[number] = tile
        for place in range(max(old - first, 0), width):
            add_leaf(subtrees, first + place, tile[place * 32 : place * 32 + 32])
    found = b""
    for one in reversed(subtrees):
        found = sha256(b"\1" + one + found).digest() if found else one
    if found != b64decode(root):
        sys.exit(f"The first {old} rows of the log of {site} were changed; ask the newsroom why.")
    with copy:
        copy.execute("INSERT OR REPLACE INTO tree VALUES (1, ?, ?)", [size, b"".join(subtrees)])
        copy.executemany("INSERT OR REPLACE INTO tile VALUES (?, ?)", tiles.items())


def check_items(site, copy, items):
    """Demand that each of ``items`` is the leaf of its number; return how many were compared.

    ``items`` are numbers of the log and items as JSON. What has no proof is left out: what was
    withdrawn or erased meanwhile, or has not been checked by ``check_log``; and all of them where
    the newsroom gives strangers less than partners.
    """
    size = copy.execute("SELECT size FROM tree").fetchone()[0]
    known = {number for (number,) in copy.execute("SELECT number FROM compared")}
    compared = 0
    for number, text in items:
        if number > size or number in known:
            continue
        try:
            proof = read(f"{site}/log/{number}.tlog-proof").decode()
            document = read(f"{site}/log/{number}.json")
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            continue
        record = b64decode(proof.split("\n")[1].removeprefix("extra "))
        said, item = json.loads(record), json.loads(text)
        leaf = sha256(b"\0" + sha256(record).digest()).digest()
        which = [(number - 1) // 256]
        [leaves] = copy.execute("SELECT leaves FROM tile WHERE number = ?", which).fetchone()
        place = (number - 1) % 256 * 32
        if (
            leaf != leaves[place : place + 32]
            or said["document"] != sha256(said["salt"].encode() + document).hexdigest()
            or (said["sequence"], f"urn:uuid:{said['id']}") != (number, item["uri"])
            or not is_what_was_logged(item, json.loads(document)["item"], number)
        ):
            sys.exit(f"{item['uri']} is not what number {number} of the log of {site} says; ask.")
        with copy:
            copy.execute("INSERT INTO compared VALUES (?)", [number])
        compared += 1
    return compared


#: What the feed adds to an item when it hands it out: today's terms; times that the log has.
TERMS = {"usageTerms", "copyrightHolder", "copyrightNotice", "rightsInfo"}
TIMES = {"version", "firstCreated", "versionCreated"}


def is_what_was_logged(item, logged, number):
    """Whether ``item`` of the feed says what ``logged`` does, which stands in the log.

    Addresses are not compared: the log has paths, the feed completes them for today's domain.
    """
    added = TERMS | (TIMES - logged.keys())
    if "version" in added and item.get("version") != str(number):
        return False
    held = {key: value for key, value in item.items() if key not in added}
    logged = {key: value for key, value in logged.items() if key != "v"}
    return without_addresses(held) == without_addresses(logged)


def without_addresses(value):
    """``value`` without what leads somewhere."""
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if key not in ("href", "url")}
        return {key: without_addresses(one) for key, one in kept.items()}
    if isinstance(value, list):
        return [without_addresses(one) for one in value]
    if isinstance(value, str):
        return re.sub(r'\b(href|src)="[^"]*"', r"\1", value)
    return value


def add_leaf(subtrees, size, leaf):
    """Add ``leaf`` to a tree of ``size`` leaves."""
    while size & 1:
        leaf = sha256(b"\1" + subtrees.pop() + leaf).digest()
        size >>= 1
    subtrees.append(leaf)


def tile_path(number):
    """``number`` as C2SP tlog-tiles writes it: 1234067 is x001/x234/067."""
    path = f"{number % 1000:03}"
    while number := number // 1000:
        path = f"x{number % 1000:03}/{path}"
    return path


def is_signed(text, signatures, public_key):
    """Whether one of ``signatures`` is that of ``public_key`` (needs: pip install cryptography)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    name, _, public = public_key.split("+", 2)
    public = b64decode(public)
    key_id = sha256(f"{name}\n".encode() + public).digest()[:4]
    for line in signatures.splitlines():
        if not line.startswith(f"— {name} "):
            continue
        signature = b64decode(line.split(" ")[2])
        if signature[:4] == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], text.encode())
            except InvalidSignature:
                return False
            return text.startswith(f"{name}\n")
    return False


def read(address):
    """The bytes at ``address``."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read()


def main(site, path, public_key="", items=""):
    copy = sqlite3.connect(path)
    tables = "tree (id PRIMARY KEY, size, subtrees)", "tile (number PRIMARY KEY, leaves)"
    for table in (*tables, "compared (number PRIMARY KEY)"):
        copy.execute(f"CREATE TABLE IF NOT EXISTS {table}")
    try:
        check_log(site, copy, public_key)
        if items:
            rows = sqlite3.connect(items).execute("SELECT number, json FROM item").fetchall()
            found = check_items(site, copy, rows)
            print(f"{found} more of {len(rows)} items are what the log says.")
    except (OSError, ValueError, IndexError) as error:  # nobody answers, or with something else
        sys.exit(f"{site} hands out no log that can be read ({error}); try again later.")


if __name__ == "__main__":
    main(*sys.argv[1:])
