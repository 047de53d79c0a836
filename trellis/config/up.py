"""`trellis up`: the web server and one worker, together."""

import sys
import threading
import urllib.error
import urllib.request

from trellis.config.supervisor import Supervisor, say

COMMAND = (sys.executable, "-m", "trellis.config.cli")


def up(*, host: str, port: int, welcome: str = "") -> None:
    """Run until told to stop; say the address, and `welcome`, once everything answers."""
    address = f"http://{host}:{port}"
    supervisor = Supervisor(
        {
            "The web server": (*COMMAND, "serve", "--host", host, "--port", str(port)),
            "The worker": (*COMMAND, "work"),
        }
    )
    greeting = "\n".join(filter(None, [f"Trellis is running at {address}", welcome, "Stop it with Ctrl-C."]))
    threading.Thread(target=_greet, args=[supervisor, address, greeting], daemon=True).start()
    supervisor.run()


def _greet(supervisor: Supervisor, address: str, greeting: str) -> None:
    while not _is_ready(address):
        if supervisor.told_to_stop.wait(0.1):
            return
    say(greeting)


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False
