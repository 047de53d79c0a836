"""What is shown once and never again: it waits in the session, sealed, for the page that shows it."""

from trellis.core.sealing import Unreadable, seal, unseal
from trellis.web.doors import Request


def put_by(request: Request, name: str, value: object) -> None:
    request.session[name] = seal(value)


def look_at(request: Request, name: str) -> object:
    """What was put by, which stays there; None where nothing was."""
    try:
        return unseal(request.session.get(name, ""))
    except Unreadable:
        return None


def take(request: Request, name: str) -> object:
    """What was put by, for the last time."""
    found = look_at(request, name)
    request.session.pop(name, None)
    return found
