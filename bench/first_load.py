"""What a browser fetches when somebody opens Today for the first time: the page, and all that it asks for."""

import http.client
import json
import re
from collections.abc import Iterator
from urllib.parse import urljoin

from bench.figures import Figure
from bench.pages import reader
from bench.server import serving

LINKED = re.compile(r'<(?:link|img|script)[^>]*?(?:href|src)="([^"]+)"')
MAPPED = re.compile(r'<script type="importmap"[^>]*>(.*?)</script>', re.DOTALL)
IMPORTED = re.compile(r'(?:import|from)\s*"([^"]+)"')
IN_SHEET = re.compile(r'url\("?([^")]+)"?\)')
KILOBYTE = 1000


def measure() -> Iterator[Figure]:
    with serving() as port:
        sizes = load(port, "/?who=team", cookie=f"sessionid={reader().cookies['sessionid'].value}")
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:4]
    yield Figure(
        "load.bytes", sum(sizes.values()) / KILOBYTE, ", ".join(f"{n} {s / KILOBYTE:.1f}" for n, s in heaviest)
    )
    yield Figure("load.requests", len(sizes))


def load(port: int, address: str, *, cookie: str) -> dict[str, int]:
    """The bytes of every answer on the wire, headers included, by address."""
    client = http.client.HTTPConnection("127.0.0.1", port)
    sizes: dict[str, int] = {}
    page, sizes[address] = fetch(client, address, {"Cookie": cookie})
    names = json.loads(found[1])["imports"] if (found := MAPPED.search(page)) else {}
    waiting = LINKED.findall(page) + [there for name, there in names.items() if f"<{name}" in page]
    while waiting:
        wanted = urljoin(address, waiting.pop())
        if not wanted.startswith("/") or wanted in sizes or "." not in wanted:
            continue
        text, sizes[wanted] = fetch(client, wanted, {})
        if wanted.endswith(".js"):
            waiting += [names.get(name, urljoin(wanted, name)) for name in IMPORTED.findall(text)]
        elif wanted.endswith(".css"):
            waiting += [urljoin(wanted, name) for name in IN_SHEET.findall(text) if not name.startswith("data:")]
    return sizes


def fetch(client: http.client.HTTPConnection, address: str, headers: dict[str, str]) -> tuple[str, int]:
    """The text (of a plain second request) and how many bytes the compressed answer took."""
    body, size = ask(client, address, headers | {"Accept-Encoding": "br, gzip"})
    if address.endswith((".js", ".css")) or "." not in address:
        body, _ = ask(client, address, headers | {"Accept-Encoding": "identity"})
    return body.decode(errors="replace"), size


def ask(client: http.client.HTTPConnection, address: str, headers: dict[str, str]) -> tuple[bytes, int]:
    client.request("GET", address, headers=headers)
    answer = client.getresponse()
    body = answer.read()
    assert answer.status == 200, (address, answer.status)
    return body, len(body) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 17
