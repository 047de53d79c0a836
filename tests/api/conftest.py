"""A program that calls the machine door with a token."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business
from trellis.team.actions.tokens import create_token


class Caller:
    """Speaks JSON under /api/v1, with the token of one role."""

    def __init__(self, role: str = "sales", **made: Any) -> None:
        self.token, self.text = create_token(name="Website", role=role, by=made.get("by"), at=TUESDAY)
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", query or {}, headers=self._headers(headers))

    def post(self, path: str, body: Any = None, *, content_type: str = "application/json", **headers: str) -> Any:
        if body is None:
            return self.client.generic("POST", f"/api/v1{path}", headers=self._headers(headers), content_type="")
        return self.client.post(f"/api/v1{path}", body, content_type, headers=self._headers(headers))

    def upload(self, path: str, file: Any, **headers: str) -> Any:
        return self.client.post(f"/api/v1{path}", {"file": file} if file else {}, headers=self._headers(headers))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """PUT, PATCH and DELETE."""
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.generic(method, f"/api/v1{path}", headers=self._headers(headers), **sent)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}"} | {
            name.replace("_", "-"): value for name, value in more.items()
        }


@pytest.fixture
def api(ridgeline: Business) -> Caller:
    return Caller()


def problem(response: Any, status: int, code: str | None = None) -> dict[str, Any]:
    """What the door said no with; it always has the same form."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = response.json()
    assert said["status"] == status
    assert said["type"] == "about:blank"
    assert said["title"]
    assert said["detail"].endswith((".", "…", "?"))
    if code:
        assert said["code"] == code
    return said
