"""Where columns went is remembered for the next file; how its days and numbers are written is that file's own."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.core.refusal import Refused
from trellis.people.custom import define_field
from trellis.people.models import Contact
from trellis.transfer.actions import set_plan, start_import
from trellis.transfer.importing.plan import WHAT_WAS_WRONG, Column, Plan
from trellis.transfer.models import Import
from trellis.transfer.tests.conftest import Take

HEAD = "Name,Mail,Day of days,Size\n"
FIRST = f'{HEAD}Ana,ana@example.com,13.11.1979,"1.250,50"\n'
COLUMNS = (Column("name"), Column("email"), Column("custom.born"), Column("custom.size"))


@pytest.fixture
def before(ridgeline: Business, take: Take, work: Callable[[Import], Import]) -> Import:
    """Days that begin with the day, and a comma that is decimal: brought in as the file showed."""
    for label, kind in (("Born", "date"), ("Size", "number")):
        define_field(noun="contact", label=label, kind=kind, by=ridgeline.maya, at=TUESDAY)
    imported = set_plan(take(FIRST), Plan(columns=COLUMNS))
    return work(imported)


@pytest.mark.parametrize(
    ("row", "order", "comma", "read"),
    [
        ("03.02.1981,2.500", "asked", "asked", None),
        ('13.02.1981,"2.500,5"', "dmy", True, ("1981-02-13", "2500.5")),
        ('02/13/1981,"2,500.5"', "mdy", False, ("1981-02-13", "2500.5")),
        ("1981-02-13,2500", "ymd", None, ("1981-02-13", "2500")),
        ("02/13/1981,1.250", "mdy", "asked", None),
    ],
)
def test_each_file_is_read_as_it_is_written_or_asked(
    before: Import, take: Take, work: Callable[[Import], Import], row: str, order: str, comma: object, read: object
) -> None:
    imported = take(f"{HEAD}Bo,bo@example.com,{row}\n")
    assert imported.plan["date_order"] == ("" if order == "asked" else order)
    assert imported.plan["decimal_comma"] is (None if comma == "asked" else comma)
    if read is None:
        with pytest.raises(Refused, match="Say how its"):
            start_import(imported, by=imported.by, at=TUESDAY)
    else:
        assert work(imported).counts == {"added": 1}
        custom = Contact.objects.get(name="Bo").custom
        assert (custom["born"], custom["size"]) == read


def test_it_is_asked_on_screen(before: Import, client: Client, ridgeline: Business, take: Take) -> None:
    imported = take(f'{HEAD}Bo,bo@example.com,03.02.1981,"2,5"\n')
    screen = Screen(client).log_in(ridgeline.maya)
    screen.open(f"/import/{imported.pk}/")
    assert "Days are written" in screen.words
    assert '<option value="dmy" selected' not in screen.page
    assert '<option value="custom.born" selected' in screen.page


def test_rows_that_were_mended_are_read_as_their_file_was(
    before: Import, take: Take, work: Callable[[Import], Import]
) -> None:
    head = HEAD.strip()
    imported = take(f'{head},{WHAT_WAS_WRONG}\nBo,bo@example.com,03.02.1981,"2,500",Born: no day\n')
    assert (imported.plan["date_order"], imported.plan["decimal_comma"]) == ("dmy", True)
    assert work(imported).counts == {"added": 1}
    assert Contact.objects.get(name="Bo").custom == {"born": "1981-02-03", "size": "2.5"}
    other = take(f'{head},{WHAT_WAS_WRONG}\nCy,cy@example.com,02/13/1981,"2,500.5",Born: no day\n')
    assert (other.plan["date_order"], other.plan["decimal_comma"]) == ("mdy", False)
