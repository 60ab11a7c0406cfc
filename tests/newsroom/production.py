"""Production settings on the embedded PostgreSQL, for tests that start a real server.

Start the process with ``DEBUG=off``. Static files are served without a manifest, so no test has
to run collectstatic.
"""

from newsroom.settings import *  # noqa: F403 - settings are names
from newsroom.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
