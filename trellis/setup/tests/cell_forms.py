"""Forms over a draft as a browser sends them."""

from typing import Any

from django.forms import BoundField
from django.http import QueryDict

from trellis.journeys.playbook.load import load_playbook
from trellis.setup.forms.cell_everywhere import EVERYWHERE
from trellis.setup.forms.cells import CELLS
from trellis.setup.forms.rule_lines import CellForm


def as_sent(form: CellForm, **more: Any) -> QueryDict:
    """What a browser sends when somebody opens the form and changes `more`."""
    sent = QueryDict(mutable=True)
    for name in form.fields:
        value = shown(form[name])
        sent.setlist(name, value if isinstance(value, list) else [value])
    for name, value in more.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    sent["seen"] = str(more.get("seen", 0))
    return sent


def shown(field: BoundField) -> Any:
    value = field.value()
    return [str(one) for one in value] if isinstance(value, list) else "" if value is None else str(value)


def filled_in(kind: str, source: str, stage: str = "", **more: Any) -> CellForm:
    """The form of a cell, or of what holds in every stage, with `more` written into it."""
    form, document = {**CELLS, **EVERYWHERE}[kind], load_playbook(source)
    return form(as_sent(form(document=document, stage=stage), **more), document=document, stage=stage)
