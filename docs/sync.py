"""Keep a copy of a newsroom's feed: ``python sync.py https://news.example.org copy.sqlite [key]``.

Stop it whenever you like and start it again: it goes on where it stopped, and misses nothing.
"""

import json
import sqlite3
import sys
import urllib.request


def main(site, path, key=""):
    copy = sqlite3.connect(path)
    copy.execute("PRAGMA secure_delete = ON")  # what is withdrawn leaves the file, too
    for table in ("item (uri PRIMARY KEY, type, json, number)", "cursor (id PRIMARY KEY, after)"):
        copy.execute(f"CREATE TABLE IF NOT EXISTS {table}")
    after = copy.execute("SELECT max(after) FROM cursor").fetchone()[0] or 0
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    whole = float("inf")  # up to this number nothing is missing in the copy
    while True:  # the log from number ``after`` on, page by page; waits at its end
        address = f"{site}/api/v1/changes/?after={after}&limit=100&wait=25&latest=true"
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            page = json.load(answer)
        with copy:  # the items and the cursor together, or neither
            for change in page["results"]:
                uri, item = change["uri"], change["item"]
                if item is None:  # it cannot be shown now: the next start asks for it again
                    whole = min(whole, change["sequence"] - 1)
                    continue
                row = uri, change["type"], json.dumps(item, sort_keys=True), change["sequence"]
                copy.execute("INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?)", row)
                gone = [uri] if item.get("pubStatus") == "canceled" else item.get("replaces", [])
                copy.executemany("DELETE FROM item WHERE uri = ?", [(uri,) for uri in gone])
            after = page["cursor"]
            copy.execute("INSERT OR REPLACE INTO cursor VALUES (1, ?)", [min(after, whole)])


if __name__ == "__main__":
    main(*sys.argv[1:])
