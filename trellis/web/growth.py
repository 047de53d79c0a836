"""The ramp from sprout to canopy: journeys with any number of stages sample its colors evenly."""

STEPS = 6


def growth_step(position: int, stages: int) -> int:
    """Which color, from 1, belongs to the stage at `position` (from 0) of `stages`."""
    return 1 + round(position * (STEPS - 1) / max(stages - 1, 1))
