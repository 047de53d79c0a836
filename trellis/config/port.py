"""The port that the web server opens."""

import errno
import socket


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
