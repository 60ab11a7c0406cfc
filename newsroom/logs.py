"""The log as lines of JSON. Loaded with the settings, before any model; imports nothing of ours."""

from __future__ import annotations

import contextvars
import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

#: The id of the request that this thread answers; "" outside of one.
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")


def log_number() -> int | None:
    """The last number of the log of changes that this process has read; None before it has."""
    articles_log = sys.modules.get("articles.log")
    head = articles_log.last_head() if articles_log else None
    return head[0].sequence if head else None


class JsonFormatter(logging.Formatter):
    """A line of the log as JSON: time, level, logger, words, request, and the log's last number.

    ``sequence`` is the last number of the log of changes that this process has read.
    """

    EXTRA = ("method", "path", "status", "milliseconds", "page")

    def format(self, record: logging.LogRecord) -> str:
        """The line; an exception stands in it under ``error``."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if found := request_id.get():
            line["request"] = found
        if (number := log_number()) is not None:
            line["sequence"] = number
        line |= {name: value for name in self.EXTRA if (value := getattr(record, name, None))}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def without_way_of_outage(record: logging.LogRecord) -> bool:
    """Keep a request's record; where the database was away, with its sentence and no traceback.

    A filter: in an outage each request would write fifty lines, and they would fill the disk.
    """
    error = record.exc_info[1] if record.exc_info else None
    if error and type(error).__name__ in ("OperationalError", "InterfaceError"):
        record.msg, record.exc_info = f"{record.msg} (%s)", None
        said = next(iter(str(error).splitlines()), type(error).__name__)
        record.args = (*record.args, said) if isinstance(record.args, tuple) else record.args
    return True
