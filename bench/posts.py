"""Form posts: leads from the web, each with contact, context, journey, owner, step and deadline committed."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from statistics import median, quantiles

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.business import FORM
from bench.clients import lead
from bench.commits import CLIENTS
from bench.figures import Figure
from bench.server import serving

SECONDS = 8.0
# Django counts the rows of a prepared statement before it: "3 times: UPDATE …".
WRITES = re.compile(r"(\d+ times: )?(INSERT|UPDATE|DELETE)")


def measure(bare_rate: float, *, quick: bool) -> Iterator[Figure]:
    writes, others = statements()
    with serving() as port:
        alone = posts(port, 1, 3.0 if quick else SECONDS)
        yield Figure("post.median", 1000 * median(alone))
        yield Figure("post.p95", 1000 * quantiles(alone, n=20)[-1])
        seconds = 3.0 if quick else SECONDS
        rate = len(posts(port, CLIENTS, seconds)) / seconds
        yield Figure("post.rate", rate)
        yield Figure("post.share", rate / bare_rate)
    yield Figure("post.writes", writes)
    yield Figure("post.others", others)


def posts(port: int, clients: int, seconds: float) -> list[float]:
    """How long each post took, made by clients in a process of their own."""
    command = [sys.executable, "-m", "bench.clients", f"/f/{FORM}", str(port), str(clients), str(seconds)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    spans: list[float] = json.loads(told.stdout)
    return spans


def statements() -> tuple[int, int]:
    """How many statements write, and how many do not, once everything is warm."""
    client = Client()
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(f"/f/{FORM}", lead(), content_type="application/json")
            assert answer.status_code == 201, answer.content
    writes = sum(bool(WRITES.match(query["sql"])) for query in captured.captured_queries)
    return writes, len(captured) - writes
