"""Log lines: plain ones for people at a terminal, JSON for machines. None says who anybody is, none opens a door.

Whatever writes them, libraries included, every line passes `without_secrets`.
"""

import logging
import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

FORMATS = ("plain", "json")
_META = ("_record", "_from_structlog")
# In this order: an address with a password in it looks like an email address, too.
_TAKEN_OUT = (
    (re.compile(r"(\w+://)[^/\s@]+@"), r"\1<sealed>@"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE), r"\1 <sealed>"),
    (re.compile(r"(?<=[\w/])\?[^\s\"'<>]*=[^\s\"'<>]*"), "?<query>"),
    (re.compile(r"linkedin\.com/(in|pub)/[^\s\"'<>]+", re.IGNORECASE), r"linkedin.com/\1/<profile>"),
    (re.compile(r"[^\s@\"'<>(){}\[\],;:=]+@[^\s@\"'<>(){}\[\],;:=]+\.\w{2,}"), "<email>"),
    (re.compile(r"\+\d[\d ().-]{6,}\d"), "<phone>"),
    (re.compile(r"DETAIL:.*"), "DETAIL: <left out>"),  # PostgreSQL repeats the row there
)


def scrubbed(text: str) -> str:
    """The text without addresses of people and profiles, queries, passwords and tokens."""
    for pattern, instead in _TAKEN_OUT:
        text = pattern.sub(instead, text)
    return text


def without_secrets(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """The last step before a line is written."""
    return {name: value if name in _META else _clean(value) for name, value in line.items()}


def plain(logger: WrappedLogger, method: str, line: EventDict) -> str:
    """Time, level, logger, what happened; then what the line carries besides."""
    record: logging.LogRecord = line.pop("_record")
    line.pop("_from_structlog", None)
    at, trace = logging.Formatter().formatTime(record), line.pop("exception", "")
    line.pop("timestamp", None)
    told = f"{at} {line.pop('level').upper()} {line.pop('logger')}: {line.pop('event')}"
    carried = "".join(f" {name}={value}" for name, value in line.items())
    return f"{told}{carried}\n{trace}" if trace else told + carried


def logging_of(format: str, level: str) -> dict[str, Any]:
    """Django's LOGGING for one of FORMATS. structlog writes through the same handler."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.processors.format_exc_info, without_secrets, *_written_as(format)],
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "lines"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Its lines show addresses with their queries; ops/tracing.py writes one for every request.
            "django.server": {"handlers": ["nowhere"], "propagate": False},
            "django.request": {"level": "CRITICAL"},
            # A trace for every scanner that passes by.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # Takes Django's own handlers away, which would write every line again.
            "django": {"level": level},
        },
    }


def _written_as(format: str) -> list[Processor]:
    if format == "plain":
        return [plain]
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return [meta, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return scrubbed(value)
    if isinstance(value, dict):
        return {name: _clean(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(inner) for inner in value]
    return value if isinstance(value, (int, float, bool)) or value is None else scrubbed(str(value))
