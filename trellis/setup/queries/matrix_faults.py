"""Where in the matrix a finding of the linter stands: the cell whose rule it names, else the one that it is about."""

from collections.abc import Iterable

from trellis.journeys.lint.finding import Finding
from trellis.journeys.playbook.schema import Playbook

ROW_OF_PART = {
    "enter": "messaging",
    "when": "messaging",
    "late": "timing",
    "quiet": "recovery",
    "next": "stages",
    "after_delivery": "after",
}
ROW_OF_FAMILY = {
    "J1": "stages",
    "J2": "ownership",
    "J3": "timing",
    "J4": "messaging",
    "J5": "recovery",
    "J6": "after",
}
TITLES = {
    "stages": "Stages",
    "ownership": "Ownership",
    "timing": "Timing",
    "messaging": "Messaging",
    "recovery": "Recovery",
    "after": "After delivery",
}


def cells_at_fault(playbook: Playbook, findings: Iterable[Finding]) -> set[tuple[str, str]]:
    """As (row, key of the stage)."""
    return {cell for finding in findings if (cell := cell_at_fault(playbook, finding))}


def cell_at_fault(playbook: Playbook, finding: Finding) -> tuple[str, str] | None:
    place = playbook.places.get(finding.rule_id)
    row = ROW_OF_PART.get(place.part, "") if place else ""
    stage = (place.stage if place else "") or finding.stage
    if row == "after" or (not row and finding.code.startswith("J6")):
        stage = stage or playbook.delivery_stage
    row = row or ROW_OF_FAMILY.get(finding.code[:2], "")
    return (row, stage) if row and stage in playbook.stages else None


def cell_in_words(playbook: Playbook, finding: Finding) -> str:
    """“Recovery of Qualified”; nothing where it is about the whole."""
    cell = cell_at_fault(playbook, finding)
    return f"{TITLES[cell[0]]} of {playbook.stages[cell[1]].title}" if cell else ""
