"""How often Python looks for what can go. Pure."""

import gc


def collect_rarely() -> None:
    """A page or a search makes many values that stay until its end and then go at once.

    Looking among them as often as Python does by itself takes a quarter of a search's time.
    """
    gc.set_threshold(50_000, 20, 50)
