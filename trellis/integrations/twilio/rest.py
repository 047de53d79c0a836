"""One call to Twilio's REST API, step by step, so that at each break we know whether Twilio may have acted on it."""

import base64
import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from trellis.conversations.transports import Unreachable, Unsure

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
    """Call `resource` of our account. Raises Unreachable before anything was asked, Unsure after."""
    connection = _connect()
    path = f"{urlsplit(settings.TWILIO['api_url']).path.rstrip('/')}/2010-04-01/Accounts/{_sid()}/{resource}"
    form = urlencode(parameters)
    try:
        if method == "GET":
            connection.request("GET", f"{path}?{form}", headers=_headers())
        else:
            connection.request(method, path, form, _headers() | {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        return Answer(response.status, _json(response.read()))
    except (OSError, HTTPException) as error:
        raise Unsure(f"Twilio did not answer: {error or type(error).__name__}") from error
    finally:
        connection.close()


def _connect() -> HTTPConnection:
    url = urlsplit(settings.TWILIO["api_url"])
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.netloc, timeout=CONNECT_SECONDS)
    try:
        connection.connect()
    except (OSError, HTTPException) as error:
        raise Unreachable(f"no connection to {url.netloc}: {error}") from error
    connection.sock.settimeout(REPLY_SECONDS)
    return connection


def _headers() -> dict[str, str]:
    account = f"{_sid()}:{settings.TWILIO['auth_token']}"
    return {"Authorization": f"Basic {base64.b64encode(account.encode()).decode()}", "Accept": "application/json"}


def _sid() -> str:
    return str(settings.TWILIO["account_sid"])


def _json(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
