"""A fault planted in a copy of the house is found, and it alone."""

import shutil
from functools import cache
from pathlib import Path

import pytest

from tests.architecture import boundaries, plan, probes
from tests.architecture.house import ROOT, Fault, Rule
from tests.architecture.test_the_house_stands import RULES


class Copy:
    """A copy of the house in which a test plants faults."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(ROOT / "trellis", root / "trellis", ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        shutil.copy(ROOT / "pyproject.toml", root)

    def plant(self, path: str, text: str) -> None:
        """Add text at the end of a file, making it where it is new."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as opened:
            opened.write(f"\n{text}\n")

    def new_faults(self, rule: Rule) -> list[Fault]:
        """The faults that the real house does not have."""
        return [fault for fault in rule(self.root) if (fault.where, fault.says) not in known_faults(rule)]


@cache
def known_faults(rule: Rule) -> set[tuple[str, str]]:
    return {(fault.where, fault.says) for fault in rule(ROOT)}


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def the_fault(copy: Copy, rule: Rule) -> str:
    faults = copy.new_faults(rule)
    assert len(faults) == 1, faults
    return str(faults[0])


FORBIDDEN_IMPORTS = {
    "an upward import": (
        ("trellis/people/planted.py", "import trellis.journeys.models"),
        "trellis.people.planted -> trellis.journeys.models",
    ),
    "an upward import inside a function": (
        ("trellis/intake/planted.py", "def peek():\n    from trellis.desk import apps\n    return apps"),
        "trellis.intake.planted -> trellis.desk.apps",
    ),
    "a room beside": (
        ("trellis/integrations/smtp/planted.py", "import trellis.steps.capture.models"),
        "trellis.integrations.smtp.planted -> trellis.steps.capture.models",
    ),
    "a step that knows another": (
        ("trellis/steps/deals/queries.py", "import trellis.steps.capture.models"),
        "trellis.steps.deals.queries -> trellis.steps.capture.models",
    ),
    "an integration that knows another": (
        ("trellis/integrations/twilio/planted.py", "import trellis.integrations.smtp.apps"),
        "trellis.integrations.twilio.planted -> trellis.integrations.smtp.apps",
    ),
    "Django in the engine": (
        ("trellis/journeys/engine/planted.py", "from django.utils import timezone"),
        "trellis.journeys.engine.planted -> django",
    ),
    "Django behind a module that a pure one imports": (
        ("trellis/core/durations.py", "import trellis.core.models"),
        "trellis.core.durations -> trellis.core.models",
    ),
    "a room on no floor": (("trellis/attic/__init__.py", '"""Unheard of."""'), "attic"),
}


@pytest.fixture(scope="module")
def found_by_the_linter(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the import linter says of a house with all of these planted: one run, for it takes its time."""
    copy = Copy(tmp_path_factory.mktemp("house"))
    copy.plant("trellis/steps/deals/__init__.py", '"""Deals."""')
    for (path, text), _ in FORBIDDEN_IMPORTS.values():
        copy.plant(path, text)
    return "\n".join(map(str, probes.imports_keep_the_contracts(copy.root)))


@pytest.mark.parametrize("fault", FORBIDDEN_IMPORTS)
def test_a_forbidden_import_is_found(found_by_the_linter: str, fault: str) -> None:
    assert FORBIDDEN_IMPORTS[fault][1] in found_by_the_linter


def test_every_contract_can_be_broken(found_by_the_linter: str) -> None:
    assert "Contracts: 0 kept, 4 broken." in found_by_the_linter


def test_a_pure_module_that_loads_django_behind_the_linters_back_is_found(copy: Copy) -> None:
    for pure in ("trellis/journeys/engine/planted.py", "trellis/core/durations.py"):
        copy.plant(pure, "import importlib\nimportlib.import_module('django.utils.timezone')")
    found = {fault.where for fault in copy.new_faults(probes.pure_modules_load_no_django)}
    assert {"trellis/journeys/engine", "trellis/core/durations"} <= found


def test_a_relation_to_a_higher_floor_is_found(copy: Copy) -> None:
    copy.plant(
        "trellis/people/models.py",
        'class Reader(Base):\n    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE)',
    )
    copy.plant("trellis/team/models.py", 'class Fan(Base):\n    of = models.ManyToManyField("people.Contact")')
    found = {str(fault) for fault in copy.new_faults(probes.relations_point_down)}
    assert "trellis/people/models.py:1: Reader.journey points to trellis.journeys.models" in found
    assert "trellis/team/models.py:1: Fan.of points to trellis.people.models" in found


def test_an_index_that_begins_another_is_found(copy: Copy) -> None:
    copy.plant(
        "trellis/people/models.py",
        "class Card(Base):\n    contact = models.ForeignKey(Contact, on_delete=models.CASCADE)\n"
        "    at = models.DateTimeField()\n\n    class Meta:\n"
        '        indexes = [models.Index(fields=["contact", "-at"], name="card_of_contact")]',
    )
    found = [str(fault) for fault in copy.new_faults(probes.no_index_begins_another)]
    assert found == ["trellis/people/models.py:1: Card.contact is indexed twice: give it db_index=False"]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def win_deal(deal, *, request, at): ...", "takes a request"),
        ("from django.http import JsonResponse", "imports django.http.JsonResponse"),
        ("from django import shortcuts", "imports django.shortcuts"),
        ("import ninja.errors", "imports ninja.errors"),
    ],
)
@pytest.mark.parametrize("module", ["actions", "actions/win_deal", "queries", "models", "subscribers"])
def test_http_below_a_door_is_found(tmp_path: Path, module: str, code: str, says: str) -> None:
    file = tmp_path / f"trellis/people/{module}.py"
    file.parent.mkdir(parents=True)
    file.write_text(code)
    assert [fault.says for fault in boundaries.actions_know_no_http(tmp_path)] == [f"{says}: that belongs to a door"]


def test_http_in_a_view_is_at_home(tmp_path: Path) -> None:
    (tmp_path / "trellis/people").mkdir(parents=True)
    (tmp_path / "trellis/people/views.py").write_text("from django.http import JsonResponse\ndef show(request): ...")
    assert not boundaries.actions_know_no_http(tmp_path)


@pytest.mark.parametrize("tag", ["{% extends 'desk/page.html' %}", '<p>\n{% include "desk/page.html" with a=1 %}'])
def test_a_template_that_refers_upward_is_found(copy: Copy, tag: str) -> None:
    copy.plant("trellis/desk/templates/desk/page.html", "<p></p>")
    copy.plant("trellis/web/templates/web/planted.html", tag)
    found = the_fault(copy, boundaries.templates_know_only_lower_rooms)
    assert found.endswith("a template of web refers to desk/page.html of desk")


@pytest.mark.parametrize(
    "code",
    [
        "from django.utils import timezone\ndef win(): return timezone.now()",
        "import datetime\ntoday = datetime.date.today()",
        "from datetime import datetime\ndef win(): return datetime.now(None)",
        "from django.utils.timezone import now",
        "from django.utils import timezone\nat = models.DateTimeField(default=timezone.now)",
    ],
)
def test_a_clock_below_a_door_is_found(copy: Copy, code: str) -> None:
    copy.plant("trellis/people/actions.py", code)
    assert "take `at` as an argument" in the_fault(copy, boundaries.only_doors_read_the_clock)


def test_one_line_is_excused_with_a_reason(copy: Copy) -> None:
    line = "from django.utils.timezone import now  # house: the standard asks for the sender's clock"
    copy.plant("trellis/people/actions.py", line)
    assert not copy.new_faults(boundaries.only_doors_read_the_clock)


@pytest.mark.parametrize(
    "path",
    ["trellis/people/utils.py", "trellis/core/helpers/dates.py", "trellis/web/static/web/common.css", "tests/misc.py"],
)
def test_a_drawer_is_found(copy: Copy, path: str) -> None:
    copy.plant(path, "")
    assert path in the_fault(copy, plan.nothing_is_called_utils)


@pytest.mark.parametrize("path", ["trellis/people/gadgets.py", "trellis/steps/capture/forms2.py"])
def test_a_file_outside_the_plan_is_found(copy: Copy, path: str) -> None:
    copy.plant(path, "")
    assert path in the_fault(copy, plan.files_follow_the_plan)


@pytest.mark.parametrize("text", ["from trellis.people import models", '"""Says."""\nDOES = 1'])
def test_a_door_plate_with_code_is_found(copy: Copy, text: str) -> None:
    copy.plant("trellis/people/extra/__init__.py", text)
    assert "trellis/people/extra/__init__.py" in the_fault(copy, plan.door_plates_hold_only_a_docstring)


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("trellis/core/long.py", "x = 1\n" * 400, "402 lines, at most 400"),
        ("trellis/core/long.py", "def f():\n" + "    x = 1\n" * 50, "f has 51 lines, at most 50"),
        ("trellis/web/templates/web/long.html", "<p></p>\n" * 120, "122 lines, at most 120"),
        ("trellis/web/static/web/long.css", "p {}\n" * 300, "302 lines, at most 300"),
        ("trellis/web/static/web/long.js", "f()\n" * 300, "302 lines, at most 300"),
    ],
)
def test_what_grew_too_big_is_found(copy: Copy, path: str, text: str, says: str) -> None:
    copy.plant(path, text)
    assert the_fault(copy, plan.nothing_grows_too_big).endswith(says)


def test_every_rule_has_a_fault_planted_for_it() -> None:
    here = Path(__file__).read_text()
    assert [rule.__name__ for rule in RULES if f".{rule.__name__}" not in here] == []
