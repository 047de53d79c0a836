"""The web server."""

import errno
import os
import socket

from django.db import connection
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

HOST = "127.0.0.1"
# More would only take turns on the same cores; granian warns beyond that.
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


class PortTaken(Exception):
    """Somebody else listens there. A sentence for the person who started us."""


def require_free_port(host: str, port: int) -> None:
    """Raise PortTaken before anything slow is done. The web server itself would share the port without a word."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            reason = "is in use by another program" if error.errno == errno.EADDRINUSE else "is not ours to open"
            raise PortTaken(f"Port {port} {reason}. Choose another one: PORT={port + 1} bin/run") from None


def serve(*, host: str, port: int) -> None:
    """Answer requests until told to stop.

    SQLite has one writer at a time, and threads of one process queue for it more cheaply than processes do.
    """
    workers = 1 if connection.vendor == "sqlite" else 2
    Granian(
        "trellis.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=8,
    ).serve()
