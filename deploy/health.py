"""Whether the site in this container answers: ``python deploy/health.py``; exit code 1 if not."""

import os
import sys
import urllib.request

host = (
    os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".*") or "localhost"
)
asked = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
try:
    urllib.request.urlopen(asked, timeout=4).close()  # noqa: S310 - our own address
except OSError as error:
    sys.exit(f"The site does not answer: {error}")
