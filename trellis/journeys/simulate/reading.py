"""A scenario from a file and the flags of a command, laid over what is assumed otherwise. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from trellis.core.guessing import guess
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.simulate import scenario
from trellis.journeys.simulate.defaults import PEOPLE_IN_A_TEAM, Values, default_values, merged, staff_of, teams_of
from trellis.journeys.simulate.scenario import MOST_PEOPLE, Scenario

PEOPLE = re.compile(r"(?:([a-z0-9-]+)=)?([0-9]{1,4})")
LEAVE = re.compile(r"(.+)=(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?")


class BadScenario(ValueError):
    """What was asked for cannot be simulated; a sentence for each reason."""


def read_scenario(
    playbook: Playbook,
    *,
    text: str = "",
    given: Mapping[str, Any] | None = None,
    staff: Sequence[str] = (),
    away: Sequence[str] = (),
) -> Scenario:
    """Lay `text` (YAML or JSON), then `given` over the defaults of this playbook's kind.

    `staff` holds words such as `3` or `crew=4`, `away` such as `Crew 1=2026-01-12..2026-01-16`.
    """
    values = merged(default_values(playbook), read_values(text))
    if staff:
        values["staff"] = staff_of(read_people(playbook, staff))
    for word in away:
        values["staff"] = send_away(values["staff"], word)
    try:
        return Scenario.model_validate(merged(values, given or {}))
    except ValidationError as error:
        raise BadScenario("\n".join(dict.fromkeys(map(sentence_of, error.errors())))) from None


def read_values(text: str) -> Values:
    try:
        values = YAML(typ="safe", pure=True).load(text) if text.strip() else {}
    except (YAMLError, ValueError, RecursionError) as error:
        raise BadScenario(f"This is neither YAML nor JSON: {str(error).splitlines()[0]}.") from None
    if not isinstance(values, dict):
        raise BadScenario("A scenario is a mapping such as `work: {call: 6m}`.")
    return {str(name): value for name, value in values.items()}


def read_people(playbook: Playbook, words: Sequence[str]) -> dict[str, int]:
    """How many people are in each team: a number alone means every team."""
    known = teams_of(playbook)
    people = dict.fromkeys(known, PEOPLE_IN_A_TEAM)
    for word in words:
        match = PEOPLE.fullmatch(word)
        if not match or not 1 <= int(match[2]) <= MOST_PEOPLE:
            raise BadScenario(f"“{word}” is no staff: write 3, or a team and a number such as {known[0]}=3.")
        if match[1] and match[1] not in known:
            raise BadScenario(f"This playbook has no team “{match[1]}”{guess(match[1], known)}.")
        people |= dict.fromkeys([match[1]] if match[1] else known, int(match[2]))
    return people


def send_away(staff: Any, word: str) -> list[Values]:
    """The staff with these days off added to whoever is named."""
    match = LEAVE.fullmatch(word)
    if not match:
        raise BadScenario(f"“{word}” is no absence: write a name and days, such as “Maya=2026-01-12..2026-01-16”.")
    people = [dict(one) for one in staff] if isinstance(staff, list) else []
    names = [str(one.get("name")) for one in people]
    if match[1] not in names:
        raise BadScenario(f"Nobody here is called “{match[1]}”: there are {', '.join(names)}.")
    one = people[names.index(match[1])]
    one["away"] = [*one.get("away", []), {"from": match[2], "to": match[3] or match[2]}]
    return people


def sentence_of(detail: ErrorDetails) -> str:
    """What pydantic found, by the name of the value that it found it in."""
    name, said = ".".join(map(str, detail["loc"])), detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        return f"`{name}` is not known in a scenario{guess(str(detail['loc'][-1]), names_of_values())}."
    if detail["type"] == "missing":
        return f"`{name}` is missing."
    return f"`{name}`: {said[:1].lower()}{said[1:].rstrip('.')}." if name else f"{said[:1].upper()}{said[1:]}."


def names_of_values() -> list[str]:
    parts = (part for part in vars(scenario).values() if isinstance(part, type) and issubclass(part, scenario.Part))
    return sorted({field.alias or name for part in parts for name, field in part.model_fields.items()})
