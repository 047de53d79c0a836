"""The web server."""

import os

from django.db import connection
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from trellis.config.lifeline import Lifeline, kill_myself

# More would only take turns on the same cores; granian warns beyond that.
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


def serve(*, host: str, port: int) -> None:
    """Answer requests until told to stop.

    SQLite has one writer at a time, and threads of one process queue for it more cheaply than processes do.
    """
    workers = 1 if connection.vendor == "sqlite" else 2
    Lifeline(kill_myself)  # A worker of granian outlives its killed main process, and would go on holding the port.
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
