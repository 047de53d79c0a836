"""Clients that send leads to a web form, one after another, each over a connection of its own. No Django here.

Run as `python -m bench.clients ADDRESS PORT CLIENTS SECONDS`; prints how many seconds each post took, as JSON.
"""

import http.client
import json
import sys
import threading
import time
from itertools import count

WARM_UP = 1.0
# Every process starts somewhere else.
_numbers = count(time.time_ns() // 1000)


def lead() -> bytes:
    """Somebody who was never here before. Nobody dials these numbers."""
    number = next(_numbers)
    return json.dumps(
        {
            "name": "Renee Castillo",
            "email": f"renee.{number}@example.com",
            "phone": f"+1501{number % 8_000_000 + 2_000_000}",
            "message": "A limb came down on the carport and went through the decking. Can someone tarp it?",
            "urgency": "yes",
            "page": "https://ridgeline-roofing.example/emergency-roof-tarp",
            "referrer": "https://www.google.com/",
            "utm_source": "google",
            "utm_medium": "cpc",
            "utm_campaign": "storm-season",
        }
    ).encode()


def post_together(address: str, port: int, clients: int, seconds: float) -> list[float]:
    """Let so many clients post for so long, after a while in which nothing counts."""
    spans: list[float] = []
    began = time.monotonic() + WARM_UP
    threads = [
        threading.Thread(target=post_on, args=[address, port, began, began + seconds, spans]) for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spans


def post_on(address: str, port: int, began: float, until: float, spans: list[float]) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port)
    while (now := time.monotonic()) < until:
        span = post(client, address)
        if now >= began:
            spans.append(span)


def post(client: http.client.HTTPConnection, address: str) -> float:
    """Send one lead and wait for the reference; how many seconds it took."""
    body = lead()
    began = time.perf_counter()
    client.request("POST", address, body, {"Content-Type": "application/json"})
    answer = client.getresponse()
    said = answer.read()
    assert answer.status == 201, said
    return time.perf_counter() - began


if __name__ == "__main__":
    address, port, clients, seconds = sys.argv[1:]
    print(json.dumps(post_together(address, int(port), int(clients), float(seconds))))
