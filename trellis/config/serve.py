"""The web server."""

import logging

from django.db import connection
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels, logger

from trellis.config.lifeline import Lifeline, kill_myself

# Leads that come in while others are written wait in a thread each, and are then written together (core/together.py):
# so there are more threads than cores, most of which only wait.
THREADS = 9


def serve(*, host: str, port: int) -> None:
    """Answer requests until told to stop.

    SQLite has one writer at a time, and threads of one process queue for it more cheaply than processes do.
    """
    workers = 1 if connection.vendor == "sqlite" else 2
    Lifeline(kill_myself)  # A worker of granian outlives its killed main process, and would go on holding the port.
    logger.addFilter(is_not_about_threads)
    Granian(
        "trellis.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
    ).serve()


def is_not_about_threads(record: logging.LogRecord) -> bool:
    """Granian warns of more threads than twice the cores. Ours are meant."""
    return "Python threads" not in record.getMessage()
