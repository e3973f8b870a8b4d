"""How `gunicorn config.wsgi` serves PinLever; GUNICORN_CMD_ARGS and the command line say otherwise where needed."""

import os

from config import logs

bind = "127.0.0.1:8000"
workers = 2
worker_class = "gthread"  # a page waits for the database, not for the processor
threads = 8
timeout = 60
graceful_timeout = 30
max_requests, max_requests_jitter = 5000, 500
control_socket_disable = True
accesslog = None  # its lines would show addresses with their queries; PinLever writes a line a request itself
logconfig_dict = logs.logging_of("plain" if os.environ.get("LOG_FORMAT") == "plain" else "json", "INFO")
logconfig_dict["loggers"] |= {
    "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False}
}
