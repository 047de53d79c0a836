"""One call to Twilio's REST API, step by step, so that at each break we know whether Twilio may have acted on it."""

import base64
import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from trellis.conversations.transports import Unreachable, Unsure
from trellis.integrations.twilio.account import Account, account

CONNECT_SECONDS = 10.0
REPLY_SECONDS = 30.0


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.status < 300

    @property
    def code(self) -> int:
        """Twilio's error code (twilio.com/docs/api/errors), 0 where there is none."""
        code = self.body.get("code")
        return code if isinstance(code, int) else 0

    @property
    def words(self) -> str:
        return str(self.body.get("message") or f"HTTP {self.status}")


def ask(method: str, resource: str, parameters: dict[str, str]) -> Answer:
    """Call `resource` ("/Messages.json") of our account. Raises Unreachable before anything was asked, Unsure after."""
    ours = account()
    if ours is None:
        raise Unreachable("texts are not connected any more")
    return ask_as(ours, method, resource, parameters)


def ask_as(
    who: Account, method: str, resource: str, parameters: dict[str, str], *, seconds: float | None = None
) -> Answer:
    """Like `ask`, as an account that need not be connected; with `seconds`, neither step takes longer than that."""
    connection = _connect(seconds)
    path = f"{urlsplit(_api_url()).path.rstrip('/')}/2010-04-01/Accounts/{quote(who.sid, safe='')}{resource}"
    form, headers = urlencode(parameters), _headers(who)
    try:
        if method == "GET":
            connection.request("GET", f"{path}?{form}", headers=headers)
        else:
            connection.request(method, path, form, headers | {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        return Answer(response.status, _json(response.read()))
    except (OSError, HTTPException) as error:
        raise Unsure(f"Twilio did not answer: {error or type(error).__name__}") from error
    finally:
        connection.close()


def _connect(seconds: float | None) -> HTTPConnection:
    url = urlsplit(_api_url())
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.netloc, timeout=seconds or CONNECT_SECONDS)
    try:
        connection.connect()
    except (OSError, HTTPException) as error:
        raise Unreachable(f"no connection to {url.netloc}: {error}") from error
    connection.sock.settimeout(seconds or REPLY_SECONDS)
    return connection


def _headers(who: Account) -> dict[str, str]:
    login = base64.b64encode(f"{who.sid}:{who.token}".encode()).decode()
    return {"Authorization": f"Basic {login}", "Accept": "application/json"}


def _api_url() -> str:
    return str(settings.TWILIO.get("api_url") or "https://api.twilio.com")


def _json(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
