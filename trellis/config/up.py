"""`trellis up`: the web server and one worker, together."""

import http.client

from django.db import connections

from trellis.config.serve import serve
from trellis.config.supervisor import Supervisor, say
from trellis.config.worker import Worker


def up(*, host: str, port: int, welcome: str = "") -> None:
    """Run until told to stop; say the address, and `welcome`, once everything answers."""
    connections.close_all()  # A child must not share one.
    supervisor = Supervisor(
        {
            "trellis-serve": lambda: serve(host=host, port=port),
            "trellis-work": lambda: Worker().run(),
        }
    )
    supervisor.run(meanwhile=Greeting(host, port, welcome))


class Greeting:
    """Says once where we are and how to come in, as soon as we are ready."""

    def __init__(self, host: str, port: int, welcome: str) -> None:
        self.host, self.port = host, port
        self.text = "\n".join(filter(None, [f"Trellis is running at http://{host}:{port}", welcome]))

    def __call__(self) -> None:
        if self.text and self._is_ready():
            say(f"{self.text}\nStop it with Ctrl-C.")
            self.text = ""

    def _is_ready(self) -> bool:
        asking = http.client.HTTPConnection(self.host, self.port, timeout=1)
        try:
            asking.request("GET", "/readyz")
            return asking.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()
