"""Whether a form was filled in by a machine. Such a signal is set aside, never dropped; a person can take it back in.

Floods are counted by origin: the sender's network address together with the form and the contact details given. So a
machine that repeats itself is stopped, and two people behind one address never are
(docs/decisions/0007-a-flood-is-counted-by-who-not-by-where.md).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from trellis.intake.models import Signal
from trellis.intake.queries import arrivals_before

QUICKEST_SECONDS = 2.0
# So many within so long are still people who press the button again.
MOST_WITHIN = ((10, timedelta(minutes=10)), (30, timedelta(hours=1)))


def reasons_to_set_aside(signals: Sequence[Signal]) -> list[str]:
    """Why each looks like a machine; empty when it does not, or when a person has taken it back in."""
    longest = max(span for _, span in MOST_WITHIN)
    most = max(count for count, _ in MOST_WITHIN)
    earlier = arrivals_before(signals, within=longest, most=most)
    return [_reason(signal, arrivals) for signal, arrivals in zip(signals, earlier, strict=True)]


def _reason(signal: Signal, earlier: Sequence[datetime]) -> str:
    if signal.restored_at or signal.channel != "web":
        return ""
    if signal.payload.get("trap"):
        return "A hidden field was filled in, which only a machine can see"
    seconds = signal.payload.get("seconds")
    if isinstance(seconds, int | float) and seconds < QUICKEST_SECONDS:
        return f"Filled in within {max(seconds, 0):.1f} seconds"
    for count, span in MOST_WITHIN:
        if sum(arrival > signal.received_at - span for arrival in earlier) >= count:
            minutes = int(span.total_seconds() // 60)
            return f"More than {count} in {minutes} minutes with the same contact details from one place"
    return ""
