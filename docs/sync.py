"""Keep a copy of a newsroom's feed: ``python sync.py https://news.example.org copy.sqlite [key]``.

Stop it whenever you like and start it again: it goes on where it stopped, and misses nothing.
"""

import json
import sqlite3
import sys
import urllib.request


def pages(site, after, key):
    """The log from number ``after`` on, page by page; waits at its end."""
    while True:
        address = f"{site}/api/v1/changes/?after={after}&limit=100&wait=25&latest=true"
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            yield (page := json.load(answer))
        after = page["cursor"]


def main(site, path, key=""):
    copy = sqlite3.connect(path)
    copy.execute("PRAGMA secure_delete = ON")  # what is withdrawn leaves the file, too
    for table in ("item (uri PRIMARY KEY, type, json)", "cursor (id PRIMARY KEY, after)"):
        copy.execute(f"CREATE TABLE IF NOT EXISTS {table}")
    after = copy.execute("SELECT max(after) FROM cursor").fetchone()[0] or 0
    for page in pages(site, after, key):
        with copy:  # the items and the cursor together, or neither
            for change in page["results"]:
                uri, item = change["uri"], change["item"]
                row = uri, change["type"], json.dumps(item, sort_keys=True)
                copy.execute("INSERT OR REPLACE INTO item VALUES (?, ?, ?)", row)
                gone = [uri] if item.get("pubStatus") == "canceled" else item.get("replaces", [])
                copy.executemany("DELETE FROM item WHERE uri = ?", [(uri,) for uri in gone])
            copy.execute("INSERT OR REPLACE INTO cursor VALUES (1, ?)", [page["cursor"]])


if __name__ == "__main__":
    main(*sys.argv[1:])
