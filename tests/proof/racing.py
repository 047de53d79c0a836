"""Several doors opened at the same instant, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

# How long whoever came first keeps the others waiting, in seconds.
A_WHILE = 0.4
# How often all doors are opened at once.
ROUNDS = 4


def in_a_thread(act: Callable[[], Any], answers: list[Any]) -> threading.Thread:
    def run() -> None:
        try:
            answers.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
