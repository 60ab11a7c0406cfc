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
        articles_log = sys.modules.get("articles.log")
        if articles_log and (head := articles_log.last_head()):
            line["sequence"] = head[0].sequence
        line |= {name: value for name in self.EXTRA if (value := getattr(record, name, None))}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
