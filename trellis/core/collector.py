"""How often Python looks for what can go. Pure."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """For work all of whose values stay until its end, a search or a batch of rows.

    Looking among them as often as usual takes a quarter of it.

    Not for pages: one that then meets with the looking waits for it, 20 ms.
    """
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
