"""The web server, as people run it: `trellis serve` in a process of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PATIENCE = 30.0


@contextmanager
def serving() -> Iterator[int]:
    """Within, the server answers at the port that is given, on the database of this process."""
    port = free_port()
    command = [sys.executable, "-m", "trellis.config.cli", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=os.environ | {"PORT": str(port)}, stdout=sys.stderr, start_new_session=True
    ) as server:
        try:
            wait_for(port)
            yield port
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                server.wait(PATIENCE)
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            client.request("GET", "/healthz")
            if client.getresponse().status == 200:
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)
