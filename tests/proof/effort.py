"""How hard the proofs try: the same examples each time by default, many and new ones with TRELLIS_PROOF=long."""

import os

from hypothesis import HealthCheck, settings

IS_LONG = os.environ.get("TRELLIS_PROOF") == "long"
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def effort(*, quick: int, long: int, steps: int = 50) -> settings:
    """Settings for a property: `quick` examples that never change, or `long` new ones."""
    return settings(
        max_examples=long if IS_LONG else quick,
        stateful_step_count=steps,
        derandomize=not IS_LONG,
        database=None,
        deadline=None,
        suppress_health_check=SLOW,
    )
