"""Pages as their readers ask for them: the whole request in this process, from the handler to the last byte."""

import time
from collections.abc import Iterator
from statistics import median, quantiles
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.business import PLAYBOOK
from bench.figures import Figure
from bench.moment import NOW
from bench.town import LONG_STORY_EVERY
from trellis.config.warming import warm_up
from trellis.core.memory import forget
from trellis.desk.queries.changes import cursor_now
from trellis.journeys.models import Journey
from trellis.people.models import Contact
from trellis.team.models import User

TIMES, WARM_UP = 60, 4
SOUGHT = ("mar", "smith", "555-01", "ann d", "gmail", "ruiz", "castillo+renee", "kevin.doyle", "5010012", "zzyzx")
BOARD_ASKED = ("f=title&o=contains&v=qqq", "f=contact.place&o=is&v=Conway", "f=owner&o=is_not&v=nobody")
# What no index knows.
LOOKED = (
    ("contacts", "f=job_title&o=is&v=Nobody"),
    ("contacts", "f=address&o=contains&v=qqq&sort=name"),
    ("contacts", "f=source&o=is&v=nowhere&sort=place"),
    ("leads", "f=status&o=is&v=open&f=title&o=contains&v=qqq"),
    ("leads", "f=status&o=is&v=parked"),
    ("steps", "f=status&o=is&v=open&f=title&o=contains&v=qqq"),
    ("companies", "f=website&o=contains&v=qqq"),
)


def measure(*, quick: bool) -> Iterator[Figure]:
    warm_up()
    client = reader()
    for key, addresses in pages().items():
        yield from page(key, addresses, client, 20 if quick else TIMES)


def reader() -> Client:
    client = Client()
    client.force_login(User.objects.filter(role="sales").order_by("email")[0])
    return client


def pages() -> dict[str, list[str]]:
    """Each page, with the different ones of its kind."""
    open_ones = Journey.objects.filter(status="open").order_by("pk").values_list("contact", flat=True)
    some = open_ones[:: max(1, open_ones.count() // TIMES)]
    long_ones = Contact.objects.order_by("created_at", "pk")[::LONG_STORY_EVERY][:TIMES]
    middle = Contact.objects.order_by("name", "pk")[Contact.objects.count() // 2]
    since = cursor_now(NOW)
    return {
        "today.mine": ["/?who=mine"],
        "today.team": ["/?who=team"],
        "contact": [f"/contacts/{pk}/" for pk in some],
        "contact.long": [f"/contacts/{contact.pk}/" for contact in long_ones],
        "signals": ["/signals/"],
        "signals.some": [f"/signals/?state={state}" for state in ("attached", "set_aside", "waiting")],
        "board": ["/board/"],
        "board.tag": ["/board/?owner=me&tag=Storm", "/board/?owner=me&due=today", "/board/?tag=Gutters"],
        "board.asked": [f"/board/?match=all&{asks}" for asks in BOARD_ASKED],
        "table": ["/board/table"],
        "inbox": ["/inbox/"],
        "inbox.mine": ["/inbox/?show=mine"],
        "inbox.waiting": ["/inbox/?show=waiting"],
        "inbox.done": ["/inbox/?show=done"],
        "thread": [f"/inbox/{pk}/" for pk in some],
        "contacts": ["/contacts/"],
        "contacts.name": ["/contacts/?order=name"],
        "contacts.deep": [f"/contacts/?{urlencode({'order': 'name', 'after': f'{middle.name.lower()}~{middle.pk}'})}"],
        "contacts.found": [f"/contacts/?q={words}" for words in SOUGHT],
        "lists": ["/lists/contacts/?view="],
        "lists.filtered": [
            f"/lists/contacts/?view=&match=all&f={field}&o={how}&v={value}"
            for field, how, value in (
                ("place", "is", "Conway"),
                ("tags", "contains", "Storm"),
                ("name", "contains", "ruiz"),
            )
        ],
        "lists.sorted": [f"/lists/contacts/?view=&sort={sort}" for sort in ("name", "-created_at", "created_at")],
        "lists.found": [f"/lists/contacts/?view=&match=all&f=email&o=contains&v={word}" for word in ("ruiz", "webb.7")],
        "lists.looked": [f"/lists/{key}/?view=&match=all&{asks}" for key, asks in LOOKED],
        "coverage": ["/coverage"],
        "people": ["/people/"],
        "away": ["/people/away"],
        "teams": ["/people/teams"],
        "playbooks": ["/playbooks/"],
        "playbook": [f"/playbooks/{PLAYBOOK}/"],
        "settings": ["/settings"],
        "forms": ["/settings/forms"],
        "search": [f"/find?palette=1&q={words}" for words in SOUGHT],
        "changes": [f"/changes?since={since}"],
    }


def page(key: str, addresses: list[str], client: Client, times: int) -> Iterator[Figure]:
    """Each request finds nothing kept from the one before but what the process keeps for good."""
    spans = [ask(client, addresses[number % len(addresses)]) for number in range(WARM_UP + times)][WARM_UP:]
    slowest = max(range(times), key=lambda number: spans[number])
    address = addresses[(WARM_UP + slowest) % len(addresses)]
    yield Figure(f"{key}.median", 1000 * median(spans))
    yield Figure(f"{key}.p95", 1000 * quantiles(spans, n=20)[-1], f"slowest {1000 * max(spans):.0f} ms, {address}")
    forget()
    with CaptureQueriesContext(connection) as captured:
        client.get(addresses[0])
    yield Figure(f"{key}.queries", len(captured))


def ask(client: Client, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address)
    assert answer.status_code in (200, 204), (address, answer.status_code)
    return time.perf_counter() - began
